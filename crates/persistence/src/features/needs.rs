//! Needs at rest: what the fund is asked to pay for on a case. The lock of the case is the lock of its needs,
//! and comes before that of the fund.

use ascms_domain::funds::{FundRefusal, Posting, in_year};
use ascms_domain::ids::{DocumentId, FundId, NeedId};
use ascms_domain::needs::{Need, NeedStep, RecordRefund, RecordSpending};
use ascms_domain::text::{Code, LongText};
use ascms_domain::timeline::{Details, NewEntry, Visibility};
use sea_orm::entity::prelude::*;

use crate::features::funds;
use crate::features::funds::ledger::{self, EntryDetails};
use crate::gate;
use crate::gate::write::Write;
use crate::reach::rows::{attendance_case, document};
use crate::reach::unscoped;
use crate::rows::need::{ActiveModel, Entity, Model};
use crate::rows::{contract, fund};
use crate::store::audit::{self, Subject};
use crate::store::call::CallError;
use crate::store::error::StoreError;
use crate::store::events::{self, Event};
use crate::store::whole_row;
use crate::trace;
use crate::trace::case_change::Change;

mod allowed;
mod asking;
mod checks;
mod deciding;
mod reads;

use checks::{RefusedNeed, beyond, fund_refused, refused, takes_entries};

pub use allowed::NeedCircumstances;
pub use checks::NeedChangeRefusal;
pub(crate) use reads::visible;
pub use reads::{NeedFilter, NeedRow};

/// A need, with the case that it hangs on, both as they are under the lock of the case.
struct LockedNeed {
    case: attendance_case::Model,
    need: Model,
}

impl Write<'_> {
    /// Records money that was spent on a need: its commitment pays, and the fund what is beyond it.
    pub async fn record_spending(
        &self,
        id: NeedId,
        spending: RecordSpending,
    ) -> Result<NeedRow, RefusedNeed> {
        let locked = locked(self, id).await?;
        let before = &locked.need;
        let beyond = beyond(self.grant(), &contract_of(self.txn, before).await?, before);
        let RecordSpending { amount_cents, spent_on, supplier, receipt_id, reason } = spending;
        let step = before.to_domain().spent(amount_cents, beyond).map_err(refused)?;
        if let Some(receipt) = receipt_id {
            let unknown = NeedChangeRefusal::UnknownReceipt;
            has_documents(self.txn, &locked.case, &[receipt], unknown).await?;
        }
        let details = EntryDetails {
            spent_on: Some(spent_on),
            supplier: supplier.map(|supplier| supplier.0),
            receipt_id,
            reason: reason.map(|reason| reason.0),
        };
        moved(self, &locked, step, details, NeedStep::Spent).await
    }

    /// Records spent money that came back to the fund.
    pub async fn record_refund(
        &self,
        id: NeedId,
        refund: RecordRefund,
    ) -> Result<NeedRow, RefusedNeed> {
        let locked = locked(self, id).await?;
        let RecordRefund { amount_cents, refunded_on, reason } = refund;
        let step = locked.need.to_domain().refunded(amount_cents).map_err(refused)?;
        let spent_on = Some(refunded_on);
        let details = EntryDetails { spent_on, reason: Some(reason.0), ..EntryDetails::default() };
        moved(self, &locked, step, details, NeedStep::Refunded).await
    }

    /// Settles a need: what is left of its commitment goes back to the fund.
    pub async fn settle_need(&self, id: NeedId) -> Result<NeedRow, RefusedNeed> {
        let locked = locked(self, id).await?;
        let (need, release) = locked.need.to_domain().settled().map_err(refused)?;
        let mut row = locked.need.after(need, self.now());
        row.settled_by = Some(self.caller());
        row.settled_at = Some(self.now());
        if let Some(release) = release {
            let fund = spendable(self, &locked.need).await?;
            let details = EntryDetails::default();
            let posted = ledger::post(self, &fund, release, Some(&row), details).await;
            save_fund(self, posted.map_err(CallError::refusal_into)?).await?;
        }
        let cents = release.map_or(0, |release| release.amount_cents.saturating_abs());
        saved(self, &locked.case, row, (NeedStep::Settled, cents)).await
    }
}

/// Spends of the fund, or gives back to it.
async fn moved(
    write: &Write<'_>,
    locked: &LockedNeed,
    (need, posting): (Need, Posting),
    details: EntryDetails,
    step: NeedStep,
) -> Result<NeedRow, RefusedNeed> {
    let before = &locked.need;
    let row = before.after(need, write.now());
    let fund = spendable(write, before).await?;
    if let Some(day) = details.spent_on {
        in_year(fund.year, day, write.today()).map_err(fund_refused)?;
    }
    let posted = ledger::post(write, &fund, posting, Some(&row), details).await;
    let mut fund = posted.map_err(CallError::refusal_into)?;
    ledger::count_supported(write.txn, &mut fund, (before, &row)).await?;
    save_fund(write, fund).await?;
    saved(write, &locked.case, row, (step, posting.amount_cents.saturating_abs())).await
}

/// The fund that promised something to a need, locked, while its ledger takes entries.
async fn spendable(write: &Write<'_>, need: &Model) -> Result<fund::Model, RefusedNeed> {
    let fund = funds::of_need(write.txn, need.fund_id).await?;
    takes_entries(fund.as_ref())?;
    fund.ok_or_else(|| fund_refused(FundRefusal::NoFund))
}

/// A need within reach, and its case, locked. Who reaches the need takes its steps also once the case is
/// with others, who have nothing to do with its money.
async fn locked(write: &Write<'_>, id: NeedId) -> Result<LockedNeed, StoreError> {
    let seen = visible(write.txn, write.grant(), id).await?;
    let case = gate::case::locked_as_part(write.txn, seen.case_id).await?;
    let need = Entity::find_by_id(id).one(write.txn).await?.ok_or(StoreError::NotFound)?;
    Ok(LockedNeed { case, need })
}

/// The contract by which a need was asked for: read for its rules, and shown to nobody.
async fn contract_of(
    db: &impl ConnectionTrait,
    need: &Model,
) -> Result<contract::Model, StoreError> {
    let row = contract::Entity::find_by_id(need.contract_id).one(db).await?;
    row.ok_or(StoreError::Corrupt(need.id.0))
}

async fn has_documents(
    db: &impl ConnectionTrait,
    case: &attendance_case::Model,
    ids: &[DocumentId],
    unknown: NeedChangeRefusal,
) -> Result<(), RefusedNeed> {
    if ids.is_empty() {
        return Ok(());
    }
    let named = document::Column::Id.is_in(ids.iter().copied());
    let found = unscoped::documents_of_case(case.id).filter(named).all(db).await?;
    let all = ids.iter().all(|id| found.iter().any(|document| document.id == *id));
    if all { Ok(()) } else { Err(CallError::Refused(unknown)) }
}

async fn save_fund(write: &Write<'_>, mut row: fund::Model) -> Result<(), DbErr> {
    row.version += 1;
    row.updated_at = write.now();
    whole_row::update(write.txn, fund::ActiveModel::from(row)).await
}

/// Writes the need after a step, and what the step leaves behind.
async fn saved(
    write: &Write<'_>,
    case: &attendance_case::Model,
    row: Model,
    (step, cents): (NeedStep, i64),
) -> Result<NeedRow, RefusedNeed> {
    whole_row::update(write.txn, ActiveModel::from(row.clone())).await?;
    leave_trace(write, case, &row, (step, cents)).await?;
    Ok(reads::shown(write.txn, row, write.today()).await?)
}

/// What a step leaves behind, for the provider's people alone: those who wait for it hear of it.
async fn leave_trace(
    write: &Write<'_>,
    case: &attendance_case::Model,
    row: &Model,
    (step, cents): (NeedStep, i64),
) -> Result<(), StoreError> {
    let (txn, grant, now) = (write.txn, write.grant(), write.now());
    let happened = match step {
        NeedStep::Asked => "need.asked",
        NeedStep::Approved => "need.approved",
        NeedStep::Declined => "need.declined",
        NeedStep::Cancelled => "need.cancelled",
        NeedStep::Spent => "need.spent",
        NeedStep::Refunded => "need.refunded",
        NeedStep::Settled => "need.settled",
    };
    let fund = row.fund_id.map(|FundId(id)| id);
    if case.provider_id != row.provider_id {
        // The case went to another provider, whose timeline has nothing to do with this money.
        let subject = Subject::one("need", row.id.0).with([case.id.0].into_iter().chain(fund));
        audit::record(txn, audit::allowed(grant, subject, now)).await?;
        let (subject_id, version) = (row.id.0, row.version);
        let provider_id = Some(row.provider_id);
        let event = Event { kind: happened, subject_id, version, provider_id, school_id: None };
        return Ok(events::record(txn, event, now).await?);
    }
    let details = Details::Need {
        what: step,
        need_id: row.id,
        category: Code(row.category.clone()),
        amount_cents: cents,
    };
    let entry = NewEntry::new(Visibility::Private, now, details);
    let change = Change::on_case(happened, row.id.0, row.version)
        .with(fund)
        .waiting_for_a_lead(row.status.is_waiting())
        .telling(vec![row.asked_by]);
    Ok(trace::timeline::record_case_event(txn, grant, case, entry, change, now).await?)
}

/// A comment as it is written.
fn words(comment: Option<LongText>) -> Option<String> {
    comment.map(|comment| comment.0)
}
