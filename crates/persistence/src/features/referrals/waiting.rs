//! How many referrals wait before one.

use ascms_domain::ids::{ProviderId, ReferralId};
use ascms_domain::referrals::ReferralStatus;
use sea_orm::QueryResult;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Query, SelectStatement, SimpleExpr};

use crate::features::referrals::told_to_wait;
use crate::reach::rows::referral::{Column, Model};
use crate::reach::unscoped;
use crate::rows::lifecycle;
use crate::store::transaction::DatabaseTransaction;

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
    let counts = counts(provider_id, Column::Id.lte(id));
    let row = db.query_one(&counts).await?.ok_or(DbErr::RecordNotFound("counts".to_owned()))?;
    sum(&row)
}

/// The same of a referral that this transaction takes in, whose own row need not be there yet.
pub(super) async fn position_of_new(
    txn: &DatabaseTransaction,
    referral: &Model,
) -> Result<Option<u64>, DbErr> {
    if !referral.status.awaits_decision() {
        return Ok(None);
    }
    let counts = counts(referral.provider_id, Column::Id.lt(referral.id));
    let row = txn.read_beside(&counts).await?;
    let row = row.ok_or(DbErr::RecordNotFound("counts".to_owned()))?;
    Ok(Some(sum(&row)?.saturating_add(1)))
}

/// Two counts in one statement: this is asked in the transaction that takes a referral in.
fn counts(provider_id: Option<ProviderId>, which: SimpleExpr) -> SelectStatement {
    let same_queue = match provider_id {
        Some(provider) => Column::ProviderId.eq(provider),
        None => Column::ProviderId.is_null(),
    };
    let waiting = unscoped::count_of_referrals([
        same_queue,
        lifecycle::is(Column::Status.as_column_ref(), ReferralStatus::awaits_decision),
        which.clone(),
    ]);
    // A sender who is told that their referral waits gets a place too: else the place of their next one
    // would show that it does not wait.
    let told = unscoped::count_of_referrals([told_to_wait::told_to_wait_with(provider_id), which]);
    Query::select().expr_as(waiting, "waiting").expr_as(told, "told").to_owned()
}

fn sum(row: &QueryResult) -> Result<u64, DbErr> {
    let counts: (i64, i64) = (row.try_get("", "waiting")?, row.try_get("", "told")?);
    Ok(u64::try_from(counts.0.saturating_add(counts.1)).unwrap_or(0))
}
