//! A transfer: a case goes from one provider to another when the receiver accepts it.

use crate::ids::{ProviderId, TransferId, UserId};

crate::closed_list! {
    /// Where a transfer stands.
    TransferStatus {
        /// Waits for the receiver.
        Requested = "requested",
        Accepted = "accepted",
        Declined = "declined",
        /// Taken back by the giver.
        Cancelled = "cancelled",
    }
    /// What the receiver answers.
    TransferOutcome {
        Accepted = "accepted",
        Declined = "declined",
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

/// What a provider must be to receive a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receiver {
    pub id: ProviderId,
    /// An active organisation that provides the service.
    pub is_provider: bool,
    /// A school's own team receives cases of that school's students alone.
    pub serves_the_school: bool,
}

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

impl Receiver {
    /// Whether a case of `from` may be offered to this provider.
    pub fn accepts_from(&self, from: ProviderId) -> Result<(), TransferRefusal> {
        if !self.is_provider {
            return Err(TransferRefusal::UnknownProvider);
        }
        if self.id == from {
            return Err(TransferRefusal::AlreadyThere);
        }
        if !self.serves_the_school {
            return Err(TransferRefusal::TeamOfAnotherSchool);
        }
        Ok(())
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
        match self.status {
            TransferStatus::Requested => Ok(()),
            TransferStatus::Accepted | TransferStatus::Declined | TransferStatus::Cancelled => {
                Err(TransferRefusal::AlreadyDecided)
            }
        }
    }
}

#[cfg(test)]
mod tests;
