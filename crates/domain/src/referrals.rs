//! A referral (the Ministry also says request for support): a school asks for help with a student.

use crate::ids::{CaseId, ProviderId, ReferralId};
use crate::text::{Code, LongText};

mod kind;
mod request;
mod responsibility;
mod undone;

pub use kind::ReferralKind;
pub use request::{
    ContinuingSupport, Inconsistency, NO_VISA, NonEnrolment, NonEnrolmentSender, SchoolResponse,
    SupportRequest,
};
pub use responsibility::{Responsible, SchoolProviders};

crate::closed_list! {
    /// Status of a referral.
    ReferralStatus: "Status of a referral" / "Te tūnga o te tono" {
        Submitted = "submitted": "Submitted" / "Kua tukuna mai",
        Accepted = "accepted": "Accepted" / "Kua whakaaetia",
        Declined = "declined": "Declined" / "Kua whakahēngia",
        Returned = "returned": "Returned" / "Kua whakahokia",
        Withdrawn = "withdrawn": "Withdrawn" / "Kua unuhia",
        Redirected = "redirected": "Redirected" / "Kua tukuna kētia",
        Resolved = "resolved": "Resolved" / "Kua whakatauhia",
    }
    /// Outcome of a decision on a referral.
    DecisionOutcome: "Outcome of a decision" / "Te hua o te whakatau" {
        Accepted = "accepted": "Accepted" / "Kua whakaaetia",
        Declined = "declined": "Declined" / "Kua whakahēngia",
        Returned = "returned": "Returned" / "Kua whakahokia",
        Redirected = "redirected": "Redirected" / "Kua tukuna kētia",
    }
}

/// What the rules of a referral's life decide on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referral {
    pub id: ReferralId,
    pub provider_id: Option<ProviderId>,
    pub state: ReferralState,
}

/// What exists only in one state lives in that state's variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferralState {
    Submitted,
    Accepted { case_id: CaseId },
    Declined,
    Returned,
    Withdrawn,
    Redirected { successor_id: ReferralId },
    Resolved,
}

/// A decision as it is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    Accept,
    /// Code of the set `referral-decline-reasons`, and words.
    Decline {
        reason: Code,
        comment: Option<LongText>,
    },
    /// What is missing.
    Return {
        comment: LongText,
    },
    /// To another provider; code of the set `referral-redirect-reasons`.
    Redirect {
        to: ProviderId,
        reason: Code,
        comment: Option<LongText>,
    },
}

/// Why a decision about a referral is refused by its rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReferralRefusal {
    #[error("a referral is decided once, and this one is already {0}")]
    AlreadyDecided(ReferralStatus),
    #[error("no provider is responsible for this referral: it is to be redirected to one")]
    NoProvider,
    #[error("the referral already is with this provider")]
    AlreadyWithProvider,
    #[error("only a returned referral is submitted again, and this one is not returned")]
    NotReturned(ReferralStatus),
    #[error("a referral that is {0} can not be withdrawn")]
    NotWithdrawable(ReferralStatus),
    #[error("a referral that is {0} is not resolved by an enrolment")]
    NotResolvable(ReferralStatus),
    #[error("a referral that is {0} was not resolved by an enrolment")]
    NotResolved(ReferralStatus),
    #[error("a referral that is {0} is in no case")]
    NotAccepted(ReferralStatus),
}

impl ReferralStatus {
    /// Whether somebody is to decide on the referral.
    pub fn awaits_decision(self) -> bool {
        match self {
            Self::Submitted => true,
            Self::Accepted
            | Self::Declined
            | Self::Returned
            | Self::Withdrawn
            | Self::Redirected
            | Self::Resolved => false,
        }
    }

    /// Whether the referral waits: for a decision, or to be sent again.
    pub fn is_waiting(self) -> bool {
        match self {
            Self::Submitted | Self::Returned => true,
            Self::Accepted
            | Self::Declined
            | Self::Withdrawn
            | Self::Redirected
            | Self::Resolved => false,
        }
    }

    /// Whether nothing comes of the referral any more: it neither waits nor is in a case.
    pub fn is_over(self) -> bool {
        match self {
            Self::Declined | Self::Withdrawn | Self::Redirected | Self::Resolved => true,
            Self::Submitted | Self::Accepted | Self::Returned => false,
        }
    }

    /// Whether the student turned out to be enrolled.
    pub fn is_resolved(self) -> bool {
        match self {
            Self::Resolved => true,
            Self::Submitted
            | Self::Accepted
            | Self::Declined
            | Self::Returned
            | Self::Withdrawn
            | Self::Redirected => false,
        }
    }

    /// Where a referral stands that has just come in. One that joins the student's open case needs
    /// no decision.
    pub fn on_arrival(joins_case: bool) -> Self {
        if joins_case { Self::Accepted } else { Self::Submitted }
    }
}

impl Referral {
    pub fn status(&self) -> ReferralStatus {
        match self.state {
            ReferralState::Submitted => ReferralStatus::Submitted,
            ReferralState::Accepted { .. } => ReferralStatus::Accepted,
            ReferralState::Declined => ReferralStatus::Declined,
            ReferralState::Returned => ReferralStatus::Returned,
            ReferralState::Withdrawn => ReferralStatus::Withdrawn,
            ReferralState::Redirected { .. } => ReferralStatus::Redirected,
            ReferralState::Resolved => ReferralStatus::Resolved,
        }
    }

    /// Takes a decision; accepting names the case that it opens or joins, redirecting the referral
    /// that follows at the other provider.
    pub fn decide(
        &mut self,
        decision: &Decision,
        case_id: CaseId,
        successor_id: ReferralId,
    ) -> Result<(), ReferralRefusal> {
        if self.state != ReferralState::Submitted {
            return Err(ReferralRefusal::AlreadyDecided(self.status()));
        }
        self.state = match decision {
            Decision::Accept if self.provider_id.is_none() => {
                return Err(ReferralRefusal::NoProvider);
            }
            Decision::Accept => ReferralState::Accepted { case_id },
            Decision::Decline { .. } => ReferralState::Declined,
            Decision::Return { .. } => ReferralState::Returned,
            Decision::Redirect { to, .. } if self.provider_id == Some(*to) => {
                return Err(ReferralRefusal::AlreadyWithProvider);
            }
            Decision::Redirect { .. } => ReferralState::Redirected { successor_id },
        };
        Ok(())
    }

    /// The sender takes it back, as long as nobody works on it.
    pub fn withdraw(&mut self) -> Result<(), ReferralRefusal> {
        match self.state {
            ReferralState::Submitted | ReferralState::Returned => {
                self.state = ReferralState::Withdrawn;
                Ok(())
            }
            ReferralState::Accepted { .. }
            | ReferralState::Declined
            | ReferralState::Withdrawn
            | ReferralState::Redirected { .. }
            | ReferralState::Resolved => Err(ReferralRefusal::NotWithdrawable(self.status())),
        }
    }

    /// The student turned out to be enrolled, before anybody decided.
    pub fn resolve(&mut self) -> Result<(), ReferralRefusal> {
        match self.state {
            ReferralState::Submitted | ReferralState::Returned => {
                self.state = ReferralState::Resolved;
                Ok(())
            }
            ReferralState::Accepted { .. }
            | ReferralState::Declined
            | ReferralState::Withdrawn
            | ReferralState::Redirected { .. }
            | ReferralState::Resolved => Err(ReferralRefusal::NotResolvable(self.status())),
        }
    }

    /// The sender sends it again with what was missing. The clocks go on from the first day.
    pub fn resubmit(&mut self) -> Result<(), ReferralRefusal> {
        match self.state {
            ReferralState::Returned => {
                self.state = ReferralState::Submitted;
                Ok(())
            }
            ReferralState::Submitted
            | ReferralState::Accepted { .. }
            | ReferralState::Declined
            | ReferralState::Withdrawn
            | ReferralState::Redirected { .. }
            | ReferralState::Resolved => Err(ReferralRefusal::NotReturned(self.status())),
        }
    }
}

impl Decision {
    pub fn outcome(&self) -> DecisionOutcome {
        match self {
            Self::Accept => DecisionOutcome::Accepted,
            Self::Decline { .. } => DecisionOutcome::Declined,
            Self::Return { .. } => DecisionOutcome::Returned,
            Self::Redirect { .. } => DecisionOutcome::Redirected,
        }
    }
}

#[cfg(test)]
mod tests;
