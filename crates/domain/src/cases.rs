//! A case: what a provider does for a student, from the accepted referral to the closure.

use chrono::{DateTime, NaiveDate, Utc};

use crate::ids::{CaseId, ProviderId, UserId};
use crate::text::Code;

crate::words! {
    /// Where a case stands.
    CaseStatus {
        Unassigned = "unassigned",
        Active = "active",
        Paused = "paused",
        Closed = "closed",
    }
    /// What the sender of a referral may know of the case that came of it.
    OutcomeCategory {
        BeingSupported = "being_supported",
        SupportPaused = "support_paused",
        SupportEnded = "support_ended",
    }
}

/// What the rules of a case's life decide on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    pub id: CaseId,
    pub provider_id: ProviderId,
    pub state: State,
}

/// What exists only in one state lives in that state's variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    Unassigned,
    Active {
        case_manager: UserId,
    },
    Paused {
        case_manager: UserId,
        reason: Code,
        from: NaiveDate,
        review_by: NaiveDate,
    },
    /// A case may be closed before anybody was assigned to it.
    Closed {
        case_manager: Option<UserId>,
        reason: Code,
        at: DateTime<Utc>,
    },
}

/// A person as the rule of assignment sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assignee {
    pub id: UserId,
    /// Holds the role of a case manager (or workflow lead) at the case's provider, today.
    pub works_here: bool,
    pub active: bool,
    pub trained: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CaseError {
    #[error("the case is closed")]
    Closed,
    #[error("this person does not manage cases at the provider")]
    AssigneeNotHere,
    #[error("this person's account is disabled")]
    AssigneeDisabled,
    #[error("this person has not completed the mandatory training")]
    AssigneeUntrained,
    #[error("the case already is assigned to this person")]
    AlreadyAssigned,
}

impl Case {
    pub fn status(&self) -> CaseStatus {
        match self.state {
            State::Unassigned => CaseStatus::Unassigned,
            State::Active { .. } => CaseStatus::Active,
            State::Paused { .. } => CaseStatus::Paused,
            State::Closed { .. } => CaseStatus::Closed,
        }
    }

    pub fn case_manager(&self) -> Option<UserId> {
        match &self.state {
            State::Unassigned => None,
            State::Active { case_manager } | State::Paused { case_manager, .. } => {
                Some(*case_manager)
            }
            State::Closed { case_manager, .. } => *case_manager,
        }
    }

    /// Gives the case to a case manager, one at a time; a paused case stays paused.
    pub fn assign(&mut self, to: &Assignee) -> Result<(), CaseError> {
        if let State::Closed { .. } = self.state {
            return Err(CaseError::Closed);
        }
        if !to.works_here {
            return Err(CaseError::AssigneeNotHere);
        }
        if !to.active {
            return Err(CaseError::AssigneeDisabled);
        }
        if !to.trained {
            return Err(CaseError::AssigneeUntrained);
        }
        if self.case_manager() == Some(to.id) {
            return Err(CaseError::AlreadyAssigned);
        }
        match &mut self.state {
            State::Paused { case_manager, .. } => *case_manager = to.id,
            State::Unassigned | State::Active { .. } | State::Closed { .. } => {
                self.state = State::Active { case_manager: to.id };
            }
        }
        Ok(())
    }
}

impl CaseStatus {
    /// What a sender is told.
    pub fn outcome_category(self) -> OutcomeCategory {
        match self {
            Self::Unassigned | Self::Active => OutcomeCategory::BeingSupported,
            Self::Paused => OutcomeCategory::SupportPaused,
            Self::Closed => OutcomeCategory::SupportEnded,
        }
    }
}

#[cfg(test)]
mod tests;
