//! What is taken back: the referral waits again.

use super::{Referral, ReferralRefusal, State};

impl Referral {
    /// The enrolment that resolved it was taken back: it waits again. The clocks go on from the
    /// first day.
    pub fn unresolve(&mut self) -> Result<(), ReferralRefusal> {
        match self.state {
            State::Resolved => {
                self.state = State::Submitted;
                Ok(())
            }
            State::Submitted
            | State::Returned
            | State::Accepted { .. }
            | State::Declined
            | State::Withdrawn
            | State::Redirected { .. } => Err(ReferralRefusal::NotResolved(self.status())),
        }
    }

    /// The student turned out to be another one than the student of the case that it joined: it
    /// waits again. The clocks go on from the first day.
    pub fn part_from_case(&mut self) -> Result<(), ReferralRefusal> {
        match self.state {
            State::Accepted { .. } => {
                self.state = State::Submitted;
                Ok(())
            }
            State::Submitted
            | State::Returned
            | State::Declined
            | State::Withdrawn
            | State::Redirected { .. }
            | State::Resolved => Err(ReferralRefusal::NotAccepted(self.status())),
        }
    }
}
