//! Around every request: its id and span on the way in, its problem details, headers, log line and
//! metrics on the way out. Errors of the framework leave as ours do.

use std::time::Instant;

use actix_cors::CorsError;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, ALLOW, CACHE_CONTROL, CONTENT_ENCODING,
    CONTENT_RANGE, HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER, TRANSFER_ENCODING,
    WWW_AUTHENTICATE,
};
use actix_web::http::{ConnectionType, Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse};
use tracing::Instrument;

use crate::auth::{self, Asked};
use crate::budget::Remaining;
use crate::connection::Connection;
use crate::incoming::{Gate, RequestId, header, is_coded, is_visible_ascii, request_id, url_pairs};
use crate::problem::{Code, Fault, MOST_FAULTS, Problem, Refusal};
use crate::quality::thousandths;
use crate::running::Held;
use crate::{AppState, openapi, pages, security_headers};

/// The longest address that is read, in bytes.
const URI_LIMIT: usize = 8 * 1024;

/// The longest condition or range that is read, in bytes.
const HEADER_LIMIT: usize = 200;

const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// The middleware that every route is wrapped in.
pub async fn around(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let began = Instant::now();
    let id = uuid::Uuid::now_v7();
    req.extensions_mut().insert(RequestId(id));
    req.extensions_mut().insert(Gate::default());
    if let Some(call) = req.conn_data::<Connection>().map(Connection::begin) {
        req.extensions_mut().insert(call);
    }
    let asked_head = req.method() == Method::HEAD;
    if asked_head {
        // HEAD is a GET whose body stays here (RFC 9110 §9.3.2).
        req.head_mut().method = Method::GET;
    }
    let span = tracing::info_span!("request", request_id = %id, trace_id = trace_id(&req));
    let outcome = answered(next, req).instrument(span.clone()).await?;
    let response = finish(outcome).instrument(span.clone()).await;
    span.in_scope(|| record(&response, began));
    let request = response.request().clone();
    Ok(response.map_body(|_, body| {
        let body = Held::until_sent(&request, body);
        if asked_head { BoxBody::new(actix_web::body::None::new()) } else { body }
    }))
}

/// The middleware that refuses what no route need be looked for. A browser asks with OPTIONS whether
/// a page may call at all (CORS); nothing but origin, method and headers is judged then.
pub async fn unless_refused_early(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let refused = if req.method() == Method::OPTIONS { None } else { too_early(&req) };
    match refused {
        Some(refusal) => Ok(req.error_response(refusal).map_into_boxed_body()),
        None => Ok(next.call(req).await?.map_into_boxed_body()),
    }
}

/// A response, and why it refuses if it does.
struct Outcome {
    response: ServiceResponse<BoxBody>,
    refusal: Option<Refusal>,
}

/// An error beside a response can only come from a middleware within, and none of ours has one; the
/// request itself must not be held meanwhile, since routing writes to it.
async fn answered(
    next: Next<impl MessageBody + 'static>,
    req: ServiceRequest,
) -> Result<Outcome, Error> {
    let response = next.call(req).await?.map_into_boxed_body();
    let refusal = refusal_of(&response);
    Ok(Outcome { response, refusal })
}

/// What a response with an error status refuses, ours or the framework's.
fn refusal_of(response: &ServiceResponse<BoxBody>) -> Option<Refusal> {
    if let Some(err) = response.response().error() {
        if let Some(refusal) = err.as_error::<Refusal>() {
            return Some(refusal.clone());
        }
        if let Some(refused) = err.as_error::<CorsError>() {
            return Some(Refusal::new(Code::PreflightRefused, refused.to_string()));
        }
        return Some(of_status(response.status()));
    }
    let status = response.status();
    (status.is_client_error() || status.is_server_error()).then(|| of_status(status))
}

fn of_status(status: StatusCode) -> Refusal {
    match status.as_u16() {
        404 => Refusal::not_found(),
        408 => Refusal::new(Code::BodyTooSlow, "the request comes in too slowly"),
        405 => Refusal::new(Code::MethodNotAllowed, "use one of the methods in `Allow`"),
        413 => Refusal::new(Code::BodyTooLarge, "the body is too large"),
        415 => Refusal::new(Code::UnsupportedMediaType, "the media type is not supported"),
        400..=499 => Refusal::new(Code::MalformedJson, "the request can not be read"),
        503 => Refusal::new(Code::Unavailable, "too busy at the moment; it may be tried again"),
        _ => Refusal::new(Code::Internal, "the request failed on our side"),
    }
}

/// What is refused before a route is even looked for.
fn too_early(req: &ServiceRequest) -> Option<Refusal> {
    let length = req.uri().path_and_query().map_or(0, |uri| uri.as_str().len());
    if length > URI_LIMIT {
        return Some(Refusal::new(
            Code::UriTooLong,
            format!("an address may have {URI_LIMIT} bytes"),
        ));
    }
    if !req.path().starts_with("/v1/") {
        return None;
    }
    if !accepts_json(req.headers()) && !openapi::answers_a_file(req.path()) {
        return Some(Refusal::new(Code::NotAcceptable, "the API answers in application/json"));
    }
    // What has no body has no coding of it.
    if matches!(*req.method(), Method::POST | Method::PATCH) && is_coded(req.headers()) {
        return Some(Refusal::of_coding());
    }
    if let Some(refusal) = unreadable_header(req.headers()) {
        return Some(refusal);
    }
    let methods = openapi::methods_of(req.path());
    let answered = |method: &Method| methods.iter().any(|known| known == method.as_str());
    if !methods.is_empty() && !answered(req.method()) {
        return Some(Refusal::new(Code::MethodNotAllowed, "use one of the methods in `Allow`"));
    }
    unknown_query(req)
}

/// A query where an operation has none would be passed over, `validateOnly` with it.
fn unknown_query(req: &ServiceRequest) -> Option<Refusal> {
    let asked = url_pairs(req.query_string());
    if asked.is_empty() || openapi::takes_query(req.path(), req.method().as_str()) {
        return None;
    }
    let unknown =
        |(name, _): (String, String)| Fault::of(name, "unknown_member", "is not a parameter");
    let faults = asked.into_iter().take(MOST_FAULTS + 1).map(unknown).collect();
    Some(Refusal::faulty(Code::InvalidQuery, faults))
}

/// Any tag and any range may be asked for; only what is none at all, or beyond reason, can not be
/// read.
fn unreadable_header(headers: &HeaderMap) -> Option<Refusal> {
    let unreadable = |name: &&str| {
        let value = headers.get(*name);
        value.is_some_and(|value| value.len() > HEADER_LIMIT || !is_visible_ascii(value.as_bytes()))
    };
    let name = ["if-match", "if-none-match", "if-range", "range"].into_iter().find(unreadable)?;
    let fault = Fault::of(name, "pattern", "is at most 200 visible ASCII characters");
    Some(Refusal::faulty(Code::InvalidHeader, vec![fault]))
}

fn accepts_json(headers: &HeaderMap) -> bool {
    let Some(accept) = headers.get(ACCEPT).and_then(|value| value.to_str().ok()) else {
        return true;
    };
    accept.split(',').any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
        let fits = matches!(
            essence.as_str(),
            "" | "*/*" | "application/*" | "application/json" | "application/problem+json"
        );
        fits && !parts.any(|weight| matches!(weight, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

async fn finish(outcome: Outcome) -> ServiceResponse<BoxBody> {
    let Outcome { response, refusal } = outcome;
    let mut response = match refusal {
        None => response,
        Some(refusal) => refuse(response, refusal).await,
    };
    let request = response.request().clone();
    common_headers(&request, response.headers_mut());
    let leaves = auth::state(&request).is_ok_and(AppState::stops_soon);
    let status = response.status();
    // Nobody knows how much of a body in chunks is still to come, and it is for nothing.
    let is_endless = status.is_client_error() && request.headers().contains_key(TRANSFER_ENCODING);
    // A caller who asks too much or is too slow begins anew, and holds no connection meanwhile.
    if leaves || is_endless || matches!(status.as_u16(), 408 | 429) {
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
    response
}

/// Writes the problem details of a refusal, after the entry of a denial is committed.
async fn refuse(response: ServiceResponse<BoxBody>, refusal: Refusal) -> ServiceResponse<BoxBody> {
    let (request, before) = response.into_parts();
    let refusal = match auth::audit_denial(&request, refusal.code).await {
        Ok(()) => refusal,
        Err(unwritten) => unwritten,
    };
    let mut answer = HttpResponse::build(refusal.code.status());
    for kept in ["allow", "access-control-allow-origin", "access-control-expose-headers", "vary"] {
        for value in before.headers().get_all(kept) {
            answer.append_header((kept, value.clone()));
        }
    }
    if refusal.code == Code::MethodNotAllowed && before.headers().get("allow").is_none() {
        answer.insert_header((ALLOW, pages::methods_of(request.path())));
    }
    // A client that follows `Retry-After` blindly would do twice what may have been done.
    let blindly = refusal.code == Code::OutcomeUnknown && is_blind(&request);
    if let Some(seconds) = refusal.retry_after.filter(|_| !blindly) {
        answer.insert_header((RETRY_AFTER, seconds.to_string()));
    }
    if let Some(challenge) = refusal.challenge {
        answer.insert_header((WWW_AUTHENTICATE, challenge));
    }
    if let Some(location) = &refusal.location {
        answer.insert_header((LOCATION, location.as_ref()));
    }
    if refusal.of_coding {
        // Which tells it from a refusal of the media type (RFC 9110 §15.5.16).
        answer.insert_header((ACCEPT_ENCODING, "identity"));
    }
    if let Some(length) = refusal.length {
        answer.insert_header((CONTENT_RANGE, format!("bytes */{length}")));
    }
    let problem = problem(&request, refusal);
    let body = serde_json::to_string(&problem).unwrap_or_default();
    let answer = answer.content_type("application/problem+json").body(body);
    ServiceResponse::new(request, answer)
}

/// Whether nothing tells this call from the same one sent again: a `POST` without a key.
fn is_blind(request: &HttpRequest) -> bool {
    request.method() == Method::POST && header(request, "idempotency-key").is_none()
}

fn problem(request: &HttpRequest, refusal: Refusal) -> Problem {
    let Refusal {
        code,
        detail,
        errors,
        conflicts,
        retry_after: _,
        challenge: _,
        location: _,
        length: _,
        of_coding: _,
    } = refusal;
    let base =
        auth::state(request).map(|app| app.settings().public_url.clone()).unwrap_or_default();
    Problem {
        type_uri: format!("{base}/problems/{code}"),
        title: if wants_maori(request) { code.title_mi() } else { code.title_en() }.to_owned(),
        status: code.status_number(),
        detail,
        instance: request.path().to_owned(),
        code,
        request_id: request_id(request).to_string(),
        errors: errors.into_vec(),
        conflicts,
    }
}

/// Whether `Accept-Language` prefers te reo Māori to English; of equal weights the first is meant.
fn wants_maori(request: &HttpRequest) -> bool {
    let Some(languages) = header(request, ACCEPT_LANGUAGE.as_str()) else { return false };
    let weight = |language: &str| {
        let of_language = languages.split(',').enumerate().filter_map(|(position, range)| {
            let (tag, parameters) = range.split_once(';').unwrap_or((range, "q=1"));
            let asked = tag.trim().get(..2).is_some_and(|tag| tag.eq_ignore_ascii_case(language));
            let weight = parameters.trim().strip_prefix("q=").and_then(thousandths).unwrap_or(0);
            (asked && weight > 0).then_some((weight, std::cmp::Reverse(position)))
        });
        of_language.max()
    };
    weight("mi") > weight("en")
}

fn common_headers(request: &HttpRequest, headers: &mut HeaderMap) {
    let text = |value: String| HeaderValue::from_str(&value).ok();
    if let Some(id) = text(request_id(request).to_string()) {
        headers.insert(REQUEST_ID, id);
    }
    // It only kept the content from being compressed, and is not sent (RFC 9110 §12.5.3).
    if headers.get(CONTENT_ENCODING).is_some_and(|coding| coding == "identity") {
        headers.remove(CONTENT_ENCODING);
    }
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    let hsts_seconds = auth::state(request).map_or(0, |app| app.settings().hsts_seconds);
    security_headers::add(request.path(), hsts_seconds, headers);
    let left = request.extensions().get::<Remaining>().copied();
    let left = left.or_else(|| {
        let per_minute = auth::state(request).ok()?.budgets().per_minute();
        Some(Remaining { requests: per_minute, per_minute })
    });
    let Some(Remaining { requests, per_minute }) = left else { return };
    let policy = format!("\"caller\";q={per_minute};w=60");
    for (name, value) in
        [(RATE_LIMIT, format!("\"caller\";r={requests};t=60")), (RATE_LIMIT_POLICY, policy)]
    {
        if let Some(value) = text(value) {
            headers.insert(name, value);
        }
    }
}

/// The caller's trace, when it sends one (W3C Trace Context): 32 hexadecimal digits.
fn trace_id(req: &ServiceRequest) -> Option<String> {
    let parent = req.headers().get("traceparent")?.to_str().ok()?;
    let id = parent.split('-').nth(1)?;
    (id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| id.to_owned())
}

/// The methods that are answered, by name; a made-up one would make a label of its own.
fn known_method(method: &Method) -> &'static str {
    ["GET", "POST", "PATCH", "OPTIONS", "PUT", "DELETE"]
        .into_iter()
        .find(|known| method.as_str() == *known)
        .unwrap_or("other")
}

/// One line a request: what was called and what came of it, no names, no query, no words.
fn record(response: &ServiceResponse<BoxBody>, began: Instant) {
    let request = response.request();
    let route = request.match_pattern().unwrap_or_else(|| "unmatched".to_owned());
    let method = known_method(request.method());
    let status = response.status().as_u16();
    let took = began.elapsed();
    let permission = request.extensions().get::<Asked>().map(|asked| asked.action.as_str());
    let labels =
        [("route", route.clone()), ("method", method.to_owned()), ("status", status.to_string())];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_duration_seconds", "route" => route.clone())
        .record(took.as_secs_f64());
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    if status >= 500 {
        tracing::warn!(method, route, status, micros, permission, "answered");
    } else {
        tracing::info!(method, route, status, micros, permission, "answered");
    }
}
