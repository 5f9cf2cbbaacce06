//! The frame of a page: no script, nothing from anywhere else, its one style known by its digest.

use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_SECURITY_POLICY;

use crate::html::escaped;
use crate::security_headers::policy_with_style;

const STYLE: &str = include_str!("style.css");

static POLICY: LazyLock<String> = LazyLock::new(|| policy_with_style(STYLE));

/// A page with this title, in English and as it is read; its body is markup.
pub(super) fn page(title: &str, body: &str) -> HttpResponse {
    let page = format!(
        "<!doctype html><html lang=\"en-NZ\"><head>{}<style>{STYLE}</style></head>\
         <body>{body}</body></html>",
        head(title),
    );
    HttpResponse::Ok()
        .insert_header((CONTENT_SECURITY_POLICY, POLICY.as_str()))
        .content_type("text/html; charset=utf-8")
        .body(page)
}

/// What stands in the head of every page.
pub(super) fn head(title: &str) -> String {
    format!(
        "<meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{} – AS-CMS</title>",
        escaped(title),
    )
}
