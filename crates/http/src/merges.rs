//! `/v1/students/{id}/merge`: two records that mean one student, joined and parted again.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use ascms_domain::ids::{StudentId, StudentMergeId, UserId};
use ascms_domain::text::LongText;
use ascms_persistence::About;
use ascms_persistence::rows::student_merge::Model;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::auth::{May, MergeStudents};
use crate::command::StepCommand;
use crate::incoming::Path;
use crate::problem::Refusal;
use crate::registration::ServiceConfig;
use crate::{AppState, answer};

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(merge_students).service(undo_student_merge).service(list_student_merges);
}

/// One record joined to another.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StudentMergeView {
    /// Id of the merge.
    id: StudentMergeId,
    /// The record that was joined. While the merge holds, its id leads to the survivor.
    from_student_id: StudentId,
    /// The record that it was joined to.
    into_student_id: StudentId,
    /// The record whose file shows both: the end of the chain, when the other was joined to a
    /// third.
    survivor_id: StudentId,
    /// Why the two records are one student's. Personal data.
    #[schema(max_length = 4000)]
    reason: String,
    /// When the two records were joined.
    merged_at: DateTime<Utc>,
    /// The user who joined the two records.
    merged_by: UserId,
    /// When the two records were parted again; null while the merge holds.
    undone_at: Option<DateTime<Utc>>,
    /// The user who parted the two records again; null while the merge holds.
    undone_by: Option<UserId>,
    /// Why the two records were parted again; null while the merge holds. Personal data.
    #[schema(max_length = 4000)]
    undo_reason: Option<String>,
}

/// The records that are joined to a student's; few enough for one answer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StudentMergesView {
    /// The merges, the first one first.
    #[schema(max_items = 100)]
    items: Vec<StudentMergeView>,
}

impl StudentMergeView {
    fn of(row: &Model) -> Self {
        let Model {
            id,
            from_student_id,
            into_student_id,
            survivor_id,
            reason,
            moved: _,
            own_before: _,
            merged_at,
            merged_by,
            undone_at,
            undone_by,
            undo_reason,
        } = row.clone();
        Self {
            id,
            from_student_id,
            into_student_id,
            survivor_id,
            reason,
            merged_at,
            merged_by,
            undone_at,
            undone_by,
            undo_reason,
        }
    }
}

/// The record to join to, and how it is known that both mean one student.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MergeStudentRecords {
    /// The record that stays, and shows both.
    into_student_id: StudentId,
    /// Why the two records are one student's. Personal data.
    reason: LongText,
}

/// Why the two are different students after all.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct UndoStudentMerge {
    /// Why the two records are parted again. Personal data.
    reason: LongText,
}

/// Join a student's record to another's
///
/// Both records mean one student. Referrals, cases, enrolments and whānau contacts of the first are
/// the second's from now on, and its id leads there. Nothing is lost: it can be undone.
#[utoipa::path(
    tag = "Students",
    security(("bearer" = ["students:merge"])),
    params(("id" = StudentId, Path)),
    request_body = MergeStudentRecords,
    responses((status = 200, description = "The merge", body = StudentMergeView)),
)]
#[post("/students/{id}/merge")]
async fn merge_students(
    call: StepCommand<MergeStudents, MergeStudentRecords>,
    id: Path<StudentId>,
) -> Result<HttpResponse, Refusal> {
    let into = call.body().into_student_id;
    call.run(About::Students(*id, into), async |write, body| {
        let merge = write.merge_students(*id, into, body.reason.as_str()).await?;
        Ok(answer::done(1, &StudentMergeView::of(&merge)))
    })
    .await
}

/// Undo a merge
///
/// Under the old id. What moved goes back, with what has grown out of it; what came since goes to the
/// record that it came in under.
#[utoipa::path(
    tag = "Students",
    security(("bearer" = ["students:merge"])),
    params(("id" = StudentId, Path)),
    request_body = UndoStudentMerge,
    responses((status = 200, description = "The merge that was undone", body = StudentMergeView)),
)]
#[post("/students/{id}/merge-reversal")]
async fn undo_student_merge(
    call: StepCommand<MergeStudents, UndoStudentMerge>,
    id: Path<StudentId>,
) -> Result<HttpResponse, Refusal> {
    call.run(About::Parted(*id), async |write, body| {
        let merge = write.undo_student_merge(*id, body.reason.as_str()).await?;
        Ok(answer::done(2, &StudentMergeView::of(&merge)))
    })
    .await
}

/// List the records joined to a student's
#[utoipa::path(
    tag = "Students",
    security(("bearer" = ["students:merge"])),
    params(("id" = StudentId, Path)),
    responses((status = 200, description = "The merges that hold", body = StudentMergesView)),
)]
#[get("/students/{id}/merges")]
async fn list_student_merges(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<MergeStudents>,
    id: Path<StudentId>,
) -> Result<HttpResponse, Refusal> {
    let rows = app.store().student_merges(&grant, *id, app.now(&req)?).await?;
    let items = rows.iter().map(StudentMergeView::of).collect();
    Ok(answer::shown(&req, 1, &StudentMergesView { items }))
}
