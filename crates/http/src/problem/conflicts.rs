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
    /// Whether the edit sets the member too; `errors` names those that it does.
    pub(super) collides: bool,
    #[schema(schema_with = yours)]
    yours: Value,
    #[schema(schema_with = theirs)]
    theirs: Value,
    /// The present value is not for this caller, and null.
    withheld: bool,
    /// Who changed it last.
    changed_by: CallerView,
    changed_at: DateTime<Utc>,
    /// The version of the record that the change led to.
    #[schema(minimum = 2)]
    version: i32,
}

fn yours() -> Schema {
    any_value("What the edit sets the member to; null where it leaves it alone.")
}

fn theirs() -> Schema {
    any_value("What the member is now.")
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
