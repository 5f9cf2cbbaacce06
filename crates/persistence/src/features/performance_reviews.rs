//! Performance reviews at rest: opened with frozen figures, commented on, met about, concluded, and decided on.

mod entries;
mod findings;
mod opening;
mod reading;
mod steps;
mod withholding;

pub use entries::{PerformanceReviewRow, ReviewRefusal, WithholdingRow};
pub use opening::{ContractsToReview, ReviewsOrder};
pub use reading::PerformanceReviewFilter;

pub(crate) use entries::visible;
