//! Who managed a case, and from when to when: one at a time, the history kept.

use ascms_domain::ids::{CaseId, UserId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::rows::case_assignment::{ActiveModel, Column, Entity, Model};
use crate::store::transaction::DatabaseTransaction;
use crate::store::whole_row;
use crate::trace::newest_entry;

/// Ends the assignment that runs, if one does.
pub(crate) async fn end(
    db: &impl ConnectionTrait,
    case_id: CaseId,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(now))
        .filter(Column::CaseId.eq(case_id))
        .filter(Column::EndedAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// Ends the assignment that runs and begins another.
pub(crate) async fn append(
    txn: &DatabaseTransaction,
    case_id: CaseId,
    case_manager_id: UserId,
    assigned_by: UserId,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    end(txn, case_id, now).await?;
    let row = Model {
        id: Uuid::now_v7(),
        case_id,
        case_manager_id,
        assigned_by,
        assigned_at: now,
        ended_at: None,
        after_entry: Some(newest_entry::number(txn, case_id).await?),
    };
    whole_row::insert(txn, ActiveModel::from(row)).await?;
    Ok(())
}
