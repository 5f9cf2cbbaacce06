//! The access table: role × action → reach. One row an action, one column a role.

use super::actions::Action;
use super::callers::{Appointment, Caller, Role};
use super::spans::Span;

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
    /// What is addressed to the caller.
    Person,
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
            appointment.provider.map(|at| Span::CaseManager(id, at))
        }
        (Reach::Own, Caller::User(id)) => appointment.school.map(|at| Span::PrimaryContact(id, at)),
        (Reach::Client, Caller::Client(id)) => Some(Span::Client(id)),
        (Reach::Person, Caller::User(id)) => Some(Span::Person(id)),
        (Reach::Own | Reach::Person, Caller::Client(_)) | (Reach::Client, Caller::User(_)) => None,
    }
}

/// The action that reads the records which this one changes; `None` of those that change none, or
/// make what is new.
pub(super) fn read_by(action: Action) -> Option<Action> {
    use Action::*;
    match action {
        UpdateStudents | MergeStudents | NameAddressReaders | DeclareSiblings
        | RecordSchoolChanges => Some(ReadStudents),
        WriteWhanauContacts => Some(ReadWhanauContacts),
        SubmitReferrals | DecideReferrals | WithdrawReferrals => Some(ReadReferrals),
        AssignCases
        | LogContacts
        | WorkOnCases
        | CommentOnCases
        | ProposeClosures
        | DecideClosures
        | TransferCases
        | ReplacePrimaryContacts => Some(ReadCases),
        UploadDocuments => Some(ReadDocuments),
        DecideTransfers => Some(ReadTransfers),
        AnswerEnrolmentClaims => Some(ReadEnrolmentClaims),
        ConcludeClosureReviews => Some(ReadClosureReviews),
        AskForNeeds | DecideNeeds | ReviewNeeds => Some(ReadNeeds),
        BudgetFunds => Some(ReadFunds),
        CancelJobs => Some(ReadJobs),
        PublishBulletins => Some(ReadBulletins),
        WriteContracts => Some(ReadContracts),
        WaiveDuties => Some(ReadDuties),
        ReadReference
        | WriteReference
        | SearchStudents
        | ReadStudents
        | ReadWhanauContacts
        | ReadReferrals
        | ReadCases
        | ReadContacts
        | ReadCasework
        | ReadTransfers
        | ReadDocuments
        | ReadNeeds
        | ReadFunds
        | ReadWorkList
        | SendAttendance
        | ReadAttendance
        | SendEnrolments
        | ReadEnrolments
        | ReadEnrolmentClaims
        | ReadClosureReviews
        | ReportNonEnrolment
        | ReadAttendanceConcerns
        | DraftReferrals
        | ReadMeasures
        | PublishMeasures
        | ReadPublications
        | ReadJobs
        | ReadRecalculations
        | ReadNotifications
        | ReadHistory
        | ListReads
        | ReadContracts
        | ReadDuties
        | ReadBulletins => None,
    }
}

/// What reads records that answers of other actions show beside their own: entries of a timeline tell of
/// them.
pub(super) const SHOWN_BESIDE: [Action; 5] = [
    Action::ReadContacts,
    Action::ReadCasework,
    Action::ReadDocuments,
    Action::ReadTransfers,
    Action::ReadNeeds,
];

/// Whether the role ever may.
pub(super) fn allows(role: Role, action: Action) -> bool {
    !matches!(reach(role, action), Reach::No)
}

fn reach(role: Role, action: Action) -> Reach {
    let [admin, analyst, officer, auditor, lead, manager, attendance, primary, office, sms, tool] =
        row(action);
    match role {
        Role::MinistryAdmin => admin,
        Role::MinistryAnalyst => analyst,
        Role::PrivacyOfficer => officer,
        Role::Auditor => auditor,
        Role::WorkflowLead => lead,
        Role::CaseManager => manager,
        Role::AttendanceLead => attendance,
        Role::PrimaryContact => primary,
        Role::OfficeSupport => office,
        Role::SmsClient => sms,
        Role::ReportingClient => tool,
        Role::EnrolmentRegister => register(action),
    }
}

/// Columns: Ministry admin, analyst, privacy officer, auditor, workflow lead, case manager,
/// attendance lead, primary contact, office support, SMS client, reporting client.
#[rustfmt::skip]
fn row(action: Action) -> [Reach; 11] {
    use Action::*;
    use Reach::{Client, Nation, No, Own, Person, Queue, School, Team};
    match action {
        ReadReference => [Nation; 11],
        WriteReference => [Nation, No, No, No, No, No, No, No, No, No, No],
        SearchStudents => [No, No, No, No, Team, Own, School, Own, No, No, No],
        ReadStudents => [No, No, No, No, Team, Own, School, Own, No, No, No],
        UpdateStudents => [No, No, No, No, Team, Own, School, No, No, No, No],
        MergeStudents => [No, No, No, No, Team, No, No, No, No, No, No],
        NameAddressReaders => [No, No, No, No, Team, No, No, No, No, No, No],
        DeclareSiblings => [No, No, No, No, Team, Own, No, No, No, No, No],
        ReadWhanauContacts => [No, No, No, No, Team, Own, School, Own, No, No, No],
        WriteWhanauContacts => [No, No, No, No, Team, Own, School, Own, No, Client, No],
        SubmitReferrals => [No, No, No, No, Team, No, School, School, School, Client, No],
        ReadReferrals => [Queue, No, No, No, Team, Own, School, Own, School, Client, No],
        DecideReferrals => [Queue, No, No, No, Team, No, No, No, No, No, No],
        WithdrawReferrals => [No, No, No, No, Team, No, School, Own, School, Client, No],
        ReadCases => [No, No, No, No, Team, Own, School, Own, No, No, No],
        AssignCases => [No, No, No, No, Team, No, No, No, No, No, No],
        LogContacts => [No, No, No, No, Team, Own, No, No, No, No, No],
        ReadContacts => [No, No, No, No, Team, Own, School, Own, No, No, No],
        ReadCasework => [No, No, No, No, Team, Own, No, No, No, No, No],
        WorkOnCases => [No, No, No, No, Team, Own, No, No, No, No, No],
        CommentOnCases => [No, No, No, No, Team, Own, School, Own, No, No, No],
        ProposeClosures => [No, No, No, No, Team, Own, No, No, No, No, No],
        DecideClosures => [No, No, No, No, Team, No, No, No, No, No, No],
        ReadClosureReviews => [Nation, Nation, No, Nation, Team, No, No, No, No, No, No],
        ConcludeClosureReviews => [Nation, No, No, No, No, No, No, No, No, No, No],
        TransferCases => [No, No, No, No, Team, No, No, No, No, No, No],
        ReadTransfers => [Nation, No, No, No, Team, No, No, No, No, No, No],
        DecideTransfers => [Nation, No, No, No, Team, No, No, No, No, No, No],
        ReplacePrimaryContacts => [No, No, No, No, Team, No, School, No, No, No, No],
        RecordSchoolChanges => [No, No, No, No, Team, Own, No, No, No, No, No],
        UploadDocuments => [No, No, No, No, Team, Own, School, Own, No, No, No],
        ReadDocuments => [No, No, No, No, Team, Own, School, Own, No, No, No],
        AskForNeeds => [No, No, No, No, Team, Own, No, No, No, No, No],
        ReadNeeds => [Nation, Nation, No, Nation, Team, Own, No, No, No, No, No],
        // The Ministry decides where the contract says so.
        DecideNeeds => [Nation, No, No, No, Team, No, No, No, No, No, No],
        ReviewNeeds => [Nation, No, No, No, No, No, No, No, No, No, No],
        ReadFunds => [Nation, Nation, No, Nation, Team, No, No, No, No, No, No],
        BudgetFunds => [Nation, No, No, No, No, No, No, No, No, No, No],
        ReadWorkList => [No, No, No, No, Team, Own, No, No, No, No, No],
        SendAttendance => [No, No, No, No, No, No, School, No, School, Client, No],
        ReadAttendance => [No, No, No, No, Team, Own, School, Own, No, No, No],
        SendEnrolments => [No, No, No, No, No, No, School, No, School, Client, No],
        ReadEnrolments => [No, No, No, No, Team, Own, School, Own, No, No, No],
        // The school that had the student, the provider of the open case, the Ministry.
        ReadEnrolmentClaims | AnswerEnrolmentClaims => {
            [Nation, No, No, No, Team, Own, School, No, No, No, No]
        }
        ReportNonEnrolment => [No; 11],
        ReadAttendanceConcerns => [No, No, No, No, No, No, School, No, No, Client, No],
        DraftReferrals => [No, No, No, No, Team, No, School, Own, No, Client, No],
        ReadMeasures => [Nation, Nation, No, Nation, Team, Own, School, No, No, No, No],
        PublishMeasures => [Nation, No, No, No, No, No, No, No, No, No, No],
        ReadPublications => [Nation, Nation, No, Nation, No, No, No, No, No, No, Nation],
        // Whoever may order one has its own, and nobody else's.
        ReadJobs | CancelJobs => [Nation, Nation, No, Nation, Team, Own, School, No, No, No, No],
        ReadRecalculations => [Nation, Nation, No, Nation, No, No, No, No, No, No, No],
        // Office support has no cases: it may be named as a contact all the same, and then hears.
        ReadNotifications => [No, No, No, No, Team, Own, School, Own, Person, No, No],
        ReadHistory => [No, No, No, No, Team, Own, No, No, No, No, No],
        ListReads => [No, No, Nation, Nation, Team, No, No, No, No, No, No],
        PublishBulletins => [Nation, No, No, No, No, No, No, No, No, No, No],
        ReadContracts => [Nation, Nation, No, Nation, Team, No, No, No, No, No, No],
        WriteContracts | WaiveDuties => [Nation, No, No, No, No, No, No, No, No, No, No],
        // The privacy officer sees the key dates that are addressed to them.
        ReadDuties => [Nation, Nation, Person, Nation, Team, No, No, No, No, No, No],
        // The Ministry reads all of them, everybody else what is addressed to them.
        ReadBulletins => {
            [Nation, Nation, Person, Person, Person, Person, Person, Person, Person, Client, Client]
        }
    }
}

/// The national enrolment register's own machine. It tells of students and reads nothing of them,
/// so a few words do for a column.
fn register(action: Action) -> Reach {
    if matches!(action, Action::ReadReference | Action::SendEnrolments | Action::ReportNonEnrolment)
    {
        Reach::Nation
    } else {
        Reach::No
    }
}
