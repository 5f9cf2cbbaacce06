//! `/v1/notifications`: what the caller is told of the cases and records that concern them.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use ascms_domain::access::Grant;
use ascms_domain::ids::{CaseId, NotificationId};
use ascms_domain::notifications::NotifiedRecord;
use ascms_persistence::About;
use ascms_persistence::notifications::{MarkedRead, NotificationFilter, NotificationRow};
use ascms_persistence::position::Position;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use crate::auth::{May, ReadNotifications};
use crate::command::{BodilessCommand, StepCommand};
use crate::incoming::Path;
use crate::listing::Listing;
use crate::page::{self, FollowedList, PageOptions};
use crate::problem::{Fault, Refusal};
use crate::registration::ServiceConfig;
use crate::{AppState, answer};

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_notifications)
        .service(mark_notifications_read)
        .service(get_notification)
        .service(mark_notification_read);
}

/// Something that changed on a case, or to a submission, a performance review or an obligation. What it is about is null
/// once that is out of reach.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct NotificationView {
    /// Id of the notification.
    id: NotificationId,
    /// The kind of event, for example `contact.logged`. The list grows.
    #[schema(max_length = 64, pattern = "^[a-z_]+\\.[a-z_]+$")]
    kind: String,
    /// When the event happened.
    at: DateTime<Utc>,
    /// The case of the event; null when it is out of the reader's reach, and of an event on no case.
    case_id: Option<CaseId>,
    /// The readable number of that case; null when it is out of the reader's reach, and of an event on no case.
    #[schema(max_length = 14, pattern = "^AS-[0-9]{4}-[0-9]{6}$")]
    case_number: Option<String>,
    /// Id of the case, of the record on it that changed, or of the record on no case; null when it is out
    /// of the reader's reach.
    subject_id: Option<Uuid>,
    /// Path of the case or of the record, and the list of what is overdue for an obligation; null when it is out of the
    /// reader's reach.
    #[schema(
        max_length = 200,
        pattern = "^/v1/(cases|submissions|performance-reviews|obligations)[/?]"
    )]
    link: Option<String>,
    /// When the reader marked the notification as read; null while it is new.
    read_at: Option<DateTime<Utc>>,
}

impl NotificationView {
    fn of(row: &NotificationRow, reader: &Grant) -> Self {
        let within_reach = row.is_within_reach(reader);
        let NotificationRow { notification, case_number } = row.clone();
        let case_id = notification.case_id.filter(|_| within_reach);
        let subject_id = Some(notification.subject_id).filter(|_| within_reach);
        let link = match notification.record_kind {
            None => case_id.map(|id| format!("/v1/cases/{id}")),
            Some(record) => subject_id.map(|id| path(record, id)),
        };
        Self {
            id: notification.id,
            kind: notification.kind,
            at: notification.at,
            case_id,
            case_number,
            subject_id,
            link,
            read_at: notification.read_at,
        }
    }

    /// Read or not is all that changes.
    fn version(&self) -> i32 {
        if self.read_at.is_some() { 2 } else { 1 }
    }
}

/// Where a record on no case is read.
fn path(record: NotifiedRecord, id: Uuid) -> String {
    match record {
        NotifiedRecord::Submission => format!("/v1/submissions/{id}"),
        NotifiedRecord::PerformanceReview => format!("/v1/performance-reviews/{id}"),
        NotifiedRecord::Obligation => "/v1/obligations?overdue=true".to_owned(),
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListNotifications {
    /// `true`: only those that are not read yet; `false`: only those that are.
    unread: Option<bool>,
    /// Only those that were made or changed after an answer that gave this `position`.
    #[param(max_length = 1000, pattern = "^[A-Za-z0-9_-]+$")]
    changed_after: Option<String>,
}

/// List notifications
///
/// The caller's own, newest first: the primary contact and the case manager are told when
/// something on their case changes, and the workflow leads when a closure or a need waits for them, unless
/// they did it themselves. Workflow leads and the Ministry's administrators are told of submissions, performance
/// reviews and withholding payments that wait for them, and workflow leads once of each obligation that is overdue.
#[utoipa::path(
    tag = "Notifications",
    security(("bearer" = ["notifications:read"])),
    params(ListNotifications, PageOptions),
    responses((status = 200, description = "A page of notifications", body = FollowedList<NotificationView>)),
)]
#[get("/notifications")]
async fn list_notifications(
    list: Listing<ReadNotifications, ListNotifications>,
) -> Result<HttpResponse, Refusal> {
    let ListNotifications { unread, changed_after } = list.filter();
    let after = page::changed_after(changed_after.as_deref())?;
    let filter = NotificationFilter { unread: *unread, after: after.as_ref() };
    let read = async |page, position: &Position| {
        list.store().notifications(list.grant(), &filter, page, position, list.now()).await
    };
    list.followed_as_of(read, |row| NotificationView::of(&row, list.grant())).await
}

/// Read a notification
///
/// The link of an e-mail leads here. Reading does not mark it as read.
#[utoipa::path(
    tag = "Notifications",
    security(("bearer" = ["notifications:read"])),
    params(("id" = NotificationId, Path)),
    responses((status = 200, description = "The notification", body = NotificationView)),
)]
#[get("/notifications/{id}")]
async fn get_notification(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadNotifications>,
    id: Path<NotificationId>,
) -> Result<HttpResponse, Refusal> {
    let row = app.store().notification(&grant, *id, app.now(&req)?).await?;
    let view = NotificationView::of(&row, &grant);
    Ok(answer::shown(&req, view.version(), &view))
}

/// Mark a notification as read
///
/// Marked again, it keeps the time of the first reading.
#[utoipa::path(
    tag = "Notifications",
    security(("bearer" = ["notifications:read"])),
    params(("id" = NotificationId, Path)),
    responses((status = 200, description = "The notification", body = NotificationView)),
)]
#[post("/notifications/{id}/reading")]
async fn mark_notification_read(
    call: BodilessCommand<ReadNotifications>,
    id: Path<NotificationId>,
) -> Result<HttpResponse, Refusal> {
    call.run(About::Notification(*id), async |write| {
        let row = write.mark_notification_read(*id).await?;
        let view = NotificationView::of(&row, write.grant());
        Ok(answer::done(view.version(), &view).showing(row.shown_case()))
    })
    .await
}

/// How far the caller has read.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MarkNotificationsRead {
    /// Id of the newest notification that was read.
    up_to: NotificationId,
    /// The `position` of the list that showed it. A notification that the list did not show is not
    /// marked.
    #[schema(max_length = 1000, pattern = "^[A-Za-z0-9_-]+$")]
    position: String,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MarkedReadView {
    /// Id of the newest notification that was marked; later ones are not.
    up_to: NotificationId,
    /// How many notifications were not read before.
    marked: u64,
    /// How many notifications are not read yet: they came later, or stand before it in the list.
    unread: u64,
}

/// Mark notifications as read
///
/// One and all that come after it in the list of this `position`, which are the older ones. What the
/// list did not show stays unread, also when its id or its time is older: another server may have
/// made it, or it was committed late. Marked again, they keep the time of the first reading.
#[utoipa::path(
    tag = "Notifications",
    security(("bearer" = ["notifications:read"])),
    request_body = MarkNotificationsRead,
    responses((status = 200, description = "How many were marked", body = MarkedReadView)),
)]
#[post("/notifications/reading")]
async fn mark_notifications_read(
    call: StepCommand<ReadNotifications, MarkNotificationsRead>,
) -> Result<HttpResponse, Refusal> {
    let MarkNotificationsRead { up_to, position } = call.body();
    let up_to = *up_to;
    let position = page::open_position(position).ok_or_else(|| {
        let detail = "is the position of no answer";
        Refusal::invalid(Fault::at("/position", page::NOT_A_POSITION, detail))
    })?;
    call.run(About::Notification(up_to), async |write, _| {
        let read = write.mark_notifications_read(up_to, &position).await?;
        let MarkedRead { marked, unread } = read;
        Ok(answer::done(1, &MarkedReadView { up_to, marked, unread }))
    })
    .await
}
