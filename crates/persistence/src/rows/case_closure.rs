//! A row of `case_closure`.

use ascms_domain::cases::{Checklist, ClosureStatus};
use ascms_domain::ids::{CaseId, ClosureId, UserId};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::FromJsonQueryResult;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Confirmed(pub Checklist);

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "case_closure")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClosureId,
    pub case_id: CaseId,
    pub status: ClosureStatus,
    pub reason_code: String,
    pub outcome: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub checklist: Confirmed,
    pub proposed_by: UserId,
    pub proposed_at: DateTime<Utc>,
    pub decided_by: Option<UserId>,
    pub decided_at: Option<DateTime<Utc>>,
    #[sea_orm(column_name = "words")]
    pub comment: Option<String>,
    /// The newest entry of the case when it was proposed, by its number: a later proposal comes
    /// after a later entry.
    pub after_entry: Option<i32>,
    /// The alternative education pathway that the student is on, by its code, and since when.
    pub pathway: Option<String>,
    pub pathway_from: Option<NaiveDate>,
}

impl ActiveModelBehavior for ActiveModel {}
