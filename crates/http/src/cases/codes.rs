//! The code that each refusal of a step is answered with.

use ascms_domain::cases::CaseRefusal;

use crate::problem::Code;

/// The code of a rule's refusal, in the answer to a call and in `allowedActions` alike.
pub(crate) fn code_of(err: CaseRefusal) -> Code {
    match err {
        CaseRefusal::Closed => Code::CaseClosed,
        CaseRefusal::Unassigned => Code::CaseUnassigned,
        CaseRefusal::AlreadyPaused => Code::AlreadyPaused,
        CaseRefusal::NotPaused => Code::NotPaused,
        CaseRefusal::ReviewNotAhead => Code::InvalidBody,
        CaseRefusal::ClosureAlreadyProposed => Code::ClosureAlreadyProposed,
        CaseRefusal::NoClosureProposed => Code::NoClosureProposed,
        CaseRefusal::OwnClosure => Code::OwnClosure,
        CaseRefusal::OpenTasks => Code::OpenTasks,
        CaseRefusal::UnexplainedBarrier => Code::UnexplainedBarriers,
        CaseRefusal::TransferAlreadyRequested => Code::TransferAlreadyRequested,
        CaseRefusal::NotClosed => Code::CaseNotClosed,
        CaseRefusal::ReopeningTooLate => Code::ReopeningTooLate,
        CaseRefusal::AnotherCaseOpen => Code::AnotherCaseOpen,
        CaseRefusal::AssigneeNotHere => Code::AssigneeNotHere,
        CaseRefusal::AssigneeDisabled => Code::AssigneeDisabled,
        CaseRefusal::AssigneeUntrained => Code::AssigneeUntrained,
        CaseRefusal::AlreadyAssigned => Code::AlreadyAssigned,
    }
}
