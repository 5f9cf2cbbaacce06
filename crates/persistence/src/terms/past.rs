//! Term dates as they were known before they were corrected.

use std::collections::HashMap;

use ascms_domain::instants::following;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::Condition;
use sea_orm::entity::prelude::*;

use crate::DatabaseTransaction;
use crate::bulk;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "term_past")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    #[sea_orm(primary_key, auto_increment = false)]
    pub known_from: DateTime<Utc>,
    pub known_until: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}

/// Keeps the dates of the terms that are about to be written anew, and dates the new ones: later than
/// those that they follow, whatever the clock says.
pub(super) async fn keep(
    txn: &DatabaseTransaction,
    on_record: &[super::Model],
    rows: &mut [super::Model],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let mut past = Vec::new();
    for row in rows {
        row.known_from = now;
        let Some(before) = on_record.iter().find(|term| term.id == row.id) else { continue };
        row.known_from = following(before.known_from, now);
        let super::Model { id, starts_on, ends_on, known_from, .. } = *before;
        let known_until = row.known_from;
        past.push(ActiveModel::from(Model { id, starts_on, ends_on, known_from, known_until }));
    }
    bulk::insert(txn, past).await
}

/// Whose terms are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TermsOf {
    /// The nation's alone, by which numbers are made.
    Nation,
    /// Schools' own too, which say which of their days count.
    Schools,
}

/// The terms as they were known at an instant.
pub(crate) async fn known_at(
    db: &impl ConnectionTrait,
    instant: DateTime<Utc>,
    of: TermsOf,
) -> Result<Vec<super::Model>, DbErr> {
    let past = Entity::find()
        .filter(Column::KnownFrom.lte(instant))
        .filter(Column::KnownUntil.gt(instant))
        .all(db)
        .await?;
    let past: HashMap<Uuid, Model> = past.into_iter().map(|term| (term.id, term)).collect();
    let whose = (of == TermsOf::Nation).then(|| super::Column::SchoolId.is_null());
    let terms = super::Entity::find().filter(Condition::all().add_option(whose)).all(db).await?;
    let known = terms.into_iter().filter_map(|term| match past.get(&term.id) {
        Some(before) => {
            Some(super::Model { starts_on: before.starts_on, ends_on: before.ends_on, ..term })
        }
        None => (term.known_from <= instant).then_some(term),
    });
    Ok(known.collect())
}
