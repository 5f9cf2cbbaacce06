//! What a job has made, in pieces of whole lines.

use sea_orm::entity::prelude::*;

use crate::Store;
use crate::rows::job::Model as Job;
use crate::rows::job_part::Entity;
use crate::store::error::StoreError;

impl Store {
    /// A piece of the result of a job that [`Store::job_to_fetch`] gave.
    pub async fn job_part(&self, job: &Job, position: i32) -> Result<String, StoreError> {
        let row = Entity::find_by_id((job.id, position)).one(&self.read).await?;
        Ok(row.ok_or(StoreError::NotFound)?.body)
    }
}
