//! Transfers at rest: a case offered by one provider to another. Both sides keep an account of it;
//! the case itself is with one of them at any instant.

use ascms_domain::access::Grant;
use ascms_domain::cases::{CaseAction, CaseRefusal};
use ascms_domain::ids::{CaseId, ProviderId, TransferId, UserId};
use ascms_domain::measures::ClockCause;
use ascms_domain::text::LongText;
use ascms_domain::timeline::Details;
use ascms_domain::transfers::{
    Receiver, Transfer, TransferAnswer, TransferRefusal, TransferStatus,
};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QuerySelect};

use crate::features::measures::{self, ClockScope};
use crate::features::students::enrolment;
use crate::features::transfers::names::select_with_names;
use crate::features::{cases, referrals, tasks};
use crate::gate::write::Write;
use crate::reach::rows::attendance_case;
use crate::reach::rows::case_transfer::{ActiveModel, Column, Model};
use crate::reach::transfers::{ways, within};
use crate::reference::providers;
use crate::store::audit::{self, Subject};
use crate::store::call::CallError;
use crate::store::error::StoreError;
use crate::store::page::{Page, PageRequest};
use crate::store::position;
use crate::store::position::point::Position;
use crate::store::transaction::DatabaseTransaction;
use crate::store::whole_row;
use crate::trace::case_change::Change;
use crate::{Store, gate, reach, trace};

mod names;

pub use names::TransferRow;

/// Which transfers a list shows.
#[derive(Clone, Copy, Debug, Default)]
pub struct TransferFilter<'a> {
    pub status: Option<TransferStatus>,
    /// Only those that changed after a position.
    pub changed_after: Option<&'a Position>,
}

/// Why a transfer was not requested, decided or cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransferChangeRefusal {
    #[error(transparent)]
    Case(#[from] CaseRefusal),
    #[error(transparent)]
    Transfer(#[from] TransferRefusal),
}

impl Write<'_> {
    /// Offers a case to another provider.
    pub async fn request_transfer(
        &self,
        case_id: CaseId,
        to: ProviderId,
        reason: LongText,
    ) -> Result<TransferRow, CallError<TransferChangeRefusal>> {
        let &Write { txn, call, calendars, .. } = self;
        let asked = CaseAction::RequestTransfer;
        let case = gate::case::locked_for(txn, call, case_id, asked, calendars).await?;
        let receiver = receiver(txn, to, &case, self.today()).await?;
        receiver.accepts_from(case.provider_id).map_err(refused)?;
        let row = Model {
            id: TransferId::generate(),
            case_id,
            school_id: case.school_id,
            from_provider_id: case.provider_id,
            to_provider_id: to,
            status: TransferStatus::Requested,
            reason: reason.0,
            requested_by: self.caller(),
            requested_at: self.now(),
            decided_by: None,
            decided_at: None,
            comment: None,
            version: 1,
        };
        whole_row::insert(txn, ActiveModel::from(row.clone())).await?;
        announce(self, &case, None, &row).await?;
        Ok(read_with_names(txn, row.id).await?)
    }

    /// The receiver takes the case over, or declines it. Taken over, the case and its referrals
    /// are the receiver's in one instant.
    pub async fn decide_transfer(
        &self,
        id: TransferId,
        answer: TransferAnswer,
    ) -> Result<TransferRow, CallError<TransferChangeRefusal>> {
        let &Write { txn, calendars, .. } = self;
        let (grant, now) = (self.grant(), self.now());
        let (mut row, mut case) = locked(txn, grant, id).await?;
        let mut transfer = to_domain(&row);
        let acts = grant.reaches_the_nation() || grant.leads(transfer.to);
        transfer.decide(answer.outcome(), acts).map_err(refused)?;
        take(self, &mut row, &transfer, answer.into_comment());
        let case_manager = case.case_manager_id;
        if transfer.status.is_accepted() {
            // The student may have changed school since it was asked for.
            let receiver = receiver(txn, transfer.to, &case, self.today()).await?;
            receiver.accepts_from(case.provider_id).map_err(refused)?;
            let mut rules = gate::case_state::to_domain(&case)?;
            rules.hand_over(transfer.to).map_err(refused)?;
            cases::hand_over(txn, grant, &mut case, &rules, now).await?;
            referrals::hand_over(txn, grant, case.id, transfer.to, now).await?;
            tasks::hand_over(self, &case, tasks::FormerAssignees::Provider).await?;
        }
        save(txn, &row).await?;
        if row.status.is_accepted() {
            let which = ClockScope::Referrals(&[case.referral_id]);
            measures::recompute_clocks(txn, which, ClockCause::Decision, calendars, now).await?;
        }
        let left = case_manager.filter(|_| case.case_manager_id.is_none());
        announce(self, &case, left, &row).await?;
        Ok(read_with_names(txn, id).await?)
    }

    /// The giver takes the offer back.
    pub async fn cancel_transfer(
        &self,
        id: TransferId,
        comment: Option<LongText>,
    ) -> Result<TransferRow, CallError<TransferChangeRefusal>> {
        let (mut row, case) = locked(self.txn, self.grant(), id).await?;
        let mut transfer = to_domain(&row);
        transfer.cancel(self.grant().leads(transfer.from)).map_err(refused)?;
        take(self, &mut row, &transfer, comment);
        save(self.txn, &row).await?;
        announce(self, &case, None, &row).await?;
        Ok(read_with_names(self.txn, id).await?)
    }
}

impl Store {
    /// One transfer, by either side.
    pub async fn transfer(
        &self,
        grant: &Grant,
        id: TransferId,
        now: DateTime<Utc>,
    ) -> Result<TransferRow, StoreError> {
        let row =
            select_with_names(within(grant).filter(Column::Id.eq(id))).one(&self.read).await?;
        let row = row.ok_or(StoreError::NotFound)?;
        let subject = Subject::one("transfer", id.0).with([row.transfer.case_id.0]);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(row)
    }

    /// The transfers that the caller's provider asked for or is asked to answer, newest first.
    pub async fn transfers(
        &self,
        grant: &Grant,
        TransferFilter { status, changed_after }: TransferFilter<'_>,
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
        let found =
            page.cut(select_with_names(query).all(&self.read).await?, |row| row.transfer.id);
        let ids = found.items.iter().map(|row| row.transfer.id.0).collect();
        self.read_log.record(audit::allowed(grant, Subject::many("transfer", ids), now)).await?;
        Ok(Page { total, ..found })
    }
}

fn refused(err: impl Into<TransferChangeRefusal>) -> CallError<TransferChangeRefusal> {
    CallError::Refused(err.into())
}

/// The transfer and its case, both locked, the transfer first: whoever answers one waits here for
/// whoever else does.
async fn locked(
    txn: &DatabaseTransaction,
    grant: &Grant,
    id: TransferId,
) -> Result<(Model, attendance_case::Model), StoreError> {
    let row = within(grant).filter(Column::Id.eq(id)).lock_exclusive().one(txn).await?;
    let row = row.ok_or(StoreError::NotFound)?;
    let case = gate::case::locked_as_part(txn, row.case_id).await?;
    Ok((row, case))
}

async fn receiver(
    txn: &DatabaseTransaction,
    id: ProviderId,
    case: &attendance_case::Model,
    today: NaiveDate,
) -> Result<Receiver, DbErr> {
    let enrolled = enrolment::open(txn, case.student_id).await?;
    let school = enrolled.map_or(case.school_id, |enrolment| enrolment.school_id);
    Ok(Receiver { id, organisation: providers::candidate(txn, id, school, today).await? })
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

fn take(write: &Write<'_>, row: &mut Model, transfer: &Transfer, comment: Option<LongText>) {
    row.status = transfer.status;
    row.comment = comment.map(|comment| comment.0);
    row.decided_by = Some(write.caller());
    row.decided_at = Some(write.now());
    row.version += 1;
}

async fn save(txn: &DatabaseTransaction, row: &Model) -> Result<(), DbErr> {
    whole_row::update(txn, ActiveModel::from(row.clone())).await
}

/// The transfer's step in the case's timeline, its audit entry, its event. The people
/// from whom the case was taken are told, and those who have it.
async fn announce(
    write: &Write<'_>,
    case: &attendance_case::Model,
    left: Option<UserId>,
    row: &Model,
) -> Result<(), DbErr> {
    let (txn, grant, now) = (write.txn, write.grant(), write.now());
    let visibility = row.status.visibility();
    let (reason, answer) = (LongText(row.reason.clone()), row.comment.clone().map(LongText));
    let details = Details::Transfer {
        status: row.status,
        from_provider_id: row.from_provider_id,
        to_provider_id: row.to_provider_id,
        comment: row.status.comment_told(reason, answer),
    };
    trace::timeline::append_now(txn, grant, case, visibility, details, now).await?;
    let kind = event_kind(row.status);
    let change = Change::on_case(kind, row.id.0, row.version).to(visibility.into());
    trace::case_change::changed(txn, grant, case, change.taken_from(left), now).await
}

fn event_kind(status: TransferStatus) -> &'static str {
    match status {
        TransferStatus::Requested => "transfer.requested",
        TransferStatus::Accepted => "transfer.accepted",
        TransferStatus::Declined => "transfer.declined",
        TransferStatus::Cancelled => "transfer.cancelled",
    }
}

async fn read_with_names(
    txn: &DatabaseTransaction,
    id: TransferId,
) -> Result<TransferRow, StoreError> {
    select_with_names(reach::unscoped::transfer_of_change(id))
        .one(txn)
        .await?
        .ok_or(StoreError::NotFound)
}

/// One that the caller's side has a part in.
pub(crate) async fn visible(
    db: &impl ConnectionTrait,
    grant: &Grant,
    id: TransferId,
) -> Result<Model, StoreError> {
    within(grant).filter(Column::Id.eq(id)).one(db).await?.ok_or(StoreError::NotFound)
}
