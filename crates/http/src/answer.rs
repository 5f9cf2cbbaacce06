//! What goes out: representations with their strong ETag, and the answers of writes, which are
//! kept for retries as the bytes they went out as.

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, ETAG, IF_NONE_MATCH, LINK, LOCATION, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use ascms_domain::access::{Caller, Grant};
use ascms_persistence::idempotency::{Answer, IdempotencyKey};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::hex::hex;
use crate::incoming::is_visible_ascii;
use crate::problem::{Code, Fault, Refusal};

/// The tag of a representation: the version that edits name, and a digest of what is shown, since
/// more than the version may change in it.
fn tag(version: i32, body: &str) -> String {
    format!("\"{version}.{}\"", short_digest(body.as_bytes()))
}

/// The tag of a file that has no version.
pub(crate) fn tag_of(file: &[u8]) -> String {
    format!("\"{}\"", short_digest(file))
}

fn short_digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).get(..8).map(hex).unwrap_or_default()
}

fn json(view: &impl Serialize) -> String {
    // A view of strings, numbers and lists has no way to fail; an empty object would show it did.
    serde_json::to_string(view).unwrap_or_else(|_| "{}".to_owned())
}

/// Ten-thousandths as the nearest number that JSON can carry; computed in integers until here.
pub fn rate(ten_thousandths: Option<u64>) -> Option<f64> {
    let share = ten_thousandths?;
    format!("{}.{:04}", share / 10_000, share % 10_000).parse().ok()
}

/// A single resource, or 304 when the caller has it.
pub fn shown(req: &HttpRequest, version: i32, view: &impl Serialize) -> HttpResponse {
    let body = json(view);
    let etag = tag(version, &body);
    if let Some(unchanged) = unchanged(req, &etag) {
        return unchanged;
    }
    HttpResponse::Ok().insert_header((ETAG, etag)).content_type("application/json").body(body)
}

/// 304, when the caller has the representation with this tag already.
pub fn unchanged(req: &HttpRequest, etag: &str) -> Option<HttpResponse> {
    let held = req.headers().get(IF_NONE_MATCH).and_then(|value| value.to_str().ok())?;
    let is_held = held
        .split(',')
        .any(|one| matches!(one.trim(), "*") || one.trim().trim_start_matches("W/") == etag);
    is_held.then(|| HttpResponse::NotModified().insert_header((ETAG, etag)).finish())
}

/// Reference data changes rarely: everybody may keep it for a while.
pub fn shown_publicly(req: &HttpRequest, version: i32, view: &impl Serialize) -> HttpResponse {
    let mut response = shown(req, version, view);
    let keep = actix_web::http::header::HeaderValue::from_static("private, max-age=3600");
    response.headers_mut().insert(CACHE_CONTROL, keep);
    response
}

/// A table as a file to be saved, or 304 when the caller has it.
pub fn csv(req: &HttpRequest, name: &str, body: String) -> HttpResponse {
    let etag = tag(1, &body);
    if let Some(unchanged) = unchanged(req, &etag) {
        return unchanged;
    }
    HttpResponse::Ok()
        .insert_header((ETAG, etag))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .content_type("text/csv; charset=utf-8; header=present")
        .body(body)
}

/// A page of a list.
pub fn list(view: &impl Serialize, link: Option<&str>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    if let Some(link) = link {
        response.insert_header((LINK, link));
    }
    response.content_type("application/json").body(json(view))
}

/// The answer to a call that made something at `location`.
pub fn created(location: String, version: i32, view: &impl Serialize) -> Answer {
    let body = json(view);
    answer(201, Some(location), version, body)
}

/// The answer to a call that changed something, or found it done already.
pub fn done(version: i32, view: &impl Serialize) -> Answer {
    let body = json(view);
    answer(200, None, version, body)
}

fn answer(status: u16, location: Option<String>, version: i32, body: String) -> Answer {
    let etag = Some(tag(version, &body));
    Answer { status, location, etag, body, shows: Vec::new(), reach: None }
}

/// Sends an answer; what was only validated made nothing, so it is a 200 without a place.
pub fn reply(answer: Answer, validate_only: bool) -> HttpResponse {
    let Answer { status, location, etag, body, shows: _, reach: _ } = answer;
    let status = if validate_only { 200 } else { status };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let mut response: HttpResponseBuilder = HttpResponse::build(status);
    if let (Some(location), false) = (location, validate_only) {
        response.insert_header((LOCATION, location));
    }
    if let (Some(etag), false) = (etag, validate_only) {
        response.insert_header((ETAG, etag));
    }
    response.content_type("application/json").body(body)
}

/// The key by which a retry of this call is recognised. Machines retry blindly, so theirs is not
/// optional.
pub fn idempotency_key(
    req: &HttpRequest,
    grant: &Grant,
    body_digest: &str,
) -> Result<Option<IdempotencyKey>, Refusal> {
    let Some(sent) = req.headers().get("idempotency-key") else {
        return match grant.caller() {
            Caller::Client(_) => Err(Refusal::new(
                Code::IdempotencyKeyRequired,
                "machines send Idempotency-Key with every write",
            )),
            Caller::User(_) => Ok(None),
        };
    };
    // HTTP itself takes space from the ends of a value.
    let readable = |key: &&str| {
        (1..=255).contains(&key.len()) && is_visible_ascii(key.as_bytes()) && key.trim() == *key
    };
    let Some(key) = sent.to_str().ok().filter(readable) else {
        let fault = Fault::of(
            "Idempotency-Key",
            "pattern",
            "is 1 to 255 visible ASCII characters, with spaces only between them",
        );
        return Err(Refusal::faulty(Code::InvalidHeader, vec![fault]));
    };
    let method: &Method = req.method();
    let request = format!("{method} {} {body_digest}", req.uri());
    Ok(Some(IdempotencyKey {
        caller_id: grant.caller().id(),
        key: key.to_owned(),
        fingerprint: hex(&Sha256::digest(request.as_bytes())),
    }))
}
