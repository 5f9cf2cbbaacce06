//! What organisations and accounts are to the service.

crate::closed_list! {
    /// Kind of an organisation. A school is none: schools have a list of their own.
    OrganisationKind: "Kind of organisation" / "Te momo whakahaere" {
        Ministry = "ministry": "Ministry of Education" / "Te Tāhuhu o te Mātauranga",
        CatchmentProvider = "catchment_provider": "Provider of a catchment" / "Kaiwhakarato o tētahi rohe ratonga",
        InSchoolProvider = "in_school_provider": "In-school provider" / "Kaiwhakarato i roto i te kura",
        SmsVendor = "sms_vendor": "Vendor of a student management system" / "Kaihoko pūnaha whakahaere ākonga",
    }
    /// Status of an organisation. The people and machines of a suspended organisation have no role.
    OrganisationStatus: "Status of an organisation" / "Te tūnga o te whakahaere" {
        Active = "active": "Active" / "Kei te hohe",
        Suspended = "suspended": "Suspended" / "Kua whakatārewatia",
    }
}

crate::closed_list! {
    /// A disabled account is refused on its next request.
    AccountStatus {
        Active = "active",
        Disabled = "disabled",
    }
}

impl OrganisationStatus {
    /// Whether the organisation's people and machines have the roles that they hold.
    pub fn is_active(self) -> bool {
        match self {
            Self::Active => true,
            Self::Suspended => false,
        }
    }
}

impl AccountStatus {
    /// Whether the account is let in.
    pub fn is_active(self) -> bool {
        match self {
            Self::Active => true,
            Self::Disabled => false,
        }
    }
}

impl OrganisationKind {
    /// Whether it provides the service.
    pub fn is_provider(self) -> bool {
        matches!(self, Self::CatchmentProvider | Self::InSchoolProvider)
    }
}

/// An organisation that is to serve a school's student, as the rule sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CandidateProvider {
    pub kind: OrganisationKind,
    pub status: OrganisationStatus,
    /// It is the own team of the student's school today.
    pub is_team_of_the_school: bool,
}

/// How an organisation serves a school's student.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Serving {
    /// As a provider of catchments, which may take students of any school.
    Catchment,
    /// As the school's own team.
    InSchool,
}

/// Why an organisation does not serve a school's student.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotServe {
    #[error("no active provider has this id")]
    NoProvider,
    #[error("a school's own team works for that school's students alone")]
    TeamOfAnotherSchool,
}

impl CandidateProvider {
    /// How this organisation serves the student: a school's own team takes that school's students
    /// alone.
    pub fn serving(self) -> Result<Serving, CannotServe> {
        if !self.status.is_active() {
            return Err(CannotServe::NoProvider);
        }
        match self.kind {
            OrganisationKind::Ministry | OrganisationKind::SmsVendor => {
                Err(CannotServe::NoProvider)
            }
            OrganisationKind::CatchmentProvider => Ok(Serving::Catchment),
            OrganisationKind::InSchoolProvider if self.is_team_of_the_school => {
                Ok(Serving::InSchool)
            }
            OrganisationKind::InSchoolProvider => Err(CannotServe::TeamOfAnotherSchool),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        AccountStatus, CandidateProvider, CannotServe, OrganisationKind, OrganisationStatus,
        Serving,
    };

    /// Every kind × status × whether it is the school's own team.
    #[test]
    fn a_schools_own_team_serves_that_schools_students_alone() {
        for kind in OrganisationKind::ALL {
            for is_team_of_the_school in [false, true] {
                let suspended = OrganisationStatus::Suspended;
                let candidate =
                    CandidateProvider { kind: *kind, status: suspended, is_team_of_the_school };
                assert_eq!(candidate.serving(), Err(CannotServe::NoProvider), "{kind}");
                let active = CandidateProvider { status: OrganisationStatus::Active, ..candidate };
                let expected = match (kind, is_team_of_the_school) {
                    (OrganisationKind::Ministry | OrganisationKind::SmsVendor, _) => {
                        Err(CannotServe::NoProvider)
                    }
                    (OrganisationKind::CatchmentProvider, _) => Ok(Serving::Catchment),
                    (OrganisationKind::InSchoolProvider, true) => Ok(Serving::InSchool),
                    (OrganisationKind::InSchoolProvider, false) => {
                        Err(CannotServe::TeamOfAnotherSchool)
                    }
                };
                assert_eq!(active.serving(), expected, "{kind}");
                assert_eq!(kind.is_provider(), expected != Err(CannotServe::NoProvider), "{kind}");
            }
        }
    }

    #[test]
    fn what_is_suspended_or_disabled_is_not_active() {
        assert!(OrganisationStatus::Active.is_active());
        assert!(!OrganisationStatus::Suspended.is_active());
        assert!(AccountStatus::Active.is_active());
        assert!(!AccountStatus::Disabled.is_active());
    }
}
