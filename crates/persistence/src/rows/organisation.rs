//! A row of `organisation`.

use ascms_domain::ids::ProviderId;
use ascms_domain::organisations::{OrganisationKind, OrganisationStatus};
use sea_orm::entity::prelude::*;

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
