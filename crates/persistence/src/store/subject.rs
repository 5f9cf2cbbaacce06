//! What an entry of the audit trail is about.

use sea_orm::entity::prelude::Uuid;

/// What an entry is about: a table's word and the ids of the rows.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub(super) kind: &'static str,
    pub(super) id: Option<Uuid>,
    pub(super) further: Vec<Uuid>,
}

impl Subject {
    /// One row.
    pub(crate) fn one(kind: &'static str, id: Uuid) -> Self {
        Self { kind, id: Some(id), further: Vec::new() }
    }

    /// Several rows that one answer shows.
    pub(crate) fn many(kind: &'static str, ids: Vec<Uuid>) -> Self {
        Self { kind, id: None, further: ids }
    }

    /// Also these rows, beside the one it is about.
    pub(crate) fn with(mut self, further: impl IntoIterator<Item = Uuid>) -> Self {
        self.further.extend(further);
        self
    }
}
