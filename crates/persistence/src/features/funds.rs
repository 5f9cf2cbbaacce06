//! Unmet basic needs funds at rest: the Ministry opens a fund, sets its budget with a second person, lets a
//! provider go beyond it, and closes it.

use ascms_domain::funds::{
    BudgetOutcome, FundEntryKind, FundRefusal, FundStatus, OpenFund, Posting, ProposeBudgetChange,
};
use ascms_domain::ids::{ContractId, FundId};
use ascms_domain::second_person::Approver;
use ascms_domain::text::LongText;
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;

use crate::gate;
use crate::gate::write::Write;
use crate::reach::funds::within;
use crate::rows::fund::{ActiveModel, Column, Entity, Model};
use crate::store::audit::{self, Subject};
use crate::store::call::CallError;
use crate::store::error::StoreError;
use crate::store::events::{self, Event};
use crate::store::transaction::DatabaseTransaction;
use crate::store::whole_row;

mod allowed;
pub(crate) mod ledger;
mod reads;
mod report;
pub(crate) mod statement;

pub(crate) use reads::visible;
pub use reads::{FundEntryFilter, FundEntryRow, FundFilter, FundRow};
pub use report::FundReportRow;

/// Why a fund was not opened or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FundChangeRefusal {
    #[error(transparent)]
    Fund(#[from] FundRefusal),
    #[error("the contract has a fund for this year")]
    AlreadyOpened,
    #[error("the contract pays nothing in this year")]
    NoYear,
    #[error("no contract has this id")]
    UnknownContract,
}

type RefusedFund = CallError<FundChangeRefusal>;

impl Write<'_> {
    /// Opens the fund of a contract's year. Its budget is the contract's, and waits for a second person.
    pub async fn open_fund(&self, new: OpenFund) -> Result<FundRow, RefusedFund> {
        let OpenFund { contract_id, year } = new;
        let (txn, by, now) = (self.txn, self.caller(), self.now());
        // The lock of the contract: two that open the same fund come one after the other.
        let contract = gate::contracts::locked(txn, self.grant(), contract_id).await;
        let contract = contract.map_err(|err| {
            if matches!(err, StoreError::NotFound) {
                CallError::Refused(FundChangeRefusal::UnknownContract)
            } else {
                CallError::Store(err)
            }
        })?;
        if of_year(txn, contract_id, year).await?.is_some() {
            return Err(CallError::Refused(FundChangeRefusal::AlreadyOpened));
        }
        let paid = gate::contracts::year(txn, contract_id, year).await?;
        let paid = paid.ok_or(CallError::Refused(FundChangeRefusal::NoYear))?;
        let row = Model {
            id: FundId(self.new_id()),
            contract_id,
            provider_id: contract.organisation_id,
            year,
            status: FundStatus::Proposed,
            budget_cents: 0,
            overrides_cents: 0,
            committed_cents: 0,
            spent_cents: 0,
            others_supported: 0,
            proposed_cents: Some(paid.basic_needs_cents),
            proposed_reason: None,
            proposed_by: Some(by),
            proposed_at: Some(now),
            opened_by: by,
            opened_at: now,
            closed_by: None,
            closed_at: None,
            version: 1,
            updated_at: now,
        };
        whole_row::insert(txn, ActiveModel::from(row.clone())).await?;
        leave_trace(self, &row, "fund.opened").await?;
        Ok(reads::with_names(txn, row).await?)
    }

    /// Proposes to add to the budget, or to take from it. One proposal at a time.
    pub async fn propose_budget_change(
        &self,
        id: FundId,
        change: ProposeBudgetChange,
    ) -> Result<FundRow, RefusedFund> {
        let before = locked(self, id).await?;
        before.status.budgetable().map_err(refused)?;
        if before.proposal().is_some() {
            return Err(refused(FundRefusal::ProposalWaits));
        }
        let ProposeBudgetChange { amount_cents, reason } = change;
        // What could never be confirmed is not proposed.
        let posting = Posting::of(FundEntryKind::BudgetChange, amount_cents);
        before.balance().after(posting).map_err(|err| refused(err.into()))?;
        let mut row = before;
        row.proposed_cents = Some(amount_cents);
        row.proposed_reason = Some(reason.0);
        row.proposed_by = Some(self.caller());
        row.proposed_at = Some(self.now());
        saved(self, row, "fund.change_proposed").await
    }

    /// Confirms the budget that waits, or rejects it: a second person of the Ministry.
    pub async fn decide_budget(
        &self,
        id: FundId,
        outcome: BudgetOutcome,
    ) -> Result<FundRow, RefusedFund> {
        let before = locked(self, id).await?;
        let proposal = before.proposal().ok_or_else(|| refused(FundRefusal::NoProposal))?;
        let approver = Approver { id: self.caller(), of_ministry: true };
        let decided = before.status.budgeted((outcome, approver), proposal);
        let (status, posting) = decided.map_err(refused)?;
        let reason = before.proposed_reason.clone();
        let mut row = match posting {
            Some(posting) => {
                let said = ledger::EntryDetails { reason, ..ledger::EntryDetails::default() };
                let posted = ledger::post(self, &before, posting, None, said).await;
                posted.map_err(CallError::refusal_into)?
            }
            None => before,
        };
        row.status = status;
        row.proposed_cents = None;
        row.proposed_reason = None;
        row.proposed_by = None;
        row.proposed_at = None;
        let happened = match outcome {
            BudgetOutcome::Confirmed => "fund.budget_confirmed",
            BudgetOutcome::Rejected => "fund.budget_rejected",
        };
        saved(self, row, happened).await
    }

    /// Lets the provider go beyond the budget.
    pub async fn override_fund(
        &self,
        id: FundId,
        amount_cents: i64,
        reason: LongText,
    ) -> Result<FundRow, RefusedFund> {
        let before = locked(self, id).await?;
        before.status.spendable().map_err(refused)?;
        let posting = Posting::of(FundEntryKind::Override, amount_cents);
        let said =
            ledger::EntryDetails { reason: Some(reason.0), ..ledger::EntryDetails::default() };
        let posted = ledger::post(self, &before, posting, None, said).await;
        saved(self, posted.map_err(CallError::refusal_into)?, "fund.overridden").await
    }

    /// Closes a fund of which nothing is promised: its ledger takes no entry any longer. A proposal that
    /// waits goes with it.
    pub async fn close_fund(&self, id: FundId) -> Result<FundRow, RefusedFund> {
        let mut row = locked(self, id).await?;
        row.status = row.status.closed(&row.balance()).map_err(refused)?;
        row.proposed_cents = None;
        row.proposed_reason = None;
        row.proposed_by = None;
        row.proposed_at = None;
        row.closed_by = Some(self.caller());
        row.closed_at = Some(self.now());
        saved(self, row, "fund.closed").await
    }
}

fn refused(err: FundRefusal) -> RefusedFund {
    CallError::Refused(err.into())
}

/// A fund within reach, locked until the end of the change.
async fn locked(write: &Write<'_>, id: FundId) -> Result<Model, StoreError> {
    let one = within(write.grant()).filter(Column::Id.eq(id)).lock_exclusive();
    one.one(write.txn).await?.ok_or(StoreError::NotFound)
}

/// The fund of a contract's year, locked: read for the rule, and shown to nobody.
pub(crate) async fn of_year(
    txn: &DatabaseTransaction,
    contract_id: ContractId,
    year: i32,
) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::ContractId.eq(contract_id))
        .filter(Column::Year.eq(year))
        .lock_exclusive()
        .one(txn)
        .await
}

/// The fund that promised something, locked in the same way.
pub(crate) async fn of_need(
    txn: &DatabaseTransaction,
    id: Option<FundId>,
) -> Result<Option<Model>, DbErr> {
    let Some(id) = id else { return Ok(None) };
    Entity::find_by_id(id).lock_exclusive().one(txn).await
}

async fn saved(
    write: &Write<'_>,
    mut row: Model,
    happened: &'static str,
) -> Result<FundRow, RefusedFund> {
    row.version += 1;
    row.updated_at = write.now();
    whole_row::update(write.txn, ActiveModel::from(row.clone())).await?;
    leave_trace(write, &row, happened).await?;
    Ok(reads::with_names(write.txn, row).await?)
}

async fn leave_trace(
    write: &Write<'_>,
    row: &Model,
    happened: &'static str,
) -> Result<(), StoreError> {
    let (txn, now) = (write.txn, write.now());
    let subject = Subject::one("fund", row.id.0);
    audit::record(txn, audit::allowed(write.grant(), subject, now)).await?;
    let event = Event {
        kind: happened,
        subject_id: row.id.0,
        version: row.version,
        provider_id: Some(row.provider_id),
        school_id: None,
    };
    Ok(events::record(txn, event, now).await?)
}
