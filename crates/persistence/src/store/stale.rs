//! What is told of a row that has changed since an edit was made.

use ascms_domain::history::CallerKind;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::rows::field_change::Model;
use crate::store::subject::Subject;

/// Who did something: a person, a machine, or the operator of the service.
#[derive(Clone, Debug)]
pub struct Author {
    pub kind: CallerKind,
    pub id: Option<Uuid>,
    pub name: Option<String>,
}

impl Author {
    pub(crate) fn of(change: &Model, name: Option<String>) -> Self {
        Self { kind: change.changed_by_kind, id: change.changed_by_id, name }
    }
}

/// The row has moved on since the caller read it.
#[derive(Clone, Debug)]
pub struct Stale {
    /// The version it is at now.
    pub now: i32,
    /// What changed since, a field each; none where the version asked for never was one.
    pub changes: Vec<ChangedSince>,
    /// Whose file is read by whoever is told of them.
    pub(crate) subject: Subject,
}

/// A field that changed since the version that an edit was made on.
#[derive(Clone, Debug)]
pub struct ChangedSince {
    pub field: String,
    /// What the edit sets it to; none where the edit leaves the field alone.
    pub yours: Option<Json>,
    /// What it is now; none where that is not for this caller.
    pub theirs: Option<Json>,
    /// Who changed it last.
    pub by: Author,
    pub at: DateTime<Utc>,
    pub version: i32,
}
