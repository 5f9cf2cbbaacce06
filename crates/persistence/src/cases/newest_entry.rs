//! How far a case's timeline has come: two columns of the case's row that an entry alone moves. The
//! row's other writers do not know them, so that none sets them back.

use ascms_domain::ids::{CaseId, EntryId, UserId};
use sea_orm::ActiveValue;
use sea_orm::entity::prelude::*;

use crate::DatabaseTransaction;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "attendance_case")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CaseId,
    pub last_entry_id: Option<EntryId>,
    pub last_entry_by: Option<UserId>,
}

impl ActiveModelBehavior for ActiveModel {}

/// The entry was appended. The caller holds the lock of the case.
pub(crate) async fn is(
    txn: &DatabaseTransaction,
    case_id: CaseId,
    entry: EntryId,
    by: UserId,
) -> Result<(), DbErr> {
    let row = ActiveModel {
        id: ActiveValue::Unchanged(case_id),
        last_entry_id: ActiveValue::Set(Some(entry)),
        last_entry_by: ActiveValue::Set(Some(by)),
    };
    Entity::update(row).exec_without_returning(txn).await?;
    Ok(())
}
