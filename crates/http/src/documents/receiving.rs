//! A file on its way in, as a form or as it is: straight into the object store, and looked at in
//! passing. No more of it than a part is ever in memory.

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::HttpRequest;
use actix_web::error::PayloadError;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::web::{Bytes, Payload};
use ascms_domain::access::Visibility;
use ascms_domain::documents::content::{HEAD, TextCheck};
use ascms_domain::text::Line;
use futures_util::{Stream, StreamExt, TryStreamExt};
use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use validator::Validate;

use super::objects::{Deposit, Objects};
use crate::AppState;
use crate::hex::hex;
use crate::incoming::pace::{self, paced};
use crate::incoming::{self, header};
use crate::problem::{Code, Fault, Refusal};

/// The most bytes of a member of a form that is not the file.
const MEMBER_LIMIT: usize = 4096;
/// The most members that a form may have.
const MEMBERS: usize = 8;
/// What a form may have around its file, in bytes.
const FRAME: u64 = 64 * 1024;

/// A file and what is said of it.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct UploadDocument {
    /// The file: PDF, PNG, JPEG, HEIC, DOCX, XLSX, PPTX, ODT, ODS, text or CSV in UTF-8. Personal
    /// data.
    #[serde(rename = "file")]
    #[schema(format = Binary)]
    pub(super) _file: String,
    /// File name without folders; the file's own name by default. Personal data.
    pub(super) name: Option<Line>,
    /// Whether the school sees the document; a school's people add `shared` documents only.
    pub(super) visibility: Visibility,
}

/// A file that has come in, and what was seen of it on the way.
#[derive(Debug)]
pub(crate) struct Received {
    pub deposit: Deposit,
    /// In bytes.
    pub size: u64,
    pub sha256: String,
    /// Its first bytes.
    pub head: Vec<u8>,
    pub is_text: bool,
}

/// The members of a form and its file.
pub(super) async fn form(
    req: &HttpRequest,
    app: &AppState,
    payload: Payload,
) -> Result<(UploadDocument, Received), Refusal> {
    let limit = app.settings().document_max_bytes;
    check_length(req, limit, limit.saturating_add(FRAME))?;
    check_media_type(req, "multipart/form-data")?;
    let payload = Box::pin(paced(payload, app.settings().pace));
    let mut parts = Multipart::new(req.headers(), payload);
    let (mut members, mut received) = (Map::new(), None);
    while let Some(part) = parts.next().await.transpose().map_err(of_form)? {
        let name = unescaped(part.name().unwrap_or_default());
        let place = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
        if members.contains_key(&name) {
            return Err(Refusal::invalid(Fault::at(place, "repeated", "is given twice")));
        }
        if members.len() >= MEMBERS {
            return Err(unreadable("the form has too many members"));
        }
        if name == "file" {
            let called = part.content_disposition().and_then(|about| about.get_filename());
            let called = called.filter(|called| !called.is_empty()).map(unescaped);
            received = Some((
                take_in(&app.outside().objects, part.map_err(of_form), limit).await?,
                called,
            ));
            members.insert(name, Value::String(String::new()));
        } else {
            members.insert(name, Value::String(text(part, place).await?));
        }
    }
    let (received, called) = received.map_or((None, None), |(file, called)| (Some(file), called));
    if let (None, Some(called)) = (members.get("name"), called) {
        members.insert("name".to_owned(), Value::String(called));
    }
    let members = Value::Object(members).to_string();
    let form = incoming::read::<UploadDocument, { incoming::BODY_LIMIT }>(members.as_bytes())?
        .into_inner();
    let missing = || Refusal::invalid(Fault::at("", "required", "has no `file`"));
    Ok((form, received.ok_or_else(missing)?))
}

/// A file that is the whole body.
pub(super) async fn raw(
    req: &HttpRequest,
    app: &AppState,
    payload: Payload,
) -> Result<Received, Refusal> {
    let limit = app.settings().document_max_bytes;
    check_length(req, limit, limit)?;
    check_media_type(req, "application/octet-stream")?;
    let pieces = Box::pin(paced(payload, app.settings().pace));
    take_in(&app.outside().objects, pieces.map_err(of_payload), limit).await
}

/// Refuses what is known to be too long before any of it is read.
fn check_length(req: &HttpRequest, limit: u64, most: u64) -> Result<(), Refusal> {
    let length = header(req, CONTENT_LENGTH.as_str()).and_then(|length| length.parse::<u64>().ok());
    if length.is_some_and(|length| length > most) { Err(too_large(limit)) } else { Ok(()) }
}

fn check_media_type(req: &HttpRequest, wanted: &str) -> Result<(), Refusal> {
    let sent = header(req, CONTENT_TYPE.as_str()).unwrap_or_default();
    let essence = sent.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case(wanted) {
        return Ok(());
    }
    Err(Refusal::new(Code::UnsupportedMediaType, format!("this operation takes {wanted}")))
}

/// Why a body is not there.
fn of_payload(err: PayloadError) -> Refusal {
    tracing::debug!(error = %err, "an upload broke off");
    pace::refusal_of(&err).unwrap_or_else(|| unreadable("the body did not arrive whole"))
}

fn of_form(err: MultipartError) -> Refusal {
    if let MultipartError::Payload(err) = err {
        return of_payload(err);
    }
    tracing::debug!(error = %err, "a form can not be read");
    unreadable("the body did not arrive whole")
}

/// A name of a form as it was before it was written into its header: browsers write a quote and the two
/// characters of a line break as `%22`, `%0D` and `%0A`, and nothing else (WHATWG HTML, "multipart form
/// data": encoding). A percent sign stands for itself.
fn unescaped(name: &str) -> String {
    name.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n")
}

async fn text(mut part: Field, place: String) -> Result<String, Refusal> {
    let mut text = Vec::new();
    while let Some(piece) = part.next().await.transpose().map_err(of_form)? {
        text.extend_from_slice(&piece);
        if text.len() > MEMBER_LIMIT {
            return Err(Refusal::invalid(Fault::at(place, "too_long", "is too long")));
        }
    }
    String::from_utf8(text)
        .map_err(|_bytes| Refusal::invalid(Fault::at(place, "encoding", "is not UTF-8")))
}

/// Puts a file where it stays, piece by piece.
async fn take_in(
    objects: &Objects,
    mut stream: impl Stream<Item = Result<Bytes, Refusal>> + Unpin,
    limit: u64,
) -> Result<Received, Refusal> {
    let mut deposit = objects.deposit().await?;
    let (mut digest, mut check) = (Sha256::new(), TextCheck::new());
    let (mut head, mut size) = (Vec::with_capacity(HEAD), 0_u64);
    while let Some(piece) = stream.next().await.transpose()? {
        size = size.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        if size > limit {
            return Err(too_large(limit));
        }
        digest.update(&piece);
        check.take(&piece);
        let wanted = HEAD.saturating_sub(head.len());
        head.extend_from_slice(piece.get(..wanted).unwrap_or(&piece));
        deposit.write(&piece).await?;
    }
    if size > 0 {
        deposit.finish().await?;
    }
    let sha256 = hex(&digest.finalize());
    Ok(Received { deposit, size, sha256, head, is_text: check.is_text() })
}

/// A form whose file has no name, and that gives it none.
pub(super) fn nameless() -> Refusal {
    Refusal::invalid(Fault::at("/name", "required", "is needed when the file has no name"))
}

fn too_large(limit: u64) -> Refusal {
    Refusal::new(Code::DocumentTooLarge, format!("a document may have {limit} bytes"))
}

fn unreadable(detail: &str) -> Refusal {
    Refusal::new(Code::MalformedUpload, detail)
}
