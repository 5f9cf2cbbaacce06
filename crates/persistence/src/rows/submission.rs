//! A row of `submission`: what an entry of the register is about, and how far it has come.

use ascms_domain::ids::{ContractId, RegisterEntryId};
use ascms_domain::templates::SubmissionKind;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "submission")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub entry_id: RegisterEntryId,
    pub contract_id: ContractId,
    pub kind: SubmissionKind,
    /// A calendar year or a term, as its duty names it.
    pub period: String,
    /// The published template, whose versions are entries of their own.
    pub template_id: RegisterEntryId,
    /// The day by which it was due for the first time; none where no duty asks for it.
    pub due_on: Option<NaiveDate>,
    /// Being late is counted from this day, whatever was returned since.
    pub first_submitted_on: Option<NaiveDate>,
    /// Number of the last version that was submitted; 0 before the first.
    pub last_version: i32,
    /// Number of the version that is in force.
    pub accepted_version: Option<i32>,
    /// Some figures of the last version were not final.
    pub figures_pending: bool,
}

impl ActiveModelBehavior for ActiveModel {}
