//! What an import did, and what it refused.

use std::fmt;

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

impl Summary {
    pub(super) fn sorted(mut self) -> Self {
        self.refused.sort();
        self
    }

    /// Counts what becomes of something that the file tells of; answers with the row to write.
    pub(super) fn count<T: PartialEq>(&mut self, on_record: Option<&T>, wanted: T) -> Option<T> {
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

    pub(super) fn refuse(&mut self, line: u64, column: &'static str, reason: impl Into<String>) {
        self.refused.push(Refusal { line, column: Some(column), reason: reason.into() });
    }
}

/// One fault of one line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refusal {
    /// As an editor counts them: the header is line 1.
    pub line: u64,
    pub column: Option<&'static str>,
    pub reason: String,
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
