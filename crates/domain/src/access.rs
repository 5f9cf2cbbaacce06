//! Who may do what: the one place that decides.
//!
//! allow = a role of the caller grants the action AND the token's scope names it AND the row is
//! within the reach of that grant. The first two are decided here; the third is applied by the
//! store, which asks for the [`Grant`] that only [`Actor::may`] makes.

use uuid::Uuid;

use crate::ids::{ClientId, ProviderId, SchoolId, UserId};

mod matrix;

crate::words! {
    /// What a person or a machine is to the service.
    Role {
        MinistryAdmin = "ministry_admin",
        MinistryAnalyst = "ministry_analyst",
        PrivacyOfficer = "privacy_officer",
        Auditor = "auditor",
        WorkflowLead = "workflow_lead",
        CaseManager = "case_manager",
        AttendanceLead = "attendance_lead",
        PrimaryContact = "primary_contact",
        OfficeSupport = "office_support",
        SmsClient = "sms_client",
        ReportingClient = "reporting_client",
        EnrolmentRegister = "enrolment_register",
    }
    /// What an operation does, as the token's scope, the OpenAPI document and the audit name it.
    Action {
        ReadReference = "reference:read",
        WriteReference = "reference:write",
        SearchStudents = "students:search",
        ReadStudents = "students:read",
        UpdateStudents = "students:update",
        MergeStudents = "students:merge",
        NameAddressReaders = "address-readers:name",
        DeclareSiblings = "siblings:declare",
        ReadWhanauContacts = "whanau-contacts:read",
        WriteWhanauContacts = "whanau-contacts:write",
        SubmitReferrals = "referrals:submit",
        ReadReferrals = "referrals:read",
        DecideReferrals = "referrals:decide",
        WithdrawReferrals = "referrals:withdraw",
        ReadCases = "cases:read",
        AssignCases = "cases:assign",
        LogContacts = "contacts:log",
        ReadContacts = "contacts:read",
        ReadCasework = "casework:read",
        WorkOnCases = "casework:write",
        CommentOnCases = "comments:write",
        ProposeClosures = "closures:propose",
        DecideClosures = "closures:decide",
        ReadClosureReviews = "closure-reviews:read",
        ConcludeClosureReviews = "closure-reviews:conclude",
        TransferCases = "transfers:write",
        ReadTransfers = "transfers:read",
        DecideTransfers = "transfers:decide",
        ReplacePrimaryContacts = "primary-contacts:replace",
        RecordSchoolChanges = "school-changes:record",
        UploadDocuments = "documents:upload",
        ReadDocuments = "documents:read",
        ReadWorkList = "work-list:read",
        SendAttendance = "attendance:send",
        ReadAttendance = "attendance:read",
        SendEnrolments = "enrolments:send",
        ReadEnrolments = "enrolments:read",
        ReadEnrolmentClaims = "enrolment-claims:read",
        AnswerEnrolmentClaims = "enrolment-claims:answer",
        ReportNonEnrolment = "non-enrolments:report",
        ReadAttendanceConcerns = "attendance-concerns:read",
        DraftReferrals = "referrals:draft",
        ReadMeasures = "measures:read",
        PublishMeasures = "measures:publish",
        ReadPublications = "publications:read",
        ReadJobs = "jobs:read",
        CancelJobs = "jobs:cancel",
        ReadRecalculations = "recalculations:read",
        ReadNotifications = "notifications:read",
        ReadHistory = "history:read",
        ListReads = "reads:list",
    }
}

/// A role, and where it is held. School roles name a school, provider roles a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appointment {
    pub role: Role,
    pub provider: Option<ProviderId>,
    pub school: Option<SchoolId>,
}

/// Who calls: a person or a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Caller {
    User(UserId),
    Client(ClientId),
}

impl Caller {
    /// The id alone, for places that only tell callers apart.
    pub fn id(self) -> Uuid {
        match self {
            Self::User(id) => id.0,
            Self::Client(id) => id.0,
        }
    }
}

/// The caller as the database knows it now, with what this token and this request bring.
#[derive(Clone, Debug)]
pub struct Actor {
    pub caller: Caller,
    pub appointments: Vec<Appointment>,
    /// Whether the mandatory training is completed, without which no provider role works.
    pub trained: bool,
    /// The scope of the token; it narrows, it never widens.
    pub scope: Vec<Action>,
    pub request_id: Uuid,
}

/// The rows that a grant reaches: those of any of its spans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// Everything there is.
    Nation,
    /// Referrals that no provider is responsible for.
    Queue,
    /// What a provider is responsible for.
    Provider(ProviderId),
    /// What of a provider's is assigned to a case manager. Who works elsewhere now leaves it behind.
    CaseManager(UserId, ProviderId),
    /// What a school sent, and the students enrolled there now.
    School(SchoolId),
    /// What of a school's names a person as its primary contact.
    PrimaryContact(UserId, SchoolId),
    /// The schools that a machine may act for.
    Client(ClientId),
    /// What is addressed to a person, and no record of anybody.
    Person(UserId),
}

/// Who and what a case belongs to: what a reach is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holders {
    pub provider: ProviderId,
    pub case_manager: Option<UserId>,
    pub primary_contact: Option<UserId>,
    /// The school that referred the student.
    pub referred_by: SchoolId,
    /// Where the student is enrolled now.
    pub enrolled_at: Option<SchoolId>,
}

/// Proof that an action was allowed. Only [`Actor::may`] makes one, and every function of the
/// store takes one: code that forgot to ask does not compile.
#[derive(Clone, Debug)]
pub struct Grant {
    caller: Caller,
    action: Action,
    appointment: Appointment,
    reach: Vec<Span>,
    /// What the caller reads of the records that the action changes.
    reading: Vec<Span>,
    request_id: Uuid,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    #[error("none of your roles may do this")]
    Role,
    #[error("the token's scope does not cover this")]
    Scope,
    #[error("the mandatory training is to be completed before a provider's role works")]
    Training,
}

/// The roles that may do an action, each within its reach.
pub fn roles_of(action: Action) -> impl Iterator<Item = Role> {
    Role::ALL.iter().copied().filter(move |role| matrix::allows(*role, action))
}

impl Actor {
    /// Whether the caller may do `action`, and on which rows.
    pub fn may(&self, action: Action) -> Result<Grant, Forbidden> {
        let mut granting = None;
        let mut reach = Vec::new();
        let mut untrained = false;
        for appointment in &self.appointments {
            let Some(span) = matrix::span(appointment, self.caller, action) else { continue };
            if matrix::needs_training(appointment.role) && !self.trained {
                untrained = true;
                continue;
            }
            granting = granting.or(Some(*appointment));
            if !reach.contains(&span) {
                reach.push(span);
            }
        }
        let Some(appointment) = granting else {
            return Err(if untrained { Forbidden::Training } else { Forbidden::Role });
        };
        if !self.scope.contains(&action) {
            return Err(Forbidden::Scope);
        }
        let reading = matrix::read_by(action).map(|read| self.reach_of(read));
        let reading = reading.unwrap_or_else(|| reach.clone());
        let Self { caller, request_id, .. } = *self;
        Ok(Grant { caller, action, appointment, reach, reading, request_id })
    }

    /// What the caller's roles reach with an action, whatever the token says of it.
    fn reach_of(&self, action: Action) -> Vec<Span> {
        let works =
            |appointment: &&Appointment| self.trained || !matrix::needs_training(appointment.role);
        let working = self.appointments.iter().filter(works);
        working.filter_map(|one| matrix::span(one, self.caller, action)).collect()
    }

    /// Machines must name every write, so that a blind retry is recognised.
    pub fn is_machine(&self) -> bool {
        matches!(self.caller, Caller::Client(_))
    }
}

impl Grant {
    pub fn caller(&self) -> Caller {
        self.caller
    }

    pub fn action(&self) -> Action {
        self.action
    }

    /// The first appointment that allowed the action: the one the audit names.
    pub fn appointment(&self) -> Appointment {
        self.appointment
    }

    pub fn reach(&self) -> &[Span] {
        &self.reach
    }

    /// What the caller's roles may read of the records that the action changes, whatever the token
    /// says of reading. Nobody acts on a record that is not there for them.
    pub fn reading(&self) -> &[Span] {
        &self.reading
    }

    pub fn request_id(&self) -> Uuid {
        self.request_id
    }

    pub fn reaches_the_nation(&self) -> bool {
        self.reach.contains(&Span::Nation)
    }

    /// Whether the caller works on what this provider, or this case manager, is responsible for:
    /// a provider's people see of their own casework what a school's people and machines do not.
    pub fn works_on(&self, provider: Option<ProviderId>, case_manager: Option<UserId>) -> bool {
        self.reach.iter().any(|span| match span {
            Span::Provider(own) => provider == Some(*own),
            Span::CaseManager(own, at) => (provider, case_manager) == (Some(*at), Some(*own)),
            Span::Nation
            | Span::Queue
            | Span::School(_)
            | Span::PrimaryContact(..)
            | Span::Client(_)
            | Span::Person(_) => false,
        })
    }

    /// Whether the caller may know which case something is on: who works on it, and who has the
    /// numbers of the nation.
    pub fn knows_the_case(
        &self,
        provider: Option<ProviderId>,
        case_manager: Option<UserId>,
    ) -> bool {
        self.reaches_the_nation() || self.works_on(provider, case_manager)
    }

    /// Whether a case lies within the reach: what the store's condition says of its row.
    pub fn covers(&self, case: &Holders) -> bool {
        self.reach.iter().any(|span| match span {
            Span::Nation => true,
            Span::Queue | Span::Client(_) | Span::Person(_) => false,
            Span::Provider(own) => case.provider == *own,
            Span::CaseManager(own, at) => (case.provider, case.case_manager) == (*at, Some(*own)),
            Span::PrimaryContact(own, at) => {
                let followed_by = case.enrolled_at.unwrap_or(case.referred_by);
                (followed_by, case.primary_contact) == (*at, Some(*own))
            }
            Span::School(own) => case.enrolled_at == Some(*own),
        })
    }

    /// Whether the caller leads the work of this provider.
    pub fn leads(&self, provider: ProviderId) -> bool {
        self.reach.contains(&Span::Provider(provider))
    }
}

#[cfg(test)]
mod tests;
