//! Submissions at rest: a provider begins, writes and submits them, and the Ministry returns or accepts them.

mod allowed;
mod completeness;
mod decisions;
mod entries;
mod figures;
mod progress;
mod reading;
mod refusal;
mod writing;

pub use entries::SubmissionRow;
pub use progress::MilestoneProgress;
pub use reading::{SubmissionFilter, SubmissionVersion};
pub use refusal::SubmissionChangeRefusal;

pub(crate) use entries::visible;
