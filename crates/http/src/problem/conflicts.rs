//! A 412 that explains itself: what changed since the version that an edit was made on.

use ascms_persistence::history::{ChangedSince, Stale};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::schema::Schema;

use super::{Code, Fault, Refusal};
use crate::history::{CallerView, any_value};

/// A member that changed since the version that an edit was made on.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Conflict {
    /// A JSON Pointer (RFC 6901) to the member, as an edit names it.
    #[schema(max_length = 2000)]
    pointer: String,
    /// Whether the edit sets the member too; `errors` names those that it does.
    collides: bool,
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
    fn of(change: ChangedSince) -> Self {
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

impl From<Stale> for Refusal {
    fn from(stale: Stale) -> Self {
        let Stale { now, changes, .. } = stale;
        let conflicts: Vec<Conflict> = changes.into_iter().map(Conflict::of).collect();
        let colliding = conflicts.iter().filter(|conflict| conflict.collides);
        let fault = |conflict: &Conflict| {
            let detail = "has changed since it was read; see `conflicts`";
            Fault::at(conflict.pointer.clone(), "changed_since", detail)
        };
        let errors = colliding.map(fault).collect();
        let detail = format!("it has changed since it was read: its version is {now} now");
        let refusal = Self::new(Code::Stale, detail).with_errors(errors);
        Self { conflicts: conflicts.into_boxed_slice(), ..refusal }
    }
}
