//! A row of `submission_version`: written once.

use ascms_domain::ids::{RegisterEntryId, UserId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "submission_version")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub entry_id: RegisterEntryId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// Content and figures, as the digest was made of them.
    #[sea_orm(column_type = "JsonBinary")]
    pub frozen: Json,
    /// The form of the content in it.
    pub form: i32,
    pub sha256: String,
    pub submitted_at: DateTime<Utc>,
    pub submitted_by: UserId,
}

impl ActiveModelBehavior for ActiveModel {}
