//! What comes in: bodies and queries, read, checked against the published schema, and turned into
//! their types. A handler sees only what passed.

mod body;
pub mod faults;
mod gate;
mod headers;
pub mod instants;
pub mod pace;
mod path;
mod query;
mod reading;

use serde::Deserialize;
use utoipa::IntoParams;

pub(crate) use self::body::read;
pub use self::body::{BODY_LIMIT, BULK_LIMIT, Body, Bulk};
pub use self::gate::Gate;
pub use self::headers::{IfMatch, RequestId, header, is_coded, is_visible_ascii, request_id};
pub use self::path::Path;
pub use self::query::{Params, permitted_query, url_pairs};
pub use self::reading::{Each, Spoiled};
pub use crate::hex::hex;

/// The options of every call that makes something.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WriteOptions {
    /// Check everything and answer, but keep nothing.
    pub validate_only: Option<bool>,
}
