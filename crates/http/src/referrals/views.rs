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
    /// Id of the referral.
    id: ReferralId,
    /// Chronic absence, or no enrolment.
    kind: ReferralKind,
    /// Whether the referral waits, and how it was decided.
    status: ReferralStatus,
    /// The New Zealand day of receipt: day 0 of every clock.
    referral_date: NaiveDate,
    /// When the referral was received.
    submitted_at: DateTime<Utc>,
    /// The sending system; null for a person.
    #[schema(max_length = 100)]
    source: Option<String>,
    /// The sending system's own name for the record; null for a person.
    #[schema(max_length = 100)]
    source_reference: Option<String>,
    /// The school that referred the student.
    school: SchoolSummary,
    /// The responsible provider; null while the referral waits with the Ministry.
    provider: Option<ProviderSummary>,
    /// Whether the school's own funded team is to take the referral.
    in_school_provision: bool,
    /// The student who is referred; null for readers who only route the referral.
    student: Option<StudentSummary>,
    /// The advice of the referral guidance.
    advice: Advice,
    /// Whether the attendance that was sent contradicts the days on record.
    contradicts_record: bool,
    /// How far the case has come, as much as the sender may know; null without a case.
    outcome_category: Option<OutcomeCategory>,
    /// Version of the referral.
    #[schema(minimum = 1)]
    version: i32,
    /// When the referral last changed.
    updated_at: DateTime<Utc>,
}

/// A referral whole.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReferralView {
    /// Id of the referral.
    id: ReferralId,
    /// Chronic absence, or no enrolment.
    kind: ReferralKind,
    /// Whether the referral waits, and how it was decided.
    status: ReferralStatus,
    /// The New Zealand day of receipt: day 0 of every clock.
    referral_date: NaiveDate,
    /// When the referral was received.
    submitted_at: DateTime<Utc>,
    /// The sending system; null for a person.
    #[schema(max_length = 100)]
    source: Option<String>,
    /// The sending system's own name for the record; null for a person.
    #[schema(max_length = 100)]
    source_reference: Option<String>,
    /// The school that referred the student.
    school: SchoolSummary,
    /// The responsible provider; null while the referral waits with the Ministry.
    provider: Option<ProviderSummary>,
    /// Whether the school's own funded team is to take the referral.
    in_school_provision: bool,
    /// The student who is referred; null for readers who only route the referral.
    student: Option<StudentSummary>,
    /// The request as it was sent; null for readers who only route the referral.
    support_request: Option<SupportRequest>,
    /// The advice for the referral, and its reasons.
    assessment: AssessmentView,
    /// How intake recognised the student, among the students whom the sender may know.
    matched_by: MatchedBy,
    /// The match review, when intake could not recognise the student; null otherwise. Senders do
    /// not learn of a review about students whom they may not know.
    match_review_id: Option<MatchReviewId>,
    /// Position among the waiting referrals, from 1; null when it does not wait.
    #[schema(minimum = 1)]
    waiting_position: Option<u64>,
    /// How far the case has come, as much as the sender may know; null without a case.
    outcome_category: Option<OutcomeCategory>,
    /// The case; null without one, and for senders.
    case_id: Option<CaseId>,
    /// The readable number of the case; null without one, and for senders.
    #[schema(max_length = 14, pattern = "^AS-[0-9]{4}-[0-9]{6}$")]
    case_number: Option<String>,
    /// The redirected referral that this one follows; null without one.
    predecessor_id: Option<ReferralId>,
    /// The referral that follows this one at the other provider; null without one.
    successor_id: Option<ReferralId>,
    /// Why the sender withdrew the referral, a code of the set `referral-withdraw-reasons`; null
    /// otherwise.
    #[schema(max_length = 64)]
    withdrawal_reason: Option<String>,
    /// The decisions, in order.
    #[schema(max_items = 100)]
    decisions: Vec<DecisionView>,
    /// Details of the student that were taken as sent and do not help to recognise the student. The
    /// sender gets them with the receipt; later the list is empty.
    #[schema(max_items = 6)]
    warnings: Vec<Remark>,
    /// Version of the referral.
    #[schema(minimum = 1)]
    version: i32,
    /// When the referral last changed.
    updated_at: DateTime<Utc>,
}

/// The advice for a referral and what it stands on.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AssessmentView {
    /// The advice of the referral guidance on these facts.
    advice: Advice,
    /// The circumstances that decided the advice.
    #[schema(max_items = 20)]
    circumstances: Vec<Circumstance>,
    /// The attendance that the outcome will be measured against; null when there is none.
    baseline: Option<TermAttendance>,
    /// Version of the eligibility rule that gave the advice.
    #[schema(max_length = 100)]
    rule_version: String,
    /// Attendance that was sent and contradicts the days on record: a warning.
    #[schema(max_items = 2)]
    contradictions: Vec<ContradictionView>,
    /// Parts of the request that were taken and may be mistakes.
    #[schema(max_items = 20)]
    warnings: Vec<IntakeWarning>,
}

/// Attendance that was sent, and that the days on record contradict.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ContradictionView {
    /// The attendance that was sent.
    claimed: TermAttendance,
    /// The attendance on record when the referral came in; null for readers who do not work on the
    /// case.
    on_record: Option<TermAttendance>,
    /// Which of the two counts, by the rule of eligibility.
    counts: BaselineSource,
}

/// A decision that was taken.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DecisionView {
    /// Whether the referral was accepted, declined, returned or redirected.
    outcome: DecisionOutcome,
    /// Code of the set `referral-decline-reasons` or `referral-redirect-reasons`; null for other
    /// outcomes.
    #[schema(max_length = 64)]
    reason_code: Option<String>,
    /// Comment for the sender; null without one. Personal data.
    comment: Option<String>,
    /// The provider that the referral was redirected to; null for other outcomes.
    provider_id: Option<ProviderId>,
    /// When the decision was taken.
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
        comment: row.comment.clone(),
        provider_id: row.to_provider_id,
        decided_at: row.decided_at,
    }
}

/// Whether the caller may know who the student is: the Ministry routes a referral without it.
pub(crate) fn sees_student(grant: &Grant) -> bool {
    grant.reach().iter().any(|span| !matches!(span, Span::Nation | Span::Queue | Span::Person(_)))
}
