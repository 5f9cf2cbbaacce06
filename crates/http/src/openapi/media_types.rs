//! Media types of answers that are no JSON.

/// Any file: every reader of the document knows it to be bytes.
pub const BYTES: &str = "application/octet-stream";

/// A value of JSON in each line.
pub const LINES: &str = "application/x-ndjson";
