//! `/v1/enrolments`: what schools' systems and the national register send. Statements and their
//! faults keep their place in the body.

use actix_web::{HttpResponse, post};
use ascms_domain::enrolments::EnrolmentStatement;
use ascms_domain::ids::StudentId;
use ascms_domain::text::{Code as CodeText, Line, SchoolNumber, SentNsn};
use ascms_persistence::About;
use ascms_persistence::enrolments::{
    EnrolmentFault, EnrolmentPlace, EnrolmentPush, EnrolmentReceipt, EnrolmentWarning,
    PushedStatement, TakenIn,
};
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
    /// By the sender's clock: of two statements the later sent stands, in whatever order they
    /// arrive. Now, when it is missing or ahead of us.
    sent_at: Option<DateTime<Utc>>,
    /// How many statements the sender says it sends; another number is told as a fault.
    #[schema(minimum = 0, maximum = 100_000)]
    count: Option<u32>,
    #[schema(min_items = 1, max_items = 1000, value_type = Vec<StatementSent>)]
    statements: Vec<Each<StatementSent>>,
}

/// What is said of one student at one school.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct StatementSent {
    /// `never_enrolled` takes back all that was said of the student at this school until then; it
    /// has no other members than who and where.
    said: EnrolmentStatement,
    school_number: SchoolNumber,
    /// This or `studentId`. Who is new at a school is named by this and `birthDate`.
    nsn: Option<SentNsn>,
    student_id: Option<StudentId>,
    /// Where it is sent, it has to agree.
    birth_date: Option<NaiveDate>,
    /// The first day at the school, or on the pathway; needed of who is enrolled or on one. It may lie
    /// up to a year ahead.
    first_day: Option<NaiveDate>,
    /// Of who is enrolled.
    #[schema(minimum = 1, maximum = 13)]
    year_level: Option<i32>,
    /// The last day at the school; needed of who left, and not ahead.
    last_day: Option<NaiveDate>,
    /// Code of the set `leaving-reasons`; needed of who left.
    leaving_reason: Option<CodeText>,
    /// Where the student went, in words or as a school's number; of who left.
    destination: Option<Line>,
    /// Code of the set `alternative-pathways`; needed of who is on one, and of nobody else. Such a
    /// statement begins and ends no time at a school. Of two by one school on one kind of pathway the
    /// later sent stands.
    pathway: Option<CodeText>,
}

/// What came of a push.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct EnrolmentsReceived {
    /// Statements that changed what stands.
    #[schema(minimum = 0)]
    changed: usize,
    /// Statements that are kept and change nothing: they say what stands already, a later one
    /// outdoes them, or their day has not come.
    #[schema(minimum = 0)]
    without_effect: usize,
    /// Statements that are on record word for word, sent at the same instant.
    #[schema(minimum = 0)]
    unchanged: usize,
    /// Statements that somebody is new at a school of whom that school may not know yet. They are taken
    /// where number and birth date are those of one student. Whether they are is not told, nor what
    /// such a statement changed.
    #[schema(minimum = 0)]
    unconfirmed: usize,
    /// What was not taken, and why. Everything else was.
    #[schema(max_items = 10_000)]
    faults: Vec<Remark>,
    /// How many faults there are that `faults` has no room for.
    #[schema(minimum = 0)]
    more_faults: usize,
    /// What was taken, and may not be what was meant.
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
