//! What can be done with a performance review and with what belongs to it, and the permissions behind it.

use super::findings::ReviewActionStep;
use super::withholding::WithholdingStep;
use crate::access::Action;

crate::closed_list! {
    /// An action on a performance review, as `allowedActions` names it.
    PerformanceReviewAction: "Action on a performance review" / "Te mahi i runga i te arotake mahi" {
        Comment = "comment": "Comment on the review" / "Te tāpiri kōrero ki te arotake",
        RecordMeeting = "record_meeting": "Record the meeting" / "Te tuhi i te hui",
        AddDocument = "add_document": "Add a document of the meeting" / "Te tāpiri i te tuhinga o te hui",
        AddFinding = "add_finding": "Add a finding" / "Te tāpiri i te kitenga",
        AgreeAction = "agree_action": "Agree on an action" / "Te whakaae ki tētahi mahi",
        Conclude = "conclude": "Conclude the review" / "Te whakaoti i te arotake",
        ProposeWithholding = "propose_withholding": "Propose a decision on the withholding payment" / "Te marohi whakatau mō te utu e puritia ana",
    }
}

impl PerformanceReviewAction {
    /// The permission of the operation that does it.
    pub fn permission(self) -> Action {
        match self {
            Self::Comment => Action::CommentPerformanceReviews,
            Self::RecordMeeting
            | Self::AddDocument
            | Self::AddFinding
            | Self::AgreeAction
            | Self::Conclude => Action::ConductPerformanceReviews,
            Self::ProposeWithholding => Action::DecideWithholding,
        }
    }
}

impl ReviewActionStep {
    /// The permission of the operation that takes it.
    pub fn permission(self) -> Action {
        match self {
            Self::Finish => Action::CommentPerformanceReviews,
            Self::Verify | Self::Drop => Action::ConductPerformanceReviews,
        }
    }
}

impl WithholdingStep {
    /// The permission of the operation that takes it.
    pub fn permission(self) -> Action {
        match self {
            Self::Confirm | Self::Pay => Action::DecideWithholding,
        }
    }
}
