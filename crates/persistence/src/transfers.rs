//! Transfers at rest: a case offered by one provider to another. Both sides keep an account of it;
//! the case itself is with one of them at any instant.

use ascms_domain::access::{Grant, Span};
use ascms_domain::calendar::nz_date;
use ascms_domain::cases::{CaseAction, CaseError};
use ascms_domain::ids::{CaseId, ProviderId, SchoolId, TransferId, UserId};
use ascms_domain::measures::ClockCause;
use ascms_domain::organisations::{OrganisationKind, OrganisationStatus};
use ascms_domain::text::Words;
use ascms_domain::timeline::{Details, Visibility};
use ascms_domain::transfers::{Receiver, Transfer, TransferError, TransferOutcome, TransferStatus};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ExprTrait;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{SelectStatement, SimpleExpr};
use sea_orm::{Condition, QuerySelect, QueryTrait};

use crate::audit::{self, Subject};
use crate::call::About;
use crate::cases::Change;
use crate::idempotency::Answer;
use crate::measures::{self, Which};
use crate::page::{Page, PageRequest};
use crate::position::{self, Position};
use crate::schools::provision;
use crate::students::enrolment;
use crate::turns::Topic;
use crate::{
    Call, CallError, DatabaseTransaction, Store, StoreError, cases, organisations, reach,
    referrals, tasks, timeline,
};

mod names;

pub use names::TransferRow;
use names::beside;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "case_transfer")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TransferId,
    pub case_id: CaseId,
    pub school_id: SchoolId,
    pub from_provider_id: ProviderId,
    pub to_provider_id: ProviderId,
    pub status: TransferStatus,
    pub reason: String,
    pub requested_by: UserId,
    pub requested_at: DateTime<Utc>,
    pub decided_by: Option<UserId>,
    pub decided_at: Option<DateTime<Utc>>,
    pub words: Option<String>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransferRefusal {
    #[error(transparent)]
    Case(#[from] CaseError),
    #[error(transparent)]
    Transfer(#[from] TransferError),
}

type Refusal = CallError<TransferRefusal>;

impl Store {
    /// Offers a case to another provider.
    pub async fn request_transfer(
        &self,
        call: &Call<'_>,
        case_id: CaseId,
        to: ProviderId,
        reason: Words,
        render: impl FnOnce(&TransferRow) -> Answer,
    ) -> Result<Answer, Refusal> {
        let almanac = self.almanac().await?;
        self.carry_out_on(
            Topic::Record(case_id.0),
            (call, About::TransferOf(case_id)),
            async |txn| {
                let Call { grant, now, .. } = *call;
                let asked = CaseAction::RequestTransfer;
                let case = cases::locked_for(txn, call, case_id, asked, &almanac).await?;
                let receiver = receiver(txn, to, &case, nz_date(now)).await?;
                receiver.accepts_from(case.provider_id).map_err(refused)?;
                let row = Model {
                    id: TransferId::generate(),
                    case_id,
                    school_id: case.school_id,
                    from_provider_id: case.provider_id,
                    to_provider_id: to,
                    status: TransferStatus::Requested,
                    reason: reason.0,
                    requested_by: UserId(grant.caller().id()),
                    requested_at: now,
                    decided_by: None,
                    decided_at: None,
                    words: None,
                    version: 1,
                };
                Entity::insert(ActiveModel::from(row.clone()).reset_all())
                    .exec_without_returning(txn)
                    .await?;
                announce(txn, grant, (&case, None), &row, now).await?;
                Ok(render(&named(txn, row.id).await?))
            },
        )
        .await
    }

    /// The receiver takes the case over, or declines it. Taken over, the case and its referrals
    /// are the receiver's in one instant.
    pub async fn decide_transfer(
        &self,
        call: &Call<'_>,
        id: TransferId,
        outcome: TransferOutcome,
        words: Option<Words>,
        render: impl FnOnce(&TransferRow) -> Answer,
    ) -> Result<Answer, Refusal> {
        let almanac = self.almanac().await?;
        self.carry_out_on(Topic::Record(id.0), (call, About::Transfer(id)), async |txn| {
            let Call { grant, now, .. } = *call;
            let (mut row, mut case) = locked(txn, grant, id).await?;
            let mut transfer = to_domain(&row);
            let acts = grant.reaches_the_nation() || grant.leads(transfer.to);
            transfer.decide(outcome, acts).map_err(refused)?;
            take(&mut row, &transfer, words, grant, now);
            let case_manager = case.case_manager_id;
            if transfer.status == TransferStatus::Accepted {
                // The student may have changed school since it was asked for.
                let receiver = receiver(txn, transfer.to, &case, nz_date(now)).await?;
                receiver.accepts_from(case.provider_id).map_err(refused)?;
                let mut rules = cases::to_domain(&case)?;
                rules.hand_over(transfer.to).map_err(refused)?;
                cases::hand_over(txn, grant, &mut case, &rules, now).await?;
                referrals::hand_over(txn, grant, case.id, transfer.to, now).await?;
                tasks::hand_over(txn, call, &case, tasks::Former::Provider).await?;
            }
            keep(txn, &row).await?;
            if row.status == TransferStatus::Accepted {
                let which = Which::Referrals(&[case.referral_id]);
                measures::tell(txn, which, ClockCause::Decision, (&almanac, now)).await?;
            }
            let left = case_manager.filter(|_| case.case_manager_id.is_none());
            announce(txn, grant, (&case, left), &row, now).await?;
            Ok(render(&named(txn, id).await?))
        })
        .await
    }

    /// The giver takes the offer back.
    pub async fn cancel_transfer(
        &self,
        call: &Call<'_>,
        id: TransferId,
        words: Option<Words>,
        render: impl FnOnce(&TransferRow) -> Answer,
    ) -> Result<Answer, Refusal> {
        self.carry_out_on(Topic::Record(id.0), (call, About::Transfer(id)), async |txn| {
            let Call { grant, now, .. } = *call;
            let (mut row, case) = locked(txn, grant, id).await?;
            let mut transfer = to_domain(&row);
            transfer.cancel(grant.leads(transfer.from)).map_err(refused)?;
            take(&mut row, &transfer, words, grant, now);
            keep(txn, &row).await?;
            announce(txn, grant, (&case, None), &row, now).await?;
            Ok(render(&named(txn, id).await?))
        })
        .await
    }

    /// One transfer, by either side.
    pub async fn transfer(
        &self,
        grant: &Grant,
        id: TransferId,
        now: DateTime<Utc>,
    ) -> Result<TransferRow, StoreError> {
        let row = beside(within(grant).filter(Column::Id.eq(id))).one(&self.read).await?;
        let row = row.ok_or(StoreError::NotFound)?;
        let subject = Subject::one("transfer", id.0).with([row.transfer.case_id.0]);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(row)
    }

    /// The transfers that the caller's provider asked for or is asked to answer, newest first.
    pub async fn transfers(
        &self,
        grant: &Grant,
        (status, changed_after): (Option<TransferStatus>, Option<&Position>),
        page: PageRequest<TransferId>,
        now: DateTime<Utc>,
    ) -> Result<Page<TransferRow, TransferId>, StoreError> {
        let changed = changed_after.map(|after| {
            let ids = position::changed(self.read.get_database_backend(), "transfer", after);
            Column::Id.in_subquery(ids)
        });
        let fits = Condition::all()
            .add_option(status.map(|status| Column::Status.eq(status)))
            .add_option(changed);
        let fitting = within(grant).filter(fits);
        let total = page.total(&fitting, &self.read).await?;
        let query = page.newest_first_of(fitting, reach::ways(grant, ways), Column::Id);
        let found = page.cut(beside(query).all(&self.read).await?, |row| row.transfer.id);
        let ids = found.items.iter().map(|row| row.transfer.id.0).collect();
        self.read_log.record(audit::allowed(grant, Subject::many("transfer", ids), now)).await?;
        Ok(Page { total, ..found })
    }
}

fn refused(err: impl Into<TransferRefusal>) -> Refusal {
    CallError::Refused(err.into())
}

/// The transfer and its case, both locked, the transfer first: whoever answers one waits here for
/// whoever else does.
async fn locked(
    txn: &DatabaseTransaction,
    grant: &Grant,
    id: TransferId,
) -> Result<(Model, cases::Model), StoreError> {
    let row = within(grant).filter(Column::Id.eq(id)).lock_exclusive().one(txn).await?;
    let row = row.ok_or(StoreError::NotFound)?;
    let case = cases::locked_as_part(txn, row.case_id).await?;
    Ok((row, case))
}

async fn receiver(
    txn: &DatabaseTransaction,
    id: ProviderId,
    case: &cases::Model,
    today: NaiveDate,
) -> Result<Receiver, DbErr> {
    let organisation = organisations::Entity::find_by_id(id).one(txn).await?;
    let working = organisation
        .filter(|row| row.status == OrganisationStatus::Active && row.kind.is_provider());
    let serves_the_school = match working.as_ref().map(|row| row.kind) {
        Some(OrganisationKind::InSchoolProvider) => {
            let enrolled = enrolment::open(txn, case.student_id).await?;
            let school = enrolled.map_or(case.school_id, |enrolment| enrolment.school_id);
            provision::serves(txn, id, school, today).await?
        }
        Some(
            OrganisationKind::CatchmentProvider
            | OrganisationKind::Ministry
            | OrganisationKind::SmsVendor,
        )
        | None => true,
    };
    Ok(Receiver { id, is_provider: working.is_some(), serves_the_school })
}

fn to_domain(row: &Model) -> Transfer {
    Transfer {
        id: row.id,
        from: row.from_provider_id,
        to: row.to_provider_id,
        status: row.status,
        requested_by: row.requested_by,
    }
}

fn take(
    row: &mut Model,
    transfer: &Transfer,
    words: Option<Words>,
    by: &Grant,
    now: DateTime<Utc>,
) {
    row.status = transfer.status;
    row.words = words.map(|words| words.0);
    row.decided_by = Some(UserId(by.caller().id()));
    row.decided_at = Some(now);
    row.version += 1;
}

async fn keep(txn: &DatabaseTransaction, row: &Model) -> Result<(), DbErr> {
    Entity::update(ActiveModel::from(row.clone()).reset_all()).exec_without_returning(txn).await?;
    Ok(())
}

/// The transfer's step in the case's timeline, its audit entry, its event. Until the case has
/// gone over, the offer is the providers' own affair. Whoever it was taken from is told
/// beside those who have it.
async fn announce(
    txn: &DatabaseTransaction,
    grant: &Grant,
    (case, left): (&cases::Model, Option<UserId>),
    row: &Model,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let (kind, visibility) = match row.status {
        TransferStatus::Requested => ("transfer.requested", Visibility::Private),
        TransferStatus::Accepted => ("transfer.accepted", Visibility::Shared),
        TransferStatus::Declined => ("transfer.declined", Visibility::Private),
        TransferStatus::Cancelled => ("transfer.cancelled", Visibility::Private),
    };
    let details = Details::Transfer {
        status: row.status,
        from_provider_id: row.from_provider_id,
        to_provider_id: row.to_provider_id,
        words: match row.status {
            TransferStatus::Requested => Some(Words(row.reason.clone())),
            TransferStatus::Accepted => None,
            TransferStatus::Declined | TransferStatus::Cancelled => row.words.clone().map(Words),
        },
    };
    timeline::append_now(txn, grant, case, visibility, details, now).await?;
    let change = Change::on_case(kind, row.id.0, row.version).to(visibility.into());
    cases::changed(txn, grant, case, change.taken_from(left), now).await
}

async fn named(txn: &DatabaseTransaction, id: TransferId) -> Result<TransferRow, StoreError> {
    beside(Entity::find_by_id(id)).one(txn).await?.ok_or(StoreError::NotFound)
}

/// A transfer of the case at hand that waits for its answer, as a subquery.
pub(crate) fn waiting_of_case() -> SelectStatement {
    let same = Expr::col((Entity, Column::CaseId)).equals((cases::Entity, cases::Column::Id));
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(same)
        .filter(Column::Status.eq(TransferStatus::Requested))
        .into_query()
}

/// One that the caller's side has a part in.
pub(crate) async fn visible(
    db: &impl ConnectionTrait,
    grant: &Grant,
    id: TransferId,
) -> Result<Model, StoreError> {
    within(grant).filter(Column::Id.eq(id)).one(db).await?.ok_or(StoreError::NotFound)
}

/// Every read of the table starts here: both sides see a transfer, and nobody else but the nation.
pub(crate) fn within(grant: &Grant) -> Select<Entity> {
    Entity::find().filter(reach::condition(grant, span))
}

fn span(span: Span) -> Option<SimpleExpr> {
    ways(span).into_iter().reduce(SimpleExpr::or)
}

fn ways(span: Span) -> Vec<SimpleExpr> {
    match span {
        Span::Nation => vec![Expr::cust("1 = 1")],
        Span::Provider(own) => vec![Column::FromProviderId.eq(own), Column::ToProviderId.eq(own)],
        Span::Queue
        | Span::Person(_)
        | Span::Client(_)
        | Span::CaseManager(..)
        | Span::PrimaryContact(..)
        | Span::School(_) => Vec::new(),
    }
}
