//! Files that stay the same until the next release. A browser keeps them, and asks with their tag
//! whether they changed.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING, ETAG, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};

use crate::answer;

/// A file with its tag, which is made once: a digest of megabytes takes milliseconds.
pub(super) struct ReleaseFile {
    content_type: String,
    body: Bytes,
    is_gzipped: bool,
    etag: String,
}

impl ReleaseFile {
    pub(super) fn new(content_type: impl Into<String>, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        let etag = answer::tag_of(&body);
        Self { content_type: content_type.into(), body, is_gzipped: false, etag }
    }

    /// The same file, of which the bytes are compressed already or not.
    pub(super) fn gzipped(self, is_gzipped: bool) -> Self {
        Self { is_gzipped, ..self }
    }

    /// The file, or 304 when the caller has it.
    pub(super) fn shown(&self, req: &HttpRequest) -> HttpResponse {
        let mut response = answer::unchanged(req, &self.etag).unwrap_or_else(|| self.whole());
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        response
    }

    fn whole(&self) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        if self.is_gzipped {
            response.insert_header((CONTENT_ENCODING, "gzip"));
        }
        response
            .insert_header((ETAG, self.etag.as_str()))
            .content_type(self.content_type.as_str())
            .body(self.body.clone())
    }
}
