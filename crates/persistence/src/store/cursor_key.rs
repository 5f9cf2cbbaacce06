//! With which key the cursors of this installation are signed: told by a fingerprint, so that
//! servers with different keys are seen. A cursor that one server made must be good on another.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;

use crate::Store;
use crate::rows::cursor_key::{ActiveModel, Column, Entity, Model};
use crate::store::error::StoreError;

/// The only row of its table.
const ONLY: i16 = 1;

impl Store {
    /// Whether cursors are signed with the key of this fingerprint; `None` when that is not on
    /// record, and otherwise since when.
    pub async fn cursor_key(&self) -> Result<Option<Model>, StoreError> {
        Ok(Entity::find_by_id(ONLY).one(&self.read).await?)
    }

    /// Makes the key of this fingerprint the installation's, if it has none yet.
    pub async fn name_cursor_key(
        &self,
        fingerprint: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let first = OnConflict::column(Column::Id).do_nothing().to_owned();
        Entity::insert(row(fingerprint, now))
            .on_conflict(first)
            .exec_without_returning(&self.write)
            .await?;
        Ok(())
    }

    /// Makes the key of this fingerprint the installation's, whatever it was before.
    pub async fn change_cursor_key(
        &self,
        fingerprint: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let changed = OnConflict::column(Column::Id)
            .update_columns([Column::Fingerprint, Column::ChangedAt])
            .to_owned();
        Entity::insert(row(fingerprint, now))
            .on_conflict(changed)
            .exec_without_returning(&self.write)
            .await?;
        Ok(())
    }
}

fn row(fingerprint: &str, now: DateTime<Utc>) -> ActiveModel {
    ActiveModel { id: Set(ONLY), fingerprint: Set(fingerprint.to_owned()), changed_at: Set(now) }
}
