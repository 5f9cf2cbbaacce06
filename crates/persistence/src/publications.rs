//! Publications at rest: a measure of a term, frozen for good, in numbers that tell nothing about
//! one child (`ascms_domain::disclosure`). Measures that are counted of the same referrals are
//! published at once: protected one by one, each would tell what the other one hides.

use std::num::NonZeroU32;

use ascms_domain::access::Grant;
use ascms_domain::calendar::nz_date;
use ascms_domain::ids::{PublicationId, UserId};
use ascms_domain::measures::{Measure, Standing};
use ascms_domain::terms::TermKey;
use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use sea_orm::entity::prelude::*;

use crate::audit::{self, Subject};
use crate::call::About;
use crate::events::{self, Event};
use crate::idempotency::Answer;
use crate::page::{Page, PageRequest};
use crate::turns::Topic;
use crate::{Call, CallError, DatabaseTransaction, Store, StoreError, bulk, dialect};

mod edition;
mod rows;
mod sites;

use edition::Edition;
pub use rows::{Model as PublishedRow, RowFilter};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "publication")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PublicationId,
    pub term: String,
    pub measure: Measure,
    /// What was known at this instant was counted, judged by its day.
    pub as_of: DateTime<Utc>,
    pub published_at: DateTime<Utc>,
    pub published_by: UserId,
    /// Counts under this are hidden.
    pub threshold: i32,
    /// Counts are rounded to multiples of this.
    pub base: i32,
    pub rule_version: String,
    pub calendar_version: String,
}

impl ActiveModelBehavior for ActiveModel {}

/// How what is published from now on is protected: the operator's settings.
#[derive(Clone, Copy, Debug)]
pub struct Protected {
    /// Counts under this are hidden.
    pub threshold: u32,
    /// Counts are rounded to multiples of this.
    pub base: NonZeroU32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublicationRefusal {
    #[error("no such term is known")]
    UnknownTerm,
    #[error("this measure of this term is published")]
    AlreadyPublished,
    #[error("the term, or a deadline of one of its referrals, is not over")]
    StillPending,
}

impl Store {
    /// Publishes a measure of a term, and those that are counted with it. What costs time is done
    /// before the transaction: a change in between is one that came after the instant it is
    /// published as of.
    pub async fn publish_measure(
        &self,
        call: &Call<'_>,
        (term, measure): (TermKey, Measure),
        protected: Protected,
        render: impl FnOnce(&Model) -> Answer,
    ) -> Result<Answer, CallError<PublicationRefusal>> {
        let prepared = match self.prepare(call, (term, measure), protected).await {
            Ok(edition) => Ok(edition),
            // Told within the transaction, where a retry gets its first answer before it.
            Err(CallError::Refused(why)) => Err(why),
            Err(err) => return Err(err),
        };
        let name = format!("publication {term}");
        self.carry_out_on(Topic::Name(name.clone()), (call, About::Nobody), async |txn| {
            dialect::lock_names(txn, &[name]).await?;
            if is_published(txn, term, measure).await? {
                return Err(CallError::Refused(PublicationRefusal::AlreadyPublished));
            }
            let Edition { made_by, mut rows } = prepared.map_err(CallError::Refused)?;
            let mut asked = None;
            for measure_of_edition in measure.counted_together() {
                let row = Model {
                    id: PublicationId::generate(),
                    term: term.to_string(),
                    measure: *measure_of_edition,
                    as_of: made_by.as_of,
                    published_at: call.now,
                    published_by: UserId(call.grant.caller().id()),
                    threshold: i32::try_from(protected.threshold).unwrap_or(i32::MAX),
                    base: i32::try_from(protected.base.get()).unwrap_or(i32::MAX),
                    rule_version: made_by.rule_version(*measure_of_edition).to_owned(),
                    calendar_version: made_by.calendar_version.clone(),
                };
                let published = rows.remove(measure_of_edition).unwrap_or_default();
                keep(txn, call, &row, published).await?;
                if row.measure == measure {
                    asked = Some(row);
                }
            }
            let row = asked.ok_or(StoreError::NotFound)?;
            Ok(render(&row))
        })
        .await
    }

    async fn prepare(
        &self,
        call: &Call<'_>,
        (key, measure): (TermKey, Measure),
        protected: Protected,
    ) -> Result<Edition, CallError<PublicationRefusal>> {
        let term = self.term_at(key, None).await?;
        let term = term.ok_or(CallError::Refused(PublicationRefusal::UnknownTerm))?;
        if is_published(&self.read, key, measure).await? {
            return Err(CallError::Refused(PublicationRefusal::AlreadyPublished));
        }
        let period = (term.starts_on, term.ends_on);
        let counted = self.alike(call.grant, period, measure.counted_together(), call.now).await?;
        let waits = |one: &crate::measures::Alike| one.standings.contains(&Standing::Pending);
        if nz_date(call.now) <= term.ends_on || counted.groups.iter().any(waits) {
            return Err(CallError::Refused(PublicationRefusal::StillPending));
        }
        let sites = self.sites(period).await?;
        let edition = move || Edition::of(counted, &sites, protected);
        // Seconds for a nation: not on a thread that answers calls.
        let made = tokio::task::spawn_blocking(edition).await;
        Ok(made.map_err(|err| StoreError::Away(err.to_string()))??)
    }

    /// What is published, newest first.
    pub async fn publications(
        &self,
        _: &Grant,
        page: PageRequest<PublicationId>,
    ) -> Result<Page<Model, PublicationId>, StoreError> {
        let all = Entity::find();
        let total = page.total(&all, &self.read).await?;
        let rows = page.newest_first(all, Column::Id).all(&self.read).await?;
        Ok(Page { total, ..page.cut(rows, |row| row.id) })
    }

    pub async fn publication(&self, _: &Grant, id: PublicationId) -> Result<Model, StoreError> {
        Entity::find_by_id(id).one(&self.read).await?.ok_or(StoreError::NotFound)
    }
}

/// Writes a publication with its rows.
async fn keep(
    txn: &DatabaseTransaction,
    call: &Call<'_>,
    row: &Model,
    rows: Vec<PublishedRow>,
) -> Result<(), StoreError> {
    Entity::insert(ActiveModel::from(row.clone()).reset_all()).exec_without_returning(txn).await?;
    let rows = rows.into_iter().map(|published| published.of(row.id));
    bulk::insert(txn, rows.map(rows::ActiveModel::from)).await?;
    let subject = Subject::one("publication", row.id.0);
    audit::record(txn, audit::allowed(call.grant, subject, call.now)).await?;
    let event = Event {
        kind: "publication.published",
        subject_id: row.id.0,
        version: 1,
        provider_id: None,
        school_id: None,
    };
    Ok(events::record(txn, event, call.now).await?)
}

/// Whether the measure, or one that is counted with it, is published of the term.
async fn is_published(
    db: &impl ConnectionTrait,
    term: TermKey,
    measure: Measure,
) -> Result<bool, StoreError> {
    let found = Entity::find()
        .filter(Column::Term.eq(term.to_string()))
        .filter(Column::Measure.is_in(measure.counted_together().iter().copied()))
        .count(db)
        .await?;
    Ok(found > 0)
}
