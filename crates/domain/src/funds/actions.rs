//! What can be done with a fund, and the permission behind it.

use crate::access::Action;

crate::closed_list! {
    /// An action on a fund, as `allowedActions` names it.
    FundAction: "Action on a fund" / "Te mahi i runga i te tahua" {
        ProposeBudgetChange = "propose_budget_change": "Propose a change of the budget" / "Te marohi panonitanga o te tahua",
        ConfirmBudget = "confirm_budget": "Confirm the proposed budget" / "Te whakaū i te tahua kua marohitia",
        RejectBudget = "reject_budget": "Reject the proposed budget" / "Te whakakāhore i te tahua kua marohitia",
        Override = "override": "Let the provider go beyond the budget" / "Te whakaae kia nui ake i te tahua",
        Close = "close": "Close the fund" / "Te kati i te tahua",
    }
}

impl FundAction {
    /// The permission of the operation that does it.
    pub fn permission(self) -> Action {
        match self {
            Self::ProposeBudgetChange
            | Self::ConfirmBudget
            | Self::RejectBudget
            | Self::Override
            | Self::Close => Action::BudgetFunds,
        }
    }
}
