//! The access table: role × action → reach. One row an action, one column a role.

use super::{Action, Appointment, Caller, Role, Span};

/// What of the organisation a role reaches with an action.
#[derive(Clone, Copy)]
enum Reach {
    /// Nothing: the role never may.
    No,
    Nation,
    Queue,
    /// All of the caller's provider.
    Team,
    /// What the caller is assigned to, or named in.
    Own,
    School,
    Client,
}

/// Provider roles work only after the mandatory training.
pub(super) fn needs_training(role: Role) -> bool {
    matches!(role, Role::WorkflowLead | Role::CaseManager)
}

/// The rows that `appointment` reaches with `action`; `None` when it never may.
pub(super) fn span(appointment: &Appointment, caller: Caller, action: Action) -> Option<Span> {
    match (reach(appointment.role, action), caller) {
        (Reach::No, _) => None,
        (Reach::Nation, _) => Some(Span::Nation),
        (Reach::Queue, _) => Some(Span::Queue),
        (Reach::Team, _) => appointment.provider.map(Span::Provider),
        (Reach::School, _) => appointment.school.map(Span::School),
        (Reach::Own, Caller::User(id)) if appointment.role == Role::CaseManager => {
            Some(Span::CaseManager(id))
        }
        (Reach::Own, Caller::User(id)) => Some(Span::PrimaryContact(id)),
        (Reach::Client, Caller::Client(id)) => Some(Span::Client(id)),
        (Reach::Own, Caller::Client(_)) | (Reach::Client, Caller::User(_)) => None,
    }
}

/// Whether the role ever may.
pub(super) fn allows(role: Role, action: Action) -> bool {
    !matches!(reach(role, action), Reach::No)
}

fn reach(role: Role, action: Action) -> Reach {
    use Action::*;
    use Reach::{Client, Nation, No, Own, Queue, School, Team};
    match role {
        Role::MinistryAdmin => match action {
            ReadReference | ReadMeasures => Nation,
            ReadReferrals | DecideReferrals => Queue,
            SearchStudents | ReadStudents | UpdateStudents | ReadWhanauContacts
            | WriteWhanauContacts | SubmitReferrals | WithdrawReferrals | ReadCases
            | AssignCases | LogContacts | ReadContacts | WorkOnCases | CommentOnCases
            | ProposeClosures | DecideClosures | UploadDocuments | ReadDocuments => No,
        },
        Role::MinistryAnalyst | Role::Auditor if action == ReadMeasures => Nation,
        Role::MinistryAnalyst | Role::Auditor | Role::PrivacyOfficer | Role::ReportingClient => {
            only_reference(action)
        }
        Role::WorkflowLead => match action {
            ReadReference => Nation,
            SearchStudents | ReadStudents | UpdateStudents | ReadWhanauContacts
            | WriteWhanauContacts | SubmitReferrals | ReadReferrals | DecideReferrals
            | WithdrawReferrals | ReadCases | AssignCases | LogContacts | ReadContacts
            | WorkOnCases | CommentOnCases | ProposeClosures | DecideClosures | UploadDocuments
            | ReadDocuments | ReadMeasures => Team,
        },
        Role::CaseManager => match action {
            ReadReference => Nation,
            SearchStudents | ReadStudents | UpdateStudents | ReadWhanauContacts
            | WriteWhanauContacts | ReadReferrals | ReadCases | LogContacts | ReadContacts
            | WorkOnCases | CommentOnCases | ProposeClosures | UploadDocuments | ReadDocuments
            | ReadMeasures => Own,
            SubmitReferrals | DecideReferrals | WithdrawReferrals | AssignCases
            | DecideClosures => No,
        },
        Role::AttendanceLead => match action {
            ReadReference => Nation,
            SearchStudents | ReadStudents | UpdateStudents | ReadWhanauContacts
            | WriteWhanauContacts | SubmitReferrals | ReadReferrals | WithdrawReferrals
            | ReadCases | ReadContacts | CommentOnCases | UploadDocuments | ReadDocuments
            | ReadMeasures => School,
            DecideReferrals | AssignCases | LogContacts | WorkOnCases | ProposeClosures
            | DecideClosures => No,
        },
        Role::PrimaryContact => match action {
            ReadReference => Nation,
            SubmitReferrals => School,
            SearchStudents | ReadStudents | ReadWhanauContacts | WriteWhanauContacts
            | ReadReferrals | WithdrawReferrals | ReadCases | ReadContacts | CommentOnCases
            | UploadDocuments | ReadDocuments => Own,
            UpdateStudents | DecideReferrals | AssignCases | LogContacts | WorkOnCases
            | ProposeClosures | DecideClosures | ReadMeasures => No,
        },
        Role::OfficeSupport => match action {
            ReadReference => Nation,
            SubmitReferrals | ReadReferrals | WithdrawReferrals => School,
            SearchStudents | ReadStudents | UpdateStudents | ReadWhanauContacts
            | WriteWhanauContacts | DecideReferrals | ReadCases | AssignCases | LogContacts
            | ReadContacts | WorkOnCases | CommentOnCases | ProposeClosures | DecideClosures
            | UploadDocuments | ReadDocuments | ReadMeasures => No,
        },
        Role::SmsClient => match action {
            ReadReference => Nation,
            SubmitReferrals | ReadReferrals | WithdrawReferrals | WriteWhanauContacts => Client,
            SearchStudents | ReadStudents | UpdateStudents | ReadWhanauContacts
            | DecideReferrals | ReadCases | AssignCases | LogContacts | ReadContacts
            | WorkOnCases | CommentOnCases | ProposeClosures | DecideClosures | UploadDocuments
            | ReadDocuments | ReadMeasures => No,
        },
    }
}

/// Everyone who signs in may read the reference data; these roles have nothing else here.
fn only_reference(action: Action) -> Reach {
    if action == Action::ReadReference { Reach::Nation } else { Reach::No }
}
