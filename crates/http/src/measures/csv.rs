//! Rows as CSV: RFC 4180, UTF-8, and safe to open in a spreadsheet.

use super::columns::{COLUMNS, Cell, Fact, MeasureRowView};

/// What a spreadsheet takes for the beginning of a formula, in both widths.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// A text of CSV that grows by lines.
pub(super) struct Csv(String);

impl Csv {
    /// With the heads of the columns; the mark tells Excel that it is UTF-8.
    pub(super) fn begin(with_mark: bool) -> Self {
        let mut text = String::from(if with_mark { "\u{feff}" } else { "" });
        let heads: Vec<&str> = COLUMNS.iter().map(|column| column.name).collect();
        text.push_str(&heads.join(","));
        text.push_str("\r\n");
        Self(text)
    }

    pub(super) fn push(&mut self, fact: &Fact<'_>) {
        for (at, cell) in MeasureRowView::of(fact).cells().iter().enumerate() {
            if at > 0 {
                self.0.push(',');
            }
            self.0.push_str(&field(cell));
        }
        self.0.push_str("\r\n");
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

fn field(cell: &Cell) -> String {
    match cell {
        Cell::Nothing => String::new(),
        Cell::Count(count) => count.to_string(),
        Cell::Share(share) => format!("{}.{:04}", share / 10_000, share % 10_000),
        Cell::Truth(truth) => truth.to_string(),
        Cell::Text(text) => quoted(&harmless(text)),
    }
}

/// Somebody's name must not be calculated: an apostrophe before it makes it text.
fn harmless(text: &str) -> String {
    let guard = if text.starts_with(FORMULA) { "'" } else { "" };
    format!("{guard}{text}")
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests;
