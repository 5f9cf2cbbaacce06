//! Under which of the records of a joined student something came in: a referral, a whānau contact.
//! Nobody has to guess then whose it is when the records are parted.

use std::collections::{BTreeSet, HashMap};

use ascms_domain::ids::{StudentId, WhanauContactId};
use sea_orm::entity::prelude::*;

use crate::identity::merges::into;
use crate::reach::joined::active;
use crate::rows::joined_arrival::{ActiveModel, Column, Entity, Model};
use crate::store::bulk;
use crate::store::transaction::DatabaseTransaction;

/// Notes under which record something came in. Of a student whom nobody was joined to there is
/// nothing to note.
pub(crate) async fn note(
    txn: &impl ConnectionTrait,
    subjects: impl IntoIterator<Item = Uuid>,
    record: Option<StudentId>,
) -> Result<(), DbErr> {
    let Some(record_id) = record else { return Ok(()) };
    let rows = subjects.into_iter().map(|subject_id| Model { subject_id, record_id });
    let rows: Vec<ActiveModel> = rows.map(|row| ActiveModel::from(row).reset_all()).collect();
    if !rows.is_empty() {
        Entity::insert_many(rows).exec_without_returning(txn).await?;
    }
    Ok(())
}

/// The records that some things came in under, as far as that was noted.
pub(super) async fn of(
    db: &impl ConnectionTrait,
    subjects: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, StudentId>, DbErr> {
    let found = Entity::find().filter(Column::SubjectId.is_in(bulk::padded(subjects))).all(db);
    Ok(found.await?.into_iter().map(|row| (row.subject_id, row.record_id)).collect())
}

/// Whose each of a joined student's contacts is: of the record under which it came in, or was
/// before the records were joined. Those of the survivor are left out.
pub(crate) async fn owners(
    db: &impl ConnectionTrait,
    survivor: StudentId,
    contacts: &[WhanauContactId],
) -> Result<HashMap<WhanauContactId, StudentId>, DbErr> {
    let mut owners = HashMap::new();
    // The first merge of a chain has the record that was there first.
    for merge in into(db, survivor).await? {
        for contact in merge.moved.whanau_contacts {
            owners.entry(contact).or_insert(merge.from_student_id);
        }
    }
    let noted = of(db, contacts.iter().map(|contact| contact.0)).await?;
    owners.extend(noted.into_iter().map(|(id, record)| (WhanauContactId(id), record)));
    Ok(owners)
}

/// The record and those that were joined to it, and so go with it.
pub(super) async fn going_with(
    txn: &DatabaseTransaction,
    from: StudentId,
    survivor: StudentId,
) -> Result<BTreeSet<StudentId>, DbErr> {
    let merges = active()
        .filter(crate::rows::student_merge::Column::SurvivorId.eq(survivor))
        .all(txn)
        .await?;
    let mut going = BTreeSet::from([from]);
    loop {
        let before = going.len();
        let further = merges.iter().filter(|merge| going.contains(&merge.into_student_id));
        let further: Vec<StudentId> = further.map(|merge| merge.from_student_id).collect();
        going.extend(further);
        if going.len() == before {
            return Ok(going);
        }
    }
}
