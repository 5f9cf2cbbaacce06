//! Barriers at rest: what keeps a student from school.

use ascms_domain::ids::{BarrierId, CaseId, UserId};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "barrier")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BarrierId,
    pub case_id: CaseId,
    pub code: String,
    pub severity: String,
    pub status: String,
    pub words: Option<String>,
    pub identified_on: NaiveDate,
    pub resolved_on: Option<NaiveDate>,
    pub recorded_by: UserId,
    pub recorded_at: DateTime<Utc>,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}

/// The barriers of a case that still stand.
pub(crate) async fn unresolved(
    db: &impl ConnectionTrait,
    case_id: CaseId,
) -> Result<Vec<BarrierId>, DbErr> {
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::CaseId.eq(case_id))
        .filter(Column::Status.ne("resolved"))
        .into_tuple()
        .all(db)
        .await
}
