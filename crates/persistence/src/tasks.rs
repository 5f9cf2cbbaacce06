//! Tasks at rest: what is to be done on a case.

use ascms_domain::ids::{CaseId, TaskId, UserId};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{ExprTrait, QuerySelect, QueryTrait};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "task")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TaskId,
    pub case_id: CaseId,
    pub title: String,
    pub assignee_id: Option<UserId>,
    pub due_on: NaiveDate,
    pub status: String,
    pub added_by: UserId,
    pub added_at: DateTime<Utc>,
    pub finished_by: Option<UserId>,
    pub finished_at: Option<DateTime<Utc>>,
    pub words: Option<String>,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}

/// How many tasks of the case at hand are open, as a subquery.
pub(crate) fn open_of_case() -> SelectStatement {
    use crate::cases;
    Entity::find()
        .select_only()
        .expr(Expr::col((Entity, Column::Id)).count())
        .filter(Expr::col((Entity, Column::CaseId)).equals((cases::Entity, cases::Column::Id)))
        .filter(Column::Status.eq("open"))
        .into_query()
}
