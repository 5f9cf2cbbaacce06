//! Bodies: read, checked against the published schema, and turned into their types. A large one is
//! checked beside the thread that answers calls, so that nobody else waits for it.

use std::ops::Deref;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::web::{BytesMut, block};
use actix_web::{FromRequest, HttpRequest};
use ascms_domain::body_faults::PLACE;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;
use validator::{Validate, ValidationErrors, ValidationErrorsKind};

use super::gate::{gate, permitted};
use super::headers::header;
use super::pace::{Arriving, Late};
use super::reading::{self, Spoiled};
use crate::hex::hex;
use crate::problem::{Code, Fault, Refusal};
use crate::{AppState, auth, schema};

/// The most bytes of a body.
pub const BODY_LIMIT: usize = 256 * 1024;

/// The same of what systems send of many students at once.
pub const BULK_LIMIT: usize = 5 * 1024 * 1024;

/// What is checked in less time than it takes to hand it over, in bytes.
const SMALL: usize = 32 * 1024;

/// A body that fits its limit, its schema and its own rules.
#[derive(Debug)]
pub struct Body<T, const LIMIT: usize = BODY_LIMIT> {
    value: T,
    /// The members as JSON; nothing of a body with many items, where nobody asks for them.
    sent: Vec<u8>,
    digest: String,
    /// Of a body with many items: what was wrong with single ones.
    spoiled: Spoiled,
    /// Whether it is handed over before anything is made of it.
    large: bool,
}

/// A body in which a system sends many at once. Each item of its lists is judged by itself: the
/// lists are of [`Each`](super::Each).
pub type Bulk<T> = Body<T, BULK_LIMIT>;

impl<T, const LIMIT: usize> Body<T, LIMIT> {
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The same body with what it means.
    pub fn meaning<M>(
        self,
        meaning: impl FnOnce(T) -> Result<M, Refusal>,
    ) -> Result<Body<M, LIMIT>, Refusal> {
        let Self { value, sent, digest, spoiled, large } = self;
        Ok(Body { value: meaning(value)?, sent, digest, spoiled, large })
    }

    /// SHA-256 of the bytes that came in, in hexadecimal.
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

impl<T: Send + 'static> Bulk<T> {
    /// What the body means, and what was wrong with single items. Made of a large one beside the
    /// thread that answers calls, as it was checked.
    pub async fn into_meaning<U>(
        self,
        meaning: impl FnOnce(T) -> U + Send + 'static,
    ) -> Result<(U, Spoiled), Refusal>
    where
        U: Send + 'static,
    {
        let Self { value, spoiled, large, .. } = self;
        let made = if large {
            block(move || meaning(value)).await.map_err(|_stopped| stopping())?
        } else {
            meaning(value)
        };
        Ok((made, spoiled))
    }
}

impl<T> Body<T> {
    /// The type, and the members as they were sent.
    pub fn into_parts(self) -> (T, Map<String, Value>) {
        (self.value, reading::members(&self.sent))
    }
}

impl<T, const LIMIT: usize> Deref for Body<T, LIMIT> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T, const LIMIT: usize> FromRequest for Body<T, LIMIT>
where
    T: DeserializeOwned + ToSchema + Validate + Send + 'static,
{
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let fits = check_media_type(req).and_then(|()| check_length(req, LIMIT));
        let (gate, app) = (gate(req), auth::state(req).cloned());
        let payload = payload.take();
        Box::pin(async move {
            permitted(gate).await;
            fits?;
            let app = app?;
            let bytes = arrived(&app, payload, LIMIT).await?;
            if bytes.len() <= SMALL {
                return read(&bytes);
            }
            let turn = app.turn_to_check().await?;
            let checked = block(move || {
                let checked = read(&bytes);
                // Held to the end, also when nobody waits for it any more.
                drop((bytes, turn));
                checked
            });
            checked.await.map_err(|_stopped| stopping())?
        })
    }
}

fn stopping() -> Refusal {
    Refusal::new(Code::Unavailable, "the server stops")
}

/// The whole body, once it is there.
async fn arrived(app: &AppState, payload: Payload, limit: usize) -> Result<BytesMut, Refusal> {
    let mut arriving = Arriving::new(payload, app.settings().pace);
    let mut bytes = BytesMut::new();
    while let Some(piece) = arriving.next().await.map_err(unreadable)? {
        if bytes.len().saturating_add(piece.len()) > limit {
            return Err(too_large(limit));
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

/// Reads a body: JSON, clean text and the schema at once, then the type and its own rules.
pub(crate) fn read<T, const LIMIT: usize>(bytes: &[u8]) -> Result<Body<T, LIMIT>, Refusal>
where
    T: DeserializeOwned + ToSchema + Validate + 'static,
{
    let checker = schema::of_body::<T>().map_err(|err| schema::broken(&err))?;
    let many = LIMIT > BODY_LIMIT;
    let (text, spoiled) = reading::checked(&checker, bytes, many)?;
    let value = serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_slice(&text));
    let value: T = value.map_err(|err| {
        let pointer = format!("/{}", err.path()).replace(['.', '['], "/").replace(']', "");
        invalid_body(vec![Fault::at(pointer, "invalid", "can not be read as its type")])
    })?;
    value.validate().map_err(|errors| {
        let mut faults = Vec::new();
        own_rules(&errors, "", &mut faults);
        invalid_body(faults)
    })?;
    let sent = if many { Vec::new() } else { text };
    let (digest, large) = (hex(&Sha256::digest(bytes)), bytes.len() > SMALL);
    Ok(Body { value, sent, digest, spoiled, large })
}

fn invalid_body(faults: Vec<Fault>) -> Refusal {
    Refusal::faulty(Code::InvalidBody, faults)
}

fn too_large(limit: usize) -> Refusal {
    Refusal::new(Code::BodyTooLarge, format!("this body may have {limit} bytes"))
}

/// Nothing is read of a body that says beforehand that it is too large.
fn check_length(req: &HttpRequest, limit: usize) -> Result<(), Refusal> {
    let length = header(req, CONTENT_LENGTH.as_str());
    let length: Option<usize> = length.and_then(|length| length.parse().ok());
    if length.is_some_and(|length| length > limit) { Err(too_large(limit)) } else { Ok(()) }
}

fn unreadable(late: Late) -> Refusal {
    let broken_off = || Refusal::new(Code::MalformedJson, "the body did not arrive whole");
    late.refusal().unwrap_or_else(broken_off)
}

fn check_media_type(req: &HttpRequest) -> Result<(), Refusal> {
    let wanted = if req.method() == Method::PATCH {
        "application/merge-patch+json"
    } else {
        "application/json"
    };
    let sent = header(req, CONTENT_TYPE.as_str()).unwrap_or_default();
    let mut parts = sent.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    if !essence.eq_ignore_ascii_case(wanted) || !parts.all(is_utf8_or_no_charset) {
        let detail = format!("this operation takes {wanted}");
        return Err(Refusal::new(Code::UnsupportedMediaType, detail));
    }
    Ok(())
}

/// JSON between systems is UTF-8 (RFC 8259 §8.1); a sender that says otherwise would be misread.
fn is_utf8_or_no_charset(parameter: &str) -> bool {
    let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
    let charset = value.trim_matches('"');
    !name.eq_ignore_ascii_case("charset") || charset.eq_ignore_ascii_case("utf-8")
}

/// The faults that the type's own rules found, with Rust's member names turned into JSON's.
fn own_rules(errors: &ValidationErrors, place: &str, faults: &mut Vec<Fault>) {
    for (member, kind) in errors.errors() {
        // A rule about the whole body stands at the body itself.
        let here = match &**member {
            "__all__" => place.to_owned(),
            _ => format!("{place}/{}", camel_case(member)),
        };
        match kind {
            ValidationErrorsKind::Struct(inner) => own_rules(inner, &here, faults),
            ValidationErrorsKind::List(items) => {
                for (index, inner) in items {
                    own_rules(inner, &format!("{here}/{index}"), faults);
                }
            }
            ValidationErrorsKind::Field(found) => faults.extend(found.iter().map(|error| {
                let detail = error.message.clone().unwrap_or("breaks a rule".into());
                let place = error.params.get(PLACE).and_then(Value::as_str).unwrap_or(&here);
                Fault::at(place, &error.code, detail)
            })),
        }
    }
}

fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        camel.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        camel.extend(letters);
    }
    camel
}
