//! A transfer: a case goes from one provider to another when the receiver accepts it.

use crate::access::Visibility;
use crate::ids::{ProviderId, TransferId, UserId};
use crate::organisations::{CandidateProvider, CannotServe, Serving};
use crate::text::LongText;

crate::closed_list! {
    /// Status of a transfer.
    TransferStatus: "Status of a transfer" / "Te tūnga o te whakawhitinga" {
        /// Waits for the receiver.
        Requested = "requested": "Requested" / "Kua tonoa",
        Accepted = "accepted": "Accepted" / "Kua whakaaetia",
        Declined = "declined": "Declined" / "Kua whakahēngia",
        /// Taken back by the giver.
        Cancelled = "cancelled": "Cancelled" / "Kua whakakorea",
    }
    /// The receiver's answer to a transfer.
    TransferOutcome: "Answer to a transfer" / "Te whakautu ki te whakawhitinga" {
        Accepted = "accepted": "Accepted" / "Kua whakaaetia",
        Declined = "declined": "Declined" / "Kua whakahēngia",
    }
}

/// What the rules of a transfer decide on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transfer {
    pub id: TransferId,
    pub from: ProviderId,
    pub to: ProviderId,
    pub status: TransferStatus,
    pub requested_by: UserId,
}

/// The provider that is to receive a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receiver {
    pub id: ProviderId,
    /// `None`: no organisation has the id.
    pub organisation: Option<CandidateProvider>,
}

/// What the receiver answers, with the reason that a decline needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransferAnswer {
    Accept { comment: Option<LongText> },
    Decline { comment: LongText },
}

/// A transfer is not declined without a word on why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("why it is declined is missing")]
pub struct DeclineNeedsComment;

/// Why a step of a transfer is refused by its rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransferRefusal {
    #[error("no active provider has this id")]
    UnknownProvider,
    #[error("the case already is with this provider")]
    AlreadyThere,
    #[error("a school's own team works for that school's students alone")]
    TeamOfAnotherSchool,
    #[error("the transfer was decided or cancelled before")]
    AlreadyDecided,
    #[error("only the receiver accepts or declines a transfer")]
    NotTheReceiver,
    #[error("only the giver cancels a transfer")]
    NotTheGiver,
}

impl TransferStatus {
    /// Whether the receiver is still to answer.
    pub fn is_waiting(self) -> bool {
        match self {
            Self::Requested => true,
            Self::Accepted | Self::Declined | Self::Cancelled => false,
        }
    }

    /// Whether the case went over to the receiver.
    pub fn is_accepted(self) -> bool {
        match self {
            Self::Accepted => true,
            Self::Requested | Self::Declined | Self::Cancelled => false,
        }
    }

    /// Who reads of this step in the case's timeline. Until the case has gone over, the offer is the
    /// providers' own affair.
    pub fn visibility(self) -> Visibility {
        if self.is_accepted() { Visibility::Shared } else { Visibility::Private }
    }

    /// The words that the timeline tells with this step: why the transfer was asked for, or why it
    /// came to nothing. What was said with an acceptance stays with the transfer.
    pub fn comment_told(self, reason: LongText, answer: Option<LongText>) -> Option<LongText> {
        match self {
            Self::Requested => Some(reason),
            Self::Accepted => None,
            Self::Declined | Self::Cancelled => answer,
        }
    }
}

impl Receiver {
    /// Whether a case of `from` may be offered to this provider.
    pub fn accepts_from(&self, from: ProviderId) -> Result<(), TransferRefusal> {
        let serving =
            self.organisation.map_or(Err(CannotServe::NoProvider), CandidateProvider::serving);
        match serving {
            Err(CannotServe::NoProvider) => Err(TransferRefusal::UnknownProvider),
            Ok(_) | Err(CannotServe::TeamOfAnotherSchool) if self.id == from => {
                Err(TransferRefusal::AlreadyThere)
            }
            Err(CannotServe::TeamOfAnotherSchool) => Err(TransferRefusal::TeamOfAnotherSchool),
            Ok(Serving::Catchment | Serving::InSchool) => Ok(()),
        }
    }
}

impl TransferAnswer {
    /// The answer of an outcome and what was said with it.
    pub fn of(
        outcome: TransferOutcome,
        comment: Option<LongText>,
    ) -> Result<Self, DeclineNeedsComment> {
        match (outcome, comment) {
            (TransferOutcome::Accepted, comment) => Ok(Self::Accept { comment }),
            (TransferOutcome::Declined, Some(comment)) => Ok(Self::Decline { comment }),
            (TransferOutcome::Declined, None) => Err(DeclineNeedsComment),
        }
    }

    pub fn outcome(&self) -> TransferOutcome {
        match self {
            Self::Accept { .. } => TransferOutcome::Accepted,
            Self::Decline { .. } => TransferOutcome::Declined,
        }
    }

    /// What was said with it.
    pub fn into_comment(self) -> Option<LongText> {
        match self {
            Self::Accept { comment } => comment,
            Self::Decline { comment } => Some(comment),
        }
    }
}

impl Transfer {
    /// The receiver, or somebody who acts for the nation, answers once.
    pub fn decide(
        &mut self,
        outcome: TransferOutcome,
        acts_for_receiver: bool,
    ) -> Result<(), TransferRefusal> {
        if !acts_for_receiver {
            return Err(TransferRefusal::NotTheReceiver);
        }
        self.still_requested()?;
        self.status = match outcome {
            TransferOutcome::Accepted => TransferStatus::Accepted,
            TransferOutcome::Declined => TransferStatus::Declined,
        };
        Ok(())
    }

    /// The giver takes it back.
    pub fn cancel(&mut self, acts_for_giver: bool) -> Result<(), TransferRefusal> {
        if !acts_for_giver {
            return Err(TransferRefusal::NotTheGiver);
        }
        self.still_requested()?;
        self.status = TransferStatus::Cancelled;
        Ok(())
    }

    fn still_requested(&self) -> Result<(), TransferRefusal> {
        if self.status.is_waiting() { Ok(()) } else { Err(TransferRefusal::AlreadyDecided) }
    }
}

#[cfg(test)]
mod tests;
