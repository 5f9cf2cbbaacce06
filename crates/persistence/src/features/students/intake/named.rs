//! Which of the records of a joined student was sent.

use ascms_domain::ids::StudentId;
use ascms_domain::matching::{ComparedName, Identity, NameAgreement};
use ascms_domain::students::SentStudent;
use sea_orm::entity::prelude::*;

use crate::gate::write::Write;
use crate::identity;
use crate::rows::student_name;

/// The record that holds the number that was sent, else the one of the name; `None` of a student
/// whom nobody was joined to.
pub(super) async fn record(
    write: &Write<'_>,
    student: StudentId,
    sent: &SentStudent,
) -> Result<Option<StudentId>, DbErr> {
    let &Write { txn, placeholders, .. } = write;
    let records = identity::merges::records_of(txn, student).await?;
    if records.len() < 2 {
        return Ok(None);
    }
    let identity = Identity::of(sent, placeholders);
    if let Some(number) = &identity.number {
        let holders = identity::nsn::holders_of_each(txn, std::slice::from_ref(number)).await?;
        let holder = holders.into_iter().map(|(_, id)| id).find(|id| records.contains(id));
        if let Some(holder) = holder {
            return Ok(Some(holder));
        }
    }
    let names = student_name::Entity::find()
        .filter(student_name::Column::StudentId.is_in(records.iter().copied()))
        .filter(student_name::Column::BirthDate.eq(sent.birth_date))
        .all(txn)
        .await?;
    let agreement = |record: &StudentId| {
        let own = names.iter().filter(|row| row.student_id == *record);
        let known: Vec<ComparedName> =
            own.filter_map(|row| ComparedName::of(&row.given_folded, &row.family_folded)).collect();
        identity.name_agreement(&known)
    };
    // The record that stands comes first, so that a name of both is no reason to part.
    let best = records.iter().rev().max_by_key(|record| agreement(record));
    let called = best.filter(|record| agreement(record) != NameAgreement::Other);
    Ok(Some(called.copied().unwrap_or(student)))
}
