//! How many referrals wait before one.

use ascms_domain::ids::{ProviderId, ReferralId};
use ascms_domain::referrals::ReferralStatus;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Query, SimpleExpr};
use sea_orm::{QuerySelect, QueryTrait};

use crate::features::referrals::told_to_wait;
use crate::rows::lifecycle;
use crate::rows::referral::{Column, Entity, Model};

/// How many wait before a referral, itself included; none once it does not wait.
pub(super) async fn position(
    db: &impl ConnectionTrait,
    referral: &Model,
) -> Result<Option<u64>, DbErr> {
    if !referral.status.awaits_decision() {
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
    let waiting = Entity::find()
        .filter(same_queue)
        .filter(lifecycle::is((Entity, Column::Status), ReferralStatus::awaits_decision))
        .filter(Column::Id.lte(id));
    // Who is told that theirs waits has a place too: else the place of the next one would tell them
    // that it does not.
    let told = Entity::find()
        .filter(told_to_wait::told_to_wait_with(provider_id))
        .filter(Column::Id.lte(id));
    // One statement: this is asked in the transaction that takes a referral in.
    let mut both = Query::select();
    both.expr_as(counted(waiting), "waiting").expr_as(counted(told), "told");
    let row = db.query_one(&both).await?.ok_or(DbErr::RecordNotFound("counts".to_owned()))?;
    let counts: (i64, i64) = (row.try_get("", "waiting")?, row.try_get("", "told")?);
    Ok(u64::try_from(counts.0.saturating_add(counts.1)).unwrap_or(0))
}

fn counted(referrals: Select<Entity>) -> SimpleExpr {
    let count = referrals.select_only().expr(Column::Id.count());
    SimpleExpr::SubQuery(None, Box::new(QueryTrait::into_query(count).into()))
}
