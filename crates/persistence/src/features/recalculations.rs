//! Counting anew: ordered in the transaction of what makes it needed, done in chunks behind the
//! calls.

use ascms_domain::access::{Caller, Grant};
use ascms_domain::ids::RecalculationId;
use ascms_domain::recalculations::{Dates, RecalculationCause};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::Store;
use crate::rows::recalculation::{ActiveModel, Column, Entity, Model};
use crate::store::error::StoreError;
use crate::store::page::{Page, PageRequest};
use crate::store::transaction::DatabaseTransaction;
use crate::store::whole_row;

mod work;

/// What is to be counted anew, and why.
#[derive(Clone, Debug)]
pub(crate) struct RecalculationOrder {
    pub cause: RecalculationCause,
    pub subject: String,
    pub dates: Option<Dates>,
}

/// Orders a recalculation, within the transaction of what makes it needed.
pub(crate) async fn order(
    txn: &DatabaseTransaction,
    order: RecalculationOrder,
    by: Option<Caller>,
    now: DateTime<Utc>,
) -> Result<RecalculationId, DbErr> {
    let RecalculationOrder { cause, subject, dates } = order;
    let id = RecalculationId::generate();
    let ordered = Model {
        id,
        cause,
        subject,
        ordered_by: by.and_then(|caller| match caller {
            Caller::User(id) => Some(id),
            Caller::Client(_) => None,
        }),
        ordered_at: now,
        from_date: dates.map(|(first, _)| first),
        to_date: dates.map(|(_, last)| last),
        total: None,
        done: 0,
        last_referral_date: None,
        last_referral_id: None,
        started_at: None,
        finished_at: None,
    };
    whole_row::insert(txn, ActiveModel::from(ordered)).await?;
    Ok(id)
}

impl Store {
    /// The recalculations, the newest first.
    pub async fn recalculations(
        &self,
        _grant: &Grant,
        page: PageRequest<RecalculationId>,
    ) -> Result<Page<Model, RecalculationId>, StoreError> {
        let all = Entity::find();
        let total = page.total(&all, &self.read).await?;
        let query = page.newest_first(all, Column::Id);
        let found = page.cut(query.all(&self.read).await?, |row| row.id);
        Ok(Page { total, ..found })
    }

    /// How far a recalculation has come.
    pub async fn recalculation(
        &self,
        _grant: &Grant,
        id: RecalculationId,
    ) -> Result<Model, StoreError> {
        let row = Entity::find_by_id(id).one(&self.read).await?;
        row.ok_or(StoreError::NotFound)
    }
}
