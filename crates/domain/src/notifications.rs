//! Notifications: who is told that something on a case changed, and when a message that did not
//! get through is tried again.

use chrono::{DateTime, TimeDelta, Utc};

use crate::access::Visibility;
use crate::ids::UserId;

crate::closed_list! {
    /// A kind of record on no case that people are told of.
    NotifiedRecord {
        Submission = "submission",
        PerformanceReview = "performance_review",
        Obligation = "obligation",
    }
}

/// Whom a change concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeAudience {
    /// The case manager and the primary contact.
    Everyone,
    /// The case manager alone: the school does not see it.
    Provider,
}

impl From<Visibility> for ChangeAudience {
    fn from(visibility: Visibility) -> Self {
        match visibility {
            Visibility::Shared => Self::Everyone,
            Visibility::Private => Self::Provider,
        }
    }
}

/// Those whom a case concerns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Concerned {
    pub case_manager: Option<UserId>,
    /// Who managed the case until this change.
    pub previous_case_manager: Option<UserId>,
    pub primary_contact: Option<UserId>,
    /// The provider's workflow leads, when the change waits for one of them.
    pub leads: Vec<UserId>,
}

/// Who is told of a change, each once, and never the person who made it.
pub fn told(concerned: &Concerned, audience: ChangeAudience, by: Option<UserId>) -> Vec<UserId> {
    let Concerned { case_manager, previous_case_manager, primary_contact, leads } = concerned;
    let school = match audience {
        ChangeAudience::Everyone => *primary_contact,
        ChangeAudience::Provider => None,
    };
    let mut told = Vec::new();
    let people = [*case_manager, *previous_case_manager, school].into_iter().flatten();
    for person in people.chain(leads.iter().copied()) {
        if Some(person) != by && !told.contains(&person) {
            told.push(person);
        }
    }
    told
}

/// How long after its change a message is still worth sending (ours).
pub const MAIL_WORTH_SENDING: TimeDelta = TimeDelta::days(1);

/// A person gets a message at once, and the next one after so long, of all that came meanwhile
/// (ours). That is four an hour at the most.
pub const MAIL_EVERY: TimeDelta = TimeDelta::minutes(15);

/// When the next message to a person may be sent, who was last written to at an instant, and to
/// whom one is being sent or waits to be tried again until another; `None`: now.
pub fn next_turn(
    now: DateTime<Utc>,
    last_sent: Option<DateTime<Utc>>,
    tried_until: Option<DateTime<Utc>>,
) -> Option<DateTime<Utc>> {
    // What was sent in the future was sent by a clock that was ahead: the wait begins now.
    let after_last = last_sent.and_then(|last| Ord::min(last, now).checked_add_signed(MAIL_EVERY));
    Ord::max(after_last, tried_until).filter(|turn| *turn > now)
}

/// The wait after the first attempt to send; each further one waits twice as long (ours). It is
/// also how long one server has for a message before another takes it up.
const FIRST_WAIT: TimeDelta = TimeDelta::minutes(5);

/// Five waits: 5, 10, 20, 40 and 80 minutes (ours).
const MAIL_ATTEMPTS: u16 = 6;

/// When a message is tried again after so many attempts, if the last one fails too; `None` when
/// it is given up.
pub fn next_attempt(attempts: u16, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if attempts >= MAIL_ATTEMPTS {
        return None;
    }
    let doubled = 1_i32.checked_shl(u32::from(attempts.saturating_sub(1)))?;
    now.checked_add_signed(FIRST_WAIT.checked_mul(doubled)?)
}

#[cfg(test)]
mod tests;
