//! The calendars and the terms as they stand: asked on every call, loaded every few seconds.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use ascms_domain::attendance::OpenDays;
use ascms_domain::calendar::{Calendar, CalendarName, ExtraHoliday, Region};
use ascms_domain::ids::SchoolId;
use ascms_domain::terms::{Term, TermKey, Terms};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::Store;
use crate::reference::past_terms::{self, TermsOf};
use crate::reference::rules;
use crate::rows::{holiday, term};
use crate::store::error::StoreError;

/// How long a change made by another server, or at the command line, may go unnoticed.
const FRESH_FOR: Duration = Duration::from_secs(10);

/// Everything that dates are judged by.
#[derive(Clone, Debug)]
pub struct Calendars {
    pub contract: Calendar,
    pub privacy: Calendar,
    pub oia: Calendar,
    /// The nation's terms.
    pub terms: Terms,
    /// The terms of schools with dates of their own, the nation's where they set none.
    own_terms: HashMap<SchoolId, Terms>,
}

impl Calendars {
    pub fn calendar(&self, name: CalendarName) -> &Calendar {
        match name {
            CalendarName::Contract2026 => &self.contract,
            CalendarName::Privacy => &self.privacy,
            CalendarName::Oia => &self.oia,
        }
    }

    /// The terms by which a school teaches.
    pub fn terms_of(&self, school: SchoolId) -> &Terms {
        self.own_terms.get(&school).unwrap_or(&self.terms)
    }

    /// The days on which a school is open; the region is that of its holidays.
    pub(crate) fn open_days(&self, school: SchoolId, region: Option<Region>) -> OpenDays<'_> {
        OpenDays { terms: self.terms_of(school), calendar: &self.contract, region }
    }
}

impl Store {
    /// The calendars and terms as they stand now.
    pub async fn calendars(&self) -> Result<Arc<Calendars>, StoreError> {
        self.caches.calendars.get(FRESH_FOR, load(&self.read)).await
    }

    /// A term of the nation, with the dates that it has or was known to have at an instant.
    pub async fn term_at(
        &self,
        key: TermKey,
        as_of: Option<DateTime<Utc>>,
    ) -> Result<Option<Term>, StoreError> {
        let calendars = match as_of {
            None => self.calendars().await?,
            Some(instant) => self.calendars_at(instant, TermsOf::Nation).await?,
        };
        Ok(calendars.terms.get(key).cloned())
    }

    /// The calendars and the terms as they were known at an instant.
    pub(crate) async fn calendars_at(
        &self,
        instant: DateTime<Utc>,
        of: TermsOf,
    ) -> Result<Arc<Calendars>, StoreError> {
        let extra = holiday::Entity::find()
            .filter(holiday::Column::AddedAt.lte(instant))
            .all(&self.read)
            .await?;
        let terms = past_terms::known_at(&self.read, instant, of).await?;
        let statutory = rules::statutory(&self.read, Some(instant)).await?;
        Ok(Arc::new(calendars(extra, statutory, &terms)?))
    }
}

/// The calendars and terms of the database, whatever is remembered.
pub(crate) async fn load(db: &impl ConnectionTrait) -> Result<Calendars, StoreError> {
    let extra = holiday::Entity::find().all(db).await?;
    let terms = term::Entity::find().all(db).await?;
    calendars(extra, rules::statutory(db, None).await?, &terms)
}

/// A holiday that the Ministry added is one by the contract. The calendars of the two Acts are closed
/// by law: to them a holiday comes by a version of a rule alone.
fn calendars(
    added: Vec<holiday::Model>,
    statutory: Vec<ExtraHoliday>,
    rows: &[term::Model],
) -> Result<Calendars, StoreError> {
    let added = added.into_iter().map(ExtraHoliday::from).collect();
    let national: Vec<&term::Model> = rows.iter().filter(|row| row.school_id.is_none()).collect();
    let mut own: HashMap<SchoolId, Vec<&term::Model>> = HashMap::new();
    for row in rows {
        if let Some(school) = row.school_id {
            own.entry(school).or_default().push(row);
        }
    }
    let own_terms = own.into_iter().map(|(school, own)| {
        // The nation's dates may change under a school's own: where the two meet, its own stand.
        let inherited = national.iter().filter(|row| !own.iter().any(|term| replaces(term, row)));
        let terms = merged(inherited.chain(&own).copied());
        // One school's odd order must not stop the calendar of all.
        Ok((school, terms.or_else(|_| merged(own.iter().copied()))?))
    });
    Ok(Calendars {
        own_terms: own_terms.collect::<Result<_, StoreError>>()?,
        terms: merged(national.iter().copied())?,
        contract: Calendar::new(CalendarName::Contract2026, added),
        privacy: Calendar::new(CalendarName::Privacy, statutory.clone()),
        oia: Calendar::new(CalendarName::Oia, statutory),
    })
}

/// Whether a school's own term stands in the place of one of the nation's.
fn replaces(own: &term::Model, national: &term::Model) -> bool {
    let same = (own.year, own.term) == (national.year, national.term);
    same || (own.starts_on <= national.ends_on && national.starts_on <= own.ends_on)
}

/// Neither the importer nor an operation lets an overlap in; rows that have one came in another way.
fn merged<'a>(rows: impl Iterator<Item = &'a term::Model>) -> Result<Terms, StoreError> {
    let mut any = Uuid::nil();
    let read = rows.map(|row| {
        any = row.id;
        term(row).ok_or(StoreError::Corrupt(row.id))
    });
    let read: Vec<Term> = read.collect::<Result<_, StoreError>>()?;
    Terms::new(read).or(Err(StoreError::Corrupt(any)))
}

pub(crate) fn term(row: &term::Model) -> Option<Term> {
    let year = i16::try_from(row.year).ok()?;
    let key = TermKey::new(year, u8::try_from(row.term).ok()?).ok()?;
    Some(Term { key, starts_on: row.starts_on, ends_on: row.ends_on })
}
