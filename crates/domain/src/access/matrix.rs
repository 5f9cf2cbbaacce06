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

/// The rows of the table: an action, the action that reads the records which it changes, and its
/// reach for each role.
macro_rules! rows {
    ($($action:ident, $read_by:expr => $reach:expr,)*) => {
        fn row(action: Action) -> [Reach; 11] {
            use Reach::{Client, Nation, No, Own, Person, Queue, School, Team};
            match action {
                $(Action::$action => $reach,)*
            }
        }

        /// The action that reads the records which this one changes; `None` of those that change
        /// none, or make what is new.
        pub(super) fn read_by(action: Action) -> Option<Action> {
            use Action::*;
            match action {
                $(Action::$action => $read_by,)*
            }
        }
    };
}

// Columns: Ministry admin, analyst, privacy officer, auditor, workflow lead, case manager,
// attendance lead, primary contact, office support, SMS client, reporting client.
rows! {
    ReadReference, None => [Nation; 11],
    WriteReference, None => [Nation, No, No, No, No, No, No, No, No, No, No],
    SearchStudents, None => [No, No, No, No, Team, Own, School, Own, No, No, No],
    ReadStudents, None => [No, No, No, No, Team, Own, School, Own, No, No, No],
    UpdateStudents, Some(ReadStudents) => [No, No, No, No, Team, Own, School, No, No, No, No],
    MergeStudents, Some(ReadStudents) => [No, No, No, No, Team, No, No, No, No, No, No],
    NameAddressReaders, Some(ReadStudents) => [No, No, No, No, Team, No, No, No, No, No, No],
    DeclareSiblings, Some(ReadStudents) => [No, No, No, No, Team, Own, No, No, No, No, No],
    ReadWhanauContacts, None => [No, No, No, No, Team, Own, School, Own, No, No, No],
    WriteWhanauContacts, Some(ReadWhanauContacts) => [No, No, No, No, Team, Own, School, Own, No, Client, No],
    SubmitReferrals, Some(ReadReferrals) => [No, No, No, No, Team, No, School, School, School, Client, No],
    ReadReferrals, None => [Queue, No, No, No, Team, Own, School, Own, School, Client, No],
    DecideReferrals, Some(ReadReferrals) => [Queue, No, No, No, Team, No, No, No, No, No, No],
    WithdrawReferrals, Some(ReadReferrals) => [No, No, No, No, Team, No, School, Own, School, Client, No],
    ReadCases, None => [No, No, No, No, Team, Own, School, Own, No, No, No],
    AssignCases, Some(ReadCases) => [No, No, No, No, Team, No, No, No, No, No, No],
    LogContacts, Some(ReadCases) => [No, No, No, No, Team, Own, No, No, No, No, No],
    ReadContacts, None => [No, No, No, No, Team, Own, School, Own, No, No, No],
    ReadCasework, None => [No, No, No, No, Team, Own, No, No, No, No, No],
    WorkOnCases, Some(ReadCases) => [No, No, No, No, Team, Own, No, No, No, No, No],
    CommentOnCases, Some(ReadCases) => [No, No, No, No, Team, Own, School, Own, No, No, No],
    ProposeClosures, Some(ReadCases) => [No, No, No, No, Team, Own, No, No, No, No, No],
    DecideClosures, Some(ReadCases) => [No, No, No, No, Team, No, No, No, No, No, No],
    ReadClosureReviews, None => [Nation, Nation, No, Nation, Team, No, No, No, No, No, No],
    ConcludeClosureReviews, Some(ReadClosureReviews) => [Nation, No, No, No, No, No, No, No, No, No, No],
    TransferCases, Some(ReadCases) => [No, No, No, No, Team, No, No, No, No, No, No],
    ReadTransfers, None => [Nation, No, No, No, Team, No, No, No, No, No, No],
    DecideTransfers, Some(ReadTransfers) => [Nation, No, No, No, Team, No, No, No, No, No, No],
    ReplacePrimaryContacts, Some(ReadCases) => [No, No, No, No, Team, No, School, No, No, No, No],
    RecordSchoolChanges, Some(ReadStudents) => [No, No, No, No, Team, Own, No, No, No, No, No],
    UploadDocuments, Some(ReadDocuments) => [No, No, No, No, Team, Own, School, Own, No, No, No],
    ReadDocuments, None => [No, No, No, No, Team, Own, School, Own, No, No, No],
    AskForNeeds, Some(ReadNeeds) => [No, No, No, No, Team, Own, No, No, No, No, No],
    ReadNeeds, None => [Nation, Nation, No, Nation, Team, Own, No, No, No, No, No],
    // The Ministry decides where the contract says so.
    DecideNeeds, Some(ReadNeeds) => [Nation, No, No, No, Team, No, No, No, No, No, No],
    ReviewNeeds, Some(ReadNeeds) => [Nation, No, No, No, No, No, No, No, No, No, No],
    ReadFunds, None => [Nation, Nation, No, Nation, Team, No, No, No, No, No, No],
    BudgetFunds, Some(ReadFunds) => [Nation, No, No, No, No, No, No, No, No, No, No],
    ReadWorkList, None => [No, No, No, No, Team, Own, No, No, No, No, No],
    SendAttendance, None => [No, No, No, No, No, No, School, No, School, Client, No],
    ReadAttendance, None => [No, No, No, No, Team, Own, School, Own, No, No, No],
    SendEnrolments, None => [No, No, No, No, No, No, School, No, School, Client, No],
    ReadEnrolments, None => [No, No, No, No, Team, Own, School, Own, No, No, No],
    // The school that had the student, the provider of the open case, the Ministry.
    ReadEnrolmentClaims, None => [Nation, No, No, No, Team, Own, School, No, No, No, No],
    AnswerEnrolmentClaims, Some(ReadEnrolmentClaims) => [Nation, No, No, No, Team, Own, School, No, No, No, No],
    ReportNonEnrolment, None => [No; 11],
    ReadAttendanceConcerns, None => [No, No, No, No, No, No, School, No, No, Client, No],
    DraftReferrals, None => [No, No, No, No, Team, No, School, Own, No, Client, No],
    ReadMeasures, None => [Nation, Nation, No, Nation, Team, Own, School, No, No, No, No],
    PublishMeasures, None => [Nation, No, No, No, No, No, No, No, No, No, No],
    ReadPublications, None => [Nation, Nation, No, Nation, No, No, No, No, No, No, Nation],
    // Everybody who may order a job reads their own jobs only.
    ReadJobs, None => [Nation, Nation, No, Nation, Team, Own, School, No, No, No, No],
    CancelJobs, Some(ReadJobs) => [Nation, Nation, No, Nation, Team, Own, School, No, No, No, No],
    ReadRecalculations, None => [Nation, Nation, No, Nation, No, No, No, No, No, No, No],
    // Office support has no cases: it may be named as a contact all the same, and then hears. The Ministry's
    // administrators hear of what waits for them of submissions and reviews, and of no case.
    ReadNotifications, None => [Person, No, No, No, Team, Own, School, Own, Person, No, No],
    ReadHistory, None => [No, No, No, No, Team, Own, No, No, No, No, No],
    ListReads, None => [No, No, Nation, Nation, Team, No, No, No, No, No, No],
    PublishBulletins, Some(ReadBulletins) => [Nation, No, No, No, No, No, No, No, No, No, No],
    WriteTemplates, Some(ReadSubmissions) => [Nation, No, No, No, No, No, No, No, No, No, No],
    WriteSubmissions, Some(ReadSubmissions) => [No, No, No, No, Team, No, No, No, No, No, No],
    // Plans and reports are about the whole provider.
    ReadSubmissions, None => [Nation, Nation, No, Nation, Team, Team, No, No, No, No, No],
    DecideSubmissions, Some(ReadSubmissions) => [Nation, No, No, No, No, No, No, No, No, No, No],
    ReadPerformanceReviews, None => [Nation, Nation, No, Nation, Team, Team, No, No, No, No, No],
    ConductPerformanceReviews, Some(ReadPerformanceReviews) => [Nation, No, No, No, No, No, No, No, No, No, No],
    CommentPerformanceReviews, Some(ReadPerformanceReviews) => [No, No, No, No, Team, No, No, No, No, No, No],
    DecideWithholding, Some(ReadPerformanceReviews) => [Nation, No, No, No, No, No, No, No, No, No, No],
    ReadContracts, None => [Nation, Nation, No, Nation, Team, No, No, No, No, No, No],
    WriteContracts, Some(ReadContracts) => [Nation, No, No, No, No, No, No, No, No, No, No],
    // The privacy officer sees the key dates that are addressed to them.
    ReadDuties, None => [Nation, Nation, Person, Nation, Team, No, No, No, No, No, No],
    WaiveDuties, Some(ReadDuties) => [Nation, No, No, No, No, No, No, No, No, No, No],
    // The Ministry reads all of them, everybody else what is addressed to them.
    ReadBulletins, None => [Nation, Nation, Person, Person, Person, Person, Person, Person, Person, Client, Client],
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
