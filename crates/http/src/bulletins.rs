//! `/v1/bulletins`: newsletters, key dates and guidance, which the Ministry publishes to an audience.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use ascms_domain::bulletins::{Bulletin, BulletinStatus, WithdrawBulletin};
use ascms_domain::ids::{DocumentId, RegisterEntryId};
use ascms_domain::registers::{ContentPatch, RegisterKind};
use ascms_persistence::About;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::attachments::{self, AttachedTo, NameAttachment};
use crate::auth::{May, PublishBulletins, ReadBulletins};
use crate::command::{Amendment, BodilessCommand, Command, StepCommand};
use crate::documents;
use crate::documents::download::RangeHeaders;
use crate::incoming::{Params, Path, WriteOptions};
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::Refusal;
use crate::registers::{AttachmentView, RegisterView};
use crate::registration::ServiceConfig;
use crate::{AppState, answer};

type BulletinView = RegisterView<Bulletin>;
type UpdateBulletin = ContentPatch<Bulletin>;

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_bulletins)
        .service(get_bulletin)
        .service(add_bulletin)
        .service(update_bulletin)
        .service(publish_bulletin)
        .service(withdraw_bulletin)
        .service(upload_bulletin_document)
        .service(download_bulletin_document);
}

fn about(id: RegisterEntryId) -> About {
    About::Entry(RegisterKind::Bulletin, id)
}

fn path(id: RegisterEntryId) -> String {
    format!("/v1/bulletins/{id}")
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListBulletins {
    /// Only bulletins that stand like this. Readers outside the Ministry see published ones alone.
    status: Option<BulletinStatus>,
}

/// List bulletins
///
/// The newest first. The Ministry reads all of them; everybody else reads published bulletins that are
/// addressed to them, from their first day on.
#[utoipa::path(
    tag = "Bulletins",
    security(("bearer" = ["bulletins:read"])),
    params(ListBulletins, PageOptions),
    responses((status = 200, description = "A page of bulletins", body = List<BulletinView>)),
)]
#[get("/bulletins")]
async fn list_bulletins(
    list: Listing<ReadBulletins, ListBulletins>,
) -> Result<HttpResponse, Refusal> {
    let (store, status) = (list.store(), list.filter().status);
    let read = async |page| store.bulletins(list.grant(), status, page, list.now()).await;
    list.page(read, BulletinView::of).await
}

/// Read a bulletin
#[utoipa::path(
    tag = "Bulletins",
    security(("bearer" = ["bulletins:read"])),
    params(("id" = RegisterEntryId, Path)),
    responses((status = 200, description = "The bulletin", body = BulletinView)),
)]
#[get("/bulletins/{id}")]
async fn get_bulletin(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadBulletins>,
    id: Path<RegisterEntryId>,
) -> Result<HttpResponse, Refusal> {
    let view = BulletinView::of(app.store().bulletin(&grant, *id, app.now(&req)?).await?);
    Ok(answer::shown(&req, view.version(), &view))
}

/// Add a bulletin
///
/// As a draft, which the Ministry alone sees.
#[utoipa::path(
    tag = "Bulletins",
    security(("bearer" = ["bulletins:publish"])),
    params(WriteOptions),
    request_body = Bulletin,
    responses(
        (status = 201, description = "The draft", body = BulletinView),
        (status = 200, description = "It was only validated", body = BulletinView),
    ),
)]
#[post("/bulletins")]
async fn add_bulletin(call: Command<PublishBulletins, Bulletin>) -> Result<HttpResponse, Refusal> {
    call.run(About::EntryMade(RegisterKind::Bulletin), async |write, body| {
        let view = BulletinView::of(write.add_bulletin(body).await?);
        Ok(answer::created(path(view.id()), view.version(), &view))
    })
    .await
}

/// Change a bulletin
///
/// As long as it is a draft.
#[utoipa::path(
    tag = "Bulletins",
    security(("bearer" = ["bulletins:publish"])),
    params(("id" = RegisterEntryId, Path)),
    request_body(content = UpdateBulletin, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The bulletin as changed", body = BulletinView)),
)]
#[patch("/bulletins/{id}")]
async fn update_bulletin(
    call: Amendment<PublishBulletins, UpdateBulletin>,
    id: Path<RegisterEntryId>,
) -> Result<HttpResponse, Refusal> {
    call.run(about(*id), async |write, edit, _| {
        Ok(RegisterView::done(write.change_bulletin(*id, &edit).await?))
    })
    .await
}

/// Publish a bulletin
///
/// Its content never changes again. Guidance and the code of conduct are published by another person than
/// the last one who edited them. The bulletin that it replaces is withdrawn.
#[utoipa::path(
    tag = "Bulletins",
    security(("bearer" = ["bulletins:publish"])),
    params(("id" = RegisterEntryId, Path)),
    responses((status = 200, description = "The published bulletin", body = BulletinView)),
)]
#[post("/bulletins/{id}/publication")]
async fn publish_bulletin(
    call: BodilessCommand<PublishBulletins>,
    id: Path<RegisterEntryId>,
) -> Result<HttpResponse, Refusal> {
    call.run(about(*id), async |write| Ok(RegisterView::done(write.publish_bulletin(*id).await?)))
        .await
}

/// Withdraw a bulletin
///
/// Its audience reads it no longer.
#[utoipa::path(
    tag = "Bulletins",
    security(("bearer" = ["bulletins:publish"])),
    params(("id" = RegisterEntryId, Path)),
    request_body = WithdrawBulletin,
    responses((status = 200, description = "The withdrawn bulletin", body = BulletinView)),
)]
#[post("/bulletins/{id}/withdrawal")]
async fn withdraw_bulletin(
    call: StepCommand<PublishBulletins, WithdrawBulletin>,
    id: Path<RegisterEntryId>,
) -> Result<HttpResponse, Refusal> {
    call.run(about(*id), async |write, body| {
        Ok(RegisterView::done(write.withdraw_bulletin(*id, body.comment).await?))
    })
    .await
}

/// Upload a document of a bulletin
///
/// The body is the file, and the bulletin is a draft. The answer says in `state` what the scanner found.
#[utoipa::path(
    tag = "Bulletins",
    security(("bearer" = ["bulletins:publish"])),
    params(("id" = RegisterEntryId, Path), NameAttachment),
    request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 201, description = "The document", body = AttachmentView)),
)]
#[post("/bulletins/{id}/documents/raw")]
async fn upload_bulletin_document(
    call: BodilessCommand<PublishBulletins>,
    id: Path<RegisterEntryId>,
    named: Params<NameAttachment>,
    payload: Payload,
) -> Result<HttpResponse, Refusal> {
    let app = call.app();
    let now = app.now(call.request())?;
    app.store().check_bulletin_upload(call.grant(), *id, now).await?;
    let to = AttachedTo { kind: RegisterKind::Bulletin, id: *id, register: "bulletins" };
    let sent = (named, payload);
    attachments::upload(&call, to, sent, async |write, new| {
        write.attach_to_bulletin(*id, new).await
    })
    .await
}

/// Download a document of a bulletin
///
/// Whole, or one range of its bytes. Refused until the scanner has found nothing in it.
#[utoipa::path(
    tag = "Bulletins",
    security(("bearer" = ["bulletins:read"])),
    params(
        ("id" = RegisterEntryId, Path),
        ("documentId" = DocumentId, Path),
        RangeHeaders,
    ),
    responses(
        (status = 200, description = "The content"),
        (status = 206, description = "The part that was asked for"),
    ),
)]
#[get("/bulletins/{id}/documents/{documentId}/content")]
async fn download_bulletin_document(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadBulletins>,
    ids: Path<(RegisterEntryId, DocumentId)>,
) -> Result<HttpResponse, Refusal> {
    let document = app.store().bulletin_document(&grant, *ids, app.now(&req)?).await?;
    documents::download::respond(&req, &app, &document).await
}
