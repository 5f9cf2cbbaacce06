//! `/v1/templates`: the questions that the Ministry puts to providers.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use ascms_domain::ids::RegisterEntryId;
use ascms_domain::registers::{ContentPatch, RegisterKind};
use ascms_domain::templates::{SubmissionKind, Template, TemplateStatus};
use ascms_domain::text::Code;
use ascms_persistence::About;
use ascms_persistence::templates::TemplateFilter;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::auth::{May, ReadSubmissions, WriteTemplates};
use crate::command::{Amendment, BodilessCommand, Command};
use crate::incoming::{Path, WriteOptions};
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::Refusal;
use crate::registers::RegisterView;
use crate::registration::ServiceConfig;
use crate::{AppState, answer};

type TemplateView = RegisterView<Template>;
type UpdateTemplate = ContentPatch<Template>;

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_templates)
        .service(get_template)
        .service(add_template)
        .service(update_template)
        .service(publish_template)
        .service(retire_template);
}

fn about(id: RegisterEntryId) -> About {
    About::Entry(RegisterKind::Template, id)
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListTemplates {
    /// Only templates that stand like this. Readers outside the Ministry see no drafts.
    status: Option<TemplateStatus>,
    /// Only templates of this kind.
    kind: Option<SubmissionKind>,
    /// Only the versions of this code.
    #[param(inline)]
    code: Option<Code>,
}

/// List templates
///
/// The newest first. Every version of a template has an id of its own.
#[utoipa::path(
    tag = "Submissions",
    security(("bearer" = ["submissions:read"])),
    params(ListTemplates, PageOptions),
    responses((status = 200, description = "A page of templates", body = List<TemplateView>)),
)]
#[get("/templates")]
async fn list_templates(
    list: Listing<ReadSubmissions, ListTemplates>,
) -> Result<HttpResponse, Refusal> {
    let ListTemplates { status, kind, code } = list.filter();
    let filter = TemplateFilter { status: *status, kind: *kind, code: code.clone() };
    let store = list.store();
    let read = async |page| store.templates(list.grant(), &filter, page, list.now()).await;
    list.page(read, TemplateView::of).await
}

/// Read a template
#[utoipa::path(
    tag = "Submissions",
    security(("bearer" = ["submissions:read"])),
    params(("id" = RegisterEntryId, Path)),
    responses((status = 200, description = "The template", body = TemplateView)),
)]
#[get("/templates/{id}")]
async fn get_template(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadSubmissions>,
    id: Path<RegisterEntryId>,
) -> Result<HttpResponse, Refusal> {
    let view = TemplateView::of(app.store().template(&grant, *id, app.now(&req)?).await?);
    Ok(answer::shown(&req, view.version(), &view))
}

/// Add a template
///
/// As a draft, which the Ministry alone sees. Another version of a template is a new one of the same code.
#[utoipa::path(
    tag = "Submissions",
    security(("bearer" = ["templates:write"])),
    params(WriteOptions),
    request_body = Template,
    responses(
        (status = 201, description = "The draft", body = TemplateView),
        (status = 200, description = "It was only validated", body = TemplateView),
    ),
)]
#[post("/templates")]
async fn add_template(call: Command<WriteTemplates, Template>) -> Result<HttpResponse, Refusal> {
    call.run(About::EntryMade(RegisterKind::Template), async |write, body| {
        let view = TemplateView::of(write.add_template(body).await?);
        Ok(answer::created(format!("/v1/templates/{}", view.id()), view.version(), &view))
    })
    .await
}

/// Change a template
///
/// As long as it is a draft.
#[utoipa::path(
    tag = "Submissions",
    security(("bearer" = ["templates:write"])),
    params(("id" = RegisterEntryId, Path)),
    request_body(content = UpdateTemplate, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The template as changed", body = TemplateView)),
)]
#[patch("/templates/{id}")]
async fn update_template(
    call: Amendment<WriteTemplates, UpdateTemplate>,
    id: Path<RegisterEntryId>,
) -> Result<HttpResponse, Refusal> {
    call.run(about(*id), async |write, edit, _| {
        Ok(RegisterView::done(write.change_template(*id, &edit).await?))
    })
    .await
}

/// Publish a template
///
/// It never changes again, and providers begin submissions on it.
#[utoipa::path(
    tag = "Submissions",
    security(("bearer" = ["templates:write"])),
    params(("id" = RegisterEntryId, Path)),
    responses((status = 200, description = "The published template", body = TemplateView)),
)]
#[post("/templates/{id}/publication")]
async fn publish_template(
    call: BodilessCommand<WriteTemplates>,
    id: Path<RegisterEntryId>,
) -> Result<HttpResponse, Refusal> {
    call.run(about(*id), async |write| Ok(RegisterView::done(write.publish_template(*id).await?)))
        .await
}

/// Retire a template
///
/// Nothing new is begun on it. Submissions that were begun on it keep it.
#[utoipa::path(
    tag = "Submissions",
    security(("bearer" = ["templates:write"])),
    params(("id" = RegisterEntryId, Path)),
    responses((status = 200, description = "The retired template", body = TemplateView)),
)]
#[post("/templates/{id}/retirement")]
async fn retire_template(
    call: BodilessCommand<WriteTemplates>,
    id: Path<RegisterEntryId>,
) -> Result<HttpResponse, Refusal> {
    call.run(about(*id), async |write| Ok(RegisterView::done(write.retire_template(*id).await?)))
        .await
}
