//! First days at a school that were told and have not come yet.

use std::collections::BTreeMap;

use ascms_domain::access::{Caller, Grant};
use ascms_domain::ids::StudentId;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

use crate::rows::enrolment_ahead::{ActiveModel, Column, Entity, Model};
use crate::store::bulk;
use crate::store::transaction::DatabaseTransaction;

impl Model {
    /// Who told it last.
    pub(crate) fn told_by(&self) -> Option<Caller> {
        self.user_id.map(Caller::User).or(self.client_id.map(Caller::Client))
    }
}

/// Notes first days that have not come yet, of statements that the caller sent.
pub(crate) async fn note(
    txn: &DatabaseTransaction,
    grant: &Grant,
    ahead: impl Iterator<Item = (StudentId, NaiveDate)>,
) -> Result<(), DbErr> {
    let (user_id, client_id) = match grant.caller() {
        Caller::User(id) => (Some(id), None),
        Caller::Client(id) => (None, Some(id)),
    };
    // Two schools may name the same day.
    let days: BTreeMap<(StudentId, NaiveDate), Model> = ahead
        .map(|(student_id, first_day)| {
            let request_id = grant.request_id();
            let row = Model { student_id, first_day, user_id, client_id, request_id };
            ((student_id, first_day), row)
        })
        .collect();
    bulk::upsert(txn, days.into_values().map(ActiveModel::from)).await
}

/// The earliest first day that has come and was not taken up yet.
pub(crate) async fn due(
    db: &impl ConnectionTrait,
    today: NaiveDate,
) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::FirstDay.lte(today))
        .order_by_asc(Column::FirstDay)
        .order_by_asc(Column::StudentId)
        .limit(1)
        .one(db)
        .await
}

/// Takes a day off the list; `false` when somebody else has, or tells it anew.
pub(crate) async fn take(txn: &DatabaseTransaction, day: &Model) -> Result<bool, DbErr> {
    let same = Entity::delete_many()
        .filter(Column::StudentId.eq(day.student_id))
        .filter(Column::FirstDay.eq(day.first_day))
        .filter(Column::RequestId.eq(day.request_id));
    Ok(same.exec(txn).await?.rows_affected > 0)
}
