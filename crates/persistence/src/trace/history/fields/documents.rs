//! What of a document can be corrected.

use ascms_domain::history::RecordKind;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::reach::rows::document;
use crate::trace::history::Recorded;
use crate::trace::history::fields::json;

impl Recorded for document::Model {
    const KIND: RecordKind = RecordKind::Document;

    fn stamp(&self) -> (Uuid, i32) {
        (self.id.0, self.version)
    }

    fn advance(&mut self, _: DateTime<Utc>) {
        self.version += 1;
    }

    fn fields(&self) -> Vec<(&'static str, Json)> {
        let Self {
            id: _,
            case_id: _,
            register_entry_id: _,
            name,
            media_type: _,
            size: _,
            sha256: _,
            visibility,
            // The scanner's verdict is nobody's change.
            state: _,
            uploaded_by: _,
            uploaded_at: _,
            scanned_at: _,
            object_key: _,
            correction_reason,
            version: _,
        } = self;
        vec![
            ("name", json(name)),
            ("visibility", json(visibility)),
            ("correctionReason", json(correction_reason)),
        ]
    }
}
