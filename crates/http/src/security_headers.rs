//! The headers that keep a browser from doing with an answer what nobody meant: what a page may load,
//! who may frame it, what its links tell others, and that a type is what the header says.

use actix_web::http::header::{
    CONTENT_SECURITY_POLICY, HeaderMap, HeaderValue, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// For everything that is not a page of ours: it loads nothing and stands in no frame.
const NOTHING: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; \
                       frame-ancestors 'none'";

/// For the try-it page, which brings its scripts, styles and pictures itself, styles its elements one
/// by one, and calls this server alone.
const TRY_IT: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                      img-src 'self' data:; font-src 'self' data:; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The policy (Content Security Policy Level 3) of a page without scripts whose one style is this.
pub(crate) fn policy_with_style(style: &str) -> String {
    let digest = STANDARD.encode(Sha256::digest(style.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    )
}

/// Adds what an answer does not have yet.
pub(crate) fn add(path: &str, hsts_seconds: u32, headers: &mut HeaderMap) {
    let policy = if path.starts_with("/docs/") { TRY_IT } else { NOTHING };
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, policy),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    if hsts_seconds == 0 {
        return;
    }
    // RFC 6797. Only this host: the operator's other hosts are not ours to bind.
    if let Ok(value) = HeaderValue::from_str(&format!("max-age={hsts_seconds}")) {
        headers.insert(STRICT_TRANSPORT_SECURITY, value);
    }
}
