//! Documents of which something wrong was said.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, post};
use ascms_domain::access::Visibility;
use ascms_domain::documents::check_name;
use ascms_domain::ids::{CaseId, DocumentId};
use ascms_domain::text::{Line, Words};
use ascms_persistence::Call;
use ascms_persistence::documents::DocumentRow;
use ascms_persistence::documents::correction::{Correction, CorrectionError};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use validator::Validate;

use super::view::DocumentView;
use crate::auth::{May, UploadDocuments};
use crate::incoming::{Body, Path};
use crate::problem::Refusal;
use crate::{AppState, answer};

pub(super) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(correct_document);
}

/// What is said of a document from now on.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CorrectDocument {
    /// A school's people have `shared` documents only.
    visibility: Visibility,
    /// Without folders; when it is not given, the one it has.
    name: Option<Line>,
    /// For the provider's people alone.
    reason: Words,
}

/// Correct a document
///
/// Who sees it and what it is called, by whoever said so last or a workflow lead. One that was shared
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
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<UploadDocuments>,
    ids: Path<(CaseId, DocumentId)>,
    body: Body<CorrectDocument>,
) -> Result<HttpResponse, Refusal> {
    let key = answer::idempotency_key(&req, &grant, body.digest())?;
    let call = Call { grant: &grant, now: app.now(&req)?, key: key.as_ref(), dry_run: false };
    let CorrectDocument { visibility, name, reason } = body.into_inner();
    if let Some(name) = &name {
        check_name(name)?;
    }
    let correction = Correction { visibility, name, reason };
    let render = |row: &DocumentRow| {
        let view = DocumentView::of(row.clone(), &grant);
        answer::done(view.version, &view)
    };
    let answer = app.store().correct_document(&call, *ids, correction, render).await?;
    Ok(answer::reply(answer, false))
}

impl From<CorrectionError> for Refusal {
    fn from(err: CorrectionError) -> Self {
        match err {
            CorrectionError::Document(err) => err.into(),
            CorrectionError::Entry(err) => err.into(),
        }
    }
}
