//! Performance reviews at rest: opened with frozen figures, commented on, met about, concluded, and decided on.

mod allowed;
mod circumstances;
mod entries;
mod findings;
mod minutes;
mod opening;
mod reading;
mod refusal;
mod steps;
mod withholding;

pub use circumstances::ReviewCircumstances;
pub use entries::{PerformanceReviewRow, WithholdingRow};
pub use opening::{ContractsToReview, ReviewsOrder};
pub use reading::PerformanceReviewFilter;
pub use refusal::ReviewRefusal;

pub(crate) use entries::visible;
