//! Refusals about contracts and their duties.

use ascms_domain::contracts::{ContractRefusal, YearMember};
use ascms_domain::duties::WaiverRefusal;
use ascms_persistence::contracts::ContractChangeRefusal;

use super::ProblemKind::{self, Member, Plain};
use super::Reason;
use crate::problem::Code;

impl Reason for ContractRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::EndsBeforeItBegins => Member("/endsOn", "too_small"),
            Self::InTheFuture => Member("/endsOn", "in_the_future"),
            Self::WrongOrganisation => Member("/organisationId", "other_kind"),
            Self::WrongCatchments => Member("/catchments", "other_kind"),
            Self::UnknownProfile => Member("/dutyProfile", "unknown"),
            Self::Missing(YearMember::Amount) => Member("/amountCents", "required"),
            Self::Missing(YearMember::WithholdingPer) => Member("/withholdingPer", "required"),
            Self::Missing(YearMember::BasicNeeds) => Member("/basicNeedsCents", "required"),
            Self::Overlaps => Plain(Code::ContractsOverlap),
            Self::NotInThisState => Plain(Code::NotInThisState),
            Self::FixedOnceActive => Plain(Code::Frozen),
            Self::Ended => Plain(Code::ContractEnded),
            Self::OutsideContract => Plain(Code::OutsideContract),
        }
    }
}

impl Reason for ContractChangeRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::Contract(rule) => rule.problem(),
            Self::UnknownOrganisation => Member("/organisationId", "unknown"),
            Self::UnknownCatchment => Member("/catchments", "unknown"),
            Self::UnknownSchool => Member("/schoolNumber", "unknown"),
            Self::NumberTaken => Plain(Code::ContractNumberTaken),
        }
    }
}

impl Reason for WaiverRefusal {
    fn problem(&self) -> ProblemKind {
        match self {
            Self::NotInThisState => Plain(Code::NotInThisState),
        }
    }
}
