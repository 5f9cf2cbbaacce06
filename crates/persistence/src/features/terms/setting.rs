//! The nation's terms as the Ministry sets them, and what has to be counted anew for it.

use ascms_domain::access::{Caller, Grant};
use ascms_domain::ids::RecalculationId;
use ascms_domain::recalculations::{RecalculationCause, touched_by_terms};
use ascms_domain::terms::{Term, TermKey, Terms, TermsError};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::Store;
use crate::features::duties;
use crate::features::recalculations::{self, RecalculationOrder};
use crate::gate::write::Write;
use crate::reference::{calendars, past_terms};
use crate::rows::term::{ActiveModel, Column, Entity, Model};
use crate::store::audit::{self, Subject};
use crate::store::call::CallError;
use crate::store::error::StoreError;
use crate::store::events::{self, Event};
use crate::store::page::{Page, PageRequest};
use crate::store::transaction::DatabaseTransaction;
use crate::store::{bulk, dialect};

/// The dates that a term is to have.
#[derive(Clone, Copy, Debug)]
pub struct SetTerm {
    pub key: TermKey,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
}

/// A term with the dates that it has now.
#[derive(Clone, Debug)]
pub struct TermSet {
    pub term: Model,
    /// None when it had these dates already.
    pub recalculation_id: Option<RecalculationId>,
}

/// Why a term's dates were not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TermRefusal(pub TermsError);

impl Store {
    /// The nation's terms in the order of time.
    pub async fn terms(
        &self,
        _grant: &Grant,
        page: PageRequest<(i32, i32)>,
    ) -> Result<Page<Model, (i32, i32)>, StoreError> {
        let nation = Entity::find().filter(Column::SchoolId.is_null());
        let total = page.total(&nation, &self.read).await?;
        let query = page.in_order_of(nation, (Column::Year, Column::Term));
        let found = page.cut(query.all(&self.read).await?, |row| (row.year, row.term));
        Ok(Page { total, ..found })
    }
}

/// The name of what the importer and whoever sets a term wait for: one of them at a time.
#[must_use]
pub fn about() -> String {
    "import terms".to_owned()
}

impl Write<'_> {
    /// Sets the dates of a term of the nation; those before are kept as what was known.
    pub async fn set_term(&self, set: SetTerm) -> Result<TermSet, CallError<TermRefusal>> {
        let &Write { txn, call, .. } = self;
        self.changes_reference();
        dialect::lock_names(txn, &[about()]).await?;
        let known = Entity::find().filter(Column::SchoolId.is_null()).all(txn).await?;
        let key = (i32::from(set.key.year()), i32::from(set.key.term()));
        let before = known.iter().find(|row| (row.year, row.term) == key).cloned();
        if let Some(term) = before.clone()
            && (term.starts_on, term.ends_on) == (set.starts_on, set.ends_on)
        {
            return Ok(TermSet { term, recalculation_id: None });
        }
        fits(&known, &set)?;
        let term = Model {
            id: before.map_or_else(Uuid::now_v7, |before| before.id),
            year: key.0,
            term: key.1,
            school_id: None,
            starts_on: set.starts_on,
            ends_on: set.ends_on,
            known_from: call.now,
        };
        let mut rows = [term];
        past_terms::save_past_dates(txn, &known, &mut rows, call.now).await?;
        let [term] = rows.clone();
        bulk::upsert(txn, rows.iter().cloned().map(ActiveModel::from)).await?;
        duties::settle_all(self).await?;
        let by = Some(call.grant.caller());
        let ordered = order_recalculation(txn, &known, &rows, by, call.now).await?;
        let further = ordered.map(|id| id.0);
        let subject = Subject::one("term", term.id).with(further);
        audit::record(txn, audit::allowed(call.grant, subject, call.now)).await?;
        events::record(txn, changed(&term), call.now).await?;
        Ok(TermSet { term, recalculation_id: ordered })
    }
}

/// Whether the terms are still in order when one of them has these dates.
fn fits(known: &[Model], set: &SetTerm) -> Result<(), CallError<TermRefusal>> {
    let SetTerm { key, starts_on, ends_on } = *set;
    let mut terms = Vec::new();
    for row in known {
        let term = calendars::term(row).ok_or(StoreError::Corrupt(row.id))?;
        if term.key != key {
            terms.push(term);
        }
    }
    terms.push(Term { key, starts_on, ends_on });
    Terms::new(terms).map(drop).map_err(|err| CallError::Refused(TermRefusal(err)))
}

/// Orders what terms that are written anew make needed; nothing, when there are none.
pub(super) async fn order_recalculation(
    txn: &DatabaseTransaction,
    known: &[Model],
    rows: &[Model],
    by: Option<Caller>,
    now: DateTime<Utc>,
) -> Result<Option<RecalculationId>, StoreError> {
    let anew = |term: &&Model| rows.iter().any(|row| row.id == term.id);
    let touched: Vec<Term> =
        known.iter().filter(anew).chain(rows).filter_map(calendars::term).collect();
    let keys = rows.iter().filter_map(calendars::term).map(|term| term.key);
    let Some((first, last)) = keys.clone().min().zip(keys.max()) else { return Ok(None) };
    let ends = known.iter().filter(|row| row.school_id.is_none()).map(|row| row.ends_on);
    let order = RecalculationOrder {
        cause: RecalculationCause::Terms,
        subject: if first == last { first.to_string() } else { format!("{first} to {last}") },
        dates: touched_by_terms(&touched, ends),
    };
    Ok(Some(recalculations::order(txn, order, by, now).await?))
}

/// Terms count no versions.
pub(crate) fn changed(row: &Model) -> Event {
    Event {
        kind: "term.changed",
        subject_id: row.id,
        version: 1,
        provider_id: None,
        school_id: row.school_id,
    }
}
