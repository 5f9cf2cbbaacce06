//! `/v1/enrolments` takes in what schools' systems and the national register send;
//! `/v1/students/{id}/enrolments` shows what of it stands.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use ascms_domain::ids::StudentId;
use ascms_persistence::enrolments::{EnrolmentRow, PathwayRow};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::{May, ReadEnrolments};
use crate::incoming::Path;
use crate::problem::Refusal;
use crate::registration::ServiceConfig;
use crate::students::views::SchoolSummary;
use crate::{AppState, answer, enrolment_claims, non_enrolments};

mod sending;

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.configure(enrolment_claims::routes)
        .service(sending::send_enrolments)
        .service(list_student_enrolments)
        .configure(non_enrolments::routes);
}

/// A time at a school, and when it was told.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StayView {
    /// The school where the student is or was enrolled.
    school: SchoolSummary,
    /// First day at the school; null when nobody has said.
    first_day: Option<NaiveDate>,
    /// Last day at the school; null while the student is enrolled.
    last_day: Option<NaiveDate>,
    /// Why the student left, a code of the set `leaving-reasons`; null while the student is
    /// enrolled, and when another school took the student on. Personal data.
    #[schema(max_length = 64)]
    leaving_reason: Option<String>,
    /// Where the student went, as the school says it; null when it did not say. Personal data.
    #[schema(max_length = 200)]
    destination: Option<String>,
    /// Year of schooling, 1 to 13; null when it is not known.
    #[schema(minimum = 1, maximum = 13)]
    year_level: Option<i32>,
    /// When the sender said that the student is enrolled, by the sender's clock; null when it is
    /// not known.
    sent_at: Option<DateTime<Utc>>,
    /// When the enrolment was recorded here.
    recorded_at: DateTime<Utc>,
    /// When the sender said that the student left, by the sender's clock; null while the student is
    /// enrolled, or when it is not known.
    left_sent_at: Option<DateTime<Utc>>,
    /// When the end was recorded here; null while the student is enrolled.
    left_recorded_at: Option<DateTime<Utc>>,
}

/// An alternative education pathway that the student is on, or will be.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PathwayView {
    /// The school that says so.
    school: SchoolSummary,
    /// Code of the set `alternative-pathways`. Personal data.
    #[schema(max_length = 64)]
    pathway: String,
    /// First day of the student on the pathway.
    first_day: NaiveDate,
    /// When the sender said so, by the sender's clock.
    sent_at: DateTime<Utc>,
    /// When the pathway was recorded here.
    recorded_at: DateTime<Utc>,
}

/// Where a student is and was enrolled, the latest told first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StudentEnrolments {
    /// Enrolments at schools, the latest reported first.
    #[schema(max_items = 200)]
    items: Vec<StayView>,
    /// Alternative education pathways, as schools and the register reported them last.
    #[schema(max_items = 200)]
    pathways: Vec<PathwayView>,
}

/// List a student's enrolments
///
/// What stands of everything that was said, the latest told first.
#[utoipa::path(
    tag = "Enrolments",
    security(("bearer" = ["enrolments:read"])),
    params(("id" = StudentId, Path)),
    responses((status = 200, description = "The enrolments", body = StudentEnrolments)),
)]
#[get("/students/{id}/enrolments")]
async fn list_student_enrolments(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadEnrolments>,
    id: Path<StudentId>,
) -> Result<HttpResponse, Refusal> {
    let (rows, pathways) = app.store().enrolments(&grant, *id, app.now(&req)?).await?;
    let items = rows.iter().map(StayView::of).collect();
    let pathways = pathways.iter().map(PathwayView::of).collect();
    Ok(answer::shown(&req, 1, &StudentEnrolments { items, pathways }))
}

impl PathwayView {
    fn of(row: &PathwayRow) -> Self {
        let PathwayRow { pathway, school_number, school_name } = row;
        Self {
            school: SchoolSummary::new(*school_number, school_name),
            pathway: pathway.kind.clone(),
            first_day: pathway.first_day,
            sent_at: pathway.told.sent_at(),
            recorded_at: pathway.told.received_at(),
        }
    }
}

impl StayView {
    fn of(row: &EnrolmentRow) -> Self {
        let EnrolmentRow { enrolment, school_number, school_name } = row;
        Self {
            school: SchoolSummary::new(*school_number, school_name),
            first_day: enrolment.enrolled_on,
            last_day: enrolment.left_on,
            leaving_reason: enrolment.leaving_reason.clone(),
            destination: enrolment.destination.clone(),
            year_level: enrolment.year_level,
            sent_at: enrolment.sent_at,
            recorded_at: enrolment.recorded_at,
            left_sent_at: enrolment.left_sent_at,
            left_recorded_at: enrolment.left_recorded_at,
        }
    }
}
