//! What comes in with a request's headers.

use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_ENCODING, HeaderMap};
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use super::gate::{gate, permitted};
use crate::problem::{Code, Refusal};

/// What `If-Match` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfMatch {
    /// `*`: any version.
    Any,
    /// The version that the caller has read.
    Version(i32),
    /// A tag that never was one of ours.
    Never,
}

impl IfMatch {
    /// The version that the row must be at; `None` accepts any. A foreign tag names a version
    /// that no row has.
    pub fn version(self) -> Option<i32> {
        match self {
            Self::Any => None,
            Self::Version(version) => Some(version),
            Self::Never => Some(-1),
        }
    }
}

impl FromRequest for IfMatch {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (gate, read) = (gate(req), if_match(req.headers()));
        Box::pin(async move {
            permitted(gate).await;
            read
        })
    }
}

fn if_match(headers: &HeaderMap) -> Result<IfMatch, Refusal> {
    let Some(sent) = headers.get("if-match") else {
        let detail = "send If-Match with the ETag of the last read";
        return Err(Refusal::new(Code::PreconditionRequired, detail));
    };
    let Ok(text) = sent.to_str() else { return Ok(IfMatch::Never) };
    if text.split(',').any(|tag| tag.trim_start().starts_with("W/")) {
        let detail = "a weak tag (W/\"…\") matches nothing here: send the ETag as it was answered";
        return Err(Refusal::new(Code::WeakIfMatch, detail));
    }
    if text.trim() == "*" {
        return Ok(IfMatch::Any);
    }
    let tag = text.trim().strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
    let version = tag.and_then(|tag| tag.split_once('.')).map(|(version, _)| version);
    Ok(version.and_then(|version| version.parse().ok()).map_or(IfMatch::Never, IfMatch::Version))
}

/// Whether a body is sent in a coding: no operation takes one. Some hundred bytes of gzip can become
/// a gigabyte.
pub fn is_coded(headers: &HeaderMap) -> bool {
    let codings = headers.get_all(CONTENT_ENCODING);
    let named = codings.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    named
        .map(<[u8]>::trim_ascii)
        .any(|coding| !(coding.is_empty() || coding.eq_ignore_ascii_case(b"identity")))
}

/// Whether a header's value has letters, digits, marks and spaces only; no tab, no other byte.
pub fn is_visible_ascii(value: &[u8]) -> bool {
    value.iter().all(|byte| (0x20..0x7f).contains(byte))
}

/// The text of a header, when it is there and readable.
pub fn header<'a>(req: &'a HttpRequest, name: &str) -> Option<&'a str> {
    req.headers().get(name).and_then(|value| value.to_str().ok())
}

/// The id that the request goes by, in answers and in logs.
pub fn request_id(req: &HttpRequest) -> uuid::Uuid {
    req.extensions().get::<RequestId>().map_or(uuid::Uuid::nil(), |id| id.0)
}

/// Given to every request as it comes in.
#[derive(Clone, Copy, Debug)]
pub struct RequestId(pub uuid::Uuid);
