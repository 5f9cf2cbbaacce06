//! What changed since the version that an edit was made on: a 412 explains itself.

use ascms_persistence::history::ChangedSince;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::schema::Schema;

use crate::views::{CallerView, any_value};

/// A member that changed since the version that an edit was made on.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Conflict {
    /// A JSON Pointer (RFC 6901) to the member, as an edit names it.
    #[schema(max_length = 2000)]
    pub(super) pointer: String,
    /// Whether the edit sets the member too; `errors` names the members that it sets.
    pub(super) collides: bool,
    #[schema(schema_with = yours)]
    yours: Value,
    #[schema(schema_with = theirs)]
    theirs: Value,
    /// Whether `theirs` is withheld from this caller.
    withheld: bool,
    /// The caller who changed the member last.
    changed_by: CallerView,
    /// When the member was changed.
    changed_at: DateTime<Utc>,
    /// The version of the record after the change.
    #[schema(minimum = 2)]
    version: i32,
}

fn yours() -> Schema {
    any_value("The value that the edit sets; null where it leaves the member alone. Personal data.")
}

fn theirs() -> Schema {
    any_value("The present value of the member. Personal data.")
}

impl Conflict {
    pub(super) fn of(change: ChangedSince) -> Self {
        let ChangedSince { field, yours, theirs, by, at, version } = change;
        Self {
            pointer: format!("/{}", field.replace('.', "/")),
            collides: yours.is_some(),
            yours: yours.unwrap_or_default(),
            withheld: theirs.is_none(),
            theirs: theirs.unwrap_or_default(),
            changed_by: CallerView::of(by),
            changed_at: at,
            version,
        }
    }
}
