//! Which installation the database is of. The store of documents carries the same id, so that no
//! server works on the documents of another database.

use std::collections::BTreeMap;

use ascms_domain::calendar::nz_date;
use chrono::{DateTime, Datelike, Utc};
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;

use crate::Store;
use crate::reference::case_numbers;
use crate::rows::event;
use crate::rows::installation::{ActiveModel, Column, Entity, Model};
use crate::store::audit::{self, Subject};
use crate::store::dialect::place;
use crate::store::error::StoreError;
use crate::store::events::{self, Event};
use crate::store::transaction::DatabaseTransaction;

/// What the store of documents is compared with.
#[derive(Clone, Debug)]
pub struct Installation {
    pub id: Uuid,
    /// Whether a store of documents was given the id before.
    pub has_documents: bool,
    /// Tells the database from a copy of it, where that can be told.
    pub place: Option<String>,
    /// The number of its last event. In a restored backup it is lower than it was.
    pub last_event: i64,
    /// The highest case number of each year.
    pub case_numbers: BTreeMap<i32, i32>,
}

impl Store {
    /// The installation; the first who asks makes it one.
    pub async fn installation(&self, now: DateTime<Utc>) -> Result<Installation, StoreError> {
        let row = match Entity::find_by_id(1).one(&self.read).await? {
            Some(row) => row,
            None => {
                let txn = self.begin().await?;
                let row = found_or_made(&txn, now).await?;
                txn.commit().await?;
                row
            }
        };
        let last: Option<Option<i64>> = event::Entity::find()
            .select_only()
            .column_as(event::Column::Id.max(), "last")
            .into_tuple()
            .one(&self.read)
            .await?;
        Ok(Installation {
            id: row.id,
            has_documents: row.documents_at.is_some(),
            place: place::place_of(&self.read).await,
            last_event: last.flatten().unwrap_or_default(),
            case_numbers: case_numbers::highest(&self.read).await?,
        })
    }

    /// Notes that a store of documents carries the id from now on.
    pub async fn documents_are_marked(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        Entity::update_many()
            .col_expr(Column::DocumentsAt, Expr::value(now))
            .filter(Column::DocumentsAt.is_null())
            .exec(&self.write)
            .await?;
        Ok(())
    }

    /// Makes the database another installation, which the operator gives the documents to: whoever
    /// had them before is refused from then on. Case numbers go on behind a gap, since those that
    /// the database does not know may be in letters. Answers the new id.
    pub async fn become_another_installation(
        &self,
        seen: &BTreeMap<i32, i32>,
        now: DateTime<Utc>,
    ) -> Result<Uuid, StoreError> {
        let txn = self.begin().await?;
        let before = found_or_made(&txn, now).await?;
        let id = Uuid::now_v7();
        let former = before.id;
        let row = Model { id, documents_at: Some(now), ..before };
        let row = ActiveModel::from(row).reset_all();
        Entity::update(row).exec_without_returning(&txn).await?;
        case_numbers::leave_gap(&txn, seen, nz_date(now).year()).await?;
        let subject = Subject::one("installation", id).with([former]);
        audit::record(&txn, audit::by_operator("documents:adopt", subject, now)).await?;
        let adopted = Event {
            kind: "installation.adopted",
            subject_id: id,
            version: 1,
            provider_id: None,
            school_id: None,
        };
        events::record(&txn, adopted, now).await?;
        txn.commit().await?;
        Ok(id)
    }
}

async fn found_or_made(txn: &DatabaseTransaction, now: DateTime<Utc>) -> Result<Model, StoreError> {
    let row = Model { only_one: 1, id: Uuid::now_v7(), made_at: now, documents_at: None };
    Entity::insert(ActiveModel::from(row).reset_all())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(txn)
        .await?;
    let row = Entity::find_by_id(1).lock_exclusive().one(txn).await?;
    row.ok_or(StoreError::NotFound)
}
