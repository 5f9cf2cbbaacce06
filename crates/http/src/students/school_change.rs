//! `/v1/students/{id}/school-changes`: a student is enrolled at another school.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, post};
use ascms_domain::ids::StudentId;
use ascms_domain::text::SchoolNumber;
use ascms_persistence::Call;
use ascms_persistence::students::StudentFile;
use ascms_persistence::students::school_change::SchoolChangeError;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::views::StudentView;
use crate::auth::{May, RecordSchoolChanges};
use crate::incoming::{Body, Path};
use crate::problem::{Code, Fault, Refusal};
use crate::{AppState, answer};

/// Where the student is enrolled now.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RecordSchoolChange {
    school_number: SchoolNumber,
}

/// Record that a student changed school
///
/// The people of the new school see the student's open case from then on, those of the old one no
/// longer do.
#[utoipa::path(
    tag = "Students",
    security(("bearer" = ["school-changes:record"])),
    params(("id" = StudentId, Path)),
    request_body = RecordSchoolChange,
    responses((status = 200, description = "The student", body = StudentView)),
)]
#[post("/students/{id}/school-changes")]
pub(super) async fn record_school_change(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<RecordSchoolChanges>,
    id: Path<StudentId>,
    body: Body<RecordSchoolChange>,
) -> Result<HttpResponse, Refusal> {
    let key = answer::idempotency_key(&req, &grant, body.digest())?;
    let call = Call { grant: &grant, now: app.now(&req)?, key: key.as_ref(), dry_run: false };
    let render = |file: &StudentFile| answer::done(file.student.version, &StudentView::of(file));
    // 0 is no school's number.
    let number = body.school_number.canonical().unwrap_or(0);
    let answer = app.store().record_school_change(&call, *id, number, render).await?;
    Ok(answer::reply(answer, false))
}

impl From<SchoolChangeError> for Refusal {
    fn from(err: SchoolChangeError) -> Self {
        let detail = err.to_string();
        match err {
            SchoolChangeError::UnknownSchool => {
                Self::invalid(Fault::at("/schoolNumber", "unknown", detail))
            }
            SchoolChangeError::AlreadyThere => Self::new(Code::AlreadyEnrolledThere, detail),
        }
    }
}
