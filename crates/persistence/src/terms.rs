//! Term dates at rest: the nation's, and those of schools that set their own.

use ascms_domain::ids::SchoolId;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::audit::{self, Subject};
use crate::events::Event;
use crate::{Store, StoreError, bulk, dialect, schools};

mod past;
mod setting;

pub(crate) use past::{TermsOf, known_at};
pub use setting::{SetTerm, TermRefusal, TermSet};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "term")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub year: i32,
    /// 1 to 4.
    pub term: i32,
    /// `None` for the nation's default.
    pub school_id: Option<SchoolId>,
    pub starts_on: NaiveDate,
    /// The last day.
    pub ends_on: NaiveDate,
    /// Since when these dates are known; those before are in `term_past`.
    pub known_from: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Store {
    /// Brings term dates up to date: `rule` sees the terms on record, and the schools, and answers
    /// with the rows to write. A dry run does all of it and keeps nothing.
    pub async fn import_terms(
        &self,
        now: DateTime<Utc>,
        dry_run: bool,
        rule: impl FnOnce(Vec<Model>, Vec<schools::Model>) -> Vec<Model>,
    ) -> Result<(), StoreError> {
        let txn = self.begin().await?;
        dialect::lock_names(&txn, &["import terms".to_owned()]).await?;
        let on_record = Entity::find().all(&txn).await?;
        let known = on_record.clone();
        let mut rows = rule(on_record, schools::Entity::find().all(&txn).await?);
        past::keep(&txn, &known, &mut rows, now).await?;
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
            self.caches.almanac.clear();
        }
        Ok(())
    }
}

/// Terms count no versions.
fn changed(row: &Model) -> Event {
    Event {
        kind: "term.changed",
        subject_id: row.id,
        version: 1,
        provider_id: None,
        school_id: row.school_id,
    }
}
