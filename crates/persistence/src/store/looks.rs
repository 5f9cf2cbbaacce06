//! When somebody last looked at a case.

use ascms_domain::ids::{CaseId, UserId};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, Func, OnConflict};
use sea_orm::{ExprTrait, QueryTrait};
use std::collections::BTreeMap;

use crate::rows::audit_entry;
use crate::rows::case_look::{ActiveModel, Column, Entity, Model};
use crate::store::connections::Connections;
use crate::store::dialect;
use crate::store::error::StoreError;

pub(crate) type CaseVisit = Model;

/// Writes audit entries, and with them the looks that they are of.
pub(crate) async fn record_all(
    db: &Connections,
    entries: Vec<audit_entry::ActiveModel>,
    looks: impl Iterator<Item = CaseVisit>,
) -> Result<(), StoreError> {
    let latest = latest(looks);
    let upsert = (!latest.is_empty()).then(|| {
        let rows = latest.into_values().map(|look| ActiveModel::from(look).reset_all());
        Entity::insert_many(rows).on_conflict(unless_later()).into_query()
    });
    dialect::insert_both(db, audit_entry::Entity::insert_many(entries).into_query(), upsert).await
}

/// One look a person and case, since a statement changes a row but once; in the order of their
/// keys, so that two servers cannot block each other.
pub(crate) fn latest(
    looks: impl Iterator<Item = CaseVisit>,
) -> BTreeMap<(UserId, CaseId), CaseVisit> {
    let mut latest: BTreeMap<_, CaseVisit> = BTreeMap::new();
    for look in looks {
        let key = (look.user_id, look.case_id);
        let reached = |look: &CaseVisit| (look.last_entry_number, look.looked_at);
        if latest.get(&key).is_none_or(|known| reached(known) <= reached(&look)) {
            latest.insert(key, look);
        }
    }
    latest
}

/// A look that saw less does not take the place of one that saw more, whichever clock was ahead.
pub(crate) fn unless_later() -> OnConflict {
    let sent = |column| Expr::col((Alias::new("excluded"), column));
    let kept = |column| Expr::col((Entity, column));
    let number = |of: Expr| Expr::from(Func::coalesce([of, Expr::val(0)]));
    let number_sent = || number(sent(Column::LastEntryNumber));
    let number_kept = || number(kept(Column::LastEntryNumber));
    let not_earlier = sent(Column::LookedAt).gte(kept(Column::LookedAt));
    let saw_more = number_sent().gt(number_kept());
    let saw_as_much = number_sent().eq(number_kept());
    OnConflict::columns([Column::UserId, Column::CaseId])
        .update_columns([Column::LookedAt, Column::LastEntryId, Column::LastEntryNumber])
        .action_and_where(saw_more.or(saw_as_much.and(not_earlier)))
        .to_owned()
}
