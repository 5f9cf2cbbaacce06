//! How far a case's timeline has come: three columns of the case's row that an entry alone moves. The
//! row's other writers do not know them, so that none sets them back.
//!
//! The number counts the entries. It is given under the lock of the case, which is held until the
//! commit: among the entries of a case it is the order of commits, which their ids are not.

use ascms_domain::ids::{CaseId, EntryId, UserId};
use sea_orm::entity::prelude::*;

use crate::reach::{unscoped, updates};
use crate::store::transaction::DatabaseTransaction;

/// The number of an entry that is about to be appended, which is the newest from then on. Locks the
/// case, where the caller has not.
pub(crate) async fn becomes(
    txn: &DatabaseTransaction,
    case_id: CaseId,
    entry: EntryId,
    by: UserId,
) -> Result<i32, DbErr> {
    updates::newest_entry_of_case(txn, case_id, entry, by).await
}

/// How many entries the case has, as far as they are numbered.
pub(crate) async fn number(db: &impl ConnectionTrait, case_id: CaseId) -> Result<i32, DbErr> {
    let row = unscoped::newest_entry_of_case(case_id).one(db).await?;
    Ok(row.map_or(0, |row| row.last_entry_number))
}
