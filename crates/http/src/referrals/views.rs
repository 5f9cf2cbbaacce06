//! What readers see of a referral: the allow-lists of what leaves the house.

use ascms_domain::access::Grant;
use ascms_domain::access::Span;
use ascms_domain::cases::{CaseStatus, OutcomeCategory};
use ascms_domain::eligibility::{Advice, Circumstance, IntakeWarning, TermAttendance};
use ascms_domain::ids::{CaseId, MatchReviewId, ProviderId, ReferralId};
use ascms_domain::matching::{MatchedBy, PlaceholderIn};
use ascms_domain::referrals::{DecisionOutcome, ReferralKind, ReferralStatus, SupportRequest};
use ascms_domain::rules::BaselineSource;
use ascms_persistence::idempotency::Answer;
use ascms_persistence::referrals::{ReferralFile, ReferralRow, Submitted};
use ascms_persistence::rows::referral_decision;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer;
use crate::remark::Remark;
use crate::students::views::{ProviderSummary, SchoolSummary, StudentSummary};

/// A referral as a list shows it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReferralSummaryView {
    id: ReferralId,
    kind: ReferralKind,
    status: ReferralStatus,
    /// The New Zealand day of receipt: day 0 of every clock.
    referral_date: NaiveDate,
    submitted_at: DateTime<Utc>,
    #[schema(max_length = 100)]
    source: Option<String>,
    #[schema(max_length = 100)]
    source_reference: Option<String>,
    school: SchoolSummary,
    /// Null while nobody is responsible: the referral waits with the Ministry.
    provider: Option<ProviderSummary>,
    in_school_provision: bool,
    /// Null for those who only route the referral.
    student: Option<StudentSummary>,
    advice: Advice,
    /// Whether attendance that was sent contradicts the days on record.
    contradicts_record: bool,
    /// What the sender may know of the case that came of it.
    outcome_category: Option<OutcomeCategory>,
    #[schema(minimum = 1)]
    version: i32,
    updated_at: DateTime<Utc>,
}

/// A referral whole.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReferralView {
    id: ReferralId,
    kind: ReferralKind,
    status: ReferralStatus,
    /// The New Zealand day of receipt: day 0 of every clock.
    referral_date: NaiveDate,
    submitted_at: DateTime<Utc>,
    #[schema(max_length = 100)]
    source: Option<String>,
    #[schema(max_length = 100)]
    source_reference: Option<String>,
    school: SchoolSummary,
    /// Null while nobody is responsible: the referral waits with the Ministry.
    provider: Option<ProviderSummary>,
    in_school_provision: bool,
    /// Null for those who only route the referral.
    student: Option<StudentSummary>,
    /// The request as it was sent; null for those who only route the referral.
    support_request: Option<SupportRequest>,
    assessment: AssessmentView,
    /// How the student was recognised, among those of whom the sender may know.
    matched_by: MatchedBy,
    /// The entry of the review list, when the student's identity could not be settled. Senders learn
    /// nothing of a review that is about students of whom they may not know.
    match_review_id: Option<MatchReviewId>,
    /// How many wait before it, itself included; null once it does not wait.
    #[schema(minimum = 1)]
    waiting_position: Option<u64>,
    /// What the sender may know of the case that came of it.
    outcome_category: Option<OutcomeCategory>,
    /// The case; null for senders.
    case_id: Option<CaseId>,
    /// The case's number; null for senders.
    #[schema(max_length = 14, pattern = "^AS-[0-9]{4}-[0-9]{6}$")]
    case_number: Option<String>,
    /// The referral that this one followed when that was redirected.
    predecessor_id: Option<ReferralId>,
    /// The referral that follows this one at the other provider.
    successor_id: Option<ReferralId>,
    /// Why the sender took it back; code of the set `referral-withdraw-reasons`.
    #[schema(max_length = 64)]
    withdrawal_reason: Option<String>,
    /// Every decision, in order.
    #[schema(max_items = 100)]
    decisions: Vec<DecisionView>,
    /// What of the student was taken as it was sent, and says nothing of who the student is; told to
    /// the sender with the receipt, and empty later.
    #[schema(max_items = 6)]
    warnings: Vec<Remark>,
    #[schema(minimum = 1)]
    version: i32,
    updated_at: DateTime<Utc>,
}

/// The advice for a referral and what it stands on.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AssessmentView {
    advice: Advice,
    /// What decided the advice.
    #[schema(max_items = 20)]
    circumstances: Vec<Circumstance>,
    /// The attendance that the outcome will be measured against.
    baseline: Option<TermAttendance>,
    #[schema(max_length = 100)]
    rule_version: String,
    /// A warning: where attendance that was sent contradicts the days on record.
    #[schema(max_items = 2)]
    contradictions: Vec<ContradictionView>,
    /// What was taken and may not be what was meant.
    #[schema(max_items = 20)]
    warnings: Vec<IntakeWarning>,
}

/// Attendance that was sent, and that the days on record contradict.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ContradictionView {
    /// What was sent.
    claimed: TermAttendance,
    /// What was on record when the referral came in; null for those who do not work on the case.
    on_record: Option<TermAttendance>,
    /// Which of the two is measured against, by the rule of eligibility.
    counts: BaselineSource,
}

/// A decision that was taken.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DecisionView {
    outcome: DecisionOutcome,
    #[schema(max_length = 64)]
    reason_code: Option<String>,
    words: Option<String>,
    provider_id: Option<ProviderId>,
    decided_at: DateTime<Utc>,
}

impl ReferralSummaryView {
    pub(super) fn of(row: &ReferralRow, grant: &Grant) -> Self {
        let referral = &row.referral;
        Self {
            id: referral.id,
            kind: referral.kind,
            status: referral.status,
            referral_date: referral.referral_date,
            submitted_at: referral.submitted_at,
            source: referral.source.clone(),
            source_reference: referral.source_reference.clone(),
            school: school(row),
            provider: provider(row),
            in_school_provision: referral.in_school,
            student: sees_student(grant).then(|| student(row)),
            advice: referral.assessment.0.advice,
            contradicts_record: !referral.assessment.0.contradictions.is_empty(),
            outcome_category: row.case_status.map(CaseStatus::outcome_category),
            version: referral.version,
            updated_at: referral.updated_at,
        }
    }
}

impl ReferralView {
    pub(super) fn of(file: &ReferralFile, grant: &Grant) -> Self {
        let ReferralFile { row, decisions, waiting_position } = file;
        let referral = &row.referral;
        let casework = grant.works_on(referral.provider_id, row.case_manager_id);
        let assessment = referral.assessment.0.clone();
        Self {
            id: referral.id,
            kind: referral.kind,
            status: referral.status,
            referral_date: referral.referral_date,
            submitted_at: referral.submitted_at,
            source: referral.source.clone(),
            source_reference: referral.source_reference.clone(),
            school: school(row),
            provider: provider(row),
            in_school_provision: referral.in_school,
            student: sees_student(grant).then(|| student(row)),
            support_request: sees_student(grant).then(|| referral.content.0.clone()),
            assessment: AssessmentView {
                advice: assessment.advice,
                circumstances: assessment.circumstances,
                baseline: assessment.baseline,
                rule_version: assessment.rule_version,
                contradictions: assessment
                    .contradictions
                    .into_iter()
                    .map(|found| ContradictionView {
                        claimed: found.claimed,
                        on_record: Some(found.on_record).filter(|_| casework),
                        counts: found.counts,
                    })
                    .collect(),
                warnings: assessment.warnings,
            },
            matched_by: referral.matched_by,
            match_review_id: referral
                .match_review_id
                .filter(|_| casework || referral.matched_by == MatchedBy::Ambiguous),
            waiting_position: *waiting_position,
            outcome_category: row.case_status.map(CaseStatus::outcome_category),
            case_id: referral.case_id.filter(|_| casework),
            case_number: row.case_number.clone().filter(|_| casework),
            predecessor_id: referral.predecessor_id,
            successor_id: referral.successor_id,
            withdrawal_reason: referral.withdrawal_reason.clone(),
            decisions: decisions.iter().map(decided).collect(),
            warnings: Vec::new(),
            version: referral.version,
            updated_at: referral.updated_at,
        }
    }

    /// The receipt: what its sender is told. Of what was only validated nothing is left to settle, so it
    /// is the same for everybody.
    pub(super) fn receipt(submitted: &Submitted, grant: &Grant, dry_run: bool) -> Self {
        let view = Self::of(&submitted.file, grant);
        let warnings = submitted.placeholders.iter().map(|found| placeholder("/student", *found));
        let keeps_review = !dry_run || view.matched_by == MatchedBy::Ambiguous;
        Self {
            match_review_id: view.match_review_id.filter(|_| keeps_review),
            warnings: warnings.collect(),
            ..view
        }
    }

    pub(super) fn id(&self) -> ReferralId {
        self.id
    }

    pub(super) fn version(&self) -> i32 {
        self.version
    }
}

/// What is told of a member of a sent student that stands for "not known".
pub(crate) fn placeholder(student: &str, found: PlaceholderIn) -> Remark {
    let detail = "stands for \"not known\": it is kept, and nobody is recognised by it".to_owned();
    Remark::new(format!("{student}/{found}"), found.code(), detail)
}

/// The answer to a call that changed a referral.
pub(super) fn done(file: &ReferralFile, grant: &Grant) -> Answer {
    let view = ReferralView::of(file, grant);
    answer::done(view.version, &view)
}

fn school(row: &ReferralRow) -> SchoolSummary {
    SchoolSummary::new(row.school_number, &row.school_name)
}

fn provider(row: &ReferralRow) -> Option<ProviderSummary> {
    let (code, name) = row.provider_code.as_ref().zip(row.provider_name.as_ref())?;
    Some(ProviderSummary::new(code, name))
}

fn student(row: &ReferralRow) -> StudentSummary {
    StudentSummary {
        id: row.referral.student_id,
        given_names: row.preferred_given_names.as_ref().unwrap_or(&row.legal_given_names).clone(),
        family_name: row.preferred_family_name.as_ref().unwrap_or(&row.legal_family_name).clone(),
        birth_date: row.birth_date,
        year_level: row.year_level,
    }
}

fn decided(row: &referral_decision::Model) -> DecisionView {
    DecisionView {
        outcome: row.outcome,
        reason_code: row.reason_code.clone(),
        words: row.words.clone(),
        provider_id: row.to_provider_id,
        decided_at: row.decided_at,
    }
}

/// Whether the caller may know who the student is: the Ministry routes a referral without it.
pub(crate) fn sees_student(grant: &Grant) -> bool {
    grant.reach().iter().any(|span| !matches!(span, Span::Nation | Span::Queue | Span::Person(_)))
}
