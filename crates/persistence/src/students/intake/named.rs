//! Which of the records of a joined student was sent.

use ascms_domain::ids::StudentId;
use ascms_domain::students::SentStudent;
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;

use super::{merge, name, nsn};
use crate::DatabaseTransaction;

/// The record that holds the number that was sent, else the one of the name; `None` of a student
/// whom nobody was joined to.
pub(super) async fn record(
    txn: &DatabaseTransaction,
    student: StudentId,
    sent: &SentStudent,
) -> Result<Option<StudentId>, DbErr> {
    let records = merge::records_of(txn, student).await?;
    if records.len() < 2 {
        return Ok(None);
    }
    if let Some(number) = &sent.nsn {
        let holder = nsn::Entity::find()
            .filter(nsn::Column::Nsn.eq(number.as_str()))
            .filter(nsn::Column::StudentId.is_in(records.iter().copied()))
            .one(txn)
            .await?;
        if let Some(holder) = holder {
            return Ok(Some(holder.student_id));
        }
    }
    let called: Vec<StudentId> = name::Entity::find()
        .select_only()
        .column(name::Column::StudentId)
        .filter(name::Column::StudentId.is_in(records.iter().copied()))
        .filter(name::Column::BirthDate.eq(sent.birth_date))
        .filter(name::Column::MatchKey.is_in(sent.name_keys()))
        .into_tuple()
        .all(txn)
        .await?;
    // The record that stands comes first, so that a name of both is no reason to part.
    Ok(records.iter().copied().find(|record| called.contains(record)).or(Some(student)))
}
