//! Documents of submissions.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, get, post};
use ascms_domain::ids::{DocumentId, RegisterEntryId};
use ascms_domain::registers::RegisterKind;

use crate::AppState;
use crate::attachments::{self, AttachedTo, NameAttachment};
use crate::auth::{May, ReadSubmissions, WriteSubmissions};
use crate::command::BodilessCommand;
use crate::documents;
use crate::documents::download::RangeHeaders;
use crate::incoming::{Params, Path};
use crate::problem::Refusal;
use crate::registers::AttachmentView;

/// Upload a document of a submission
///
/// The body is the file, and the submission is a draft, was returned, or is a plan in force. Answers and progress name
/// the document by its id.
#[utoipa::path(
    tag = "Submissions",
    security(("bearer" = ["submissions:write"])),
    params(("id" = RegisterEntryId, Path), NameAttachment),
    request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 201, description = "The document", body = AttachmentView)),
)]
#[post("/submissions/{id}/documents/raw")]
pub(super) async fn upload_submission_document(
    call: BodilessCommand<WriteSubmissions>,
    id: Path<RegisterEntryId>,
    named: Params<NameAttachment>,
    payload: Payload,
) -> Result<HttpResponse, Refusal> {
    call.app().store().check_submission_upload(call.grant(), *id).await?;
    let to = AttachedTo { kind: RegisterKind::Submission, id: *id, register: "submissions" };
    let sent = (named, payload);
    attachments::upload(&call, to, sent, async |write, new| {
        write.attach_to_submission(*id, new).await
    })
    .await
}

/// Download a document of a submission
///
/// Whole, or one range of its bytes. Refused until the scanner has found nothing in it.
#[utoipa::path(
    tag = "Submissions",
    security(("bearer" = ["submissions:read"])),
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
#[get("/submissions/{id}/documents/{documentId}/content")]
pub(super) async fn download_submission_document(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadSubmissions>,
    ids: Path<(RegisterEntryId, DocumentId)>,
) -> Result<HttpResponse, Refusal> {
    let document = app.store().submission_document(&grant, *ids, app.now(&req)?).await?;
    documents::download::respond(&req, &app, &document).await
}
