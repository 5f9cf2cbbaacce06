//! What organisations and accounts are to the service.

crate::closed_list! {
    /// What an organisation is to the service. A school is one of a table of its own.
    OrganisationKind {
        Ministry = "ministry",
        CatchmentProvider = "catchment_provider",
        InSchoolProvider = "in_school_provider",
        SmsVendor = "sms_vendor",
    }
    /// A suspended organisation's people and machines have no role.
    OrganisationStatus {
        Active = "active",
        Suspended = "suspended",
    }
    /// A disabled account is refused on its next request.
    AccountStatus {
        Active = "active",
        Disabled = "disabled",
    }
}

impl OrganisationKind {
    /// Whether it provides the service.
    pub fn is_provider(self) -> bool {
        matches!(self, Self::CatchmentProvider | Self::InSchoolProvider)
    }
}
