//! What can be done with a need, and the permissions behind it.

use crate::access::Action;

crate::closed_list! {
    /// An action on a need, as `allowedActions` names it.
    NeedAction: "Action on a need" / "Te mahi i runga i te hiahia" {
        Approve = "approve": "Approve the need" / "Te whakaae ki te hiahia",
        Decline = "decline": "Decline the need" / "Te whakahē i te hiahia",
        Cancel = "cancel": "Cancel the need" / "Te whakakore i te hiahia",
        RecordSpending = "record_spending": "Record spending" / "Te tuhi i te whakapaunga moni",
        RecordRefund = "record_refund": "Record a refund" / "Te tuhi i te whakahokinga moni",
        Settle = "settle": "Settle the need" / "Te whakatau i te hiahia",
        Review = "review": "Review the approval" / "Te arotake i te whakaaetanga",
    }
}

impl NeedAction {
    /// The permission of the operation that does it.
    pub fn permission(self) -> Action {
        match self {
            Self::Approve | Self::Decline => Action::DecideNeeds,
            Self::Cancel | Self::RecordSpending | Self::RecordRefund | Self::Settle => {
                Action::AskForNeeds
            }
            Self::Review => Action::ReviewNeeds,
        }
    }
}
