//! The closed lists that clients see, as `/v1/reference-data` publishes them beside the code sets.

use crate::access::{Action, Role, Visibility};
use crate::attendance::{AttendanceBand, AttendanceTrend, HalfDay, ServiceStanding};
use crate::barriers::{BarrierGoal, BarrierStatus, BarrierStep, Severity};
use crate::broadcasts::AudienceKind;
use crate::bulletins::{BulletinKind, BulletinStatus};
use crate::calendar::{CalendarName, ClosedBecause, Region};
use crate::cases::{CaseAction, CaseStatus, ClosureReviewOutcome, OutcomeCategory};
use crate::closed_list::ClosedList;
use crate::contacts::{ContactChannel, ContactOutcome, ContactParty};
use crate::contracts::{ContractAction, ContractKind, ContractStatus, WithholdingPeriod};
use crate::documents::{DocumentState, MediaType};
use crate::duties::{DutyKind, DutyPeriod, ObligationStatus};
use crate::eligibility::{Advice, Circumstance, IntakeWarning};
use crate::enrolment_claims::{ClaimAnswerer, ClaimStanding, ClaimWord};
use crate::enrolments::EnrolmentStatement;
use crate::funds::{BudgetOutcome, FundAction, FundEntryKind, FundPart, FundStatus};
use crate::history::{CallerKind, RecordKind};
use crate::jobs::{JobFailure, JobKind, JobState};
use crate::match_reviews::{MatchOutcome, MatchReviewStatus};
use crate::matching::{MatchDoubt, MatchReason, MatchedBy};
use crate::measures::{
    Breakdown, ChangeCause, ClockCause, ColumnSource, ColumnType, ColumnUnit, ContactMeasure,
    CountedReach, EthnicGroup, Exclusion, Level, Measure, Standing,
};
use crate::needs::{NeedAction, NeedOutcome, NeedReviewOutcome, NeedStatus, NeedStep};
use crate::organisations::{OrganisationKind, OrganisationStatus};
use crate::outcomes::EnrolledBy;
use crate::performance_reviews::{
    FindingGrade, PerformanceReviewAction, PerformanceReviewStatus, RequirementResult,
    ReviewActionOutcome, ReviewActionStatus, ReviewActionStep, WithholdingOutcome,
    WithholdingRequirement, WithholdingStatus, WithholdingStep,
};
use crate::plans::{PlanStep, ReviewOutcome};
use crate::recalculations::RecalculationCause;
use crate::referrals::{DecisionOutcome, NonEnrolmentSender, ReferralKind, ReferralStatus};
use crate::rules::{
    AfterTransfer, BaselineSource, BaselineWindow, Improvement, LateDecision, NoRecord, Rule,
    WaitingReferrals, WhanauContactMeans,
};
use crate::second_person::ApprovalPolicy;
use crate::submissions::{
    FigureCountKind, FigureStanding, MilestoneStanding, NoFigure, PolicyKind, SubmissionAction,
    SubmissionOutcome, SubmissionStatus, SubmissionWarning,
};
use crate::tasks::{TaskOutcome, TaskStatus, TaskStep};
use crate::templates::{FigureKind, QuestionType, SubmissionKind, TemplateStatus};
use crate::timeline::{Consent, EntryKind, MeetingKind};
use crate::transfers::{TransferOutcome, TransferStatus};
use crate::work_list::{WorkQueue, WorkReason};

/// Every closed list that clients see, by name. All but two are schemas of the published document:
/// `Action` are the scopes of tokens, and `EthnicGroup` the keys of groups.
pub static CLOSED_LISTS: &[&ClosedList] = &[
    Action::LIST,
    Advice::LIST,
    AfterTransfer::LIST,
    ApprovalPolicy::LIST,
    AttendanceBand::LIST,
    AttendanceTrend::LIST,
    AudienceKind::LIST,
    BarrierGoal::LIST,
    BarrierStatus::LIST,
    BarrierStep::LIST,
    BaselineSource::LIST,
    BaselineWindow::LIST,
    Breakdown::LIST,
    BudgetOutcome::LIST,
    BulletinKind::LIST,
    BulletinStatus::LIST,
    CalendarName::LIST,
    CallerKind::LIST,
    CaseAction::LIST,
    CaseStatus::LIST,
    ChangeCause::LIST,
    Circumstance::LIST,
    ClaimAnswerer::LIST,
    ClaimStanding::LIST,
    ClaimWord::LIST,
    ClockCause::LIST,
    ClosedBecause::LIST,
    ClosureReviewOutcome::LIST,
    ColumnSource::LIST,
    ColumnType::LIST,
    ColumnUnit::LIST,
    Consent::LIST,
    ContactChannel::LIST,
    ContactMeasure::LIST,
    ContactOutcome::LIST,
    ContactParty::LIST,
    ContractAction::LIST,
    ContractKind::LIST,
    ContractStatus::LIST,
    CountedReach::LIST,
    DecisionOutcome::LIST,
    DocumentState::LIST,
    DutyKind::LIST,
    DutyPeriod::LIST,
    EnrolledBy::LIST,
    EnrolmentStatement::LIST,
    EntryKind::LIST,
    EthnicGroup::LIST,
    Exclusion::LIST,
    FigureCountKind::LIST,
    FigureKind::LIST,
    FigureStanding::LIST,
    FindingGrade::LIST,
    FundAction::LIST,
    FundEntryKind::LIST,
    FundPart::LIST,
    FundStatus::LIST,
    HalfDay::LIST,
    Improvement::LIST,
    IntakeWarning::LIST,
    JobFailure::LIST,
    JobKind::LIST,
    JobState::LIST,
    LateDecision::LIST,
    Level::LIST,
    MatchDoubt::LIST,
    MatchOutcome::LIST,
    MatchReason::LIST,
    MatchReviewStatus::LIST,
    MatchedBy::LIST,
    Measure::LIST,
    MediaType::LIST,
    MeetingKind::LIST,
    MilestoneStanding::LIST,
    NeedAction::LIST,
    NeedOutcome::LIST,
    NeedReviewOutcome::LIST,
    NeedStatus::LIST,
    NeedStep::LIST,
    NoFigure::LIST,
    NoRecord::LIST,
    NonEnrolmentSender::LIST,
    ObligationStatus::LIST,
    OrganisationKind::LIST,
    OrganisationStatus::LIST,
    OutcomeCategory::LIST,
    PerformanceReviewAction::LIST,
    PerformanceReviewStatus::LIST,
    PlanStep::LIST,
    PolicyKind::LIST,
    QuestionType::LIST,
    RecalculationCause::LIST,
    RecordKind::LIST,
    ReferralKind::LIST,
    ReferralStatus::LIST,
    Region::LIST,
    RequirementResult::LIST,
    ReviewActionOutcome::LIST,
    ReviewActionStatus::LIST,
    ReviewActionStep::LIST,
    ReviewOutcome::LIST,
    Role::LIST,
    Rule::LIST,
    ServiceStanding::LIST,
    Severity::LIST,
    Standing::LIST,
    SubmissionAction::LIST,
    SubmissionKind::LIST,
    SubmissionOutcome::LIST,
    SubmissionStatus::LIST,
    SubmissionWarning::LIST,
    TaskOutcome::LIST,
    TaskStatus::LIST,
    TaskStep::LIST,
    TemplateStatus::LIST,
    TransferOutcome::LIST,
    TransferStatus::LIST,
    Visibility::LIST,
    WaitingReferrals::LIST,
    WhanauContactMeans::LIST,
    WithholdingOutcome::LIST,
    WithholdingPeriod::LIST,
    WithholdingRequirement::LIST,
    WithholdingStatus::LIST,
    WithholdingStep::LIST,
    WorkQueue::LIST,
    WorkReason::LIST,
];

/// Names of the closed lists whose labels in te reo Māori a speaker has read. None has been read yet.
const READ_BY_A_SPEAKER: [&str; 0] = [];

/// The closed list of this name.
pub fn list_named(name: &str) -> Option<&'static ClosedList> {
    CLOSED_LISTS.iter().copied().find(|list| list.name == name)
}

/// Whether a speaker has read the list's labels in te reo Māori.
pub fn is_reviewed(list: &ClosedList) -> bool {
    READ_BY_A_SPEAKER.contains(&list.name)
}

#[cfg(test)]
mod tests;
