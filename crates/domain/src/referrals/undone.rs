//! What is taken back: the referral waits again.

use super::{Referral, ReferralRefusal, ReferralState};

impl Referral {
    /// The enrolment that resolved it was taken back: it waits again. The clocks go on from the
    /// first day.
    pub fn unresolve(&mut self) -> Result<(), ReferralRefusal> {
        match self.state {
            ReferralState::Resolved => {
                self.state = ReferralState::Submitted;
                Ok(())
            }
            ReferralState::Submitted
            | ReferralState::Returned
            | ReferralState::Accepted { .. }
            | ReferralState::Declined
            | ReferralState::Withdrawn
            | ReferralState::Redirected { .. } => Err(ReferralRefusal::NotResolved(self.status())),
        }
    }

    /// The student turned out to be another one than the student of the case that it joined: it
    /// waits again. The clocks go on from the first day.
    pub fn part_from_case(&mut self) -> Result<(), ReferralRefusal> {
        match self.state {
            ReferralState::Accepted { .. } => {
                self.state = ReferralState::Submitted;
                Ok(())
            }
            ReferralState::Submitted
            | ReferralState::Returned
            | ReferralState::Declined
            | ReferralState::Withdrawn
            | ReferralState::Redirected { .. }
            | ReferralState::Resolved => Err(ReferralRefusal::NotAccepted(self.status())),
        }
    }
}
