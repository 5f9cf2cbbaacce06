//! Proposals to close a case: one waits at a time, all of them are kept.

use ascms_domain::cases::{Checklist, ClosurePathway, ClosureStatus};
use ascms_domain::ids::{CaseId, ClosureId, UserId};
use ascms_domain::text::Code;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::FromJsonQueryResult;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::DatabaseTransaction;

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
    pub words: Option<String>,
    /// The newest entry of the case when it was proposed, by its number: a later proposal comes
    /// after a later entry.
    pub after_entry: Option<i32>,
    /// The alternative education pathway that the student is on, by its code, and since when.
    pub pathway: Option<String>,
    pub pathway_from: Option<NaiveDate>,
}

impl Model {
    /// The alternative education pathway that the closure names.
    pub(crate) fn named_pathway(&self) -> Option<ClosurePathway> {
        let named = self.pathway.clone().zip(self.pathway_from);
        named.map(|(kind, first_day)| ClosurePathway { kind: Code(kind), first_day })
    }
}

impl ActiveModelBehavior for ActiveModel {}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Confirmed(pub Checklist);

/// The proposal that waits for its approval.
pub(crate) async fn waiting(
    db: &impl ConnectionTrait,
    case_id: CaseId,
) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::CaseId.eq(case_id))
        .filter(Column::Status.eq(ClosureStatus::Proposed))
        .one(db)
        .await
}

pub(crate) async fn insert(txn: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    Entity::insert(ActiveModel::from(row).reset_all()).exec_without_returning(txn).await?;
    Ok(())
}

pub(crate) async fn decide(
    txn: &DatabaseTransaction,
    waiting: Model,
    status: ClosureStatus,
    words: Option<String>,
    by: UserId,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let decided = Model { status, words, decided_by: Some(by), decided_at: Some(now), ..waiting };
    Entity::update(ActiveModel::from(decided).reset_all()).exec_without_returning(txn).await?;
    Ok(())
}
