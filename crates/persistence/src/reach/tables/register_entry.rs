//! A row of `register_entry`.

use ascms_domain::ids::{CaseId, ContractId, ProviderId, RegisterEntryId, UserId};
use ascms_domain::registers::RegisterKind;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "register_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RegisterEntryId,
    pub kind: RegisterKind,
    /// Whose entry it is; none of the Ministry's own.
    pub organisation_id: Option<ProviderId>,
    /// The contract that it belongs to.
    pub contract_id: Option<ContractId>,
    pub contract_year: Option<i32>,
    /// The case that it is about.
    pub case_id: Option<CaseId>,
    /// A word of the register's lifecycle.
    pub status: String,
    /// Who took the last step, and when.
    pub status_by: UserId,
    pub status_since: DateTime<Utc>,
    /// What was said with the last step.
    pub comment: Option<String>,
    pub due_on: Option<NaiveDate>,
    #[sea_orm(column_type = "JsonBinary")]
    pub content: Json,
    /// The version of the form in which the content is kept.
    pub form: i32,
    /// The content never changes again.
    pub frozen: bool,
    pub opened_by: UserId,
    pub opened_at: DateTime<Utc>,
    /// Who wrote the content as it is.
    pub edited_by: UserId,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}
