//! A row of `case_entry`.

use ascms_domain::ids::{CaseId, EntryId, ProviderId, UserId};
use ascms_domain::timeline::{Details, EntryKind, Visibility};
use chrono::{DateTime, Utc};
use sea_orm::FromJsonQueryResult;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct EntryContent(pub Details);

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "case_entry")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EntryId,
    pub case_id: CaseId,
    /// Who was responsible for the case when this was written.
    pub provider_id: ProviderId,
    pub kind: EntryKind,
    pub visibility: Visibility,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// When it was written down.
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: UserId,
    /// The record that the entry tells of, where it has one of its own.
    pub subject_id: Option<Uuid>,
    pub corrects: Option<EntryId>,
    /// Its place among the entries of the case, by commit; none of those from before they had one.
    pub number: Option<i32>,
    #[sea_orm(column_type = "JsonBinary")]
    pub details: EntryContent,
}

impl ActiveModelBehavior for ActiveModel {}
