//! Documents of which something wrong was said.

use actix_web::{HttpResponse, post};
use ascms_domain::documents::{CorrectDocument, check_name};
use ascms_domain::ids::{CaseId, DocumentId};
use ascms_persistence::About;

use super::view::DocumentView;
use crate::answer;
use crate::auth::UploadDocuments;
use crate::command::StepCommand;
use crate::incoming::Path;
use crate::problem::Refusal;
use crate::registration::ServiceConfig;

pub(super) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(correct_document);
}

/// Correct a document
///
/// Its visibility and its name, corrected by the person who set them last or a workflow lead. One that was shared
/// by mistake and is private now is gone for the school. What was said before stays in the
/// timeline and the history of the case; the content stays as it is.
#[utoipa::path(
    tag = "Documents",
    security(("bearer" = ["documents:upload"])),
    params(("id" = CaseId, Path), ("documentId" = DocumentId, Path)),
    request_body = CorrectDocument,
    responses((status = 200, description = "The document as corrected", body = DocumentView)),
)]
#[post("/cases/{id}/documents/{documentId}/correction")]
async fn correct_document(
    call: StepCommand<UploadDocuments, CorrectDocument>,
    ids: Path<(CaseId, DocumentId)>,
) -> Result<HttpResponse, Refusal> {
    if let Some(name) = &call.body().name {
        check_name(name)?;
    }
    call.run(About::Document(ids.0, ids.1), async |write, body| {
        let row = write.correct_document(*ids, body).await?;
        let view = DocumentView::of(row, write.grant());
        Ok(answer::done(view.version, &view))
    })
    .await
}
