//! Calls that change the enrolments of the same students wait for each other.

use ascms_domain::ids::StudentId;
use sea_orm::entity::prelude::*;
use std::collections::BTreeSet;

use crate::store::dialect;
use crate::store::transaction::DatabaseTransaction;

/// Students share so many locks: a lock each would be more than PostgreSQL has room for.
pub(crate) const LOCKS: u128 = 256;

/// Makes those who would change the enrolments of the same students wait for each other, until the
/// end of the transaction.
pub(crate) async fn lock(
    txn: &DatabaseTransaction,
    students: impl IntoIterator<Item = StudentId>,
) -> Result<(), DbErr> {
    let shared: BTreeSet<u128> = students.into_iter().map(|id| id.0.as_u128() % LOCKS).collect();
    let names: Vec<String> = shared.iter().map(|n| format!("enrolments {n}")).collect();
    if names.is_empty() { Ok(()) } else { dialect::lock_names(txn, &names).await }
}
