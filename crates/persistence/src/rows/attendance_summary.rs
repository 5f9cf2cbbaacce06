//! A row of `attendance_summary`.

use ascms_domain::ids::{SchoolId, StudentId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "attendance_summary")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub student_id: StudentId,
    pub school_id: SchoolId,
    /// `2026-1`.
    pub term: String,
    pub present: i32,
    pub justified: i32,
    pub unjustified: i32,
    pub unclassified: i32,
    pub sent_at: DateTime<Utc>,
    pub received_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
