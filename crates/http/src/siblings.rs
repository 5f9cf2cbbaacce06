//! `/v1/students/{id}/siblings`: students of one family who are in the service.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use ascms_domain::ids::{StudentId, UserId};
use ascms_persistence::About;
use ascms_persistence::students::sibling::{DeclaredSibling, Sibling};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::auth::{DeclareSiblings, May, ReadStudents};
use crate::command::{BodilessCommand, StepCommand};
use crate::incoming::Path;
use crate::problem::Refusal;
use crate::registration::ServiceConfig;
use crate::students::views::StudentSummary;
use crate::{AppState, answer};

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_siblings).service(get_sibling).service(declare_sibling).service(end_sibling);
}

/// A sibling of a student, who is within the reader's reach too.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SiblingView {
    /// The sibling.
    student: StudentSummary,
    /// When the two were declared siblings.
    declared_at: DateTime<Utc>,
    /// The user who declared the two siblings.
    declared_by: UserId,
    /// When the declaration ended because the two are no siblings; null while it holds.
    ended_at: Option<DateTime<Utc>>,
    /// The user who ended the declaration; null while it holds.
    ended_by: Option<UserId>,
}

/// The siblings of a student; few enough for one answer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SiblingsView {
    /// The siblings, the first declared first.
    #[schema(max_items = 100)]
    items: Vec<SiblingView>,
}

impl SiblingView {
    fn of(sibling: &Sibling) -> Self {
        let Sibling { student, declared } = sibling;
        Self {
            student: StudentSummary::of(student),
            declared_at: declared.declared_at,
            declared_by: declared.declared_by,
            ended_at: declared.ended_at,
            ended_by: declared.ended_by,
        }
    }
}

/// The other student.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DeclareSibling {
    /// The student who is a sibling.
    sibling_id: StudentId,
}

/// List a student's siblings
///
/// Those within the caller's reach; of others nothing is told.
#[utoipa::path(
    tag = "Students",
    security(("bearer" = ["students:read"])),
    params(("id" = StudentId, Path)),
    responses((status = 200, description = "The siblings", body = SiblingsView)),
)]
#[get("/students/{id}/siblings")]
async fn list_siblings(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadStudents>,
    id: Path<StudentId>,
) -> Result<HttpResponse, Refusal> {
    let siblings = app.store().siblings(&grant, *id, app.now(&req)?).await?;
    let items = siblings.iter().map(SiblingView::of).collect();
    Ok(answer::shown(&req, 1, &SiblingsView { items }))
}

/// Read a sibling
#[utoipa::path(
    tag = "Students",
    security(("bearer" = ["students:read"])),
    params(("id" = StudentId, Path), ("siblingId" = StudentId, Path)),
    responses((status = 200, description = "The sibling", body = SiblingView)),
)]
#[get("/students/{id}/siblings/{siblingId}")]
async fn get_sibling(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadStudents>,
    ids: Path<(StudentId, StudentId)>,
) -> Result<HttpResponse, Refusal> {
    let sibling = app.store().sibling(&grant, *ids, app.now(&req)?).await?;
    Ok(answer::shown(&req, 1, &SiblingView::of(&sibling)))
}

/// Declare two students siblings
///
/// Both are within the caller's reach. Each is the other's sibling from now on.
#[utoipa::path(
    tag = "Students",
    security(("bearer" = ["siblings:declare"])),
    params(("id" = StudentId, Path)),
    request_body = DeclareSibling,
    responses((status = 201, description = "The sibling", body = SiblingView)),
)]
#[post("/students/{id}/siblings")]
async fn declare_sibling(
    call: StepCommand<DeclareSiblings, DeclareSibling>,
    id: Path<StudentId>,
) -> Result<HttpResponse, Refusal> {
    let ids = (*id, call.body().sibling_id);
    call.run(About::Students(ids.0, ids.1), async |write, _| {
        let DeclaredSibling { ids: (id, sibling_id), sibling } = write.declare_sibling(ids).await?;
        let location = format!("/v1/students/{id}/siblings/{sibling_id}");
        Ok(answer::created(location, 1, &SiblingView::of(&sibling)))
    })
    .await
}

/// End that two students are siblings
///
/// They are no siblings after all.
#[utoipa::path(
    tag = "Students",
    security(("bearer" = ["siblings:declare"])),
    params(("id" = StudentId, Path), ("siblingId" = StudentId, Path)),
    responses((status = 200, description = "Who was the sibling", body = SiblingView)),
)]
#[post("/students/{id}/siblings/{siblingId}/ending")]
async fn end_sibling(
    call: BodilessCommand<DeclareSiblings>,
    ids: Path<(StudentId, StudentId)>,
) -> Result<HttpResponse, Refusal> {
    call.run(About::Students(ids.0, ids.1), async |write| {
        Ok(answer::done(2, &SiblingView::of(&write.end_sibling(*ids).await?)))
    })
    .await
}
