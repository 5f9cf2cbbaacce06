//! What narrows the audience of an entry of a register: one row a value.

use ascms_domain::broadcasts::AudienceDimension;
use ascms_domain::ids::RegisterEntryId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "broadcast_audience")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub entry_id: RegisterEntryId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub dimension: AudienceDimension,
    #[sea_orm(primary_key, auto_increment = false)]
    pub value: String,
}

impl ActiveModelBehavior for ActiveModel {}
