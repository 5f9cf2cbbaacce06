//! Term dates as they were known before they were corrected.

use std::collections::HashMap;

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

/// Keeps the dates of the terms that are about to be written anew.
pub(super) async fn keep(
    txn: &DatabaseTransaction,
    on_record: &[super::Model],
    rows: &[super::Model],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let anew = |term: &&super::Model| rows.iter().any(|row| row.id == term.id);
    let past = on_record.iter().filter(anew).filter(|term| term.known_from < now);
    let past = past.map(|term| {
        let super::Model { id, starts_on, ends_on, known_from, .. } = *term;
        ActiveModel::from(Model { id, starts_on, ends_on, known_from, known_until: now })
    });
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
