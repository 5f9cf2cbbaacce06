//! A row of `pathway_report`.

use ascms_domain::ids::{SchoolId, StudentId};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "pathway_report")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub student_id: StudentId,
    /// The school that says so.
    pub school_id: SchoolId,
    /// Code of the set `alternative-pathways`.
    pub pathway: String,
    pub first_day: NaiveDate,
    pub sent_at: DateTime<Utc>,
    pub received_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
