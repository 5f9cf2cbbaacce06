//! `ascms import`: files of reference data. A bad line is refused with its reason and the rest
//! goes on; what is accepted is written in one transaction. The layouts: `docs/imports.md`.

use std::fmt;
use std::io::Read;

use ascms_persistence::{Store, StoreError};
use chrono::{DateTime, Utc};

use crate::progress::Progress;

mod catchments;
mod lines;
mod periods;
mod reference_data;
mod schools;
mod terms;

/// What an import did, or in a dry run would have done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Things that were not on record. A line of the catchments file may tell of several.
    pub added: usize,
    pub changed: usize,
    pub unchanged: usize,
    /// What was not taken over, by line.
    pub refused: Vec<Refusal>,
}

/// One fault of one line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refusal {
    /// As an editor counts them: the header is line 1.
    pub line: u64,
    pub column: Option<&'static str>,
    pub reason: String,
}

/// Why nothing of a file was taken over.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("the file could not be read")]
    Unreadable(#[source] std::io::Error),
    #[error("the file is larger than {} MiB", lines::MOST_BYTES >> 20)]
    TooLarge,
    #[error("the header line is not UTF-8: save the file as CSV UTF-8")]
    HeaderNotUtf8,
    #[error(
        "{blank} of the {of} columns of the header line have no name: take the blank columns out, or the commas at the end of each line"
    )]
    BlankColumns { blank: usize, of: usize },
    #[error("the header line names a column twice: {}", .0.join(", "))]
    DoubledColumns(Vec<String>),
    #[error("the header line lacks: {}", .0.join(", "))]
    MissingColumns(Vec<&'static str>),
    #[error("the import could not be saved")]
    Store(#[from] StoreError),
}

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

impl Summary {
    fn sorted(mut self) -> Self {
        self.refused.sort();
        self
    }

    /// Counts what becomes of something that the file tells of; answers with the row to write.
    fn count<T: PartialEq>(&mut self, on_record: Option<&T>, wanted: T) -> Option<T> {
        match on_record {
            None => self.added += 1,
            Some(old) if *old == wanted => {
                self.unchanged += 1;
                return None;
            }
            Some(_) => self.changed += 1,
        }
        Some(wanted)
    }

    fn refuse(&mut self, line: u64, column: &'static str, reason: impl Into<String>) {
        self.refused.push(Refusal { line, column: Some(column), reason: reason.into() });
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, reason } = self;
        match column {
            Some(column) => write!(f, "line {line}, column {column}: {reason}"),
            None => write!(f, "line {line}: {reason}"),
        }
    }
}

#[cfg(test)]
mod tests;
