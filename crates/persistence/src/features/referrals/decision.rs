//! Decisions that were taken on referrals: appended, never changed.

use ascms_domain::ids::{DecisionId, ReferralId, UserId};
use ascms_domain::referrals::Decision;
use chrono::{DateTime, Utc};
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;

use crate::rows::referral_decision::{ActiveModel, Column, Entity, Model};
use crate::store::transaction::DatabaseTransaction;
use crate::store::whole_row;

pub(super) async fn of_referral(
    db: &impl ConnectionTrait,
    referral_id: ReferralId,
) -> Result<Vec<Model>, DbErr> {
    Entity::find().filter(Column::ReferralId.eq(referral_id)).order_by_asc(Column::Id).all(db).await
}

pub(crate) async fn append(
    txn: &DatabaseTransaction,
    referral_id: ReferralId,
    decision: &Decision,
    by: Uuid,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    let (reason, comment, to) = match decision {
        Decision::Accept => (None, None, None),
        Decision::Decline { reason, comment } => (Some(reason), comment.as_ref(), None),
        Decision::Return { comment } => (None, Some(comment), None),
        Decision::Redirect { to, reason, comment } => (Some(reason), comment.as_ref(), Some(*to)),
    };
    let row = Model {
        id: DecisionId::generate(),
        referral_id,
        outcome: decision.outcome(),
        reason_code: reason.map(|code| code.0.clone()),
        comment: comment.map(|comment| comment.0.clone()),
        to_provider_id: to,
        decided_at: at,
        decided_by: UserId(by),
    };
    whole_row::insert(txn, ActiveModel::from(row)).await?;
    Ok(())
}
