//! Documents of the meeting of a performance review.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, get, post};
use ascms_domain::ids::{DocumentId, RegisterEntryId};
use ascms_domain::registers::RegisterKind;

use crate::AppState;
use crate::attachments::{self, AttachedTo, NameAttachment};
use crate::auth::{ConductPerformanceReviews, May, ReadPerformanceReviews};
use crate::command::BodilessCommand;
use crate::documents;
use crate::documents::download::RangeHeaders;
use crate::incoming::{Params, Path};
use crate::problem::Refusal;
use crate::registers::AttachmentView;

/// Upload a document of a performance review
///
/// The body is the file. It belongs to the minutes: from the meeting on, until the review is concluded. The provider
/// reads it.
#[utoipa::path(
    tag = "Performance reviews",
    security(("bearer" = ["performance-reviews:conduct"])),
    params(("id" = RegisterEntryId, Path), NameAttachment),
    request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 201, description = "The document", body = AttachmentView)),
)]
#[post("/performance-reviews/{id}/documents/raw")]
pub(super) async fn upload_performance_review_document(
    call: BodilessCommand<ConductPerformanceReviews>,
    id: Path<RegisterEntryId>,
    named: Params<NameAttachment>,
    payload: Payload,
) -> Result<HttpResponse, Refusal> {
    call.app().store().check_review_upload(call.grant(), *id).await?;
    let register = "performance-reviews";
    let to = AttachedTo { kind: RegisterKind::PerformanceReview, id: *id, register };
    let sent = (named, payload);
    attachments::upload(&call, to, sent, async |write, new| write.attach_to_review(*id, new).await)
        .await
}

/// Download a document of a performance review
///
/// Whole, or one range of its bytes. Refused until the scanner has found nothing in it.
#[utoipa::path(
    tag = "Performance reviews",
    security(("bearer" = ["performance-reviews:read"])),
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
#[get("/performance-reviews/{id}/documents/{documentId}/content")]
pub(super) async fn download_performance_review_document(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadPerformanceReviews>,
    ids: Path<(RegisterEntryId, DocumentId)>,
) -> Result<HttpResponse, Refusal> {
    let document = app.store().review_document(&grant, *ids, app.now(&req)?).await?;
    documents::download::respond(&req, &app, &document).await
}
