//! Who calls, and in which roles.

use uuid::Uuid;

use crate::ids::{ClientId, ProviderId, SchoolId, UserId};

crate::closed_list! {
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
