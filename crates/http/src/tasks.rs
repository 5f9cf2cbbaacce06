//! `/v1/cases/{id}/tasks`: what is to be done on a case. The school's people do not see it.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use ascms_domain::body_faults::fault_at;
use ascms_domain::ids::{CaseId, TaskId, UserId};
use ascms_domain::tasks::{AddTask, TaskOutcome, TaskStatus, UpdateTask};
use ascms_domain::text::LongText;
use ascms_persistence::About;
use ascms_persistence::idempotency::Answer;
use ascms_persistence::tasks::TaskRow;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use crate::auth::{May, ReadCasework, WorkOnCases};
use crate::command::{Amendment, Command, StepCommand};
use crate::incoming::{Path, WriteOptions};
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::Refusal;
use crate::registration::ServiceConfig;
use crate::{AppState, answer};

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_tasks)
        .service(get_task)
        .service(add_task)
        .service(update_task)
        .service(finish_task);
}

/// Something to do on a case.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TaskView {
    /// Id of the task.
    id: TaskId,
    /// The case that the task belongs to.
    case_id: CaseId,
    /// The task itself, in a line. Personal data.
    #[schema(max_length = 200)]
    title: String,
    /// Whether the task is open, done or cancelled.
    status: TaskStatus,
    /// The last day on which the task is done in time.
    due_on: NaiveDate,
    /// Version of the calendar that counted `dueOn`; null when the day itself was named.
    #[schema(max_length = 64)]
    calendar_version: Option<String>,
    /// The user to whom the task is assigned; null while anybody may do it.
    assignee_id: Option<UserId>,
    /// Name of that user. Personal data.
    #[schema(max_length = 200)]
    assignee_name: Option<String>,
    /// The user who added the task.
    added_by: UserId,
    /// Name of that user. Personal data.
    #[schema(max_length = 200)]
    added_by_name: Option<String>,
    /// When the task was added.
    added_at: DateTime<Utc>,
    /// The user who finished the task; null while it is open.
    finished_by: Option<UserId>,
    /// Name of that user. Personal data.
    #[schema(max_length = 200)]
    finished_by_name: Option<String>,
    /// When the task was finished; null while it is open.
    finished_at: Option<DateTime<Utc>>,
    /// Comment of the user who finished the task; null without one. Personal data.
    comment: Option<String>,
    /// Version of the task; an edit names the version that it was made on.
    #[schema(minimum = 1)]
    version: i32,
    /// When the task last changed.
    updated_at: DateTime<Utc>,
}

impl TaskView {
    fn of(row: &TaskRow) -> Self {
        let TaskRow { task, assignee_name, added_by_name, finished_by_name } = row.clone();
        Self {
            id: task.id,
            case_id: task.case_id,
            title: task.title,
            status: task.status,
            due_on: task.due_on,
            calendar_version: task.calendar_version,
            assignee_id: task.assignee_id,
            assignee_name,
            added_by: task.added_by,
            added_by_name,
            added_at: task.added_at,
            finished_by: task.finished_by,
            finished_by_name,
            finished_at: task.finished_at,
            comment: task.comment,
            version: task.version,
            updated_at: task.updated_at,
        }
    }
}

/// How a task ends.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[validate(schema(function = "says_why"))]
struct FinishTask {
    /// Whether the task is done or cancelled.
    outcome: TaskOutcome,
    /// Comment; required when the task is cancelled. Personal data.
    comment: Option<LongText>,
}

fn says_why(body: &FinishTask) -> Result<(), ValidationError> {
    let needed = match body.outcome {
        TaskOutcome::Done => false,
        TaskOutcome::Cancelled => body.comment.is_none(),
    };
    if !needed {
        return Ok(());
    }
    Err(fault_at("/comment", "required", "is needed for this outcome"))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListTasks {
    /// Only tasks that stand like this.
    status: Option<TaskStatus>,
}

/// List the tasks of a case
///
/// By the day on which they are due, the earliest first.
#[utoipa::path(
    tag = "Casework",
    security(("bearer" = ["casework:read"])),
    params(("id" = CaseId, Path), ListTasks, PageOptions),
    responses((status = 200, description = "A page of tasks", body = List<TaskView>)),
)]
#[get("/cases/{id}/tasks")]
async fn list_tasks(
    list: Listing<ReadCasework, ListTasks>,
    id: Path<CaseId>,
) -> Result<HttpResponse, Refusal> {
    let status = list.filter().status;
    let read = async |page| list.store().tasks(list.grant(), *id, status, page, list.now()).await;
    list.page(read, |row| TaskView::of(&row)).await
}

/// Read a task
#[utoipa::path(
    tag = "Casework",
    security(("bearer" = ["casework:read"])),
    params(("id" = CaseId, Path), ("taskId" = TaskId, Path)),
    responses((status = 200, description = "The task", body = TaskView)),
)]
#[get("/cases/{id}/tasks/{taskId}")]
async fn get_task(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadCasework>,
    ids: Path<(CaseId, TaskId)>,
) -> Result<HttpResponse, Refusal> {
    let row = app.store().task(&grant, *ids, app.now(&req)?).await?;
    Ok(answer::shown(&req, row.task.version, &TaskView::of(&row)))
}

/// Add a task
///
/// Due on a day, or in so many business days.
#[utoipa::path(
    tag = "Casework",
    security(("bearer" = ["casework:write"])),
    params(("id" = CaseId, Path), WriteOptions),
    request_body = AddTask,
    responses(
        (status = 201, description = "The task", body = TaskView),
        (status = 200, description = "It was only validated", body = TaskView),
    ),
)]
#[post("/cases/{id}/tasks")]
async fn add_task(
    call: Command<WorkOnCases, AddTask>,
    id: Path<CaseId>,
) -> Result<HttpResponse, Refusal> {
    call.run(About::Case(*id), async |write, body| {
        let task = write.add_task(*id, body).await?;
        let location = format!("/v1/cases/{}/tasks/{}", *id, task.task.id);
        Ok(answer::created(location, task.task.version, &TaskView::of(&task)))
    })
    .await
}

/// Change a task
///
/// As long as it is open.
#[utoipa::path(
    tag = "Casework",
    security(("bearer" = ["casework:write"])),
    params(("id" = CaseId, Path), ("taskId" = TaskId, Path)),
    request_body(content = UpdateTask, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The task as changed", body = TaskView)),
)]
#[patch("/cases/{id}/tasks/{taskId}")]
async fn update_task(
    call: Amendment<WorkOnCases, UpdateTask>,
    ids: Path<(CaseId, TaskId)>,
) -> Result<HttpResponse, Refusal> {
    call.run(About::Case(ids.0), async |write, edit, patch| {
        Ok(done(&write.change_task(*ids, &edit, patch).await?))
    })
    .await
}

/// Finish a task
///
/// It was done, or it is cancelled with words that say why. Once.
#[utoipa::path(
    tag = "Casework",
    security(("bearer" = ["casework:write"])),
    params(("id" = CaseId, Path), ("taskId" = TaskId, Path)),
    request_body = FinishTask,
    responses((status = 200, description = "The finished task", body = TaskView)),
)]
#[post("/cases/{id}/tasks/{taskId}/completion")]
async fn finish_task(
    call: StepCommand<WorkOnCases, FinishTask>,
    ids: Path<(CaseId, TaskId)>,
) -> Result<HttpResponse, Refusal> {
    call.run(About::Case(ids.0), async |write, FinishTask { outcome, comment }| {
        Ok(done(&write.finish_task(*ids, outcome, comment).await?))
    })
    .await
}

fn done(row: &TaskRow) -> Answer {
    answer::done(row.task.version, &TaskView::of(row))
}
