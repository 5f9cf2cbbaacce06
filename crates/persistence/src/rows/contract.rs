//! A row of `contract`.

use ascms_domain::calendar::Region;
use ascms_domain::contracts::{
    Contract, ContractContact, ContractKind, ContractStatus, ContractTerm,
};
use ascms_domain::ids::{ContractId, ProviderId, SchoolId, UserId};
use ascms_domain::second_person::ApprovalPolicy;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::FromJsonQueryResult;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// The people at the provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Contacts(pub Vec<ContractContact>);

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "contract")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ContractId,
    /// The Ministry's number: how files and people name it.
    pub number: String,
    pub organisation_id: ProviderId,
    pub kind: ContractKind,
    /// The school of an in-school team.
    pub school_id: Option<SchoolId>,
    pub starts_on: NaiveDate,
    /// The last day.
    pub ends_on: Option<NaiveDate>,
    pub status: ContractStatus,
    /// Who took the last step, and when; nobody where the operator imported it.
    pub status_by: Option<UserId>,
    pub status_since: DateTime<Utc>,
    /// Why it ended.
    pub comment: Option<String>,
    #[sea_orm(column_type = "JsonBinary")]
    pub contacts: Contacts,
    /// Of the provider's main office.
    pub holiday_region: Option<Region>,
    pub approval_policy: ApprovalPolicy,
    pub duty_profile: String,
    pub added_by: Option<UserId>,
    pub added_at: DateTime<Utc>,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The contract, as its rules see it.
    pub(crate) fn to_domain(&self) -> Contract {
        Contract { kind: self.kind, status: self.status, term: self.term() }
    }

    pub(crate) fn term(&self) -> ContractTerm {
        ContractTerm { starts_on: self.starts_on, ends_on: self.ends_on }
    }
}
