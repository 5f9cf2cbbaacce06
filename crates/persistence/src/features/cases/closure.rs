//! Proposals to close a case: one waits at a time, all of them are kept.

use ascms_domain::cases::{ClosurePathway, ClosureStatus};
use ascms_domain::ids::{CaseId, UserId};
use ascms_domain::text::Code;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::rows::case_closure::{ActiveModel, Column, Entity, Model};
use crate::rows::lifecycle;
use crate::store::transaction::DatabaseTransaction;
use crate::store::whole_row;

impl Model {
    /// The alternative education pathway that the closure names.
    pub(crate) fn named_pathway(&self) -> Option<ClosurePathway> {
        let named = self.pathway.clone().zip(self.pathway_from);
        named.map(|(kind, first_day)| ClosurePathway { kind: Code(kind), first_day })
    }
}

/// The proposal that waits for its approval.
pub(crate) async fn waiting(
    db: &impl ConnectionTrait,
    case_id: CaseId,
) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::CaseId.eq(case_id))
        .filter(lifecycle::is((Entity, Column::Status), ClosureStatus::is_waiting))
        .one(db)
        .await
}

pub(crate) async fn insert(txn: &DatabaseTransaction, row: Model) -> Result<(), DbErr> {
    whole_row::insert(txn, ActiveModel::from(row)).await?;
    Ok(())
}

/// What became of a proposal.
pub(crate) struct ClosureDecision {
    pub status: ClosureStatus,
    /// Why it was sent back.
    pub comment: Option<String>,
    pub by: UserId,
    pub at: DateTime<Utc>,
}

/// Answers the proposal that waits.
pub(crate) async fn decide(
    txn: &DatabaseTransaction,
    waiting: Model,
    ClosureDecision { status, comment, by, at }: ClosureDecision,
) -> Result<(), DbErr> {
    let decided = Model { status, comment, decided_by: Some(by), decided_at: Some(at), ..waiting };
    whole_row::update(txn, ActiveModel::from(decided)).await?;
    Ok(())
}
