//! The policies that a provider has.

crate::closed_list! {
    /// Kind of a policy that a provider confirms.
    PolicyKind: "Kind of policy" / "Te momo kaupapahere" {
        /// Health, safety and wellbeing, home visits among it.
        HealthSafetyWellbeing = "health_safety_wellbeing": "Health, safety and wellbeing" / "Hauora, haumaru, oranga",
        ChildProtection = "child_protection": "Child protection" / "Tiaki tamariki",
        PrivacyDataSecurity = "privacy_data_security": "Privacy and data security" / "Tūmataiti me te haumaru raraunga",
        Complaints = "complaints": "Complaints" / "Amuamu",
        /// Requests under the Privacy Act and the Official Information Act.
        InformationRequests = "information_requests": "Privacy and OIA requests" / "Tono pārongo",
        BusinessContinuity = "business_continuity": "Business continuity" / "Haere tonutanga o te mahi",
        CaseClosure = "case_closure": "Case closure" / "Katinga kēhi",
    }
}
