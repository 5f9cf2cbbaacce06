//! `/v1/enrolments`: what schools' systems and the national register send. Statements and their
//! faults keep their place in the body.

use actix_web::{HttpResponse, post};
use ascms_domain::enrolments::{
    EnrolmentFault, EnrolmentPlace, EnrolmentPush, EnrolmentReceipt, EnrolmentStatement,
    EnrolmentWarning, PushedStatement,
};
use ascms_domain::ids::StudentId;
use ascms_domain::text::{Code as CodeText, Line, SchoolNumber, SentNsn};
use ascms_persistence::About;
use ascms_persistence::enrolments::TakenIn;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::answer;
use crate::auth::SendEnrolments;
use crate::command::BulkCommand;
use crate::incoming::{Each, Spoiled, WriteOptions};
use crate::problem::Refusal;
use crate::remark::{Remark, Told};

/// Statements on students' enrolments, of one school or of many.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SendEnrolmentsBody {
    /// When the sender sent the statements, by the sender's clock. Of two statements the later sent
    /// stands, in whatever order they arrive. The time of receipt when it is missing or lies ahead
    /// of ours.
    sent_at: Option<DateTime<Utc>>,
    /// How many statements the sender means to send; another number is a fault.
    #[schema(minimum = 0, maximum = 100_000)]
    count: Option<u32>,
    /// The statements, each about one student at one school.
    #[schema(min_items = 1, max_items = 1000, value_type = Vec<StatementSent>)]
    statements: Vec<Each<StatementSent>>,
}

/// What is said of one student at one school.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct StatementSent {
    /// What the sender says about the student. `never_enrolled` takes back every statement about
    /// the student at this school until then, and has no members besides those that name the
    /// student and the school.
    said: EnrolmentStatement,
    /// The Ministry's number of the school.
    school_number: SchoolNumber,
    /// National Student Number; this or `studentId` is required. A student who is new at a school
    /// is named by this and `birthDate`. Personal data.
    nsn: Option<SentNsn>,
    /// Id of the student; this or `nsn` is required.
    student_id: Option<StudentId>,
    /// Date of birth; when it is sent, it has to agree with the record. Personal data.
    birth_date: Option<NaiveDate>,
    /// First day at the school or on the pathway, up to a year ahead; required for a student who is
    /// enrolled or on a pathway.
    first_day: Option<NaiveDate>,
    /// Year of schooling, 1 to 13, of a student who is enrolled.
    #[schema(minimum = 1, maximum = 13)]
    year_level: Option<i32>,
    /// Last day at the school, not in the future; required for a student who left.
    last_day: Option<NaiveDate>,
    /// Why the student left, a code of the set `leaving-reasons`; required for a student who left.
    /// Personal data.
    leaving_reason: Option<CodeText>,
    /// Where a student who left went, in words or as a school's number. Personal data.
    destination: Option<Line>,
    /// Code of the set `alternative-pathways`; required for a student on a pathway, and allowed for
    /// no other. Such a statement begins and ends no enrolment at a school. Of two statements by
    /// one school on one kind of pathway the later sent stands. Personal data.
    pathway: Option<CodeText>,
}

/// What came of a push.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct EnrolmentsReceived {
    /// How many statements changed the record.
    #[schema(minimum = 0)]
    changed: usize,
    /// How many statements were kept and changed nothing: the record says so already, a later
    /// statement stands, or their day has not come.
    #[schema(minimum = 0)]
    without_effect: usize,
    /// How many statements were on record already, word for word and sent at the same instant.
    #[schema(minimum = 0)]
    unchanged: usize,
    /// How many statements enrol a student at a school that may not know of the student yet. They
    /// are taken where number and birth date belong to one student. The answer does not say whether
    /// they do, nor whether the record changed.
    #[schema(minimum = 0)]
    unconfirmed: usize,
    /// Items that were not taken, and why. All others were.
    #[schema(max_items = 10_000)]
    faults: Vec<Remark>,
    /// How many further faults there are beyond those in `faults`.
    #[schema(minimum = 0)]
    more_faults: usize,
    /// Items that were taken and may be mistakes.
    #[schema(max_items = 2000)]
    warnings: Vec<Remark>,
}

/// Send enrolments
///
/// Each statement is judged by itself: what can be taken is kept, the rest is named under `faults`,
/// also what breaks the schema.
/// Send it again as often as it is corrected; the later sent stands, and every version is kept. An
/// enrolment resolves the student's non-enrolment referrals that nobody has decided on; so does an
/// alternative education pathway.
#[utoipa::path(
    tag = "Enrolments",
    security(("bearer" = ["enrolments:send"])),
    params(WriteOptions),
    request_body = SendEnrolmentsBody,
    responses((status = 200, description = "What came of it", body = EnrolmentsReceived)),
)]
#[post("/enrolments")]
pub(super) async fn send_enrolments(
    call: BulkCommand<SendEnrolments, SendEnrolmentsBody>,
) -> Result<HttpResponse, Refusal> {
    call.run_bulk(About::Nobody, EnrolmentPush::from, async |write, push, spoiled| {
        let TakenIn { received, shows } = write.receive_enrolments(push).await?;
        Ok(answer::done(1, &EnrolmentsReceived::of(&received, spoiled)).showing(shows))
    })
    .await
}

impl From<SendEnrolmentsBody> for EnrolmentPush {
    fn from(body: SendEnrolmentsBody) -> Self {
        let SendEnrolmentsBody { sent_at, count, statements } = body;
        Self {
            sent_at,
            count: count.and_then(|count| usize::try_from(count).ok()),
            sent: statements.len(),
            statements: Each::placed(statements).map(statement).collect(),
        }
    }
}

fn statement((place, sent): (usize, StatementSent)) -> PushedStatement {
    let StatementSent { said, school_number, nsn, student_id, birth_date, .. } = sent;
    let StatementSent { first_day, year_level, last_day, leaving_reason, .. } = sent;
    let StatementSent { destination, pathway, .. } = sent;
    PushedStatement {
        place,
        kind: said,
        // 0 is no school's number.
        school_number: school_number.canonical().unwrap_or(0),
        nsn: nsn.and_then(SentNsn::sent),
        student_id,
        birth_date,
        first_day,
        year_level,
        last_day,
        leaving_reason: leaving_reason.map(|code| code.0),
        destination: destination.map(|words| words.0),
        pathway: pathway.map(|code| code.0),
    }
}

impl EnrolmentsReceived {
    fn of(received: &EnrolmentReceipt, spoiled: &Spoiled) -> Self {
        let EnrolmentReceipt { changed, without_effect, unchanged, unconfirmed, faults, warnings } =
            received;
        let told = Told::of(spoiled, faults.iter().map(of_fault));
        Self {
            changed: *changed,
            without_effect: *without_effect,
            unchanged: *unchanged,
            unconfirmed: *unconfirmed,
            faults: told.faults,
            more_faults: told.more,
            warnings: warnings.iter().map(of_warning).collect(),
        }
    }
}

fn of_fault((place, fault): &(EnrolmentPlace, EnrolmentFault)) -> Remark {
    Remark::new(pointer(*place), fault.code(), fault.to_string())
}

fn of_warning((place, warning): &(EnrolmentPlace, EnrolmentWarning)) -> Remark {
    let (code, detail) = match warning {
        EnrolmentWarning::StartsAhead => {
            ("starts_ahead", "the enrolment is in force from its first day on".to_owned())
        }
        EnrolmentWarning::BeforeFirstDay => {
            let detail = "the last day lies before the first one that is known at this school";
            ("before_first_day", detail.to_owned())
        }
        EnrolmentWarning::EndedElsewhere(Some(number)) => {
            ("ended_elsewhere", format!("this ended an enrolment at school {number}"))
        }
        EnrolmentWarning::EndedElsewhere(None) => {
            ("ended_elsewhere", "this ended an enrolment at another school".to_owned())
        }
        EnrolmentWarning::Overlaps => {
            ("overlaps", "another school says the student was there on some of the days".to_owned())
        }
    };
    Remark::new(pointer(*place), code, detail)
}

fn pointer(place: EnrolmentPlace) -> String {
    match place {
        EnrolmentPlace::Count => "/count".to_owned(),
        EnrolmentPlace::Statement(at) => format!("/statements/{at}"),
    }
}
