//! Whom a meeting reached: kept beside its entry, so that clocks can be set by it.

use ascms_domain::timeline::{Details, EntryKind};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::rows::case_entry;
use crate::rows::meeting_reached::{ActiveModel, Column, Entity, Model};
use crate::store::transaction::{DatabaseTransaction, NewRows};

/// Keeps whom a meeting reached, and takes back what the entry said that it puts right. Answers
/// whether a clock may have to be set by it.
pub(crate) async fn save_reached(
    txn: &DatabaseTransaction,
    entry: &case_entry::Model,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    if entry.kind != EntryKind::Meeting {
        // Contacts have records of their own, and nothing else reaches anybody.
        return Ok(false);
    }
    let reached = if let Details::Meeting { reached, .. } = &entry.details.0 {
        reached.as_slice()
    } else {
        &[]
    };
    let mut changed = false;
    if let Some(wrong) = entry.corrects {
        let taken_back = Entity::update_many()
            .col_expr(Column::CorrectedAt, Expr::value(now))
            .filter(Column::EntryId.eq(wrong))
            .filter(Column::CorrectedAt.is_null())
            .exec(txn)
            .await?;
        changed = taken_back.rows_affected > 0;
    }
    let mut parties = reached.to_vec();
    parties.sort_unstable();
    parties.dedup();
    if parties.is_empty() {
        return Ok(changed);
    }
    let rows = parties.into_iter().map(|party| {
        let (case_id, occurred_at) = (entry.case_id, entry.occurred_at);
        let row = Model { entry_id: entry.id, party, case_id, occurred_at, corrected_at: None };
        ActiveModel::from(row).reset_all()
    });
    txn.add(NewRows::of(rows)).await?;
    Ok(true)
}
