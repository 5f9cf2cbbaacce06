//! The invented nation of a new sandbox: who is who, who serves whom, and a year of referrals and
//! cases, the same in every sandbox but for its dates, which lead up to today.
//!
//! Referrals and cases come about as they do in life: each through the store's own functions, on
//! its day, by somebody who may. So clocks, audit trail and events are what they would be.

use ascms_domain::access::Forbidden;
use ascms_domain::calendar::{OutOfRange, nz_date};
use ascms_domain::organisations::{OrganisationKind, OrganisationStatus};
use ascms_domain::terms::TermsError;
use ascms_http::documents::objects::{Objects, ObjectsError};
use ascms_persistence::{CallError, Store, StoreError, organisations};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use uuid::Uuid;

use crate::progress::Progress;
use crate::sandbox::ISSUER;

mod accounts;
mod arrangements;
mod cast;
mod children;
mod days;
mod example;
mod names;
mod places;
mod play;
mod plots;
mod random;
mod terms;

#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("its database is neither empty nor was it filled to the end: delete it to begin anew")]
    Unfinished,
    #[error("the invented nation has dates for 2025 to 2027, and the clock says {0}")]
    NoDates(NaiveDate),
    #[error("a persona may not do its part: {0}")]
    Forbidden(#[from] Forbidden),
    #[error("a persona is missing: {0}")]
    NoPersona(String),
    #[error("an invented request was refused: {0}")]
    Refused(String),
    #[error("an example's id can not be read: {0}")]
    Id(#[from] uuid::Error),
    #[error(transparent)]
    Objects(#[from] ObjectsError),
    #[error(transparent)]
    Calendar(#[from] OutOfRange),
    #[error(transparent)]
    Terms(#[from] TermsError),
}

/// Before the first term on record: nothing of the nation is older.
const BEGINNING: NaiveDate = ymd(2024, 1, 1);

/// The first day of the service in its present form.
const SERVICE_START: NaiveDate = ymd(2026, 1, 5);

/// Referrals go back a year and a term, so the year before is needed too.
const FIRST_TODAY: NaiveDate = ymd(2025, 6, 1);

/// The last day of the last term on record.
const LAST_TODAY: NaiveDate = ymd(2027, 12, 17);

/// The Ministry, the first row of a sandbox. The account of the reporting client is the last.
const MINISTRY: u16 = 10;

/// Fills an empty database, and puts the content of its documents where documents are; leaves one
/// alone that was filled before.
pub async fn seed(
    store: &Store,
    objects: &Objects,
    now: DateTime<Utc>,
    progress: &dyn Progress,
) -> Result<(), SeedError> {
    let last = store.caller(ISSUER, accounts::LAST, nz_date(now)).await?;
    if last.is_some_and(|known| !known.appointments.is_empty()) {
        return Ok(());
    }
    if !store.is_empty().await? {
        return Err(SeedError::Unfinished);
    }
    // After the last term on record nothing can be referred: the nation's year ends there.
    let now = now.min(days::at(LAST_TODAY, days::EVENING));
    if nz_date(now) < FIRST_TODAY {
        return Err(SeedError::NoDates(nz_date(now)));
    }
    arrange(store, now).await?;
    accounts::open(store).await?;
    example::seed(store, now).await?;
    let almanac = store.almanac().await?;
    let acts = plots::acts(&almanac, now)?;
    play::perform(store, objects, acts, progress).await?;
    accounts::open_last(store).await
}

/// Terms, schools, and those who serve them.
async fn arrange(store: &Store, now: DateTime<Utc>) -> Result<(), SeedError> {
    let at = days::at(SERVICE_START, days::MORNING).min(now - TimeDelta::days(1));
    let ministry = organisations::Model {
        id: accounts::ministry(),
        kind: OrganisationKind::Ministry,
        code: "MOE".to_owned(),
        name: "Ministry of Education (sandbox)".to_owned(),
        name_mi: Some("Te Tāhuhu o te Mātauranga (sandbox)".to_owned()),
        status: OrganisationStatus::Active,
    };
    store.add_organisation(ministry).await?;
    store.import_terms(at, false, |_, _| terms::terms()).await?;
    store.import_schools(at, false, |_| arrangements::schools(at)).await?;
    Ok(store.import_arrangements(at, false, |_| arrangements::arrangements()).await?)
}

/// An id that is the same in every sandbox, in the form of those that the documents name.
fn known_id(kind: u16, position: usize) -> Uuid {
    const FIRST: u128 = 0x0199_0000_0000_7000_8000_0000_0000_0000;
    let position = u32::try_from(position).unwrap_or(u32::MAX);
    Uuid::from_u128(FIRST | (u128::from(kind) << 32) | u128::from(position))
}

const fn ymd(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) => date,
        None => NaiveDate::MIN,
    }
}

/// The store's refusals in one type: an invented nation should meet none.
fn refused<E: std::fmt::Display>(err: CallError<E>) -> SeedError {
    match err {
        CallError::Refused(rule) => SeedError::Refused(rule.to_string()),
        CallError::Key(key) => SeedError::Refused(key.to_string()),
        CallError::Store(store) => SeedError::Store(store),
    }
}
