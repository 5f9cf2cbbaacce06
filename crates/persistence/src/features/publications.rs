//! Publications at rest: a measure of a term, frozen for good, in numbers that tell nothing about
//! one child (`ascms_domain::disclosure`). Measures that are counted of the same referrals are
//! published at once: protected one by one, each would tell what the other one hides.

use ascms_domain::access::Grant;
use ascms_domain::calendar::nz_date;
use ascms_domain::ids::PublicationId;
use ascms_domain::measures::{Measure, Standing};
use ascms_domain::terms::TermKey;
use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use sea_orm::entity::prelude::*;

use crate::Store;
use crate::features::publications::edition::Edition;
use crate::gate::write::Write;
use crate::rows::publication::{ActiveModel, Column, Entity, Model};
use crate::rows::published_row;
use crate::store::audit::{self, Subject};
use crate::store::call::{Call, CallError};
use crate::store::error::StoreError;
use crate::store::events::{self, Event};
use crate::store::page::{Page, PageRequest};
use crate::store::transaction::DatabaseTransaction;
use crate::store::whole_row;
use crate::store::{bulk, dialect};

mod edition;
mod rows;
mod sites;

pub use edition::Protected;

pub use crate::rows::published_row::Model as PublishedRow;
pub use rows::RowFilter;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublicationRefusal {
    #[error("no such term is known")]
    UnknownTerm,
    #[error("this measure of this term is published")]
    AlreadyPublished,
    #[error("the term, or a deadline of one of its referrals, is not over")]
    StillPending,
}

/// What is about to be published: the numbers as of an instant, or why there are none.
pub struct Prepared {
    term: TermKey,
    measure: Measure,
    protected: Protected,
    /// A refusal is told within the transaction, where a retry gets its first answer before it.
    edition: Result<Edition, PublicationRefusal>,
}

/// The name of what whoever publishes a measure of the same term waits for.
#[must_use]
pub fn about(term: TermKey) -> String {
    format!("publication {term}")
}

impl Write<'_> {
    /// Publishes a measure of a term, and those that are counted with it.
    pub async fn publish_measure(
        &self,
        prepared: Prepared,
    ) -> Result<Model, CallError<PublicationRefusal>> {
        let &Write { txn, call, .. } = self;
        let Prepared { term, measure, protected, edition } = prepared;
        dialect::lock_names(txn, &[about(term)]).await?;
        if is_published(txn, term, measure).await? {
            return Err(CallError::Refused(PublicationRefusal::AlreadyPublished));
        }
        let Edition { made_by, mut rows } = edition.map_err(CallError::Refused)?;
        let mut asked = None;
        for measure_of_edition in measure.counted_together() {
            let row = Model {
                id: PublicationId::generate(),
                term: term.to_string(),
                measure: *measure_of_edition,
                as_of: made_by.as_of,
                published_at: call.now,
                published_by: self.caller(),
                threshold: i32::try_from(protected.threshold).unwrap_or(i32::MAX),
                base: i32::try_from(protected.base.get()).unwrap_or(i32::MAX),
                rule_version: made_by.rule_version(*measure_of_edition).to_owned(),
                calendar_version: made_by.calendar_version.clone(),
            };
            let published = rows.remove(measure_of_edition).unwrap_or_default();
            save(txn, call, &row, published).await?;
            if row.measure == measure {
                asked = Some(row);
            }
        }
        Ok(asked.ok_or(StoreError::NotFound)?)
    }
}

impl Store {
    /// Counts what is to be published. It costs time, so it is done before the transaction: a
    /// change in between is one that came after the instant that it is published as of.
    pub async fn prepare_publication(
        &self,
        grant: &Grant,
        term: TermKey,
        measure: Measure,
        protected: Protected,
        now: DateTime<Utc>,
    ) -> Result<Prepared, StoreError> {
        let edition = self.edition(grant, term, measure, protected, now).await?;
        Ok(Prepared { term, measure, protected, edition })
    }

    async fn edition(
        &self,
        grant: &Grant,
        key: TermKey,
        measure: Measure,
        protected: Protected,
        now: DateTime<Utc>,
    ) -> Result<Result<Edition, PublicationRefusal>, StoreError> {
        let Some(term) = self.term_at(key, None).await? else {
            return Ok(Err(PublicationRefusal::UnknownTerm));
        };
        if is_published(&self.read, key, measure).await? {
            return Ok(Err(PublicationRefusal::AlreadyPublished));
        }
        let period = (term.starts_on, term.ends_on);
        let counted = self.cell_counts(grant, period, measure.counted_together(), now).await?;
        let waits = |one: &crate::features::measures::CellCounts| {
            one.standings.contains(&Standing::Pending)
        };
        if nz_date(now) <= term.ends_on || counted.groups.iter().any(waits) {
            return Ok(Err(PublicationRefusal::StillPending));
        }
        let sites = self.sites(period).await?;
        let edition = move || Edition::of(counted, &sites, protected);
        // Seconds for a nation: not on a thread that answers calls.
        let made = tokio::task::spawn_blocking(edition).await;
        Ok(Ok(made.map_err(|err| StoreError::Away(err.to_string()))??))
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
async fn save(
    txn: &DatabaseTransaction,
    call: &Call<'_>,
    row: &Model,
    rows: Vec<PublishedRow>,
) -> Result<(), StoreError> {
    whole_row::insert(txn, ActiveModel::from(row.clone())).await?;
    let rows = rows.into_iter().map(|published| published.of(row.id));
    bulk::insert(txn, rows.map(published_row::ActiveModel::from)).await?;
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
