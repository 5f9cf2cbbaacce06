//! `/v1/work-list` and `/v1/caseloads`: what the caller has to see to, and who has how much.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use ascms_domain::ids::{TaskId, UserId};
use ascms_domain::work_list::{SOON, WorkQueue, WorkReason};
use ascms_persistence::work_list::{CaseloadRow, WorkRow};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::auth::{May, ReadWorkList};
use crate::cases::CaseSummaryView;
use crate::incoming::Params;
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::Refusal;
use crate::registration::ServiceConfig;
use crate::{AppState, answer};

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_work_items).service(get_work_list_counts).service(list_caseloads);
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListWorkItems {
    /// Which part of the work list.
    queue: WorkQueue,
    /// How many business days count as soon; 2 when it is not given.
    #[param(minimum = 1, maximum = 20)]
    within_days: Option<u16>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct GetWorkListCounts {
    /// How many business days count as soon; 2 when it is not given.
    #[param(minimum = 1, maximum = 20)]
    within_days: Option<u16>,
}

/// Something to see to.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct WorkItemView {
    /// The queue of the work list.
    queue: WorkQueue,
    /// Why the case is in the queue.
    reason: WorkReason,
    /// The last day on which it is done in time; null where there is none.
    due_on: Option<NaiveDate>,
    /// The task to be done; null when it is not a task.
    task_id: Option<TaskId>,
    /// The case, in short.
    case: CaseSummaryView,
}

/// How much each queue of the caller's work list has.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct WorkListCountsView {
    /// How many business days count as soon.
    #[schema(minimum = 1, maximum = 20)]
    within_days: u16,
    /// One item for each queue, in a fixed order.
    #[schema(max_items = 20)]
    items: Vec<QueueCountView>,
}

/// How many items a queue has.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct QueueCountView {
    /// The queue of the work list.
    queue: WorkQueue,
    /// How many items the queue has.
    #[schema(minimum = 0)]
    count: u64,
}

/// What a person has on their hands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CaseloadView {
    /// Id of the user.
    id: UserId,
    /// Name of the user. Personal data.
    #[schema(max_length = 200)]
    name: String,
    /// Cases that the user manages and that are not paused.
    #[schema(minimum = 0)]
    active: u64,
    /// Cases that the user manages and that are paused.
    #[schema(minimum = 0)]
    paused: u64,
    /// Tasks that are the user's: assigned to them, or to nobody on a case of theirs.
    #[schema(minimum = 0)]
    open_tasks: u64,
    /// Contact deadlines and tasks whose day has passed.
    #[schema(minimum = 0)]
    overdue: u64,
}

/// List a queue of the work list
///
/// A case manager's own cases, a workflow lead's whole team. The earliest due date first.
#[utoipa::path(
    tag = "Work list",
    security(("bearer" = ["work-list:read"])),
    params(ListWorkItems, PageOptions),
    responses((status = 200, description = "A page of items", body = List<WorkItemView>)),
)]
#[get("/work-list")]
async fn list_work_items(
    list: Listing<ReadWorkList, ListWorkItems>,
) -> Result<HttpResponse, Refusal> {
    let ListWorkItems { queue, within_days } = *list.filter();
    let days = within_days.unwrap_or(SOON);
    let read =
        async |page| list.store().work_items(list.grant(), queue, days, page, list.now()).await;
    list.page(read, |row| WorkItemView::of(&row)).await
}

/// Count the work list
///
/// How many items `listWorkItems` shows of each queue.
#[utoipa::path(
    tag = "Work list",
    security(("bearer" = ["work-list:read"])),
    params(GetWorkListCounts),
    responses((status = 200, description = "The counts", body = WorkListCountsView)),
)]
#[get("/work-list/counts")]
async fn get_work_list_counts(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadWorkList>,
    query: Params<GetWorkListCounts>,
) -> Result<HttpResponse, Refusal> {
    let within_days = query.0.within_days.unwrap_or(SOON);
    let counts = app.store().work_list_counts(&grant, within_days, app.now(&req)?).await?;
    let items = counts.into_iter().map(|(queue, count)| QueueCountView { queue, count });
    let view = WorkListCountsView { within_days, items: items.collect() };
    Ok(answer::shown(&req, 1, &view))
}

/// List caseloads
///
/// What each person of the team has on their hands, by name; a case manager sees their own.
#[utoipa::path(
    tag = "Work list",
    security(("bearer" = ["work-list:read"])),
    params(PageOptions),
    responses((status = 200, description = "A page of caseloads", body = List<CaseloadView>)),
)]
#[get("/caseloads")]
async fn list_caseloads(list: Listing<ReadWorkList>) -> Result<HttpResponse, Refusal> {
    let read = async |page| list.store().caseloads(list.grant(), page, list.now()).await;
    list.page(read, CaseloadView::of).await
}

impl WorkItemView {
    fn of(row: &WorkRow) -> Self {
        Self {
            queue: row.item.queue,
            reason: row.item.reason,
            due_on: row.item.due_on,
            task_id: row.item.task_id,
            case: CaseSummaryView::of(&row.case),
        }
    }
}

impl CaseloadView {
    fn of(row: CaseloadRow) -> Self {
        let CaseloadRow { id, name, load } = row;
        Self {
            id,
            name,
            active: load.active,
            paused: load.paused,
            open_tasks: load.open_tasks,
            overdue: load.overdue,
        }
    }
}
