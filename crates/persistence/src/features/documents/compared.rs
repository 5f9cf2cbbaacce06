//! The rows of documents, for a comparison with what is in the object store.

use std::collections::HashMap;

use ascms_domain::ids::DocumentId;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

use crate::Store;
use crate::reach::rows::document::Column;
use crate::reach::unscoped;
use crate::store::error::StoreError;

/// What the content of a document has to be.
#[derive(Clone, Debug)]
pub struct Expected {
    pub id: DocumentId,
    pub object_key: String,
    pub sha256: String,
}

impl Store {
    /// How many documents have content.
    pub async fn documents_with_content(&self) -> Result<u64, StoreError> {
        let kept = unscoped::documents_with_content();
        Ok(kept.count(&self.read).await?)
    }

    /// The sizes of content that belongs to documents, by their keys.
    pub async fn expected_sizes(&self, of: &[String]) -> Result<HashMap<String, i64>, StoreError> {
        let rows: Vec<(String, i64)> = unscoped::documents_with_content()
            .select_only()
            .columns([Column::ObjectKey, Column::Size])
            .filter(Column::ObjectKey.is_in(of))
            .into_tuple()
            .all(&self.read)
            .await?;
        Ok(rows.into_iter().collect())
    }

    /// The newest documents with content.
    pub async fn newest_content(&self, most: u64) -> Result<Vec<Expected>, StoreError> {
        let rows = unscoped::documents_with_content()
            .order_by_desc(Column::Id)
            .limit(most)
            .all(&self.read)
            .await?;
        let each = rows.into_iter().map(|row| {
            let crate::reach::rows::document::Model { id, object_key, sha256, .. } = row;
            Expected { id, object_key, sha256 }
        });
        Ok(each.collect())
    }
}
