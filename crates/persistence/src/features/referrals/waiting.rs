//! How many referrals wait before one.

use ascms_domain::ids::{ProviderId, ReferralId};
use ascms_domain::referrals::ReferralStatus;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Query;

use crate::features::referrals::told_to_wait;
use crate::reach::rows::referral::{Column, Model};
use crate::reach::unscoped;
use crate::rows::lifecycle;

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
    let waiting = unscoped::count_of_referrals([
        same_queue,
        lifecycle::is(Column::Status.as_column_ref(), ReferralStatus::awaits_decision),
        Column::Id.lte(id),
    ]);
    // A sender who is told that their referral waits gets a place too: else the place of their next one
    // would show that it does not wait.
    let told = unscoped::count_of_referrals([
        told_to_wait::told_to_wait_with(provider_id),
        Column::Id.lte(id),
    ]);
    // One statement: this is asked in the transaction that takes a referral in.
    let mut both = Query::select();
    both.expr_as(waiting, "waiting").expr_as(told, "told");
    let row = db.query_one(&both).await?.ok_or(DbErr::RecordNotFound("counts".to_owned()))?;
    let counts: (i64, i64) = (row.try_get("", "waiting")?, row.try_get("", "told")?);
    Ok(u64::try_from(counts.0.saturating_add(counts.1)).unwrap_or(0))
}
