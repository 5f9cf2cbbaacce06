//! `/v1/students/{id}/referral-draft`: a referral with everything that is on record, for a person to
//! complete.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use ascms_domain::eligibility::TermAttendance;
use ascms_domain::ids::{SchoolId, StudentId, UserId};
use ascms_domain::referrals::{NonEnrolmentSender, ReferralKind};
use ascms_domain::students::SentStudent;
use ascms_domain::terms::TermKey;
use ascms_domain::text::{Code, Nsn, PersonName};
use ascms_persistence::draft::{Departure, ReferralDraft, TermOnRecord};
use ascms_persistence::scoped_rows::student::{self, Codes};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::concerns::{ProspectView, shows};
use crate::attendance::views::HalfDaysView;
use crate::auth::{DraftReferrals, May};
use crate::incoming::Path;
use crate::problem::Refusal;
use crate::{AppState, answer};

/// A referral before anybody has written it, and what would come of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReferralDraftView {
    /// The student to refer.
    student_id: StudentId,
    /// The body of `createReferral`, complete but for the members that `missing` names.
    referral: DraftedReferral,
    /// JSON Pointers (RFC 6901) into `referral`: required members that only a person can give.
    #[schema(max_items = 10)]
    missing: Vec<String>,
    /// JSON Pointers into `referral`: the assessment assumes that these are done, and the person
    /// who refers is to say so. Without them the advice is to wait.
    #[schema(max_items = 10)]
    assumed: Vec<String>,
    /// The prospects of the referral.
    assessment: ProspectView,
    /// The attendance on record that an improvement would be measured from.
    baseline: DraftBaseline,
}

/// The body of `createReferral`. Members that only a person knows are null.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DraftedReferral {
    /// The sending system; null, since a person sends a draft.
    #[schema(max_length = 100)]
    source: Option<String>,
    /// The sending system's name for the record; null, since a person sends a draft.
    #[schema(max_length = 100)]
    source_reference: Option<String>,
    /// The Ministry's number of the student's present or last school; null without one.
    #[schema(max_length = 4, pattern = "^[0-9]{1,4}$")]
    school_number: Option<String>,
    /// Whether the school's own funded team is to take the referral.
    in_school_provision: bool,
    /// The user of the school to talk to about the student; null when none is known.
    primary_contact_id: Option<UserId>,
    /// The student as on record, without whānau contacts: those stay with the student.
    student: SentStudent,
    /// The request, as far as the record answers it.
    support_request: DraftedRequest,
}

/// What is asked for, as far as it is on record.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DraftedRequest {
    /// Chronic absence for a student who is enrolled at a school, otherwise no enrolment.
    kind: ReferralKind,
    /// Why support is asked for; null until a person says so. Personal data.
    reason: Option<String>,
    /// Barriers that keep the student from school: codes of the set `barriers`. Personal data.
    barriers: Vec<Code>,
    /// Steps that the school took before it asked for support.
    school_response: DraftedResponse,
    /// Agencies that are involved: codes of the set `agencies`. Personal data.
    agencies: Vec<Code>,
    /// Alerts on record, for a caller who may read the student's file: codes of the set
    /// `safety-alerts`. Personal data.
    safety_alerts: Vec<Code>,
    /// The day on which the whānau was told of the referral; null until a person says so.
    whanau_told_on: Option<NaiveDate>,
    /// What the student and the whānau said about consent; null until a person says so. Personal
    /// data.
    consent_notes: Option<String>,
    /// Attendance on record in the present term and the one before.
    #[schema(max_items = 4)]
    attendance: Vec<TermAttendance>,
    /// Whether support is to go on past the age of 16.
    continuing_support: bool,
    /// Visa of an international student, a code of the set `visa-statuses`; null until a person
    /// says so. Personal data.
    visa_status: Option<Code>,
    /// What the record says about a student who is enrolled nowhere; null for one who is enrolled.
    non_enrolment: Option<DraftedNonEnrolment>,
}

/// What the school already tried: for a person to say.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DraftedResponse {
    /// Steps of the Stepped Attendance Response that the school took: codes of the set
    /// `star-steps`.
    star_steps: Vec<Code>,
    /// Whether the school has an attendance management plan in place; null until a person says so.
    attendance_management_plan: Option<bool>,
    /// Whether the school tried a plan of the student's own; null until a person says so.
    individual_plan_tried: Option<bool>,
}

/// How the student came to be enrolled nowhere, as far as it is on record.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DraftedNonEnrolment {
    /// The sender: a school, or the enrolment register; null until a person says so.
    sender: Option<NonEnrolmentSender>,
    /// The last day on which the student was at school; null when it is not known.
    last_day_attended: Option<NaiveDate>,
    /// The day on which the student left the last school; null when it is not known.
    left_on: Option<NaiveDate>,
    /// Why the student left, a code of the set `leaving-reasons`; null when it is not known.
    /// Personal data.
    #[schema(max_length = 64)]
    leaving_reason: Option<String>,
    /// The school that the student is thought to go to; null when it is not known. Personal data.
    #[schema(max_length = 200)]
    intended_school: Option<String>,
    /// The region that the student is thought to have gone to; null when it is not known. Personal
    /// data.
    #[schema(max_length = 200)]
    intended_region: Option<String>,
}

/// What the attendance of the draft was made of.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DraftBaseline {
    /// The term that the outcome would be measured against; null when too little is on record, or
    /// for a non-enrolment.
    term: Option<TermKey>,
    /// The terms that can be the baseline: the present one, if there is one, and the one before.
    #[schema(max_items = 2)]
    terms: Vec<TermOnRecordView>,
    /// Version of the calendar that counted the school days.
    #[schema(max_length = 100)]
    calendar_version: String,
    /// The answer shows what was known at this instant.
    as_of: DateTime<Utc>,
}

/// What is on record of a term.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TermOnRecordView {
    /// The school term, such as `2026-1`.
    term: TermKey,
    /// Half-days on record in the term, by kind.
    half_days: HalfDaysView,
    /// Present half-days divided by possible ones, four decimals; null when none was possible.
    #[schema(minimum = 0, maximum = 1)]
    rate: Option<f64>,
    /// How many days were added up; 0 when there are only totals, or nothing.
    #[schema(minimum = 0)]
    days: usize,
    /// Numbers of the schools that send no days, only totals; the totals were added.
    #[schema(max_items = 20)]
    summarised_schools: Vec<String>,
    /// How many half-days the school can be open in the whole term. A fifth of them on record is
    /// enough for a baseline.
    #[schema(minimum = 0, maximum = 250)]
    school_half_days: u32,
    /// The last day that counts; null when there are only totals, or nothing.
    last_day: Option<NaiveDate>,
    /// When the latest report came in; null without one.
    reported_at: Option<DateTime<Utc>>,
}

/// Draft a referral
///
/// Everything that is on record, in the body of `createReferral`: send `referral` when a person has
/// given what `missing` names. Nothing is kept of a draft.
#[utoipa::path(
    tag = "Attendance",
    security(("bearer" = ["referrals:draft"])),
    params(("id" = StudentId, Path)),
    responses((status = 200, description = "The draft", body = ReferralDraftView)),
)]
#[get("/students/{id}/referral-draft")]
pub(super) async fn get_referral_draft(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<DraftReferrals>,
    id: Path<StudentId>,
) -> Result<HttpResponse, Refusal> {
    let draft = app.store().referral_draft(&grant, &shows(&req), *id, app.now(&req)?).await?;
    Ok(answer::shown(&req, 1, &ReferralDraftView::of(&draft)))
}

impl ReferralDraftView {
    fn of(draft: &ReferralDraft) -> Self {
        Self {
            student_id: draft.student.id,
            referral: DraftedReferral::of(draft),
            missing: missing(draft),
            assumed: assumed(draft.kind),
            assessment: ProspectView::of(&draft.prospect),
            baseline: DraftBaseline::of(draft),
        }
    }
}

/// What `createReferral` asks for and no record has.
fn missing(draft: &ReferralDraft) -> Vec<String> {
    let mut members = Vec::new();
    if draft.school_number.is_none() {
        members.push("/schoolNumber");
    }
    members.push("/supportRequest/reason");
    members.push("/supportRequest/schoolResponse/attendanceManagementPlan");
    members.push("/supportRequest/schoolResponse/individualPlanTried");
    match draft.kind {
        ReferralKind::ChronicAbsence if draft.attendance.is_empty() => {
            members.push("/supportRequest/attendance");
        }
        ReferralKind::ChronicAbsence => {}
        ReferralKind::NonEnrolment => members.push("/supportRequest/nonEnrolment/sender"),
    }
    members.into_iter().map(str::to_owned).collect()
}

fn assumed(kind: ReferralKind) -> Vec<String> {
    match kind {
        ReferralKind::ChronicAbsence => {
            ["/supportRequest/whanauToldOn", "/supportRequest/schoolResponse"]
                .map(str::to_owned)
                .to_vec()
        }
        ReferralKind::NonEnrolment => Vec::new(),
    }
}

impl DraftedReferral {
    fn of(draft: &ReferralDraft) -> Self {
        let mut student = sent(draft.student.clone());
        let mut safety_alerts = codes(&draft.student.safety_alerts);
        if !draft.whole_file {
            student = by_name(student);
            safety_alerts = Vec::new();
        }
        Self {
            source: None,
            source_reference: None,
            school_number: draft.school_number.map(|number| number.to_string()),
            in_school_provision: false,
            primary_contact_id: None,
            student,
            support_request: DraftedRequest {
                kind: draft.kind,
                reason: None,
                barriers: Vec::new(),
                school_response: DraftedResponse {
                    star_steps: Vec::new(),
                    attendance_management_plan: None,
                    individual_plan_tried: None,
                },
                agencies: Vec::new(),
                safety_alerts,
                whanau_told_on: None,
                consent_notes: None,
                attendance: draft.attendance.clone(),
                continuing_support: false,
                visa_status: None,
                non_enrolment: match draft.kind {
                    ReferralKind::ChronicAbsence => None,
                    ReferralKind::NonEnrolment => Some(departed(draft.departure.as_ref())),
                },
            },
        }
    }
}

fn departed(departure: Option<&Departure>) -> DraftedNonEnrolment {
    DraftedNonEnrolment {
        sender: None,
        last_day_attended: None,
        left_on: departure.and_then(|departure| departure.left_on),
        leaving_reason: departure.and_then(|departure| departure.leaving_reason.clone()),
        intended_school: None,
        intended_region: None,
    }
}

/// The student as a school would send them.
fn sent(student: student::Model) -> SentStudent {
    let student::Model {
        id: _,
        nsn,
        legal_given_names,
        legal_family_name,
        preferred_given_names,
        preferred_family_name,
        birth_date,
        gender,
        ethnicities,
        iwi,
        home_language,
        interpreter_wanted,
        te_reo_preferred,
        year_level,
        address_protected,
        safety_alerts: _,
        version: _,
        created_at: _,
        updated_at: _,
    } = student;
    SentStudent {
        nsn: nsn.map(Nsn),
        legal_given_names: Some(legal_given_names).filter(|name| !name.is_empty()).map(PersonName),
        legal_family_name: PersonName(legal_family_name),
        preferred_given_names: preferred_given_names.map(PersonName),
        preferred_family_name: preferred_family_name.map(PersonName),
        birth_date,
        gender: gender.map(Code),
        ethnicities: codes(&ethnicities),
        iwi: codes(&iwi),
        home_language: home_language.map(Code),
        interpreter_wanted,
        te_reo_preferred,
        year_level,
        address_protected,
        whanau_contacts: Vec::new(),
    }
}

/// Only what tells a student apart: for a machine, which does not read files. An intake takes
/// nothing from the file for it.
fn by_name(student: SentStudent) -> SentStudent {
    SentStudent {
        gender: None,
        ethnicities: Vec::new(),
        iwi: Vec::new(),
        home_language: None,
        interpreter_wanted: false,
        te_reo_preferred: false,
        address_protected: false,
        ..student
    }
}

fn codes(known: &Codes) -> Vec<Code> {
    known.0.iter().cloned().map(Code).collect()
}

impl DraftBaseline {
    fn of(draft: &ReferralDraft) -> Self {
        let number = |school: &SchoolId| draft.schools.get(school).map(ToString::to_string);
        let view = |on_record: &TermOnRecord| {
            let TermOnRecord { totals, school_half_days, last_day, reported_at } = on_record;
            TermOnRecordView {
                term: totals.term,
                half_days: HalfDaysView::of(totals.half_days),
                rate: answer::rate(totals.attendance().rate_ten_thousandths()),
                days: totals.days,
                summarised_schools: totals.summarised.iter().filter_map(number).collect(),
                school_half_days: *school_half_days,
                last_day: *last_day,
                reported_at: *reported_at,
            }
        };
        let chosen = draft.prospect.assessment.baseline.map(|attendance| attendance.term);
        Self {
            term: chosen,
            terms: draft.terms.iter().map(view).collect(),
            calendar_version: draft.calendar_version.clone(),
            as_of: draft.as_of,
        }
    }
}
