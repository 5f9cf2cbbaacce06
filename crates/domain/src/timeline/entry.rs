//! An entry as somebody records it, whether it may be, and who corrects what was recorded.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Details, EntryKind};
use crate::access::Visibility;
use crate::calendar::nz_date;
use crate::ids::UserId;

/// An entry as somebody records it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEntry {
    pub visibility: Visibility,
    /// When it happened, which may be well before it is written down.
    pub occurred_at: DateTime<Utc>,
    pub details: Details,
    /// The entry that this one puts right.
    pub corrects: Option<Corrected>,
}

/// What the rule of corrections needs of the entry that is corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Corrected {
    pub kind: EntryKind,
    pub recorded_by: UserId,
    pub is_corrected: bool,
}

/// Why an entry of the timeline is not recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryRefusal {
    #[error("what is recorded can not have happened in the future")]
    InTheFuture,
    #[error("what is recorded can not have happened before the referral")]
    BeforeReferral,
    #[error("an entry is corrected by one of its own kind")]
    OtherKind,
    #[error("the entry was corrected before: correct the correction")]
    AlreadyCorrected,
    #[error("an entry is corrected by its author or by a workflow lead")]
    NotTheAuthor,
}

impl NewEntry {
    /// An entry that puts none right.
    pub fn new(visibility: Visibility, occurred_at: DateTime<Utc>, details: Details) -> Self {
        Self { visibility, occurred_at, details, corrects: None }
    }

    /// Whether this may be recorded on a case whose referral was made on `referral_date`.
    pub fn check(
        &self,
        referral_date: NaiveDate,
        author: UserId,
        leads: bool,
        now: DateTime<Utc>,
    ) -> Result<(), EntryRefusal> {
        if self.occurred_at > now {
            return Err(EntryRefusal::InTheFuture);
        }
        if nz_date(self.occurred_at) < referral_date {
            return Err(EntryRefusal::BeforeReferral);
        }
        let Some(corrected) = self.corrects else { return Ok(()) };
        if corrected.kind != self.details.kind() {
            return Err(EntryRefusal::OtherKind);
        }
        if corrected.is_corrected {
            return Err(EntryRefusal::AlreadyCorrected);
        }
        if corrected.recorded_by != author && !leads {
            return Err(EntryRefusal::NotTheAuthor);
        }
        Ok(())
    }
}
