//! The content of a document on its way out: whole or a part of it, as a file to be saved.

use std::ops::Range;

use actix_web::body::SizedStream;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_RANGE, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, ETAG, IF_RANGE, RANGE, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::{HttpRequest, HttpResponse};
use ascms_persistence::scoped_rows::document::Model;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{RefOr, Required};

use super::objects::{Content, ObjectsError};
use super::upkeep;
use crate::incoming::header;
use crate::problem::{Code, Refusal};
use crate::{AppState, answer};

/// The headers that ask for a part of the content, for the published document.
pub enum RangeHeaders {}

impl IntoParams for RangeHeaders {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let text: RefOr<Schema> = ObjectBuilder::new()
            .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
            .max_length(Some(200))
            .pattern(Some("^[ -~]*$"))
            .into();
        let header = |name: &str, description: &str| {
            ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Header)
                .required(Required::False)
                .description(Some(description))
                .schema(Some(text.clone()))
                .build()
        };
        vec![
            header(
                "Range",
                "One range of bytes, such as `bytes=0-1023`; several, or other units, get the whole.",
            ),
            header(
                "If-Range",
                "ETag of the content that the caller has a part of: the whole when it is another.",
            ),
        ]
    }
}

/// What of the content is asked for (RFC 9110 §14.2).
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    Whole,
    Part(Range<u64>),
    /// A part that lies behind the end.
    Nothing,
}

/// All but `attr-char` of RFC 8187.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

pub(crate) async fn respond(
    req: &HttpRequest,
    app: &AppState,
    document: &Model,
) -> Result<HttpResponse, Refusal> {
    let etag = format!("\"{}\"", document.sha256);
    if let Some(unchanged) = answer::unchanged(req, &etag) {
        return Ok(unchanged);
    }
    let size = u64::try_from(document.size).unwrap_or_default();
    // A part is only of use to who has the rest of the same content.
    let of_same = header(req, IF_RANGE.as_str()).is_none_or(|held| held.trim() == etag);
    let asked = header(req, RANGE.as_str()).filter(|_| of_same);
    let part = match wanted(asked, size) {
        Wanted::Whole => None,
        Wanted::Part(part) => Some(part),
        Wanted::Nothing => {
            let detail = format!("the document has {size} bytes");
            return Err(Refusal::new(Code::RangeNotSatisfiable, detail).with_length(size));
        }
    };
    let content = content(app, document, size, part.clone()).await?;
    let mut response = HttpResponse::build(match part {
        None => StatusCode::OK,
        Some(_) => StatusCode::PARTIAL_CONTENT,
    });
    if let Some(part) = &part {
        let last = part.end.saturating_sub(1);
        response.insert_header((CONTENT_RANGE, format!("bytes {}-{last}/{size}", part.start)));
    }
    response
        .insert_header((ETAG, etag))
        .insert_header((ACCEPT_RANGES, "bytes"))
        .insert_header((CONTENT_TYPE, document.media_type.as_str()))
        .insert_header((CONTENT_DISPOSITION, attachment(&document.name)))
        // Nothing that somebody uploaded runs in a page of this origin.
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
        // Compressed, a part would not be a part of the whole. Taken off again on the way out.
        .insert_header((CONTENT_ENCODING, "identity"));
    let length = part.map_or(size, |part| part.end - part.start);
    Ok(response.body(SizedStream::new(length, content)))
}

/// The content, when it is there and as long as it has to be. That it is lost is only said where it
/// is certain that this is the place where it was.
async fn content(
    app: &AppState,
    document: &Model,
    size: u64,
    part: Option<Range<u64>>,
) -> Result<Content, Refusal> {
    let objects = &app.outside().objects;
    match upkeep::found(objects, &document.object_key, part).await {
        Ok((found, content)) if found == size => return Ok(content),
        Ok(_) | Err(ObjectsError::Missing) => {}
        // A part that lies behind the end of what is left is refused by the store.
        Err(err) => match objects.size(&document.object_key).await {
            Ok(found) if found != size => {}
            Ok(_) | Err(_) => return Err(err.into()),
        },
    }
    app.look_whose_documents().await?;
    metrics::counter!("ascms_documents_content_missing_total").increment(1);
    tracing::error!(document = %document.id, "the content of a document is lost");
    Err(Refusal::new(Code::ContentMissing, "the content of the document is lost"))
}

/// One range of bytes; of several, and of other units, the whole is answered, as it may be.
fn wanted(asked: Option<&str>, size: u64) -> Wanted {
    let Some((first, last)) = asked
        .and_then(|asked| asked.trim().strip_prefix("bytes="))
        .and_then(|range| range.split_once('-'))
    else {
        return Wanted::Whole;
    };
    let number = |digits: &str| {
        let plain = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
        // More digits than a number has are behind any end.
        plain.then(|| digits.parse::<u64>().unwrap_or(u64::MAX))
    };
    let range = match (number(first.trim()), number(last.trim())) {
        (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(size),
        (Some(first), None) if last.trim().is_empty() => first..size,
        (None, Some(suffix)) if first.trim().is_empty() => size.saturating_sub(suffix)..size,
        (Some(_) | None, Some(_) | None) => return Wanted::Whole,
    };
    if range.is_empty() { Wanted::Nothing } else { Wanted::Part(range) }
}

/// A file to be saved under its name (RFC 6266): in full for who reads RFC 8187, without anything
/// unusual for everybody else.
fn attachment(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || ".-_ ".contains(c) { c } else { '_' };
    let fallback: String = name.chars().map(plain).collect();
    let encoded = utf8_percent_encode(name, ENCODED);
    format!("attachment; filename=\"{fallback}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests;
