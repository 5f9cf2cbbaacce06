//! What somebody may do with a fund now: asked with the functions that refuse.

use ascms_domain::access::{Grant, Span};
use ascms_domain::funds::{BudgetOutcome, FundAction, FundEntryKind, FundRefusal, Posting};
use ascms_domain::ids::UserId;
use ascms_domain::second_person::Approver;

use super::reads::FundRow;
use crate::store::call::CallError;
use crate::store::error::StoreError;

/// The least by which a budget changes: what is refused of it is refused of every amount.
const ONE_CENT: i64 = 1;

impl FundRow {
    /// Whether somebody with this grant, which is of the action's permission, could do it now with an input that
    /// suits it.
    ///
    /// # Errors
    ///
    /// The refusal that the call would be answered with.
    pub fn allows(&self, action: FundAction, grant: &Grant) -> Result<(), CallError<FundRefusal>> {
        let provider = Span::Provider(self.fund.provider_id);
        if !grant.reaches_the_nation() && !grant.reach().contains(&provider) {
            return Err(StoreError::NotFound.into());
        }
        self.takes(action, UserId(grant.caller().id())).map_err(CallError::Refused)
    }

    fn takes(&self, action: FundAction, by: UserId) -> Result<(), FundRefusal> {
        let (fund, status) = (&self.fund, self.fund.status);
        let covers = |posting| fund.balance().after(posting).map(drop).map_err(FundRefusal::from);
        let decided = |outcome| {
            let proposal = fund.proposal().ok_or(FundRefusal::NoProposal)?;
            let approver = Approver { id: by, of_ministry: true };
            let (_, posting) = status.budgeted((outcome, approver), proposal)?;
            posting.map_or(Ok(()), covers)
        };
        match action {
            FundAction::ProposeBudgetChange => {
                status.budgetable()?;
                if fund.proposal().is_some() {
                    return Err(FundRefusal::ProposalWaits);
                }
                covers(Posting::of(FundEntryKind::BudgetChange, ONE_CENT))
            }
            FundAction::ConfirmBudget => decided(BudgetOutcome::Confirmed),
            FundAction::RejectBudget => decided(BudgetOutcome::Rejected),
            FundAction::Override => {
                status.spendable()?;
                covers(Posting::of(FundEntryKind::Override, ONE_CENT))
            }
            FundAction::Close => status.closed(&fund.balance()).map(drop),
        }
    }
}
