//! Who is responsible for a referral.

use super::kind::ReferralKind;
use crate::ids::ProviderId;

/// Who serves a school on the day of a referral, active providers alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SchoolProviders {
    /// Contracted for the school's catchment.
    pub catchment: Option<ProviderId>,
    /// The school's own funded team.
    pub own_team: Option<ProviderId>,
}

/// Who is responsible for a referral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Responsible {
    /// `None`: nobody yet, and the referral waits in the Ministry's queue.
    pub provider_id: Option<ProviderId>,
    /// The provider is the school's own team.
    pub in_school: bool,
}

impl SchoolProviders {
    /// Who has the student's case, else the school's own team when it is asked for a student on its
    /// roll, else the catchment's provider, else nobody.
    pub fn responsible(
        self,
        kind: ReferralKind,
        team_is_asked: bool,
        has_the_case: Option<ProviderId>,
    ) -> Responsible {
        match has_the_case {
            Some(provider) => Responsible {
                provider_id: Some(provider),
                in_school: self.own_team == Some(provider),
            },
            None => self.without_case(team_is_asked && kind.may_be_in_school()),
        }
    }

    /// The same of a referral that is in no case: the own team where it may be asked and is, and
    /// there is one, else the catchment's provider.
    pub fn without_case(self, team_is_asked: bool) -> Responsible {
        match self.own_team.filter(|_| team_is_asked) {
            Some(team) => Responsible { provider_id: Some(team), in_school: true },
            None => Responsible { provider_id: self.catchment, in_school: false },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Responsible, SchoolProviders};
    use crate::ids::ProviderId;
    use crate::referrals::ReferralKind::{ChronicAbsence, NonEnrolment};

    fn providers() -> (ProviderId, ProviderId, SchoolProviders) {
        let (catchment, team) = (ProviderId::generate(), ProviderId::generate());
        (catchment, team, SchoolProviders { catchment: Some(catchment), own_team: Some(team) })
    }

    fn with(provider_id: ProviderId, in_school: bool) -> Responsible {
        Responsible { provider_id: Some(provider_id), in_school }
    }

    #[test]
    fn who_has_the_case_is_responsible_whoever_serves_the_school() {
        let (_, team, school) = providers();
        let other = ProviderId::generate();
        for kind in [ChronicAbsence, NonEnrolment] {
            for asked in [false, true] {
                assert_eq!(school.responsible(kind, asked, Some(other)), with(other, false));
                assert_eq!(school.responsible(kind, asked, Some(team)), with(team, true));
            }
        }
    }

    #[test]
    fn the_own_team_is_responsible_when_it_is_asked_for_a_student_on_the_roll() {
        let (catchment, team, school) = providers();
        assert_eq!(school.responsible(ChronicAbsence, true, None), with(team, true));
        assert_eq!(school.responsible(ChronicAbsence, false, None), with(catchment, false));
        assert_eq!(school.responsible(NonEnrolment, true, None), with(catchment, false));
        assert_eq!(school.without_case(true), with(team, true));
        let without_team = SchoolProviders { own_team: None, ..school };
        assert_eq!(without_team.without_case(true), with(catchment, false));
    }

    #[test]
    fn without_a_provider_the_referral_waits_with_the_ministry() {
        let (_, team, school) = providers();
        let school = SchoolProviders { catchment: None, ..school };
        let nobody = Responsible { provider_id: None, in_school: false };
        assert_eq!(school.responsible(ChronicAbsence, false, None), nobody);
        assert_eq!(school.responsible(ChronicAbsence, true, None), with(team, true));
    }
}
