//! A row of `task`.

use ascms_domain::ids::{CaseId, TaskId, UserId};
use ascms_domain::tasks::TaskStatus;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

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
    /// The calendar that counted the day, when it was given in business days.
    pub calendar_version: Option<String>,
    pub status: TaskStatus,
    pub added_by: UserId,
    pub added_at: DateTime<Utc>,
    pub finished_by: Option<UserId>,
    pub finished_at: Option<DateTime<Utc>>,
    /// What was said when it was finished.
    #[sea_orm(column_name = "words")]
    pub comment: Option<String>,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
