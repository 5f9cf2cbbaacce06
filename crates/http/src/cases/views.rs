//! What readers see of a case.

use ascms_domain::cases::{CaseStatus, Checklist, ClosurePathway};
use ascms_domain::ids::{CaseId, ReferralId, UserId};
use ascms_domain::measures::{ContactMeasure, Standing};
use ascms_domain::text::Code;
use ascms_persistence::cases::{CaseFile, CaseRow, WholeCase};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::allowed::AllowedCaseAction;
pub(super) use crate::cases::allowed::CaseViewer;
use crate::students::views::{ProviderSummary, SchoolSummary, StudentSummary};
use crate::timeline::view::EntryView;

/// A case as a list shows it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CaseSummaryView {
    /// Id of the case.
    id: CaseId,
    /// The readable number of the case.
    #[schema(max_length = 14, pattern = "^AS-[0-9]{4}-[0-9]{6}$")]
    number: String,
    /// Whether the case is unassigned, active, paused or closed.
    status: CaseStatus,
    /// Day 0 of the case's clocks.
    referral_date: NaiveDate,
    /// The student whom the case supports.
    student: StudentSummary,
    /// The school that referred the student.
    school: SchoolSummary,
    /// The provider that has the case.
    provider: ProviderSummary,
    /// The user who manages the case; null when nobody does.
    case_manager: Option<PersonSummary>,
    /// When the case was opened.
    opened_at: DateTime<Utc>,
    /// Version of the case.
    #[schema(minimum = 1)]
    version: i32,
    /// When the case last changed.
    updated_at: DateTime<Utc>,
}

/// A case.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CaseView {
    /// Id of the case.
    id: CaseId,
    /// The readable number of the case.
    #[schema(max_length = 14, pattern = "^AS-[0-9]{4}-[0-9]{6}$")]
    number: String,
    /// Whether the case is unassigned, active, paused or closed.
    status: CaseStatus,
    /// The referral that opened the case.
    referral_id: ReferralId,
    /// Day 0 of the case's clocks.
    referral_date: NaiveDate,
    /// The student whom the case supports.
    student: StudentSummary,
    /// The school that referred the student.
    school: SchoolSummary,
    /// The provider that has the case.
    provider: ProviderSummary,
    /// The user of the school who follows the case; null when none is named.
    primary_contact_id: Option<UserId>,
    /// The user who manages the case; null when nobody does.
    case_manager: Option<PersonSummary>,
    /// When the case was opened.
    opened_at: DateTime<Utc>,
    /// The present pause; null while the case is not paused.
    pause: Option<PauseView>,
    /// The closure that waits for approval; null without one, and for the school.
    closure_proposal: Option<ProposalView>,
    /// The closure; null until the case is closed.
    closure: Option<ClosureView>,
    /// The four contact deadlines of the contract, and how each one stands today.
    #[schema(max_items = 10)]
    contact_deadlines: Vec<DeadlineView>,
    /// Version of the calendar that counted the deadlines.
    #[schema(max_length = 100)]
    calendar_version: String,
    /// The actions on a case: those that the caller may take now and, for the others, the code of
    /// the refusal.
    #[schema(max_items = 50)]
    allowed_actions: Vec<AllowedCaseAction>,
    /// The newest entries of the timeline that the caller may see, the latest first.
    #[schema(max_items = 20)]
    recent_entries: Vec<EntryView>,
    /// Version of the case.
    #[schema(minimum = 1)]
    version: i32,
    /// When the case last changed.
    updated_at: DateTime<Utc>,
}

/// A person in short.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PersonSummary {
    /// Id of the user.
    id: UserId,
    /// Name of the user. Personal data.
    #[schema(max_length = 200)]
    name: String,
}

/// Why and until when a case rests.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PauseView {
    /// Code of the set `case-pause-reasons`. Personal data.
    #[schema(max_length = 64)]
    reason_code: String,
    /// The first day of the pause.
    from: NaiveDate,
    /// The day by which the provider looks at the case again.
    review_by: NaiveDate,
}

/// A closure that waits for approval.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ProposalView {
    /// Code of the set `case-closure-reasons`.
    #[schema(max_length = 64)]
    reason_code: String,
    /// The result of the case, in the proposer's words. Personal data.
    outcome: String,
    /// What the proposer confirmed, and why the case closes although barriers stand.
    checklist: Checklist,
    /// The alternative education pathway that the student is on; null without one.
    pathway: Option<ClosurePathway>,
    /// The user who proposed the closure, and who may not approve it.
    proposed_by: UserId,
    /// When the closure was proposed.
    proposed_at: DateTime<Utc>,
}

/// Why and when a case was closed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ClosureView {
    /// Code of the set `case-closure-reasons`.
    #[schema(max_length = 64)]
    reason_code: String,
    /// When the closure was approved.
    closed_at: DateTime<Utc>,
    /// The last day on which the same case may be opened again.
    reopen_until: Option<NaiveDate>,
}

/// A contact deadline.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct DeadlineView {
    /// The measure that the deadline belongs to.
    measure: ContactMeasure,
    /// Business days from the referral date.
    #[schema(minimum = 1, maximum = 366)]
    within_days: u16,
    /// The last day on which contact is in time.
    due_on: NaiveDate,
    /// The day of the first contact that reached somebody; null until then.
    reached_on: Option<NaiveDate>,
    /// Whether the deadline is met, missed, pending or excluded.
    standing: Standing,
}

impl CaseSummaryView {
    pub(crate) fn of(row: &CaseRow) -> Self {
        Self {
            id: row.case.id,
            number: row.case.number.clone(),
            status: row.case.status,
            referral_date: row.case.referral_date,
            student: student(row),
            school: SchoolSummary::new(row.school_number, &row.school_name),
            provider: ProviderSummary::new(&row.provider_code, &row.provider_name),
            case_manager: case_manager(row),
            opened_at: row.case.opened_at,
            version: row.case.version,
            updated_at: row.case.updated_at,
        }
    }
}

impl CaseView {
    pub(super) fn of(file: &CaseFile, viewer: &CaseViewer) -> Self {
        let CaseFile { whole, deadlines, calendar_version, reopen_until, recent } = file;
        let row = &whole.row;
        let case = row.case.clone();
        let casework = viewer.caller.grant.works_on(Some(case.provider_id), case.case_manager_id);
        let pause = case.pause_reason.zip(case.paused_from).zip(case.review_by);
        let deadlines = deadlines.iter().map(|deadline| DeadlineView {
            measure: deadline.measure,
            within_days: deadline.within_days,
            due_on: deadline.due_on,
            reached_on: deadline.reached_on,
            standing: deadline.standing,
        });
        Self {
            id: case.id,
            number: case.number,
            status: case.status,
            referral_id: case.referral_id,
            referral_date: case.referral_date,
            student: student(row),
            school: SchoolSummary::new(row.school_number, &row.school_name),
            provider: ProviderSummary::new(&row.provider_code, &row.provider_name),
            primary_contact_id: case.primary_contact_id,
            case_manager: case_manager(row),
            opened_at: case.opened_at,
            pause: pause.map(|((reason_code, from), review_by)| PauseView {
                reason_code,
                from,
                review_by,
            }),
            closure: case.closure_reason.zip(case.closed_at).map(|(reason_code, closed_at)| {
                ClosureView { reason_code, closed_at, reopen_until: *reopen_until }
            }),
            closure_proposal: proposal(whole).filter(|_| casework),
            contact_deadlines: deadlines.collect(),
            calendar_version: calendar_version.clone(),
            allowed_actions: viewer.allowed(file),
            recent_entries: recent.iter().map(EntryView::of).collect(),
            version: case.version,
            updated_at: case.updated_at,
        }
    }
}

fn student(row: &CaseRow) -> StudentSummary {
    StudentSummary {
        id: row.case.student_id,
        given_names: row.preferred_given_names.as_ref().unwrap_or(&row.legal_given_names).clone(),
        family_name: row.preferred_family_name.as_ref().unwrap_or(&row.legal_family_name).clone(),
        birth_date: row.birth_date,
        year_level: row.year_level,
    }
}

fn case_manager(row: &CaseRow) -> Option<PersonSummary> {
    let (id, name) = row.case.case_manager_id.zip(row.case_manager_name.clone())?;
    Some(PersonSummary { id, name })
}

fn proposal(whole: &WholeCase) -> Option<ProposalView> {
    let (by, at) = whole.closure_proposed_by.zip(whole.closure_proposed_at)?;
    let (reason_code, outcome) =
        whole.proposed_reason.clone().zip(whole.proposed_outcome.clone())?;
    let checklist = whole.proposed_checklist.clone()?.0;
    let pathway = whole.proposed_pathway.clone().zip(whole.proposed_pathway_from);
    Some(ProposalView {
        reason_code,
        outcome,
        checklist,
        pathway: pathway.map(|(kind, first_day)| ClosurePathway { kind: Code(kind), first_day }),
        proposed_by: by,
        proposed_at: at,
    })
}
