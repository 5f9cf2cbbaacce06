//! Term dates at rest: the nation's, and those of schools that set their own.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::Store;
use crate::features::terms::setting::changed;
use crate::reference::past_terms;
use crate::rows::school;
use crate::rows::term::{ActiveModel, Entity, Model};
use crate::store::audit::{self, Subject};
use crate::store::error::StoreError;
use crate::store::events::Event;
use crate::store::{bulk, dialect};

mod setting;

pub use setting::{SetTerm, TermRefusal, TermSet, about};

impl Store {
    /// Brings term dates up to date: `rule` sees the terms on record, and the schools, and answers
    /// with the rows to write. A dry run does all of it and keeps nothing.
    pub async fn import_terms(
        &self,
        now: DateTime<Utc>,
        dry_run: bool,
        rule: impl FnOnce(Vec<Model>, Vec<school::Model>) -> Vec<Model>,
    ) -> Result<(), StoreError> {
        let txn = self.begin().await?;
        dialect::lock_names(&txn, &[about()]).await?;
        let on_record = Entity::find().all(&txn).await?;
        let known = on_record.clone();
        let mut rows = rule(on_record, school::Entity::find().all(&txn).await?);
        past_terms::save_past_dates(&txn, &known, &mut rows, now).await?;
        bulk::upsert(&txn, rows.iter().cloned().map(ActiveModel::from)).await?;
        let events: Vec<Event> = rows.iter().map(changed).collect();
        bulk::record_events(&txn, &events, now).await?;
        let subject = Subject::many("term", rows.iter().map(|row| row.id).collect());
        audit::record(&txn, audit::by_operator("terms:import", subject, now)).await?;
        setting::order_recalculation(&txn, &known, &rows, None, now).await?;
        if dry_run {
            txn.rollback().await;
        } else {
            txn.commit().await?;
            self.caches.calendars.clear();
        }
        Ok(())
    }
}
