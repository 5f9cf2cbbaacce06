//! What is to be said of a part of a body that was taken all the same.

use serde::Serialize;
use utoipa::ToSchema;

/// Something to know of a part of the body.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Remark {
    /// A JSON Pointer (RFC 6901) into the body.
    #[schema(max_length = 100)]
    pointer: String,
    /// What kind of remark it is, for programs.
    #[schema(max_length = 64, pattern = "^[a-z_]+$")]
    code: String,
    #[schema(max_length = 200)]
    detail: String,
}

impl Remark {
    pub(crate) fn new(pointer: String, code: &str, detail: String) -> Self {
        Self { pointer, code: code.to_owned(), detail }
    }
}
