//! Who works on the referrals: the staff of the providers that get them.

use ascms_domain::access::Role;
use ascms_domain::ids::ProviderId;

use super::arrangements;
use crate::sandbox::personas;

/// A second case manager beside the persona of that name.
pub(super) const SECOND_MANAGER: &str = "case-manager-3";
/// Another person of the Ministry: what one proposes is confirmed by the other.
pub(super) const SECOND_ADMIN: &str = "ministry-admin-2";

/// A workflow lead and a case manager: of a catchment's provider, or of a school's own team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Staff {
    Catchment(usize),
    Team(usize),
}

/// The first two providers, one in each further education region, and one school's own team.
pub(super) fn all() -> impl Iterator<Item = Staff> {
    let elsewhere = (7..84).step_by(7).map(Staff::Catchment);
    [Staff::Catchment(0), Staff::Catchment(1)].into_iter().chain(elsewhere).chain([Staff::Team(0)])
}

impl Staff {
    pub(super) fn provider_id(self) -> ProviderId {
        match self {
            Self::Catchment(catchment) => arrangements::provider_id(catchment),
            Self::Team(team) => arrangements::team_id(team),
        }
    }

    pub(super) fn lead(self) -> String {
        self.subject(Role::WorkflowLead)
    }

    pub(super) fn manager(self) -> String {
        self.subject(Role::CaseManager)
    }

    fn subject(self, role: Role) -> String {
        let name = personas::name(role);
        match self {
            Self::Catchment(0) => name,
            Self::Catchment(1) => personas::second_name(role),
            Self::Catchment(catchment) => {
                format!("{name}-{}", arrangements::provider_code(catchment).to_lowercase())
            }
            Self::Team(team) => format!("{name}-{}", arrangements::team_code(team).to_lowercase()),
        }
    }
}
