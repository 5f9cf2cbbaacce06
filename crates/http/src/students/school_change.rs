//! `/v1/students/{id}/school-changes`: a student is enrolled at another school.

use actix_web::{HttpResponse, post};
use ascms_domain::ids::StudentId;
use ascms_domain::text::SchoolNumber;
use ascms_persistence::About;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::views::StudentView;
use crate::answer;
use crate::auth::RecordSchoolChanges;
use crate::command::StepCommand;
use crate::incoming::Path;
use crate::problem::Refusal;

/// Where the student is enrolled now.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RecordSchoolChange {
    /// The Ministry's number of the student's new school.
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
    call: StepCommand<RecordSchoolChanges, RecordSchoolChange>,
    id: Path<StudentId>,
) -> Result<HttpResponse, Refusal> {
    call.run(About::Student(*id), async |write, RecordSchoolChange { school_number }| {
        // 0 is no school's number.
        let number = school_number.canonical().unwrap_or(0);
        let file = write.record_school_change(*id, number).await?;
        Ok(answer::done(file.student.version, &StudentView::of(&file)))
    })
    .await
}
