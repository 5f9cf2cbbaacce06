//! Term dates as they were known before they were corrected.

use std::collections::HashMap;

use ascms_domain::instants::following;
use chrono::{DateTime, Utc};
use sea_orm::Condition;
use sea_orm::entity::prelude::*;

use crate::rows::term_past::{ActiveModel, Column, Entity, Model};
use crate::store::bulk;
use crate::store::transaction::DatabaseTransaction;

/// Keeps the dates of the terms that are about to be written anew, and dates the new ones: later than
/// those that they follow, whatever the clock says.
pub(crate) async fn save_past_dates(
    txn: &DatabaseTransaction,
    on_record: &[crate::rows::term::Model],
    rows: &mut [crate::rows::term::Model],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let mut past = Vec::new();
    for row in rows {
        row.known_from = now;
        let Some(before) = on_record.iter().find(|term| term.id == row.id) else { continue };
        row.known_from = following(before.known_from, now);
        let crate::rows::term::Model { id, starts_on, ends_on, known_from, .. } = *before;
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
) -> Result<Vec<crate::rows::term::Model>, DbErr> {
    let past = Entity::find()
        .filter(Column::KnownFrom.lte(instant))
        .filter(Column::KnownUntil.gt(instant))
        .all(db)
        .await?;
    let past: HashMap<Uuid, Model> = past.into_iter().map(|term| (term.id, term)).collect();
    let whose = (of == TermsOf::Nation).then(|| crate::rows::term::Column::SchoolId.is_null());
    let terms = crate::rows::term::Entity::find()
        .filter(Condition::all().add_option(whose))
        .all(db)
        .await?;
    let known = terms.into_iter().filter_map(|term| match past.get(&term.id) {
        Some(before) => Some(crate::rows::term::Model {
            starts_on: before.starts_on,
            ends_on: before.ends_on,
            ..term
        }),
        None => (term.known_from <= instant).then_some(term),
    });
    Ok(known.collect())
}
