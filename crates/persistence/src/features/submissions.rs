//! Submissions at rest: a provider begins, writes and submits them, and the Ministry returns or accepts them.

mod decisions;
mod entries;
mod figures;
mod progress;
mod reading;
mod writing;

pub use entries::{SubmissionChangeRefusal, SubmissionRow};
pub use progress::MilestoneProgress;
pub use reading::{SubmissionFilter, SubmissionVersion};

pub(crate) use entries::visible;
