//! The permissions behind what is done on a case.

use super::CaseAction;
use crate::access::Action;

impl CaseAction {
    /// The permission of the operation that does it.
    pub fn permission(self) -> Action {
        match self {
            Self::Assign => Action::AssignCases,
            Self::ProposeClosure => Action::ProposeClosures,
            Self::ApproveClosure | Self::ReturnClosure | Self::Reopen => Action::DecideClosures,
            Self::LogContact => Action::LogContacts,
            Self::AddComment => Action::CommentOnCases,
            Self::RequestTransfer => Action::TransferCases,
            Self::ReplacePrimaryContact => Action::ReplacePrimaryContacts,
            Self::AddDocument => Action::UploadDocuments,
            Self::Pause
            | Self::Resume
            | Self::AddMeeting
            | Self::AddNote
            | Self::AddAgencyReferral
            | Self::AddDisclosure
            | Self::AddTask
            | Self::AddBarrier
            | Self::ChangePlan => Action::WorkOnCases,
        }
    }
}
