//! Students as a caller sees them, whichever of their records was asked for.

use ascms_domain::access::Grant;
use ascms_domain::ids::StudentId;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use std::collections::HashMap;

use crate::identity::merges;
use crate::reach::rows::student;
use crate::reach::students::within;
use crate::store::error::StoreError;

/// The student that a call is about, within reach, as the file shows them.
pub(crate) async fn visible(
    db: &impl ConnectionTrait,
    grant: &Grant,
    id: StudentId,
) -> Result<student::Model, StoreError> {
    seen(db, grant, id).await?.ok_or(StoreError::NotFound)
}

/// The same, with every record that means the student, or that the id meant at an instant; first
/// the one that it leads to.
pub(crate) async fn visible_records(
    db: &impl ConnectionTrait,
    grant: &Grant,
    id: StudentId,
    as_of: Option<DateTime<Utc>>,
) -> Result<(student::Model, Vec<StudentId>), StoreError> {
    let (own, joined) = seen_joined(db, grant, id).await?.ok_or(StoreError::NotFound)?;
    let records = match as_of {
        None => {
            let others = joined.iter().map(|(merge, _)| merge.from_student_id);
            [own.id].into_iter().chain(others).collect()
        }
        Some(instant) => merges::meant_at(id, &joined, instant),
    };
    Ok((merges::folded(own, &joined), records))
}

/// A student that is named beside, as the file shows them; `None` out of reach, like one that is
/// not there. An id that was joined to another one leads to that one.
pub(crate) async fn seen(
    db: &impl ConnectionTrait,
    grant: &Grant,
    id: StudentId,
) -> Result<Option<student::Model>, StoreError> {
    let seen = seen_joined(db, grant, id).await?;
    Ok(seen.map(|(own, joined)| merges::folded(own, &joined)))
}

pub(crate) async fn seen_joined(
    db: &impl ConnectionTrait,
    grant: &Grant,
    id: StudentId,
) -> Result<Option<(student::Model, Vec<merges::Joined>)>, StoreError> {
    let find = async |id| within(grant).filter(student::Column::Id.eq(id)).one(db).await;
    // An id is nearly always the student's own: what was joined to it is asked for beside.
    let (own, joined) = tokio::try_join!(find(id), merges::joined_to(db, id))?;
    if let Some(own) = own {
        return Ok(Some((own, joined)));
    }
    let survivor = merges::current(db, id).await?;
    if survivor == id {
        return Ok(None);
    }
    let Some(own) = find(survivor).await? else { return Ok(None) };
    let joined = merges::joined_to(db, own.id).await?;
    Ok(Some((own, joined)))
}

/// The same of several students, by the ids that they were asked for; who is out of reach is left
/// out.
pub(crate) async fn seen_of(
    db: &impl ConnectionTrait,
    grant: &Grant,
    ids: &[StudentId],
) -> Result<HashMap<StudentId, student::Model>, StoreError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let survivors = merges::survivors_of(db, ids).await?;
    let leads_to = |id: StudentId| survivors.get(&id).copied().unwrap_or(id);
    let known_by = ids.iter().map(|id| leads_to(*id));
    let own = within(grant).filter(student::Column::Id.is_in(known_by)).all(db).await?;
    let found: Vec<StudentId> = own.iter().map(|row| row.id).collect();
    let mut joined = merges::joined_to_each(db, &found).await?;
    let folded = own.into_iter().map(|row| {
        let joined = joined.remove(&row.id).unwrap_or_default();
        (row.id, merges::folded(row, &joined))
    });
    let folded: HashMap<StudentId, student::Model> = folded.collect();
    let of = |id: &StudentId| folded.get(&leads_to(*id)).map(|row| (*id, row.clone()));
    Ok(ids.iter().filter_map(of).collect())
}
