//! Referrals at rest: the table, who sees which rows, and what is asked of them.

use ascms_domain::access::{Action, Grant, Span};
use ascms_domain::cases::CaseStatus;
use ascms_domain::eligibility::Assessment;
use ascms_domain::ids::{
    CaseId, CatchmentId, MatchReviewId, ProviderId, ReferralId, SchoolId, StudentId, UserId,
};
use ascms_domain::matching::MatchedBy;
use ascms_domain::referrals::{Referral, ReferralKind, ReferralStatus, State};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ExprTrait;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{SelectStatement, SimpleExpr, UnionType};
use sea_orm::{FromJsonQueryResult, FromQueryResult, QuerySelect, QueryTrait};
use serde::{Deserialize, Serialize};

use crate::audit::{self, Subject};
use crate::page::{Page, PageRequest};
use crate::position::{self, Position};
use crate::{Store, StoreError, actors, cases, history, organisations, reach, schools, students};

mod claims;
mod content;
mod decide;
pub mod decision;
mod filter;
pub(crate) mod once;
mod placing;
pub mod receipt;
mod resolve;
pub(crate) mod submit;
mod waiting;

pub use content::Content;
pub use decide::DecideError;
pub use filter::ReferralFilter;
use filter::fits;
pub(crate) use resolve::{part_from_cases, resolve, unresolve};
pub use submit::{Ineligible, NewReferral, SubmitError, Submitted};

/// The advice it got, with its grounds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Grounds(pub Assessment);

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "referral")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReferralId,
    pub kind: ReferralKind,
    pub status: ReferralStatus,
    /// The New Zealand day of receipt: day 0 of every clock.
    pub referral_date: NaiveDate,
    pub submitted_at: DateTime<Utc>,
    pub submitted_by: Uuid,
    pub sent_by_provider_id: Option<ProviderId>,
    pub source: Option<String>,
    pub source_reference: Option<String>,
    pub fingerprint: String,
    pub student_id: StudentId,
    pub school_id: SchoolId,
    pub catchment_id: Option<CatchmentId>,
    /// None: nobody is responsible yet, and the referral waits with the Ministry.
    pub provider_id: Option<ProviderId>,
    pub in_school: bool,
    pub primary_contact_id: Option<UserId>,
    #[sea_orm(column_type = "JsonBinary")]
    pub content: Content,
    #[sea_orm(column_type = "JsonBinary")]
    pub assessment: Grounds,
    pub matched_by: MatchedBy,
    pub match_review_id: Option<MatchReviewId>,
    pub case_id: Option<CaseId>,
    pub predecessor_id: Option<ReferralId>,
    pub successor_id: Option<ReferralId>,
    /// Code of the set `referral-withdraw-reasons`.
    pub withdrawal_reason: Option<String>,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}

/// A referral with what its readers need beside it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ReferralRow {
    #[sea_orm(nested)]
    pub referral: Model,
    pub school_number: i32,
    pub school_name: String,
    pub provider_code: Option<String>,
    pub provider_name: Option<String>,
    pub case_number: Option<String>,
    pub case_status: Option<CaseStatus>,
    pub case_manager_id: Option<UserId>,
    pub legal_given_names: String,
    pub legal_family_name: String,
    pub preferred_given_names: Option<String>,
    pub preferred_family_name: Option<String>,
    pub birth_date: NaiveDate,
    pub year_level: Option<i32>,
}

/// One referral whole: with its decisions, and how many wait before it.
#[derive(Clone, Debug)]
pub struct ReferralFile {
    pub row: ReferralRow,
    pub decisions: Vec<decision::Model>,
    /// 1 is next; only while it waits for a decision.
    pub waiting_position: Option<u64>,
}

impl Store {
    pub async fn referral(
        &self,
        grant: &Grant,
        id: ReferralId,
        now: DateTime<Utc>,
    ) -> Result<ReferralFile, StoreError> {
        let (file, student_id) = file_of(&self.read, grant, id).await?;
        let subject = Subject::one("referral", id.0).with([student_id.0]);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(file)
    }

    /// The referrals that changed after a position, as a subquery: by themselves, or with their
    /// case, of which they tell the state.
    fn referrals_changed(&self, grant: &Grant, after: &Position) -> [SelectStatement; 2] {
        let backend = self.read.get_database_backend();
        let cases = position::cases_changed(backend, grant, &["case", "transfer"], after);
        let with_case = within(grant)
            .select_only()
            .column(Column::Id)
            .filter(Column::CaseId.in_subquery(cases))
            .into_query();
        let mut own = position::changed(backend, "referral", after);
        let came = position::came(backend, "referral.submitted", after);
        [came, own.union(UnionType::Distinct, with_case).to_owned()]
    }

    /// Newest first.
    pub async fn referrals(
        &self,
        grant: &Grant,
        filter: &ReferralFilter<'_>,
        page: PageRequest<ReferralId>,
        now: DateTime<Utc>,
    ) -> Result<Page<ReferralRow, ReferralId>, StoreError> {
        let changed = filter.changed_after.map(|after| self.referrals_changed(grant, after));
        let told_to_wait = receipt::told_to_wait(grant);
        let changed = changed.map(|[came, changed]| {
            let changed = Column::Id.in_subquery(changed).and(told_to_wait.clone().not());
            Column::Id.in_subquery(came).or(changed)
        });
        let fitting = within(grant).filter(fits(filter, &told_to_wait).add_option(changed));
        let total = page.total(&fitting, &self.read).await?;
        let ways = reach::ways(grant, |one| ways(one, grant.action()));
        let query = page.newest_first_of(fitting, ways, Column::Id);
        let rows = beside(query).all(&self.read).await?;
        let mut found = page.cut(rows, |row: &ReferralRow| row.referral.id);
        receipt::show_all(&self.read, grant, &mut found.items).await?;
        let ids = found.items.iter().map(|row| row.referral.id.0).collect();
        self.read_log.record(audit::allowed(grant, Subject::many("referral", ids), now)).await?;
        Ok(Page { total, ..found })
    }
}

/// The referral whole, when within reach.
async fn file(
    db: &impl ConnectionTrait,
    grant: &Grant,
    id: ReferralId,
) -> Result<ReferralFile, StoreError> {
    Ok(file_of(db, grant, id).await?.0)
}

/// The same with the student whom it is of, whatever its reader is shown.
async fn file_of(
    db: &impl ConnectionTrait,
    grant: &Grant,
    id: ReferralId,
) -> Result<(ReferralFile, StudentId), StoreError> {
    let row = beside(within(grant).filter(Column::Id.eq(id))).one(db).await?;
    let row = row.ok_or(StoreError::NotFound)?;
    let student_id = row.referral.student_id;
    let decisions = decision::of_referral(db, id).await?;
    let waiting_position = waiting::position(db, &row.referral).await?;
    let file = ReferralFile { row, decisions, waiting_position };
    Ok((receipt::show(db, grant, file).await?, student_id))
}

/// Adds the school's, the provider's, the case's and the student's part to the rows of a query.
fn beside(mut query: Select<Entity>) -> sea_orm::Selector<sea_orm::SelectModel<ReferralRow>> {
    let on = |left: (Entity, Column), right: SimpleExpr| Expr::col(left).eq(right);
    QueryTrait::query(&mut query)
        .inner_join(
            schools::Entity,
            on((Entity, Column::SchoolId), Expr::col((schools::Entity, schools::Column::Id))),
        )
        .inner_join(
            students::record::Entity,
            on(
                (Entity, Column::StudentId),
                Expr::col((students::record::Entity, students::record::Column::Id)),
            ),
        )
        .left_join(
            organisations::Entity,
            on(
                (Entity, Column::ProviderId),
                Expr::col((organisations::Entity, organisations::Column::Id)),
            ),
        )
        .left_join(
            cases::Entity,
            on((Entity, Column::CaseId), Expr::col((cases::Entity, cases::Column::Id))),
        );
    query
        .column_as(schools::Column::Number, "school_number")
        .column_as(schools::Column::Name, "school_name")
        .column_as(organisations::Column::Code, "provider_code")
        .column_as(organisations::Column::Name, "provider_name")
        .column_as(cases::Column::Number, "case_number")
        .column_as(cases::Column::Status, "case_status")
        .column_as(cases::Column::CaseManagerId, "case_manager_id")
        .columns([
            students::record::Column::LegalGivenNames,
            students::record::Column::LegalFamilyName,
            students::record::Column::PreferredGivenNames,
            students::record::Column::PreferredFamilyName,
            students::record::Column::BirthDate,
            students::record::Column::YearLevel,
        ])
        .into_model()
}

/// Every read of the table starts here, so that none can forget whose rows it may see.
pub(crate) fn within(grant: &Grant) -> Select<Entity> {
    let action = grant.action();
    Entity::find().filter(reach::condition(grant, |one| span(one, action)))
}

/// A referral that the caller may act on, and may read: who reads none of a colleague's referrals
/// completes none of them either.
pub(crate) fn acted_on(grant: &Grant, id: ReferralId) -> Select<Entity> {
    let readable = reach::readable(grant, |one| span(one, Action::ReadReferrals));
    within(grant).filter(Column::Id.eq(id)).filter(readable)
}

/// The referrals that led to a case go with it to another provider. Their clocks do not: a number
/// stays with the provider that the referral was made to (ours).
pub(crate) async fn hand_over(
    txn: &crate::DatabaseTransaction,
    grant: &Grant,
    case_id: CaseId,
    to: ProviderId,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let of_case = Entity::find().filter(Column::CaseId.eq(case_id)).lock_exclusive();
    for before in of_case.all(txn).await? {
        let after = Model {
            provider_id: Some(to),
            version: before.version + 1,
            updated_at: now,
            ..before.clone()
        };
        history::record(txn, Some(grant.caller()), &before, &after, now).await?;
    }
    Entity::update_many()
        .col_expr(Column::ProviderId, Expr::value(to))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::CaseId.eq(case_id))
        .exec(txn)
        .await?;
    Ok(())
}

/// A provider reads what it has and what it sent, decides on what it has and looks into its
/// history, and takes back or completes only what it sent.
fn span(span: Span, action: Action) -> Option<SimpleExpr> {
    ways(span, action).into_iter().reduce(SimpleExpr::or)
}

fn ways(span: Span, action: Action) -> Vec<SimpleExpr> {
    let (has, sent) = (Column::ProviderId, Column::SentByProviderId);
    match span {
        Span::Nation => vec![Expr::cust("1 = 1")],
        Span::Queue => vec![Column::ProviderId.is_null()],
        Span::Person(_) => Vec::new(),
        Span::Provider(own) => {
            if matches!(action, Action::DecideReferrals | Action::ReadHistory) {
                vec![has.eq(own)]
            } else if matches!(action, Action::WithdrawReferrals | Action::SubmitReferrals) {
                vec![sent.eq(own)]
            } else {
                vec![has.eq(own), sent.eq(own)]
            }
        }
        Span::CaseManager(..) => {
            let of_case = |fits| Column::CaseId.in_subquery(cases::ids_of(fits));
            cases::span(span).map(of_case).into_iter().collect()
        }
        Span::School(own) => vec![Column::SchoolId.eq(own)],
        Span::PrimaryContact(own, at) => {
            vec![Column::SchoolId.eq(at).and(Column::PrimaryContactId.eq(own))]
        }
        Span::Client(own) => {
            vec![Column::SchoolId.in_subquery(actors::api_client_school::schools_of(own))]
        }
    }
}

/// Whether a referral waits: for a decision, or to be sent again.
pub(crate) fn waits() -> SimpleExpr {
    Column::Status.is_in([ReferralStatus::Submitted, ReferralStatus::Returned])
}

/// The students whom a school ever referred, as a subquery.
pub(crate) fn students_referred_by(school: SchoolId) -> SelectStatement {
    Entity::find()
        .select_only()
        .column(Column::StudentId)
        .filter(Column::SchoolId.eq(school))
        .into_query()
}

/// The students of the referrals that fit and wait, as a subquery. Of one that was accepted its
/// case says who reaches the student.
pub(crate) fn students_of_waiting(fits: SimpleExpr) -> SelectStatement {
    students_of(fits.and(Column::Status.ne(ReferralStatus::Accepted)))
}

/// The students of the referrals that fit and are not over, as a subquery.
pub(crate) fn students_of(fits: SimpleExpr) -> SelectStatement {
    let over = [
        ReferralStatus::Declined,
        ReferralStatus::Withdrawn,
        ReferralStatus::Redirected,
        ReferralStatus::Resolved,
    ];
    Entity::find()
        .select_only()
        .column(Column::StudentId)
        .filter(fits)
        .filter(Column::Status.is_not_in(over))
        .into_query()
}

/// What the rules decide on, out of the row.
fn to_domain(row: &Model) -> Result<Referral, StoreError> {
    let state = match (row.status, row.case_id, row.successor_id) {
        (ReferralStatus::Submitted, None, None) => State::Submitted,
        (ReferralStatus::Accepted, Some(case_id), None) => State::Accepted { case_id },
        (ReferralStatus::Declined, None, None) => State::Declined,
        (ReferralStatus::Returned, None, None) => State::Returned,
        (ReferralStatus::Withdrawn, None, None) => State::Withdrawn,
        (ReferralStatus::Redirected, None, Some(successor_id)) => {
            State::Redirected { successor_id }
        }
        (ReferralStatus::Resolved, None, None) => State::Resolved,
        _ => return Err(StoreError::Corrupt(row.id.0)),
    };
    Ok(Referral { id: row.id, provider_id: row.provider_id, state })
}

/// The state back into the row's columns.
fn take_state(row: &mut Model, referral: &Referral) {
    row.status = referral.status();
    (row.case_id, row.successor_id) = match referral.state {
        State::Accepted { case_id } => (Some(case_id), None),
        State::Redirected { successor_id } => (None, Some(successor_id)),
        State::Submitted
        | State::Declined
        | State::Returned
        | State::Withdrawn
        | State::Resolved => (None, None),
    };
}
