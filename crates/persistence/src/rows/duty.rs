//! A row of `duty`.

use ascms_domain::duties::{DutyKind, DutyOutcome};
use ascms_domain::ids::{ContractId, DutyId, ProviderId, RegisterEntryId, UserId};
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "duty")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DutyId,
    pub kind: DutyKind,
    /// The entry because of which it is due.
    pub entry_id: Option<RegisterEntryId>,
    /// Whose duty it is; none where it is everybody's to whom the entry is addressed.
    pub organisation_id: Option<ProviderId>,
    /// The contract by which it is due; none where an entry alone makes it due.
    pub contract_id: Option<ContractId>,
    /// A calendar year, a term, or the day of a key date.
    pub period: String,
    pub opens_on: NaiveDate,
    pub due_on: NaiveDate,
    /// The calendar that counted the day, when it was counted.
    pub calendar_version: Option<String>,
    pub outcome: Option<DutyOutcome>,
    pub outcome_on: Option<NaiveDate>,
    pub outcome_by: Option<UserId>,
    pub outcome_reason: Option<String>,
    /// The day on which it was told that it is overdue.
    pub overdue_told_on: Option<NaiveDate>,
}

impl ActiveModelBehavior for ActiveModel {}
