//! When somebody last opened a case, and how far its timeline had come. Written with the audit
//! entry of the read, for those alone who work on the case: nobody else has a work list.

use std::collections::BTreeMap;

use ascms_domain::access::{Caller, Grant};
use ascms_domain::ids::{CaseId, EntryId, UserId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, Func, OnConflict};
use sea_orm::{ExprTrait, QueryTrait};

use crate::cases::WholeCase;
use crate::connections::Connections;
use crate::{StoreError, audit, dialect};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "case_look")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub case_id: CaseId,
    pub looked_at: DateTime<Utc>,
    /// The newest entry of the timeline then; nil when there was none.
    pub last_entry_id: EntryId,
    /// Its number; none of looks from before entries were numbered.
    pub last_entry_number: Option<i32>,
}

impl ActiveModelBehavior for ActiveModel {}

pub(crate) type Look = Model;

/// The look of somebody who works on the case; `None` of everybody else.
pub(crate) fn of(grant: &Grant, whole: &WholeCase, now: DateTime<Utc>) -> Option<Look> {
    let case = &whole.row.case;
    let Caller::User(user_id) = grant.caller() else { return None };
    let works_on_it = grant.works_on(Some(case.provider_id), case.case_manager_id);
    works_on_it.then(|| Look {
        user_id,
        case_id: case.id,
        looked_at: now,
        last_entry_id: whole.last_entry_id.unwrap_or(EntryId(Uuid::nil())),
        last_entry_number: Some(whole.last_entry_number),
    })
}

/// Writes audit entries, and with them the looks that they are of.
pub(crate) async fn record_all(
    db: &Connections,
    entries: Vec<audit::ActiveModel>,
    looks: impl Iterator<Item = Look>,
) -> Result<(), StoreError> {
    let latest = latest(looks);
    let upsert = (!latest.is_empty()).then(|| {
        let rows = latest.into_values().map(|look| ActiveModel::from(look).reset_all());
        Entity::insert_many(rows).on_conflict(unless_later()).into_query()
    });
    dialect::insert_both(db, audit::Entity::insert_many(entries).into_query(), upsert).await
}

/// One look a person and case, since a statement changes a row but once; in the order of their
/// keys, so that two servers cannot block each other.
fn latest(looks: impl Iterator<Item = Look>) -> BTreeMap<(UserId, CaseId), Look> {
    let mut latest: BTreeMap<_, Look> = BTreeMap::new();
    for look in looks {
        let key = (look.user_id, look.case_id);
        let reached = |look: &Look| (look.last_entry_number, look.looked_at);
        if latest.get(&key).is_none_or(|known| reached(known) <= reached(&look)) {
            latest.insert(key, look);
        }
    }
    latest
}

/// A look that saw less does not take the place of one that saw more, whichever clock was ahead.
fn unless_later() -> OnConflict {
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
