//! What the page of contract years shows, and where it is.

use ascms_domain::submissions::Milestone;
use ascms_persistence::contracts::ContractRow;
use ascms_persistence::duties::ObligationRow;
use ascms_persistence::funds::{FundReportRow, FundRow};
use ascms_persistence::performance_reviews::PerformanceReviewRow;
use ascms_persistence::submissions::{MilestoneProgress, SubmissionRow};
use chrono::NaiveDate;

/// Where the page is.
pub(crate) const PATH: &str = "/reports/contract-years";

/// A contract in a year, as far as the caller reads it.
pub(super) struct YearOfContract {
    pub(super) contract: ContractRow,
    pub(super) plan: Option<SubmissionRow>,
    pub(super) fund: Option<FundRow>,
    /// By their terms.
    pub(super) reviews: Vec<PerformanceReviewRow>,
    /// Those that are due in the year.
    pub(super) duties: Vec<ObligationRow>,
}

/// The same of one contract, with everything behind it.
pub(super) struct WholeYear {
    pub(super) of: YearOfContract,
    pub(super) year: i32,
    pub(super) today: NaiveDate,
    /// Of the plan that is in force, each with the newest that was recorded on it.
    pub(super) milestones: Vec<(Milestone, Option<MilestoneProgress>)>,
    pub(super) spending: Option<FundReportRow>,
}
