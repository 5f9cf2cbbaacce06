//! `/v1/attendance`: what schools' systems send. Days and their faults keep their place in the body.

use actix_web::{HttpResponse, post};
use ascms_domain::attendance::{
    AttendanceFault, AttendancePlace, AttendancePush, AttendanceReceipt, AttendanceWarning,
    HalfDayCounts, PushedDay, PushedStudent, PushedTerm, SentCounts,
};
use ascms_domain::body_faults::fault_at;
use ascms_domain::ids::StudentId;
use ascms_domain::terms::TermKey;
use ascms_domain::text::{SchoolNumber, SentNsn};
use ascms_persistence::About;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::answer;
use crate::auth::SendAttendance;
use crate::command::BulkCommand;
use crate::incoming::{Each, Spoiled, WriteOptions};
use crate::problem::Refusal;
use crate::remark::{Remark, Told};

/// Attendance of a school: a day of everybody, a term of one student, or anything between.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[validate(schema(function = "not_too_many_days"))]
struct SendAttendanceBody {
    /// The Ministry's number of the school that reports.
    school_number: SchoolNumber,
    /// When the sender sent the report, by the sender's clock. Of two reports of a day the later
    /// sent stands, in whatever order they arrive. The time of receipt when it is missing or lies
    /// ahead of ours.
    sent_at: Option<DateTime<Utc>>,
    /// How many students the sender means to send; another number is a fault.
    #[schema(minimum = 0, maximum = 100_000)]
    count: Option<u32>,
    /// The students, with their days.
    #[schema(min_items = 1, max_items = 1000, value_type = Vec<StudentDays>)]
    students: Vec<Each<StudentDays>>,
}

/// A student's days, and totals of terms in place of days.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct StudentDays {
    /// National Student Number; this or `studentId` is required. Personal data.
    nsn: Option<SentNsn>,
    /// Id of the student; this or `nsn` is required.
    student_id: Option<StudentId>,
    /// Date of birth; when it is sent, it has to agree with the record. Personal data.
    birth_date: Option<NaiveDate>,
    /// Days of the student, each once.
    #[serde(default)]
    #[schema(max_items = 100, value_type = Vec<DaySent>)]
    days: Vec<Each<DaySent>>,
    /// Totals of terms, from a school that sends no days.
    #[serde(default)]
    #[schema(max_items = 8, value_type = Vec<TermSent>)]
    terms: Vec<Each<TermSent>>,
}

/// A day in one of three forms: half-days, a code for the morning and one for the afternoon, or a
/// code for each slot of the timetable.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DaySent {
    /// The day, in New Zealand.
    date: NaiveDate,
    /// Half-days of the day, by kind.
    half_days: Option<HalfDaysSent>,
    /// Attendance code of the morning half-day.
    #[schema(max_length = 8, pattern = "^[ -~]*$")]
    morning: Option<String>,
    /// Attendance code of the afternoon half-day.
    #[schema(max_length = 8, pattern = "^[ -~]*$")]
    afternoon: Option<String>,
    /// Attendance codes of the day's slots, one character a slot, `.` for an unused slot. Sent
    /// beside half-days, they are kept and looked up.
    #[schema(max_length = 40, pattern = "^[ -~]*$")]
    codes: Option<String>,
    /// Truancy category of each slot (`P`, `J`, `U`), for codes that the code set lacks or does not
    /// classify.
    #[schema(max_length = 40, pattern = "^[ -~]*$")]
    categories: Option<String>,
}

/// A term's totals to date.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TermSent {
    /// The school term, such as `2026-1`.
    term: TermKey,
    /// Half-days of the term, by kind.
    half_days: HalfDaysSent,
}

/// Half-days as the school counts them.
#[derive(Clone, Copy, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct HalfDaysSent {
    /// Half-days attended.
    #[schema(minimum = 0, maximum = 10_000)]
    present: u32,
    /// Half-days absent with a reason that the school accepts.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 10_000)]
    justified: u32,
    /// Half-days absent without a reason that the school accepts.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 10_000)]
    unjustified: u32,
    /// Half-days that are not known yet: neither attended nor possible.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 10_000)]
    unclassified: u32,
    /// Present, justified and unjustified half-days together; another number is a fault.
    #[schema(minimum = 0, maximum = 10_000)]
    possible: Option<u32>,
}

/// What came of a push.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AttendanceReceived {
    /// How many days came for the first time.
    #[schema(minimum = 0)]
    new_days: usize,
    /// How many days replaced an earlier report of the day.
    #[schema(minimum = 0)]
    replaced_days: usize,
    /// How many days were kept without effect, since a later report of the day is on record.
    #[schema(minimum = 0)]
    outdated_days: usize,
    /// How many days were on record already, just as sent.
    #[schema(minimum = 0)]
    unchanged_days: usize,
    /// How many totals of terms came.
    #[schema(minimum = 0)]
    terms: usize,
    /// Items that were not taken, and why. All others were.
    #[schema(max_items = 10_000)]
    faults: Vec<Remark>,
    /// How many further faults there are beyond those in `faults`.
    #[schema(minimum = 0)]
    more_faults: usize,
    /// Items that were taken and may be mistakes.
    #[schema(max_items = 10_000)]
    warnings: Vec<Remark>,
    /// How many further warnings there are beyond those in `warnings`.
    #[schema(minimum = 0)]
    more_warnings: usize,
}

/// How many days a call takes: a large school's fortnight. What is taken holds the school's months
/// until all of it is kept, and others who send for that school wait.
const MOST_DAYS: usize = 25_000;

fn not_too_many_days(body: &SendAttendanceBody) -> Result<(), ValidationError> {
    let students = body.students.iter().filter_map(Each::there);
    let days: usize = students.map(|student| student.days.len()).sum();
    if days <= MOST_DAYS {
        return Ok(());
    }
    let words = format!("have {days} days; a call takes {MOST_DAYS}");
    Err(fault_at("/students", "too_many_days", words))
}

/// Send attendance
///
/// Each student, and each day of theirs, is judged by itself: what can be taken is kept, the rest is
/// named under `faults`, also what breaks the schema. Send a day again as often as it is corrected;
/// the later sent stands, and every version is kept. A call takes 25,000 days, those of all its
/// students together: send more in several calls.
#[utoipa::path(
    tag = "Attendance",
    security(("bearer" = ["attendance:send"])),
    params(WriteOptions),
    request_body = SendAttendanceBody,
    responses((status = 200, description = "What came of it", body = AttendanceReceived)),
)]
#[post("/attendance")]
pub(super) async fn send_attendance(
    call: BulkCommand<SendAttendance, SendAttendanceBody>,
) -> Result<HttpResponse, Refusal> {
    let about = About::School(number(&call.body().school_number));
    let book = call.app().store().code_book().await?;
    call.run_bulk(about, AttendancePush::from, async |write, push, spoiled| {
        let received = write.receive_attendance(push, &book).await?;
        Ok(answer::done(1, &AttendanceReceived::of(&received, spoiled)))
    })
    .await
}

/// The school's number; 0 is no school's.
fn number(sent: &SchoolNumber) -> i32 {
    sent.canonical().unwrap_or(0)
}

impl From<SendAttendanceBody> for AttendancePush {
    fn from(body: SendAttendanceBody) -> Self {
        let SendAttendanceBody { school_number, sent_at, count, students } = body;
        Self {
            school_number: number(&school_number),
            sent_at,
            count: count.and_then(|count| usize::try_from(count).ok()),
            sent: students.len(),
            students: Each::placed(students).map(student).collect(),
        }
    }
}

fn student((place, sent): (usize, StudentDays)) -> PushedStudent {
    let StudentDays { nsn, student_id, birth_date, days, terms } = sent;
    let days = Each::placed(days).map(|(place, day)| PushedDay {
        place,
        date: day.date,
        half_days: day.half_days.map(SentCounts::from),
        morning: day.morning,
        afternoon: day.afternoon,
        codes: day.codes,
        categories: day.categories,
    });
    let terms = Each::placed(terms).map(|(place, TermSent { term, half_days })| PushedTerm {
        place,
        term,
        half_days: half_days.into(),
    });
    PushedStudent {
        place,
        nsn: nsn.and_then(SentNsn::sent),
        student_id,
        birth_date,
        days: days.collect(),
        terms: terms.collect(),
    }
}

impl From<HalfDaysSent> for SentCounts {
    fn from(sent: HalfDaysSent) -> Self {
        let HalfDaysSent { present, justified, unjustified, unclassified, possible } = sent;
        Self { counts: HalfDayCounts { present, justified, unjustified, unclassified }, possible }
    }
}

impl AttendanceReceived {
    fn of(received: &AttendanceReceipt, spoiled: &Spoiled) -> Self {
        let AttendanceReceipt { new, replaced, outdated, unchanged, terms, .. } = received;
        let AttendanceReceipt { faults, more_faults, warnings, more_warnings, .. } = received;
        let told = Told::of(spoiled, faults.iter().map(of_fault));
        Self {
            new_days: *new,
            replaced_days: *replaced,
            outdated_days: *outdated,
            unchanged_days: *unchanged,
            terms: *terms,
            faults: told.faults,
            more_faults: told.more + more_faults,
            warnings: warnings.iter().map(of_warning).collect(),
            more_warnings: *more_warnings,
        }
    }
}

fn of_fault((place, fault): &(AttendancePlace, AttendanceFault)) -> Remark {
    Remark::new(pointer(*place), fault.code(), fault.to_string())
}

fn of_warning((place, warning): &(AttendancePlace, AttendanceWarning)) -> Remark {
    let (code, detail) = match warning {
        AttendanceWarning::UnknownCode(code) => {
            let detail = format!(
                "{code:?} is no code of the set `attendance-codes` in force on the day; \
                 /v1/reference-data/attendance-codes lists them"
            );
            ("unknown_code", detail)
        }
        AttendanceWarning::Unclassified(code) => {
            let detail = format!("the code set does not say how {code:?} counts: send a category");
            ("unclassified_code", detail)
        }
        AttendanceWarning::ClosedDay => {
            ("closed_day", "the school was closed: the day does not count".to_owned())
        }
        AttendanceWarning::NotEnrolled => {
            let detail = "the student is not on record as enrolled at this school then: it is kept, \
                          and counts if an enrolment says so";
            ("not_enrolled", detail.to_owned())
        }
        AttendanceWarning::OtherNumberDiffers => {
            let detail = "under another number of the same student this call says something else: \
                          both are kept, each under its number";
            ("other_number_differs", detail.to_owned())
        }
    };
    Remark::new(pointer(*place), code, detail)
}

fn pointer(place: AttendancePlace) -> String {
    match place {
        AttendancePlace::Count => "/count".to_owned(),
        AttendancePlace::Student(student) => format!("/students/{student}"),
        AttendancePlace::Day(student, day) => format!("/students/{student}/days/{day}"),
        AttendancePlace::Term(student, term) => format!("/students/{student}/terms/{term}"),
    }
}
