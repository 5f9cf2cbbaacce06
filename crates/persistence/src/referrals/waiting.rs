//! How many referrals wait before one.

use ascms_domain::ids::{ProviderId, ReferralId};
use ascms_domain::referrals::ReferralStatus;
use sea_orm::entity::prelude::*;

use super::{Column, Entity, Model, receipt};

/// How many wait before a referral, itself included; none once it does not wait.
pub(super) async fn position(
    db: &impl ConnectionTrait,
    referral: &Model,
) -> Result<Option<u64>, DbErr> {
    if referral.status != ReferralStatus::Submitted {
        return Ok(None);
    }
    Ok(Some(before(db, referral.provider_id, referral.id).await?))
}

/// How many referrals wait with a provider that came before one, itself included.
pub(super) async fn before(
    db: &impl ConnectionTrait,
    provider_id: Option<ProviderId>,
    id: ReferralId,
) -> Result<u64, DbErr> {
    let same_queue = match provider_id {
        Some(provider) => Column::ProviderId.eq(provider),
        None => Column::ProviderId.is_null(),
    };
    let before = Entity::find()
        .filter(same_queue)
        // A constant, so that the partial index serves it under a generic plan too.
        .filter(Expr::cust("\"referral\".\"status\" = 'submitted'"))
        .filter(Column::Id.lte(id));
    // Who is told that theirs waits has a place too: else the place of the next one would tell them
    // that it does not.
    let told =
        Entity::find().filter(receipt::told_to_wait_with(provider_id)).filter(Column::Id.lte(id));
    let (before, told) = tokio::try_join!(before.count(db), told.count(db))?;
    Ok(before + told)
}
