//! Documents of entries of registers: taken in for all registers in one way.

use actix_web::HttpResponse;
use actix_web::web::Payload;
use ascms_domain::access::Visibility;
use ascms_domain::ids::RegisterEntryId;
use ascms_domain::registers::RegisterKind;
use ascms_domain::text::Line;
use ascms_persistence::documents::NewDocument;
use ascms_persistence::scoped_rows::document;
use ascms_persistence::{About, CallError, Write};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::command::BodilessCommand;
use crate::documents::{self, Upload};
use crate::incoming::Params;
use crate::problem::Refusal;
use crate::registers::AttachmentView;

/// The name of a file that is the whole body.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NameAttachment {
    /// Without folders.
    #[param(inline, example = "evidence.txt")]
    name: Line,
}

/// The entry that a document is added to, and the path of its register.
pub struct AttachedTo {
    pub kind: RegisterKind,
    pub id: RegisterEntryId,
    pub register: &'static str,
}

/// Takes in a file that is the whole body, and answers with the document that `attach` makes of it.
///
/// # Errors
///
/// The file is refused, or `attach` refuses.
pub async fn upload<P, E>(
    call: &BodilessCommand<P>,
    to: AttachedTo,
    (named, payload): (Params<NameAttachment>, Payload),
    attach: impl AsyncFnOnce(&Write<'_>, NewDocument) -> Result<document::Model, CallError<E>>,
) -> Result<HttpResponse, Refusal>
where
    Refusal: From<CallError<E>>,
{
    let AttachedTo { kind, id, register } = to;
    let file = documents::receive_raw(call, payload).await?;
    let upload = Upload { file, name: named.0.name, visibility: Visibility::Shared };
    documents::store_content(call, About::Entry(kind, id), upload, async |write, new| {
        let entry = format!("/v1/{register}/{id}");
        Ok(AttachmentView::created(attach(write, new).await?, &entry))
    })
    .await
}
