//! The invented nation of a new sandbox: who is who, who serves whom, and a year of referrals and
//! cases, the same in every sandbox but for its dates, which lead up to today.
//!
//! Referrals and cases come about as they do in life: each through the store's own functions, on
//! its day, by somebody who may. So clocks, audit trail and events are what they would be.

use ascms_domain::calendar::nz_date;
use ascms_domain::organisations::{OrganisationKind, OrganisationStatus};
use ascms_http::documents::objects::Objects;
use ascms_persistence::Store;
use ascms_persistence::rows::organisation;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::progress::Progress;
use crate::sandbox::ISSUER;

mod accounts;
mod arrangements;
mod children;
mod dates;
mod days;
mod error;
mod example;
mod known_ids;
mod names;
mod places;
mod random;
mod runner;
mod scenarios;
mod staff;
mod terms;

use dates::{SERVICE_START, ymd};
pub use error::SeedError;

/// Referrals go back a year and a term, so the year before is needed too.
const FIRST_TODAY: NaiveDate = ymd(2025, 6, 1);

/// The last day of the last term on record.
const LAST_TODAY: NaiveDate = ymd(2027, 12, 17);

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
    let calendars = store.calendars().await?;
    let steps = scenarios::steps(&calendars, now)?;
    runner::run(store, objects, steps, progress).await?;
    accounts::open_last(store).await
}

/// Terms, schools, and those who serve them.
async fn arrange(store: &Store, now: DateTime<Utc>) -> Result<(), SeedError> {
    let at = days::at(SERVICE_START, days::MORNING).min(now - TimeDelta::days(1));
    let ministry = organisation::Model {
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
