//! A survivor's own particulars, kept before the first edit after a merge.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use crate::identity::merges::Joined;
use crate::reach::rows::student;
use crate::rows::student_merge::{ActiveModel, Entity, OwnParticulars};
use crate::store::transaction::DatabaseTransaction;

/// The survivor's row is about to be written as its file shows it: keeps what it was before.
pub(crate) async fn keep_own(
    txn: &DatabaseTransaction,
    own: &student::Model,
    joined: &[Joined],
) -> Result<(), DbErr> {
    for (merge, _) in joined.iter().filter(|(merge, _)| merge.own_before.is_none()) {
        let mut change = ActiveModel { id: Set(merge.id), ..Default::default() };
        change.own_before = Set(Some(OwnParticulars(own.particulars())));
        Entity::update(change).exec_without_returning(txn).await?;
    }
    Ok(())
}
