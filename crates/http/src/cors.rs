//! Which pages of other origins may call (CORS).

use actix_cors::Cors;

use crate::Settings;

/// The origins of the settings may call, and none else.
pub(crate) fn cors(settings: &Settings) -> Cors {
    let exposed = [
        "Accept-Encoding",
        "Accept-Ranges",
        "Allow",
        "Content-Disposition",
        "Content-Range",
        "ETag",
        "Link",
        "Location",
        "Request-Id",
        "RateLimit",
        "RateLimit-Policy",
        "Retry-After",
        "WWW-Authenticate",
    ];
    let cors = Cors::default()
        .allowed_methods(["GET", "HEAD", "POST", "PATCH"])
        .allowed_headers([
            "Authorization",
            "Content-Type",
            "Accept",
            "Accept-Language",
            "If-Match",
            "If-None-Match",
            "If-Range",
            "Range",
            "Idempotency-Key",
            "Sandbox-Date",
            "Request-Id",
            "traceparent",
            "tracestate",
            "baggage",
        ])
        .expose_headers(exposed)
        .max_age(3600);
    settings.cors_origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}
