//! Where a record's id led at an instant.

use ascms_domain::ids::StudentId;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{ExprTrait, QueryOrder};

use crate::rows::student_merge::{Column, Entity};

/// The id that a record's student is known by now, or was at an instant.
pub(crate) async fn known_as(
    db: &impl ConnectionTrait,
    mut id: StudentId,
    as_of: Option<DateTime<Utc>>,
) -> Result<StudentId, DbErr> {
    let holds = || match as_of {
        None => Column::UndoneAt.is_null(),
        Some(at) => {
            Column::UndoneAt.is_null().or(Column::UndoneAt.gt(at)).and(Column::MergedAt.lte(at))
        }
    };
    let into = |id| Entity::find().filter(Column::FromStudentId.eq(id)).filter(holds()).one(db);
    while let Some(merge) = into(id).await? {
        id = merge.into_student_id;
    }
    Ok(id)
}

/// The record that another one was joined to last, whether it still is or not.
pub(crate) async fn last_survivor(
    db: &impl ConnectionTrait,
    from: StudentId,
) -> Result<Option<StudentId>, DbErr> {
    let last = Entity::find()
        .filter(Column::FromStudentId.eq(from))
        .order_by_desc(Column::MergedAt)
        .order_by_desc(Column::Id)
        .one(db)
        .await?;
    Ok(last.map(|merge| merge.survivor_id))
}
