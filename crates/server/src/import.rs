//! `ascms import`: files of reference data. A bad line is refused with its reason and the rest
//! goes on; what is accepted is written in one transaction. The layouts: `docs/imports.md`.

use std::io::Read;

use ascms_persistence::Store;
use chrono::{DateTime, Utc};

use crate::progress::Progress;

mod catchments;
mod contracts;
mod error;
mod lines;
mod periods;
mod reference_data;
mod schools;
mod summary;
mod terms;

pub use error::ImportError;
pub use summary::{Refusal, Summary};

/// Imports the schools directory, in its layout of 2021 or of 2026.
pub async fn schools(
    store: &Store,
    now: DateTime<Utc>,
    file: impl Read,
    progress: &dyn Progress,
    dry_run: bool,
) -> Result<Summary, ImportError> {
    let (listed, mut summary) = schools::read(file, now, progress)?;
    let rule = |on_record| schools::differences(on_record, listed, &mut summary);
    store.import_schools(now, dry_run, rule).await?;
    Ok(summary.sorted())
}

/// Imports catchments, their schools, their providers, and in-school provision.
pub async fn catchments(
    store: &Store,
    now: DateTime<Utc>,
    file: impl Read,
    progress: &dyn Progress,
    dry_run: bool,
) -> Result<Summary, ImportError> {
    let (rows, mut summary) = catchments::read(file, progress)?;
    let rule = |on_record| catchments::differences(on_record, &rows, &mut summary);
    store.import_arrangements(now, dry_run, rule).await?;
    Ok(summary.sorted())
}

/// Imports contracts of the Ministry with providers, as drafts.
pub async fn contracts(
    store: &Store,
    now: DateTime<Utc>,
    file: impl Read,
    progress: &dyn Progress,
    dry_run: bool,
) -> Result<Summary, ImportError> {
    let (rows, mut summary) = contracts::read(file, progress)?;
    let rule = |on_record| contracts::differences(&on_record, &rows, now, &mut summary);
    store.import_contracts(now, dry_run, rule).await?;
    Ok(summary.sorted())
}

/// Imports term dates, the nation's and those of single schools.
pub async fn terms(
    store: &Store,
    now: DateTime<Utc>,
    file: impl Read,
    progress: &dyn Progress,
    dry_run: bool,
) -> Result<Summary, ImportError> {
    let (rows, mut summary) = terms::read(file, progress)?;
    let rule = |on_record, schools| terms::differences(on_record, schools, &rows, &mut summary);
    store.import_terms(now, dry_run, rule).await?;
    Ok(summary.sorted())
}

/// Imports code sets and their codes.
pub async fn reference_data(
    store: &Store,
    now: DateTime<Utc>,
    file: impl Read,
    progress: &dyn Progress,
    dry_run: bool,
) -> Result<Summary, ImportError> {
    let (rows, mut summary) = reference_data::read(file, progress)?;
    let rule = |on_record| reference_data::differences(on_record, &rows, now, &mut summary);
    store.import_code_sets(now, dry_run, rule).await?;
    Ok(summary.sorted())
}

#[cfg(test)]
mod tests;
