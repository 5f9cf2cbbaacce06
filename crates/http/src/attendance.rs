//! `/v1/attendance` takes in what schools' systems send; `/v1/students/{id}/attendance` shows what
//! of it stands.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use ascms_domain::attendance::{AttendanceBand, AttendanceTrend, SchoolDay, TermStanding};
use ascms_domain::ids::StudentId;
use ascms_domain::terms::TermKey;
use ascms_persistence::attendance::TermFile;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::as_known::{self, AsOf};
use crate::attendance::views::{HalfDaysView, ThresholdView};
use crate::auth::{May, ReadAttendance};
use crate::incoming::{Params, Path};
use crate::problem::{Code, Fault, Refusal};
use crate::registration::ServiceConfig;
use crate::{AppState, answer};

mod concerns;
mod draft;
mod sending;
mod views;

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(sending::send_attendance)
        .service(get_student_attendance)
        .service(concerns::list_attendance_concerns)
        .service(draft::get_referral_draft);
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct GetStudentAttendance {
    /// The school term.
    #[param(inline)]
    term: TermKey,
    /// As it was known at this instant, or at the end of this New Zealand day; now, when it is missing
    /// and while the day lasts.
    #[param(inline)]
    as_of: Option<AsOf>,
}

/// A student's attendance in a term to date, and the days it is made of.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StudentAttendance {
    /// The student who attended.
    student_id: StudentId,
    /// The school term, such as `2026-1`.
    term: TermKey,
    /// Half-days of the term so far, by kind.
    half_days: HalfDaysView,
    /// Present half-days divided by possible ones, four decimals; null when none was possible.
    #[schema(minimum = 0, maximum = 1)]
    rate: Option<f64>,
    /// The Ministry's band of attendance; null while no half-day was possible.
    band: Option<AttendanceBand>,
    /// Whole days absent: two half-days make a day.
    #[schema(minimum = 0)]
    days_absent: u32,
    /// The thresholds of STAR (5, 10 and 15 days absent in the term) that were reached, and when.
    #[schema(max_items = 3)]
    thresholds: Vec<ThresholdView>,
    /// The last twenty school days compared with the twenty before (ours); null with fewer than
    /// forty.
    trend: Option<AttendanceTrend>,
    /// The days of the term that count, in order.
    #[schema(max_items = 100)]
    days: Vec<DayView>,
    /// Numbers of the schools that send no days, only totals; the totals are counted.
    #[schema(max_items = 20)]
    summarised_schools: Vec<String>,
    /// Version of the calendar that counted the school days.
    #[schema(max_length = 100)]
    calendar_version: String,
    /// The answer shows what was known at this instant.
    as_of: DateTime<Utc>,
}

/// A day that counts, and whose word stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DayView {
    /// The day, in New Zealand.
    date: NaiveDate,
    /// The Ministry's number of the school that sent the day, without leading zeros.
    #[schema(max_length = 4, pattern = "^[0-9]{1,4}$")]
    school_number: Option<String>,
    /// Half-days of the day, by kind.
    half_days: HalfDaysView,
}

/// Read a student's attendance
///
/// A term to date: half-days, band, thresholds, trend, and every day it is made of.
#[utoipa::path(
    tag = "Attendance",
    security(("bearer" = ["attendance:read"])),
    params(("id" = StudentId, Path), GetStudentAttendance),
    responses((status = 200, description = "The attendance", body = StudentAttendance)),
)]
#[get("/students/{id}/attendance")]
async fn get_student_attendance(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadAttendance>,
    id: Path<StudentId>,
    query: Params<GetStudentAttendance>,
) -> Result<HttpResponse, Refusal> {
    let GetStudentAttendance { term, as_of } = query.0;
    let now = app.now(&req)?;
    let as_of = as_known::instant(&app, as_of, now).await?;
    let file = app.store().term_attendance(&grant, *id, term, as_of, now).await?;
    let file = file.ok_or_else(|| {
        let fault = Fault::of("term", "unknown", "no such term is known");
        Refusal::faulty(Code::InvalidQuery, vec![fault])
    })?;
    Ok(answer::shown(&req, 1, &StudentAttendance::of(&file)))
}

impl StudentAttendance {
    fn of(file: &TermFile) -> Self {
        let number = |school| file.schools.get(school).map(ToString::to_string);
        let TermStanding { totals, band, thresholds, trend } = &file.standing;
        Self {
            student_id: file.student_id,
            term: file.term,
            half_days: HalfDaysView::of(totals.half_days),
            rate: answer::rate(totals.attendance().rate_ten_thousandths()),
            band: *band,
            days_absent: totals.days_absent(),
            thresholds: thresholds.iter().map(ThresholdView::of).collect(),
            trend: *trend,
            days: file
                .days
                .of_term(file.term)
                .map(|SchoolDay { date, school, half_days, .. }| DayView {
                    date: *date,
                    school_number: number(school),
                    half_days: HalfDaysView::of(half_days.counts()),
                })
                .collect(),
            summarised_schools: totals.summarised.iter().filter_map(number).collect(),
            calendar_version: file.calendar_version.clone(),
            as_of: file.as_of,
        }
    }
}
