//! A row of `template`: what an entry of the register is known by.

use ascms_domain::ids::RegisterEntryId;
use ascms_domain::templates::SubmissionKind;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "template")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub entry_id: RegisterEntryId,
    /// All versions of a template share it.
    pub code: String,
    pub template_version: i32,
    pub kind: SubmissionKind,
}

impl ActiveModelBehavior for ActiveModel {}
