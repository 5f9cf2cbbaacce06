//! Why nothing of a file was taken over.

use ascms_persistence::StoreError;

/// About ten times the national directory; a larger file is another file.
pub(super) const MOST_BYTES: u64 = 16 << 20;

/// Why nothing of a file was taken over.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("the file could not be read")]
    Unreadable(#[source] std::io::Error),
    #[error("the file is larger than {} MiB", MOST_BYTES >> 20)]
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
