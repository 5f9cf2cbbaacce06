//! What the service does with documents for nobody in particular: it scans what is in quarantine,
//! and looks for content that belongs to no document.

use std::collections::HashSet;

use ascms_domain::documents::{DocumentState, Verdict};
use ascms_domain::ids::DocumentId;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

use crate::Store;
use crate::features::cases;
use crate::features::documents::{arrival, scanned_event};
use crate::reach::rows::document::{ActiveModel, Column};
use crate::reach::unscoped;
use crate::store::audit::{self, Subject};
use crate::store::error::StoreError;
use crate::store::events;
use crate::store::whole_row;

/// Content that waits for the scanner.
#[derive(Clone, Debug)]
pub struct Quarantined {
    pub id: DocumentId,
    pub object_key: String,
}

impl Store {
    /// The documents in quarantine, the oldest first, after this one.
    pub async fn quarantined_documents(
        &self,
        after: Option<DocumentId>,
        most: u64,
    ) -> Result<Vec<Quarantined>, StoreError> {
        let mut query = unscoped::documents_in_quarantine().order_by_asc(Column::Id).limit(most);
        if let Some(after) = after {
            query = query.filter(Column::Id.gt(after));
        }
        let rows = query.all(&self.read).await?;
        let each =
            rows.into_iter().map(|row| Quarantined { id: row.id, object_key: row.object_key });
        Ok(each.collect())
    }

    /// Writes down what the scanner said. The first verdict stands; answers what that is.
    pub async fn record_scan(
        &self,
        id: DocumentId,
        verdict: Verdict,
        now: DateTime<Utc>,
    ) -> Result<DocumentState, StoreError> {
        let txn = self.begin().await?;
        let row = unscoped::document_scanned(id).lock_exclusive().one(&txn).await?;
        let mut row = row.ok_or(StoreError::NotFound)?;
        let Some(state) = row.state.after(verdict) else { return Ok(row.state) };
        row.state = state;
        row.scanned_at = Some(now);
        row.version += 1;
        whole_row::update(&txn, ActiveModel::from(row.clone())).await?;
        let holder = row.case_id.map(|id| id.0).or(row.register_entry_id.map(|id| id.0));
        let subject = Subject::one("document", id.0).with(holder);
        audit::record(&txn, audit::by_operator("documents:scan", subject, now)).await?;
        if let Some(case_id) = row.case_id {
            let case = cases::of_document(&txn, case_id).await?;
            events::record_on_case(&txn, case.id, &[scanned_event(&row, &case)], now).await?;
        } else {
            events::record(&txn, arrival::event("document.scanned", &row), now).await?;
        }
        txn.commit().await?;
        Ok(state)
    }

    /// Which of these keys belong to the content of a document. Of a refused one it is to go.
    pub async fn object_keys_in_use(&self, of: &[String]) -> Result<HashSet<String>, StoreError> {
        let keys: Vec<String> = unscoped::documents_with_content()
            .select_only()
            .column(Column::ObjectKey)
            .filter(Column::ObjectKey.is_in(of))
            .into_tuple()
            .all(&self.read)
            .await?;
        Ok(keys.into_iter().collect())
    }
}
