//! Who calls, and in which roles.

use uuid::Uuid;

use crate::ids::{ClientId, ProviderId, SchoolId, UserId};

crate::closed_list! {
    /// Role of a person or a machine in the service.
    Role: "Role" / "Te tūranga" {
        MinistryAdmin = "ministry_admin": "Ministry administrator" / "Kaiwhakahaere o te Tāhuhu",
        MinistryAnalyst = "ministry_analyst": "Ministry analyst" / "Kaitātari o te Tāhuhu",
        PrivacyOfficer = "privacy_officer": "Privacy officer" / "Āpiha tūmataiti",
        Auditor = "auditor": "Auditor" / "Kaiarotake",
        WorkflowLead = "workflow_lead": "Workflow lead" / "Kaiārahi rerenga mahi",
        CaseManager = "case_manager": "Case manager" / "Kaiwhakahaere kēhi",
        AttendanceLead = "attendance_lead": "Attendance lead" / "Kaiārahi tae ā-kura",
        PrimaryContact = "primary_contact": "Primary contact" / "Hoapā matua",
        OfficeSupport = "office_support": "Office support" / "Kaitautoko tari",
        SmsClient = "sms_client": "Student management system" / "Pūnaha whakahaere ākonga",
        ReportingClient = "reporting_client": "Reporting system" / "Pūnaha pūrongo",
        EnrolmentRegister = "enrolment_register": "National enrolment register" / "Te rēhita whakaurunga ā-motu",
    }
}

impl Role {
    /// Whether people hold it at the Ministry.
    pub fn is_of_ministry(self) -> bool {
        match self {
            Self::MinistryAdmin | Self::MinistryAnalyst | Self::PrivacyOfficer | Self::Auditor => {
                true
            }
            Self::WorkflowLead
            | Self::CaseManager
            | Self::AttendanceLead
            | Self::PrimaryContact
            | Self::OfficeSupport
            | Self::SmsClient
            | Self::ReportingClient
            | Self::EnrolmentRegister => false,
        }
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
