//! Schools at rest: the Ministry's directory as it was last imported.

use std::collections::HashMap;

use ascms_domain::access::Grant;
use ascms_domain::ids::SchoolId;
use ascms_domain::text;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::LikeExpr;
use sea_orm::{Condition, QuerySelect, QueryTrait};

use crate::Store;
use crate::reference::catchments::{self, ServedSchool};
use crate::rows::catchment_school;
use crate::rows::school::{ActiveModel, Column, Entity, Model};
use crate::store::audit::{self, Subject};
use crate::store::error::StoreError;
use crate::store::events::Event;
use crate::store::page::{Page, PageRequest};
use crate::store::{bulk, dialect};

pub(crate) mod routing;

pub(crate) use routing::{SchoolRoute, acted_for, may_act_for, routing};

/// Which schools to list; an empty filter lists all.
#[derive(Clone, Debug, Default)]
pub struct SchoolFilter {
    /// The beginning of any word of the name, however it is spelled.
    pub name: Option<String>,
    pub education_region: Option<String>,
    pub status: Option<String>,
    /// The code of the catchment that the schools belong to on the day asked for.
    pub catchment: Option<String>,
}

impl Store {
    /// One school by its Ministry number, with those who serve it on the day.
    pub async fn school(
        &self,
        _: &Grant,
        number: i32,
        on: NaiveDate,
    ) -> Result<ServedSchool, StoreError> {
        let found = Entity::find().filter(Column::Number.eq(number)).all(&self.read).await?;
        let served = catchments::serve(&self.read, found, on).await?;
        served.into_iter().next().ok_or(StoreError::NotFound)
    }

    /// Schools in the order of their numbers, with those who serve them on the day.
    pub async fn schools(
        &self,
        _: &Grant,
        filter: &SchoolFilter,
        on: NaiveDate,
        page: PageRequest<i32>,
    ) -> Result<Page<ServedSchool, i32>, StoreError> {
        let found = Entity::find().filter(condition(filter, on));
        let total = page.total(&found, &self.read).await?;
        let rows = page.oldest_first(found, Column::Number).all(&self.read).await?;
        let Page { items, next, .. } = page.cut(rows, |row| row.number);
        let items = catchments::serve(&self.read, items, on).await?;
        Ok(Page { items, next, total })
    }

    /// Brings the directory up to date: `rule` sees the schools on record and answers with the
    /// rows to write. A dry run does all of it and keeps nothing.
    pub async fn import_schools(
        &self,
        now: DateTime<Utc>,
        dry_run: bool,
        rule: impl FnOnce(Vec<Model>) -> Vec<Model>,
    ) -> Result<(), StoreError> {
        let txn = self.begin().await?;
        dialect::lock_names(&txn, &["import schools".to_owned()]).await?;
        let rows = rule(Entity::find().all(&txn).await?);
        bulk::upsert(&txn, rows.iter().cloned().map(ActiveModel::from)).await?;
        let events: Vec<Event> = rows.iter().map(changed).collect();
        bulk::record_events(&txn, &events, now).await?;
        let subject = Subject::many("school", rows.iter().map(|row| row.id.0).collect());
        audit::record(&txn, audit::by_operator("schools:import", subject, now)).await?;
        if dry_run {
            txn.rollback().await
        } else {
            txn.commit().await?
        }
        Ok(())
    }
}

/// Number and name of each of these schools.
pub(crate) async fn names(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = SchoolId>,
) -> Result<HashMap<SchoolId, (i32, String)>, DbErr> {
    let rows: Vec<(SchoolId, i32, String)> = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Number, Column::Name])
        .filter(Column::Id.is_in(ids))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(id, number, name)| (id, (number, name))).collect())
}

/// The schools with these numbers.
pub(crate) async fn by_number(
    db: &impl ConnectionTrait,
    numbers: impl IntoIterator<Item = i32>,
) -> Result<HashMap<i32, SchoolId>, DbErr> {
    let rows: Vec<(i32, SchoolId)> = Entity::find()
        .select_only()
        .columns([Column::Number, Column::Id])
        .filter(Column::Number.is_in(bulk::padded(numbers)))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// What followers are told of a school that was added or changed.
fn changed(row: &Model) -> Event {
    Event {
        kind: if row.version == 1 { "school.added" } else { "school.changed" },
        subject_id: row.id.0,
        version: row.version,
        provider_id: None,
        school_id: Some(row.id),
    }
}

fn condition(filter: &SchoolFilter, on: NaiveDate) -> Condition {
    let SchoolFilter { name, education_region, status, catchment } = filter;
    let catchment = catchment.as_ref().map(|code| {
        let members = catchment_school::Entity::find()
            .select_only()
            .column(catchment_school::Column::SchoolId)
            .filter(catchment_school::on(on))
            .filter(catchment_school::Column::CatchmentId.in_subquery(catchments::with_code(code)));
        Column::Id.in_subquery(members.into_query())
    });
    Condition::all()
        .add_option(name.as_deref().map(name_has))
        .add_option(education_region.as_ref().map(|region| Column::EducationRegion.eq(region)))
        .add_option(status.as_ref().map(|status| Column::Status.eq(status)))
        .add_option(catchment)
}

/// Some 2,600 rows: looking at all of them costs less than an index on every word would.
fn name_has(words: &str) -> Condition {
    let escaped = text::fold(words).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let like = |pattern: String| Column::FoldedName.like(LikeExpr::new(pattern).escape('\\'));
    Condition::any().add(like(format!("{escaped}%"))).add(like(format!("% {escaped}%")))
}
