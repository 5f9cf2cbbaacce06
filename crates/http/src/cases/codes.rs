//! The code that each refusal of a step is answered with.

use ascms_domain::cases::CaseError;

use crate::problem::Code;

/// The code of a rule's refusal, in the answer to a call and in `allowedActions` alike.
pub(crate) fn code_of(err: CaseError) -> Code {
    match err {
        CaseError::Closed => Code::CaseClosed,
        CaseError::Unassigned => Code::CaseUnassigned,
        CaseError::AlreadyPaused => Code::AlreadyPaused,
        CaseError::NotPaused => Code::NotPaused,
        CaseError::ReviewNotAhead => Code::InvalidBody,
        CaseError::ClosureAlreadyProposed => Code::ClosureAlreadyProposed,
        CaseError::NoClosureProposed => Code::NoClosureProposed,
        CaseError::OwnClosure => Code::OwnClosure,
        CaseError::OpenTasks => Code::OpenTasks,
        CaseError::UnexplainedBarrier => Code::UnexplainedBarriers,
        CaseError::TransferAlreadyRequested => Code::TransferAlreadyRequested,
        CaseError::NotClosed => Code::CaseNotClosed,
        CaseError::ReopeningTooLate => Code::ReopeningTooLate,
        CaseError::AnotherCaseOpen => Code::AnotherCaseOpen,
        CaseError::AssigneeNotHere => Code::AssigneeNotHere,
        CaseError::AssigneeDisabled => Code::AssigneeDisabled,
        CaseError::AssigneeUntrained => Code::AssigneeUntrained,
        CaseError::AlreadyAssigned => Code::AlreadyAssigned,
    }
}
