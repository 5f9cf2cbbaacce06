//! Keeping what changed of a record, a row a field, in the transaction of the change.

use ascms_domain::access::{Caller, Grant};
use ascms_domain::history::{CallerKind, Difference, RecordKind, differences};
use ascms_domain::ids::{FieldChangeId, ReferralId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Func, SelectStatement};
use sea_orm::{ExprTrait, FromQueryResult, IntoActiveModel, QueryOrder, QuerySelect, QueryTrait};
use std::collections::HashMap;

use crate::rows::api_client::{self, Entity as Clients};
use crate::rows::field_change::{ActiveModel, Column, Entity, Model};
use crate::rows::user_account::{self, Entity as Users};
use crate::store::transaction::{DatabaseTransaction, NewRows};

pub(crate) mod conflicts;
pub(crate) mod contracts;
pub(crate) mod fields;

/// A row whose changes are kept.
pub(crate) trait Recorded {
    const KIND: RecordKind;

    /// Its id and the version that it is at.
    fn stamp(&self) -> (Uuid, i32);

    /// Makes it the next version of itself.
    fn advance(&mut self, now: DateTime<Utc>);

    /// Every field that a change may touch, by the name that the API gives it. Made by taking the
    /// row apart without `..`, so that a new column stops the build here.
    fn fields(&self) -> Vec<(&'static str, Json)>;
}

/// Keeps what differs between two states of a row; `by` is none where the operator acts.
pub(crate) async fn record<R: Recorded>(
    txn: &DatabaseTransaction,
    by: Option<Caller>,
    before: &R,
    after: &R,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let changed = differences(before.fields(), after.fields());
    if changed.is_empty() {
        return Ok(());
    }
    let (subject_id, version) = after.stamp();
    let rows = changed.into_iter().map(|Difference { field, from, to }| {
        let row = Model {
            id: FieldChangeId::generate(),
            subject_kind: R::KIND,
            subject_id,
            version,
            at: now,
            changed_by_kind: CallerKind::of(by),
            changed_by_id: by.map(Caller::id),
            field: field.to_owned(),
            old: from,
            new: to,
        };
        ActiveModel::from(row).reset_all()
    });
    txn.add(NewRows::of(rows)).await
}

/// Writes a row as its next version, and keeps what of it is new.
pub(crate) async fn save_version<R>(
    txn: &DatabaseTransaction,
    grant: &Grant,
    before: &R,
    row: &mut R,
    now: DateTime<Utc>,
) -> Result<(), DbErr>
where
    R: Recorded + ModelTrait + IntoActiveModel<<R::Entity as EntityTrait>::ActiveModel>,
{
    row.advance(now);
    let whole = row.clone().into_active_model().reset_all();
    <R::Entity as EntityTrait>::update(whole).exec_without_returning(txn).await?;
    record(txn, Some(grant.caller()), before, row, now).await
}

/// When each of these referrals came into the state that it is in, by its id; none of one that is
/// in its first.
pub(crate) async fn last_status_changes(
    db: &impl ConnectionTrait,
    referrals: &[ReferralId],
) -> Result<HashMap<Uuid, DateTime<Utc>>, DbErr> {
    let rows = Entity::find()
        .select_only()
        .column(Column::SubjectId)
        .column_as(Column::At.max(), "at")
        .filter(Column::SubjectId.is_in(referrals.iter().map(|id| id.0)))
        .filter(Column::SubjectKind.eq(RecordKind::Referral))
        .filter(Column::Field.eq("status"))
        .group_by(Column::SubjectId);
    let rows = rows.into_tuple::<(Uuid, DateTime<Utc>)>().all(db).await?;
    Ok(rows.into_iter().collect())
}

/// The status of a case before its first change after an instant, as a subquery: none of a case that
/// has not changed since.
pub(crate) fn status_before_next_change(case: Expr, after: DateTime<Utc>) -> SelectStatement {
    Entity::find()
        .select_only()
        .column(Column::Old)
        .filter(Expr::col((Entity, Column::SubjectId)).eq(case))
        .filter(Column::SubjectKind.eq(RecordKind::Case))
        .filter(Column::Field.eq("status"))
        .filter(Column::At.gt(after))
        .order_by_asc(Column::Version)
        .limit(1)
        .into_query()
}

/// A change with the name of who made it.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct ChangeRow {
    #[sea_orm(nested)]
    pub(crate) change: Model,
    pub(crate) changed_by_name: Option<String>,
}

/// Adds the name of whoever made the change.
pub(crate) fn select_with_authors(
    mut query: Select<Entity>,
) -> sea_orm::Selector<sea_orm::SelectModel<ChangeRow>> {
    let by = || Expr::col((Entity, Column::ChangedById));
    QueryTrait::query(&mut query)
        .left_join(Users, by().equals((Users, user_account::Column::Id)))
        .left_join(Clients, by().equals((Clients, api_client::Column::Id)));
    let names = [
        Expr::col((Users, user_account::Column::Name)),
        Expr::col((Clients, api_client::Column::Name)),
    ];
    query.expr_as(Func::coalesce(names), "changed_by_name").into_model()
}
