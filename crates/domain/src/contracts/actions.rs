//! What can be done with a contract, and the permission behind it.

use crate::access::Action;

crate::closed_list! {
    /// An action on a contract, as `allowedActions` names it.
    ContractAction: "Action on a contract" / "Te mahi i runga i te kirimana" {
        Change = "change": "Change the contract" / "Te huri i te kirimana",
        Activate = "activate": "Activate the contract" / "Te whakahohe i te kirimana",
        SetYear = "set_year": "Set a year of the contract" / "Te whakarite i tētahi tau o te kirimana",
        End = "end": "End the contract" / "Te whakamutu i te kirimana",
    }
}

impl ContractAction {
    /// The permission of the operation that does it.
    pub fn permission(self) -> Action {
        match self {
            Self::Change | Self::Activate | Self::SetYear | Self::End => Action::WriteContracts,
        }
    }
}
