//! Closures that one person decided alone, or that a contract asks the Ministry to see, and the Ministry's
//! review of each afterwards.

use ascms_domain::access::{Grant, Span};
use ascms_domain::cases::{ClosureReviewOutcome, REVIEW_DAYS};
use ascms_domain::ids::ClosureReviewId;
use ascms_domain::text::LongText;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{ExprTrait, FromQueryResult, QuerySelect, QueryTrait};

use crate::features::measures;
use crate::gate::write::Write;
use crate::reach::joins::NamedRows;
use crate::reach::rows::attendance_case;
use crate::rows::closure_review::{ActiveModel, Column, Entity, Model};
use crate::rows::{case_closure, organisation};
use crate::store::audit::{self, Subject};
use crate::store::call::CallError;
use crate::store::error::StoreError;
use crate::store::events::{self, Event};
use crate::store::page::{Page, PageRequest};
use crate::store::whole_row;
use crate::{Store, reach};

/// A review with what was decided. No names and no free words of the case: the Ministry knows cases
/// by their ids.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ClosureReviewRow {
    #[sea_orm(nested)]
    pub review: Model,
    pub case_number: String,
    pub provider_code: String,
    pub provider_name: String,
    pub reason_code: String,
    pub checklist: case_closure::Confirmed,
    pub pathway: Option<String>,
    pub pathway_from: Option<NaiveDate>,
}

impl ClosureReviewRow {
    /// Concluded or not is all that changes.
    pub fn version(&self) -> i32 {
        if self.review.outcome.is_some() { CONCLUDED } else { 1 }
    }
}

const CONCLUDED: i32 = 2;

/// Why a review was not concluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClosureReviewRefusal {
    #[error("the review is concluded already")]
    AlreadyConcluded,
}

/// Orders the review of a closure that the caller approves, in the transaction of that.
pub(crate) async fn order(
    write: &Write<'_>,
    case: &attendance_case::Model,
    closure: &case_closure::Model,
) -> Result<(), StoreError> {
    let &Write { txn, calendars, .. } = write;
    // Days as the case's own deadlines count them.
    let region = measures::place(txn, case.referral_id).await?.holiday_region;
    let row = Model {
        id: ClosureReviewId::generate(),
        closure_id: closure.id,
        case_id: case.id,
        provider_id: case.provider_id,
        decided_by: write.caller(),
        decided_at: write.now(),
        due_on: calendars.contract.add_business_days(write.today(), REVIEW_DAYS, region)?,
        calendar_version: calendars.contract.version().to_owned(),
        outcome: None,
        comment: None,
        reviewed_by: None,
        reviewed_at: None,
    };
    events::record(txn, event("closure_review.ordered", &row, 1), write.now()).await?;
    whole_row::insert(txn, ActiveModel::from(row)).await?;
    Ok(())
}

impl Write<'_> {
    /// Says what the Ministry found, once.
    pub async fn conclude_closure_review(
        &self,
        id: ClosureReviewId,
        outcome: ClosureReviewOutcome,
        comment: Option<LongText>,
    ) -> Result<ClosureReviewRow, CallError<ClosureReviewRefusal>> {
        let (txn, grant, now) = (self.txn, self.grant(), self.now());
        let row = within(grant).filter(Column::Id.eq(id)).lock_exclusive().one(txn).await?;
        let row = row.ok_or(StoreError::NotFound)?;
        if row.outcome.is_some() {
            return Err(CallError::Refused(ClosureReviewRefusal::AlreadyConcluded));
        }
        let concluded = Model {
            outcome: Some(outcome),
            comment: comment.map(|comment| comment.0),
            reviewed_by: Some(self.caller()),
            reviewed_at: Some(now),
            ..row
        };
        whole_row::update(txn, ActiveModel::from(concluded.clone())).await?;
        let subject = Subject::one("closure_review", id.0).with([concluded.case_id.0]);
        audit::record(txn, audit::allowed(grant, subject, now)).await?;
        let event = event("closure_review.concluded", &concluded, CONCLUDED);
        events::record(txn, event, now).await?;
        let row = select_with_names(Entity::find_by_id(id)).one(txn).await?;
        Ok(row.ok_or(StoreError::NotFound)?)
    }
}

impl Store {
    /// The reviews within reach, the newest first; those that are to come alone, when asked so.
    pub async fn closure_reviews(
        &self,
        grant: &Grant,
        concluded: Option<bool>,
        page: PageRequest<ClosureReviewId>,
        now: DateTime<Utc>,
    ) -> Result<Page<ClosureReviewRow, ClosureReviewId>, StoreError> {
        let mut fitting = within(grant);
        if let Some(concluded) = concluded {
            let outcome = Column::Outcome;
            let fits = if concluded { outcome.is_not_null() } else { outcome.is_null() };
            fitting = fitting.filter(fits);
        }
        let total = page.total(&fitting, &self.read).await?;
        let query = page.newest_first(fitting, Column::Id);
        let rows = select_with_names(query).all(&self.read).await?;
        let found = page.cut(rows, |row| row.review.id);
        let ids = found.items.iter().map(|row| row.review.id.0).collect();
        let subject = Subject::many("closure_review", ids);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(Page { total, ..found })
    }

    /// One review.
    pub async fn closure_review(
        &self,
        grant: &Grant,
        id: ClosureReviewId,
        now: DateTime<Utc>,
    ) -> Result<ClosureReviewRow, StoreError> {
        let row =
            select_with_names(within(grant).filter(Column::Id.eq(id))).one(&self.read).await?;
        let row = row.ok_or(StoreError::NotFound)?;
        let subject = Subject::one("closure_review", id.0).with([row.review.case_id.0]);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(row)
    }
}

fn event(kind: &'static str, row: &Model, version: i32) -> Event {
    let provider_id = Some(row.provider_id);
    Event { kind, subject_id: row.id.0, version, provider_id, school_id: None }
}

/// One within reach.
pub(crate) async fn visible(
    db: &impl ConnectionTrait,
    grant: &Grant,
    id: ClosureReviewId,
) -> Result<Model, StoreError> {
    within(grant).filter(Column::Id.eq(id)).one(db).await?.ok_or(StoreError::NotFound)
}

/// Every read of the table starts here: the Ministry sees all, a provider its own.
fn within(grant: &Grant) -> Select<Entity> {
    Entity::find().filter(reach::condition(grant, span))
}

fn span(span: Span) -> Option<SimpleExpr> {
    match span {
        Span::Nation => Some(Expr::cust("1 = 1")),
        Span::Provider(own) => Some(Column::ProviderId.eq(own)),
        Span::Queue
        | Span::Person(_)
        | Span::Client(_)
        | Span::CaseManager(..)
        | Span::PrimaryContact(..)
        | Span::School(_) => None,
    }
}

fn select_with_names(
    mut query: Select<Entity>,
) -> sea_orm::Selector<sea_orm::SelectModel<ClosureReviewRow>> {
    use attendance_case::Column as Case;
    use case_closure::{Column as Closure, Entity as Closures};
    use organisation::{Column as Organisation, Entity as Organisations};
    let of = |column: Column| Expr::col((Entity, column));
    QueryTrait::query(&mut query)
        .inner_join_named(of(Column::CaseId), Case::Id)
        .inner_join(Closures, of(Column::ClosureId).equals((Closures, Closure::Id)))
        .inner_join(
            Organisations,
            of(Column::ProviderId).equals((Organisations, Organisation::Id)),
        );
    query
        .column_as(Case::Number, "case_number")
        .column_as(Organisation::Code, "provider_code")
        .column_as(Organisation::Name, "provider_name")
        .column_as(Closure::ReasonCode, "reason_code")
        .column_as(Closure::Checklist, "checklist")
        .column_as(Closure::Pathway, "pathway")
        .column_as(Closure::PathwayFrom, "pathway_from")
        .into_model()
}
