//! `/v1/non-enrolment-notices`: students whom the national enrolment register finds enrolled
//! nowhere. What comes of them are referrals.

use actix_web::{HttpResponse, post};
use ascms_domain::calendar::nz_date;
use ascms_domain::ids::ReferralId;
use ascms_domain::matching::MatchedBy;
use ascms_domain::referrals::{
    NonEnrolment, NonEnrolmentSender, ReferralKind, ReferralStatus, SchoolResponse, SupportRequest,
};
use ascms_domain::students::SentStudent;
use ascms_domain::text::{Code as CodeText, Line, LongText, SchoolNumber, SourceText};
use ascms_persistence::About;
use ascms_persistence::non_enrolments::{Notice, Noticed};
use ascms_persistence::referrals::{NewReferral, Submitted};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::answer;
use crate::auth::ReportNonEnrolment;
use crate::command::BulkCommand;
use crate::incoming::{Each, Spoiled, WriteOptions};
use crate::problem::{Fault, Refusal, notice_faults};
use crate::referrals::{content_faults, digest, placeholder};
use crate::registration::ServiceConfig;
use crate::remark::{Remark, Told};

/// By which a notice's referral names its source.
const SOURCE: &str = "enrolment-register";

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(send_non_enrolment_notices);
}

/// Students who are enrolled nowhere.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SendNonEnrolmentNotices {
    /// How many notices the sender means to send; another number is a fault.
    #[schema(minimum = 0, maximum = 100_000)]
    count: Option<u32>,
    /// The notices, each about one student.
    #[schema(min_items = 1, max_items = 100, value_type = Vec<NonEnrolmentNotice>)]
    notices: Vec<Each<NonEnrolmentNotice>>,
}

/// A student who has been enrolled nowhere for twenty school days.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NonEnrolmentNotice {
    /// The register's own name for the notice, for ever. The same name again is the same notice.
    source_reference: SourceText,
    /// The Ministry's number of the last known school.
    school_number: SchoolNumber,
    /// The student who is enrolled nowhere.
    student: SentStudent,
    /// The first day without an enrolment.
    not_enrolled_since: NaiveDate,
    /// The last day on which the student was at school.
    last_day_attended: Option<NaiveDate>,
    /// Why the register asks for support. Personal data.
    reason: LongText,
    /// Why the student left, a code of the set `leaving-reasons`. Personal data.
    leaving_reason: Option<CodeText>,
    /// The school that the student is thought to go to. Personal data.
    intended_school: Option<Line>,
    /// The region that the student is thought to have gone to. Personal data.
    intended_region: Option<Line>,
}

/// What came of notices.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct NoticesReceived {
    /// The notices that are referrals now.
    #[schema(max_items = 100)]
    items: Vec<NoticedView>,
    /// Items that were not taken, and why. All others were.
    #[schema(max_items = 10_000)]
    faults: Vec<Remark>,
    /// How many further faults there are beyond those in `faults`.
    #[schema(minimum = 0)]
    more_faults: usize,
    /// Items that were taken and may be mistakes.
    #[schema(max_items = 700)]
    warnings: Vec<Remark>,
}

/// A notice that became a referral.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct NoticedView {
    /// A JSON Pointer (RFC 6901) into the body.
    #[schema(max_length = 100)]
    pointer: String,
    /// The register's own name for the notice.
    #[schema(max_length = 100)]
    source_reference: String,
    /// The referral that the notice became.
    referral_id: ReferralId,
    /// The referral's status.
    status: ReferralStatus,
    /// Whether the notice was sent before.
    known: bool,
}

/// Report students who are enrolled nowhere
///
/// For the national enrolment register. Each notice that can stand becomes a non-enrolment referral,
/// matched, assessed and routed like every other; the rest is named under `faults`, also what breaks
/// the schema. The twenty school days are counted by the last school's terms and holidays.
#[utoipa::path(
    tag = "Referrals",
    security(("bearer" = ["non-enrolments:report"])),
    params(WriteOptions),
    request_body = SendNonEnrolmentNotices,
    responses((status = 200, description = "What came of them", body = NoticesReceived)),
)]
#[post("/non-enrolment-notices")]
async fn send_non_enrolment_notices(
    call: BulkCommand<ReportNonEnrolment, SendNonEnrolmentNotices>,
) -> Result<HttpResponse, Refusal> {
    let today = nz_date(call.now());
    let meaning = move |body| Notices::of(body, today);
    call.run_bulk(About::Nobody, meaning, async |write, notices, spoiled| {
        let Notices { places, good, faults } = notices;
        let noticed = write.receive_notices(good).await?;
        Ok(answer::done(1, &NoticesReceived::of(&places, &noticed, faults, spoiled)))
    })
    .await
}

/// Notices as they can stand, and what is wrong with the others.
struct Notices {
    /// Where each of the good ones stands in the body, and what its sender calls it.
    places: Vec<(String, String)>,
    good: Vec<Notice>,
    faults: Vec<Remark>,
}

impl Notices {
    fn of(body: SendNonEnrolmentNotices, today: NaiveDate) -> Self {
        let SendNonEnrolmentNotices { count, notices } = body;
        let mut faults = Vec::new();
        if count.is_some_and(|count| usize::try_from(count) != Ok(notices.len())) {
            let detail = "the number of notices is another one".to_owned();
            faults.push(Remark::new("/count".to_owned(), "count_differs", detail));
        }
        let (mut places, mut good) = (Vec::new(), Vec::new());
        for (at, sent) in Each::placed(notices) {
            let place = format!("/notices/{at}");
            let reference = sent.source_reference.0.clone();
            match notice(sent, today) {
                Ok(notice) => {
                    places.push((place, reference));
                    good.push(notice);
                }
                Err(found) => faults.extend(found.iter().map(|fault| remark(&place, fault))),
            }
        }
        Self { places, good, faults }
    }
}

fn notice(sent: NonEnrolmentNotice, today: NaiveDate) -> Result<Notice, Vec<Fault>> {
    let NonEnrolmentNotice { source_reference, school_number, student, .. } = sent;
    let NonEnrolmentNotice { not_enrolled_since: since, last_day_attended, reason, .. } = sent;
    let NonEnrolmentNotice { leaving_reason, intended_school, intended_region, .. } = sent;
    let non_enrolment = NonEnrolment {
        sender: NonEnrolmentSender::EnrolmentRegister,
        last_day_attended,
        left_on: since.pred_opt(),
        leaving_reason,
        intended_school,
        intended_region,
    };
    let school_response = SchoolResponse {
        star_steps: Vec::new(),
        attendance_management_plan: false,
        individual_plan_tried: false,
    };
    let request = SupportRequest {
        kind: ReferralKind::NonEnrolment,
        reason,
        barriers: Vec::new(),
        school_response,
        agencies: Vec::new(),
        safety_alerts: Vec::new(),
        whanau_told_on: None,
        consent_notes: None,
        attendance: Vec::new(),
        continuing_support: false,
        continuing_support_grounds: None,
        visa_status: None,
        non_enrolment: Some(non_enrolment),
    };
    let mut faults = content_faults(&student, &request, today);
    let place = "/notEnrolledSince";
    if since > today {
        faults.push(Fault::at(place, "in_the_future", "lies in the future"));
    }
    if since <= student.birth_date {
        faults.push(Fault::at(place, "before_birth", "lies before the student's birth"));
    }
    if last_day_attended.is_some_and(|last| last >= since) {
        let detail = "lies on or after notEnrolledSince";
        faults.push(Fault::at("/lastDayAttended", "too_large", detail));
    }
    let of = |student: &SentStudent| digest(&(school_number.canonical(), since, student, &request));
    let (fingerprint, ordered_fingerprint) = (of(&student.as_sets()), of(&student));
    match school_number.canonical() {
        Some(school_number) if faults.is_empty() => Ok(Notice {
            referral: NewReferral {
                source: Some((SOURCE.to_owned(), source_reference.0)),
                school_number,
                wants_in_school: false,
                primary_contact_id: None,
                student,
                request,
                ordered_fingerprint,
                fingerprint,
            },
            since,
        }),
        Some(_) => Err(faults),
        None => {
            faults.push(Fault::at("/schoolNumber", "unknown_school", "no school has this number"));
            Err(faults)
        }
    }
}

/// A fault of the referral that a notice stands for, at its place in the notice.
fn remark(place: &str, fault: &Fault) -> Remark {
    let pointer = fault.pointer.as_deref().unwrap_or_default();
    let own = ["/supportRequest/nonEnrolment", "/supportRequest"];
    let own = own.iter().find_map(|prefix| pointer.strip_prefix(prefix)).unwrap_or(pointer);
    Remark::new(format!("{place}{own}"), &fault.code, fault.detail.clone())
}

impl NoticesReceived {
    fn of(
        places: &[(String, String)],
        noticed: &Noticed,
        mut faults: Vec<Remark>,
        spoiled: &Spoiled,
    ) -> Self {
        let (mut items, mut warnings) = (Vec::new(), Vec::new());
        for ((place, reference), outcome) in places.iter().zip(noticed) {
            match outcome {
                Ok(submitted) => {
                    items.push(NoticedView::of(place, reference, submitted));
                    warnings.extend(of_doubt(place, submitted));
                    let student = format!("{place}/student");
                    let found = submitted.placeholders.iter();
                    warnings.extend(found.map(|found| placeholder(&student, *found)));
                }
                Err(fault) => {
                    faults.extend(notice_faults(fault).iter().map(|fault| remark(place, fault)));
                }
            }
        }
        let told = Told::of(spoiled, faults);
        Self { items, faults: told.faults, more_faults: told.more, warnings }
    }
}

/// A child who is enrolled nowhere is not turned away because a number or a birth date is wrong:
/// the referral is made, a person looks who is meant, and the sender hears of it.
fn of_doubt(place: &str, submitted: &Submitted) -> Option<Remark> {
    let doubtful = submitted.file.row.referral.matched_by == MatchedBy::Ambiguous;
    let detail =
        "number, names and birth date do not name one student: a person looks who is meant";
    let pointer = format!("{place}/student");
    doubtful.then(|| Remark::new(pointer, "match_under_review", detail.to_owned()))
}

impl NoticedView {
    fn of(place: &str, reference: &str, submitted: &Submitted) -> Self {
        let referral = &submitted.file.row.referral;
        Self {
            pointer: place.to_owned(),
            source_reference: reference.to_owned(),
            referral_id: referral.id,
            status: referral.status,
            known: submitted.known,
        }
    }
}
