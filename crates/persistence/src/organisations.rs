//! The Ministry, the providers and the vendors.

use ascms_domain::ids::ProviderId;
use ascms_domain::organisations::{OrganisationKind, OrganisationStatus};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;

use crate::{Store, StoreError};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation")]
pub struct Model {
    /// A provider's id, whatever the kind: the table holds the others too.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ProviderId,
    pub kind: OrganisationKind,
    /// Unique and stable: how files and people name it.
    pub code: String,
    pub name: String,
    pub name_mi: Option<String>,
    pub status: OrganisationStatus,
}

impl ActiveModelBehavior for ActiveModel {}

impl Store {
    /// Adds an organisation.
    pub async fn add_organisation(&self, organisation: Model) -> Result<(), StoreError> {
        let row = ActiveModel::from(organisation).reset_all();
        Entity::insert(row).exec_without_returning(&self.write).await?;
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
