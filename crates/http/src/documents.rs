//! `/v1/cases/{id}/documents`: files that belong to a case. They come in piece by piece, are known
//! by their content, and can be read once the scanner has looked at them.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, get, post};
use ascms_domain::access::Visibility;
use ascms_domain::documents::{Verdict, check_name};
use ascms_domain::ids::{CaseId, DocumentId};
use ascms_domain::text::Line;
use ascms_persistence::documents::NewDocument;
use ascms_persistence::idempotency::Answer;
use ascms_persistence::{About, CallError, StoreError, Write};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use utoipa::IntoParams;

use crate::auth::{May, ReadDocuments, UploadDocuments};
use crate::command::BodilessCommand;
use crate::documents::belonging::BelongingError;
use crate::documents::download::RangeHeaders;
use crate::documents::objects::ObjectsError;
use crate::documents::receiving::{Received, UploadDocument};
use crate::documents::view::DocumentView;
use crate::hex::hex;
use crate::incoming::{Params, Path};
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::{Code, Refusal};
use crate::registration::ServiceConfig;
use crate::{AppState, answer};

pub mod belonging;
mod correction;
pub(crate) mod download;
mod inspection;
pub mod objects;
mod receiving;
pub mod scanner;
pub mod upkeep;
mod view;

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_documents)
        .service(upload_document)
        .service(upload_raw_document)
        .service(get_document)
        .service(download_document)
        .configure(correction::routes);
}

/// What is said of a file that is the whole body.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct RawUpload {
    /// Without folders.
    #[param(inline, example = "hui-notes.txt")]
    name: Line,
    /// A school's people add `shared` documents only.
    #[param(example = "shared")]
    visibility: Visibility,
}

/// List the documents of a case
///
/// The latest first. Private ones are there for the provider's people alone.
#[utoipa::path(
    tag = "Documents",
    security(("bearer" = ["documents:read"])),
    params(("id" = CaseId, Path), PageOptions),
    responses((status = 200, description = "A page of documents", body = List<DocumentView>)),
)]
#[get("/cases/{id}/documents")]
async fn list_documents(
    list: Listing<ReadDocuments>,
    id: Path<CaseId>,
) -> Result<HttpResponse, Refusal> {
    let read = async |page| list.store().documents(list.grant(), *id, page, list.now()).await;
    list.page(read, |row| DocumentView::of(row, list.grant())).await
}

/// Read what is known of a document
#[utoipa::path(
    tag = "Documents",
    security(("bearer" = ["documents:read"])),
    params(("id" = CaseId, Path), ("documentId" = DocumentId, Path)),
    responses((status = 200, description = "The document", body = DocumentView)),
)]
#[get("/cases/{id}/documents/{documentId}")]
async fn get_document(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadDocuments>,
    ids: Path<(CaseId, DocumentId)>,
) -> Result<HttpResponse, Refusal> {
    let (case_id, id) = *ids;
    let row = app.store().document(&grant, case_id, id, app.now(&req)?).await?;
    Ok(answer::shown(&req, row.document.version, &DocumentView::of(row, &grant)))
}

/// Download a document
///
/// Whole, or one range of its bytes. Refused until the scanner has found nothing in it, and when
/// the content is lost.
#[utoipa::path(
    tag = "Documents",
    security(("bearer" = ["documents:read"])),
    params(
        ("id" = CaseId, Path),
        ("documentId" = DocumentId, Path),
        RangeHeaders,
    ),
    responses(
        (status = 200, description = "The content"),
        (status = 206, description = "The part that was asked for"),
    ),
)]
#[get("/cases/{id}/documents/{documentId}/content")]
async fn download_document(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadDocuments>,
    ids: Path<(CaseId, DocumentId)>,
) -> Result<HttpResponse, Refusal> {
    let (case_id, id) = *ids;
    let document = app.store().document_to_read(&grant, case_id, id, app.now(&req)?).await?;
    download::respond(&req, &app, &document).await
}

/// Upload a document as a form
///
/// The answer says in `state` what the scanner found; while it can not be asked, the document stays
/// `quarantined` and is scanned later.
#[utoipa::path(
    tag = "Documents",
    security(("bearer" = ["documents:upload"])),
    params(("id" = CaseId, Path)),
    request_body(content = UploadDocument, content_type = "multipart/form-data"),
    responses((status = 201, description = "The document", body = DocumentView)),
)]
#[post("/cases/{id}/documents")]
async fn upload_document(
    act: BodilessCommand<UploadDocuments>,
    id: Path<CaseId>,
    payload: Payload,
) -> Result<HttpResponse, Refusal> {
    let app = act.app();
    app.store().check_upload(act.grant(), *id, app.now(act.request())?).await?;
    app.documents_are_ours().await?;
    let (form, file) = receiving::form(act.request(), app, payload).await?;
    let UploadDocument { _file: _, name, visibility } = form;
    let name = name.ok_or_else(receiving::nameless)?;
    add_to_case(&act, *id, Upload { file, name, visibility }).await
}

/// Upload a document as it is
///
/// The body is the file. What it is, is found in its content.
#[utoipa::path(
    tag = "Documents",
    security(("bearer" = ["documents:upload"])),
    params(("id" = CaseId, Path), RawUpload),
    request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 201, description = "The document", body = DocumentView)),
)]
#[post("/cases/{id}/documents/raw")]
async fn upload_raw_document(
    act: BodilessCommand<UploadDocuments>,
    id: Path<CaseId>,
    about: Params<RawUpload>,
    payload: Payload,
) -> Result<HttpResponse, Refusal> {
    let app = act.app();
    app.store().check_upload(act.grant(), *id, app.now(act.request())?).await?;
    let file = receive_raw(&act, payload).await?;
    let RawUpload { name, visibility } = about.0;
    add_to_case(&act, *id, Upload { file, name, visibility }).await
}

/// A file that has come in, and what is said of it.
pub(crate) struct Upload {
    pub(crate) file: Received,
    pub(crate) name: Line,
    pub(crate) visibility: Visibility,
}

/// Takes in a file that is the whole body, unless the documents are not the database's.
pub(crate) async fn receive_raw<P>(
    act: &BodilessCommand<P>,
    payload: Payload,
) -> Result<Received, Refusal> {
    act.app().documents_are_ours().await?;
    receiving::raw(act.request(), act.app(), payload).await
}

/// Looks at what has come in, and makes a document of it: `add` writes its row.
pub(crate) async fn store_content<P, E>(
    act: &BodilessCommand<P>,
    about: About,
    upload: Upload,
    add: impl AsyncFnOnce(&Write<'_>, NewDocument) -> Result<Answer, CallError<E>>,
) -> Result<HttpResponse, Refusal>
where
    Refusal: From<CallError<E>>,
{
    let app = act.app();
    let Upload { mut file, name, visibility } = upload;
    check_name(&name)?;
    let media_type = inspection::media_type(app, &file, &name).await?;
    let verdict = inspection::scan(app, &file).await?;
    // Content that went to a folder which was away meanwhile is not there: this look is no
    // remembered one, and comes after the content was kept.
    app.look_whose_documents().await?;
    // The same file sent again as a form has another boundary, and still is the same.
    let content = format!("{} {visibility} {name}", file.sha256);
    let ready = act.with_content(&hex(&Sha256::digest(content.as_bytes())))?;
    let new = NewDocument {
        name: media_type.with_ending(&name),
        media_type,
        size: i64::try_from(file.size).unwrap_or(i64::MAX),
        sha256: file.sha256,
        visibility,
        verdict,
        object_key: file.deposit.key().to_owned(),
    };
    let mut made = false;
    file.deposit.hand_over();
    let uploaded = ready.write(about, async |write| {
        let answer = add(write, new).await?;
        made = true;
        Ok(answer)
    });
    let answer = uploaded.await;
    let needed = match &answer {
        // A retry has its document already, and what was refused is not kept.
        Ok(_) => made && verdict != Some(Verdict::Refused),
        // Where it is not known whether there is a row, the sweep finds out.
        Err(CallError::Store(StoreError::OutcomeUnknown(_))) => true,
        Err(CallError::Refused(_) | CallError::Key(_) | CallError::Store(_)) => false,
    };
    file.deposit.settle(needed).await;
    Ok(answer::reply(answer?, false))
}

async fn add_to_case(
    act: &BodilessCommand<UploadDocuments>,
    case_id: CaseId,
    upload: Upload,
) -> Result<HttpResponse, Refusal> {
    store_content(act, About::DocumentOf(case_id), upload, async |write, new| {
        let row = write.upload_document(case_id, new).await?;
        let view = DocumentView::of(row, write.grant());
        let location = format!("/v1/cases/{}/documents/{}", view.case_id, view.id);
        Ok(answer::created(location, view.version, &view))
    })
    .await
}

impl From<ObjectsError> for Refusal {
    fn from(err: ObjectsError) -> Self {
        let cause: &dyn std::error::Error = &err;
        tracing::error!(error = cause, "the object store failed");
        unavailable()
    }
}

impl From<BelongingError> for Refusal {
    fn from(err: BelongingError) -> Self {
        match err {
            BelongingError::NotOurs(err) => {
                let cause: &dyn std::error::Error = &err;
                tracing::error!(error = cause, "the documents are not this database's");
                unavailable()
            }
            BelongingError::Objects(err) => err.into(),
            BelongingError::Store(err) => err.into(),
        }
    }
}

fn unavailable() -> Refusal {
    Refusal::new(Code::Unavailable, "the store of documents can not be reached at the moment")
}
