//! What can be done with a submission, and the permissions behind it.

use crate::access::Action;

crate::closed_list! {
    /// An action on a submission, as `allowedActions` names it.
    SubmissionAction: "Action on a submission" / "Te mahi i runga i te tukunga" {
        Change = "change": "Change the submission" / "Te huri i te tukunga",
        AddDocument = "add_document": "Add a document" / "Te tāpiri i te tuhinga",
        Submit = "submit": "Submit it" / "Te tuku",
        Return = "return": "Return it" / "Te whakahoki",
        Accept = "accept": "Accept it" / "Te whakaae",
        /// An accepted plan is opened to be changed.
        Vary = "vary": "Vary the plan" / "Te whakarerekē i te mahere",
        RecordProgress = "record_progress": "Record progress on a milestone" / "Te tuhi i te ahunga whakamua",
    }
}

impl SubmissionAction {
    /// The permission of the operation that does it.
    pub fn permission(self) -> Action {
        match self {
            Self::Change | Self::AddDocument | Self::Submit | Self::Vary | Self::RecordProgress => {
                Action::WriteSubmissions
            }
            Self::Return | Self::Accept => Action::DecideSubmissions,
        }
    }
}
