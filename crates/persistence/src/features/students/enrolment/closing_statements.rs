//! What closures say of where students went.

use ascms_domain::enrolments::Statement;
use ascms_domain::ids::StudentId;
use sea_orm::entity::prelude::*;

use crate::rows::pathway_report::{Column, Entity};
use crate::store::bulk;

/// Every statement on these records, each with whose it is.
pub(crate) async fn statements(
    db: &impl ConnectionTrait,
    records: impl IntoIterator<Item = StudentId>,
) -> Result<Vec<(StudentId, Statement)>, DbErr> {
    let rows = Entity::find().filter(Column::StudentId.is_in(bulk::padded(records))).all(db);
    Ok(rows.await?.iter().map(|row| (row.student_id, row.statement())).collect())
}
