//! What is not an operation: the front page, the guides, `llms.txt`, the document and its try-it page, the pages
//! of the problem codes, discovery, health, and what answers where nothing is.

use std::sync::LazyLock;

use actix_web::http::Method;
use actix_web::http::header::ALLOW;
use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get};
use serde_json::json;

use crate::problem::{Code, Refusal};
use crate::{AppState, openapi, readiness, reports};

mod frame;
mod front;
mod guides;
mod markdown;
mod problems;
mod release_file;
mod sandbox_tokens;
mod try_it;

use release_file::ReleaseFile;

pub(crate) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(front::front)
        .configure(guides::routes)
        .service(sandbox_tokens::token)
        .service(openapi_json)
        .service(try_it::without_slash)
        .service(try_it::docs)
        .configure(problems::routes)
        .service(protected_resource)
        .service(api_catalog)
        .service(security_txt)
        .service(healthz)
        .service(readyz)
        .service(version);
}

static DOCUMENT: LazyLock<ReleaseFile> =
    LazyLock::new(|| ReleaseFile::new("application/json", openapi::document().to_string()));

#[get("/openapi.json")]
async fn openapi_json(req: HttpRequest) -> HttpResponse {
    DOCUMENT.shown(&req)
}

/// RFC 9728: which issuers this resource trusts.
#[get("/.well-known/oauth-protected-resource")]
async fn protected_resource(app: Data<AppState>) -> HttpResponse {
    let scopes: Vec<&str> =
        ascms_domain::access::Action::ALL.iter().map(|action| action.as_str()).collect();
    HttpResponse::Ok().json(json!({
        "resource": app.settings().public_url,
        "authorization_servers": app.tokens().issuers(),
        "scopes_supported": scopes,
        "bearer_methods_supported": ["header"],
        "resource_documentation": format!("{}/docs/", app.settings().public_url),
    }))
}

/// RFC 9727: where the API is described.
#[get("/.well-known/api-catalog")]
async fn api_catalog(app: Data<AppState>) -> HttpResponse {
    let base = &app.settings().public_url;
    let catalog = json!({ "linkset": [{
        "anchor": format!("{base}/v1"),
        "service-desc": [{ "href": format!("{base}/openapi.json"), "type": "application/json" }],
        "service-doc": [{ "href": format!("{base}/docs/"), "type": "text/html" }],
        "status": [{ "href": format!("{base}/readyz"), "type": "application/json" }],
    }]});
    HttpResponse::Ok().content_type("application/linkset+json").body(catalog.to_string())
}

/// RFC 9116: where to report a weakness.
#[get("/.well-known/security.txt")]
async fn security_txt(app: Data<AppState>) -> HttpResponse {
    let base = &app.settings().public_url;
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(format!(
        "Contact: {base}/problems\nExpires: 2027-12-31T00:00:00Z\nPreferred-Languages: en, mi\n"
    ))
}

#[get("/healthz")]
async fn healthz() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "ok" }))
}

#[get("/readyz")]
async fn readyz(app: Data<AppState>) -> Result<HttpResponse, Refusal> {
    let checks = readiness::checks(&app).await;
    // Why is the operator's to know, who asks on the other port.
    let failing: Vec<&str> =
        checks.iter().filter(|check| !check.ok).map(|check| check.name).collect();
    if failing.is_empty() {
        return Ok(HttpResponse::Ok().json(json!({ "status": "ok" })));
    }
    Err(Refusal::new(Code::Unavailable, format!("not ready: {}", failing.join(", "))))
}

#[get("/version")]
async fn version() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "version": env!("CARGO_PKG_VERSION") }))
}

/// Nothing is here: 405 where another method would have been answered, else 404. OPTIONS asks which
/// those are (RFC 9110 §9.3.7).
pub(crate) async fn unmatched(req: HttpRequest) -> HttpResponse {
    let methods = methods_of(req.path());
    if methods.is_empty() {
        return HttpResponse::from_error(Refusal::not_found());
    }
    if req.method() == Method::OPTIONS {
        return HttpResponse::NoContent().insert_header((ALLOW, methods)).finish();
    }
    let refusal = Refusal::new(Code::MethodNotAllowed, "use one of the methods in `Allow`");
    HttpResponse::from_error(refusal)
}

/// Where the pages are, apart from those below.
const PAGES: [&str; 13] = [
    "/",
    "/llms.txt",
    "/openapi.json",
    "/docs",
    "/problems",
    "/.well-known/oauth-protected-resource",
    "/.well-known/api-catalog",
    "/.well-known/security.txt",
    "/healthz",
    "/readyz",
    "/version",
    reports::PATH,
    reports::CONTRACT_YEARS,
];

/// Where pages have a part of the path for themselves.
const BELOW: [&str; 4] = ["/docs/", "/problems/", "/guides/", "/sandbox/tokens/"];

/// The methods that a path answers, for `Allow`: an operation's or a page's; empty where nothing is.
pub(crate) fn methods_of(path: &str) -> String {
    let is_page = PAGES.contains(&path) || BELOW.iter().any(|above| path.starts_with(above));
    if is_page { "GET, HEAD".to_owned() } else { openapi::methods_of(path).join(", ") }
}
