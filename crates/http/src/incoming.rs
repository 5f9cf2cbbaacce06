//! What comes in: bodies and queries, read, checked against the published schema, and turned into
//! their types. A handler sees only what passed.

mod headers;

use std::ops::Deref;
use std::pin::Pin;
use std::rc::Rc;

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use ascms_domain::text::is_unclean;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use tokio::sync::SetOnce;
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationErrors, ValidationErrorsKind};

pub use self::headers::{IfMatch, RequestId, header, is_visible_ascii, request_id};
use crate::problem::{Code, Fault, Refusal};
use crate::schema;

/// The most bytes of a body.
pub const BODY_LIMIT: usize = 256 * 1024;
/// The same of what systems send of many students at once.
pub const BULK_LIMIT: usize = 5 * 1024 * 1024;
/// How deep a body may be nested.
const DEPTH_LIMIT: usize = 32;

/// Opens when the caller's permission is settled. Everything else of a request waits for it, since
/// the extractors of a handler run side by side: who may not ask hears so before anything is said
/// about what they asked.
#[derive(Clone, Debug, Default)]
pub struct Gate(Rc<SetOnce<()>>);

impl Gate {
    pub(crate) fn open(&self) {
        // Opened twice is open.
        self.0.set(()).unwrap_or_default();
    }

    async fn passed(self) {
        self.0.wait().await;
    }
}

async fn permitted(gate: Option<Gate>) {
    if let Some(gate) = gate {
        gate.passed().await;
    }
}

fn gate(req: &HttpRequest) -> Option<Gate> {
    req.extensions().get::<Gate>().cloned()
}

/// The ids of a path, read once the caller may ask.
#[derive(Debug)]
pub struct Path<T>(T);

impl<T> Deref for Path<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Path<T> {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let gate = gate(req);
        let path = actix_web::web::Path::<T>::extract(req);
        Box::pin(async move {
            permitted(gate).await;
            // What is no id names nothing.
            path.await.map(|path| Self(path.into_inner())).map_err(|_no_id| Refusal::not_found())
        })
    }
}

/// A body that fits its limit, its schema and its own rules.
#[derive(Debug)]
pub struct Body<T, const LIMIT: usize = BODY_LIMIT> {
    value: T,
    sent: Map<String, Value>,
    digest: String,
}

/// A body in which a system sends many at once.
pub type Bulk<T> = Body<T, BULK_LIMIT>;

impl<T, const LIMIT: usize> Body<T, LIMIT> {
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The type, and the members as they were sent.
    pub fn into_parts(self) -> (T, Map<String, Value>) {
        (self.value, self.sent)
    }

    /// SHA-256 of the bytes that came in, in hexadecimal.
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

impl<T, const LIMIT: usize> Deref for Body<T, LIMIT> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: DeserializeOwned + ToSchema + Validate + 'static, const LIMIT: usize> FromRequest
    for Body<T, LIMIT>
{
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let media_type = check_media_type(req);
        let length = check_length(req, LIMIT);
        let bytes = Bytes::from_request(req, payload);
        let gate = gate(req);
        Box::pin(async move {
            permitted(gate).await;
            media_type?;
            length?;
            let bytes = bytes.await.map_err(|err| unreadable(&err, LIMIT))?;
            if bytes.len() > LIMIT {
                return Err(too_large(LIMIT));
            }
            read(&bytes)
        })
    }
}

/// Reads a body: JSON first, then clean text, then the schema, then the type's own rules.
pub(crate) fn read<T, const LIMIT: usize>(bytes: &[u8]) -> Result<Body<T, LIMIT>, Refusal>
where
    T: DeserializeOwned + ToSchema + Validate + 'static,
{
    let mut json: Value = serde_json::from_slice(bytes).map_err(|err| {
        Refusal::new(Code::MalformedJson, format!("line {}, column {}", err.line(), err.column()))
    })?;
    if depth(&json) > DEPTH_LIMIT {
        let detail = format!("nested deeper than {DEPTH_LIMIT} levels");
        return Err(Refusal::new(Code::MalformedJson, detail));
    }
    let checker = schema::of_body::<T>().map_err(|err| schema_broken(&err))?;
    let mut faults = checker.body_faults(&json);
    let mut place = String::new();
    unclean(&json, &mut place, &mut faults);
    if !faults.is_empty() {
        return Err(invalid_body(faults));
    }
    whole_numbers(&mut json);
    let mut track = serde_path_to_error::Track::new();
    let value = T::deserialize(serde_path_to_error::Deserializer::new(&json, &mut track));
    let value: T = value.map_err(|_detail_may_echo_input| {
        let pointer = format!("/{}", track.path()).replace(['.', '['], "/").replace(']', "");
        invalid_body(vec![Fault::at(pointer, "invalid", "can not be read as its type")])
    })?;
    value.validate().map_err(|errors| {
        let mut faults = Vec::new();
        own_rules(&errors, "", &mut faults);
        invalid_body(faults)
    })?;
    let sent = if let Value::Object(members) = json { members } else { Map::new() };
    Ok(Body { value, sent, digest: hex(&Sha256::digest(bytes)) })
}

fn invalid_body(faults: Vec<Fault>) -> Refusal {
    Refusal::faulty(Code::InvalidBody, faults)
}

fn schema_broken(err: &jsonschema::ValidationError<'_>) -> Refusal {
    tracing::error!(error = %err, "a schema of our own does not compile");
    Refusal::new(Code::Internal, "the request failed on our side")
}

fn too_large(limit: usize) -> Refusal {
    Refusal::new(Code::BodyTooLarge, format!("this body may have {limit} bytes"))
}

/// Nothing is read of a body that says beforehand that it is too large.
fn check_length(req: &HttpRequest, limit: usize) -> Result<(), Refusal> {
    let length = req.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    let length: Option<usize> = length.and_then(|length| length.parse().ok());
    if length.is_some_and(|length| length > limit) { Err(too_large(limit)) } else { Ok(()) }
}

fn unreadable(err: &actix_web::Error, limit: usize) -> Refusal {
    if err.as_response_error().status_code().as_u16() == 413 {
        too_large(limit)
    } else {
        Refusal::new(Code::MalformedJson, "the body did not arrive whole")
    }
}

fn check_media_type(req: &HttpRequest) -> Result<(), Refusal> {
    let wanted = if req.method() == Method::PATCH {
        "application/merge-patch+json"
    } else {
        "application/json"
    };
    let sent = req.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let mut parts = sent.unwrap_or_default().split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    if essence.eq_ignore_ascii_case(wanted) && parts.all(is_utf8_or_no_charset) {
        return Ok(());
    }
    Err(Refusal::new(Code::UnsupportedMediaType, format!("this operation takes {wanted}")))
}

/// JSON between systems is UTF-8 (RFC 8259 §8.1); a sender that says otherwise would be misread.
fn is_utf8_or_no_charset(parameter: &str) -> bool {
    let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
    let charset = value.trim_matches('"');
    !name.eq_ignore_ascii_case("charset") || charset.eq_ignore_ascii_case("utf-8")
}

fn depth(json: &Value) -> usize {
    match json {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

/// Writes `8.0` as `8`: one integer to JSON Schema, and two types to Rust.
fn whole_numbers(json: &mut Value) {
    match json {
        Value::Number(number) => {
            let text = number.to_string();
            let whole = text.strip_suffix(".0").and_then(|whole| whole.parse::<i64>().ok());
            if let Some(whole) = whole {
                *number = whole.into();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(whole_numbers),
        Value::Object(members) => members.values_mut().for_each(whole_numbers),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// Finds text with control or invisible characters, or marks that make it read differently from
/// what it says.
fn unclean(json: &Value, place: &mut String, faults: &mut Vec<Fault>) {
    let whole = place.len();
    match json {
        Value::String(text) if is_unclean(text) => {
            let known = faults.iter().any(|fault| fault.pointer.as_ref() == Some(place));
            if !known {
                let detail = "has control, invisible or text-direction characters";
                faults.push(Fault::at(place.clone(), "forbidden_character", detail));
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                place.push_str(&format!("/{index}"));
                unclean(item, place, faults);
                place.truncate(whole);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                place.push('/');
                place.push_str(&name.replace('~', "~0").replace('/', "~1"));
                unclean(member, place, faults);
                place.truncate(whole);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
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
                let place = error.params.get("at").and_then(Value::as_str).unwrap_or(&here);
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

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A query that fits its parameters' schemas.
#[derive(Debug)]
pub struct Params<T>(pub T);

impl<T> Deref for Params<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned + IntoParams + 'static> FromRequest for Params<T> {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (gate, query) = (gate(req), req.query_string().to_owned());
        Box::pin(async move {
            permitted(gate).await;
            read_query(&query).map(Self)
        })
    }
}

fn read_query<T: DeserializeOwned + IntoParams + 'static>(query: &str) -> Result<T, Refusal> {
    let invalid = |faults| Refusal::faulty(Code::InvalidQuery, faults);
    let checker = schema::of_query::<T>().map_err(|err| schema_broken(&err))?;
    let mut faults = Vec::new();
    let mut typed = Map::new();
    for (name, text) in url_pairs(query) {
        if is_unclean(&text) {
            let detail = "has control, invisible or text-direction characters";
            faults.push(Fault::of(&name, "forbidden_character", detail));
        }
        if typed.insert(name.clone(), checker.typed(&name, &text)).is_some() {
            faults.push(Fault::of(&name, "repeated", "is given twice"));
        }
    }
    let typed = Value::Object(typed);
    faults.extend(checker.query_faults(&typed));
    if !faults.is_empty() {
        return Err(invalid(faults));
    }
    let mut track = serde_path_to_error::Track::new();
    T::deserialize(serde_path_to_error::Deserializer::new(typed, &mut track)).map_err(
        |_may_echo_input| {
            invalid(vec![Fault::of(
                track.path().to_string(),
                "invalid",
                "can not be read as its type",
            )])
        },
    )
}

/// The pairs of a query string, decoded (WHATWG URL, `application/x-www-form-urlencoded`).
pub fn url_pairs(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// The options of every call that makes something.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WriteOptions {
    /// Check everything and answer, but keep nothing.
    pub validate_only: Option<bool>,
}
