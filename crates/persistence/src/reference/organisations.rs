//! The Ministry, the providers and the vendors.

use ascms_domain::ids::ProviderId;
use ascms_domain::organisations::OrganisationStatus;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use crate::Store;
use crate::rows::organisation::{ActiveModel, Entity, Model};
use crate::store::error::StoreError;
use crate::store::whole_row;

impl Store {
    /// Adds an organisation.
    pub async fn add_organisation(&self, organisation: Model) -> Result<(), StoreError> {
        whole_row::insert_alone(&self.write, ActiveModel::from(organisation)).await?;
        Ok(())
    }

    /// Suspends an organisation, or lets it work again; felt on the next request.
    pub async fn set_organisation_status(
        &self,
        id: ProviderId,
        status: OrganisationStatus,
    ) -> Result<(), StoreError> {
        let change = ActiveModel { id: Set(id), status: Set(status), ..Default::default() };
        Entity::update(change).exec(&self.write).await?;
        self.caches.actors.clear();
        Ok(())
    }

    /// Whether nothing was ever put into this database.
    pub async fn is_empty(&self) -> Result<bool, StoreError> {
        Ok(Entity::find().one(&self.read).await?.is_none())
    }
}
