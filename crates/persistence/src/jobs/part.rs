//! What a job has made, in pieces of whole lines.

use ascms_domain::ids::JobId;
use sea_orm::entity::prelude::*;

use super::Model as Job;
use crate::{Store, StoreError};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job_part")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub job_id: JobId,
    /// From 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    pub body: String,
}

impl ActiveModelBehavior for ActiveModel {}

impl Store {
    /// A piece of the result of a job that [`Store::job_to_fetch`] gave.
    pub async fn job_part(&self, job: &Job, position: i32) -> Result<String, StoreError> {
        let row = Entity::find_by_id((job.id, position)).one(&self.read).await?;
        Ok(row.ok_or(StoreError::NotFound)?.body)
    }
}
