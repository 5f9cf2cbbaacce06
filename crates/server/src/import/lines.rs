//! A file of comma-separated lines, and the parsing of one line's cells.

use std::collections::HashMap;
use std::io::Read;

use ascms_domain::text;
use chrono::{NaiveDate, NaiveDateTime};
use csv::{ByteRecord, ReaderBuilder, StringRecord};

use super::error::{ImportError, MOST_BYTES};
use super::summary::{Refusal, Summary};
use crate::progress::Progress;

/// The longest text that a cell may hold, in characters.
const MOST_CHARACTERS: usize = 200;

/// A line's cells by column. Faults are collected, so that a line is refused with all of them.
pub(super) struct Line<'a> {
    pub number: u64,
    columns: &'a HashMap<String, usize>,
    cells: StringRecord,
    faults: Vec<Refusal>,
}

/// The columns of a file, once its header is read.
pub(super) struct Header<'a>(&'a HashMap<String, usize>);

impl Header<'_> {
    pub(super) fn has(&self, column: &str) -> bool {
        self.0.contains_key(&key(column))
    }

    /// Fails, naming those that are missing, unless all of the columns are there.
    pub(super) fn require(&self, columns: &[&'static str]) -> Result<(), ImportError> {
        let missing: Vec<_> = columns.iter().copied().filter(|column| !self.has(column)).collect();
        if missing.is_empty() { Ok(()) } else { Err(ImportError::MissingColumns(missing)) }
    }
}

/// Reads a file: `check` judges its header, `parse` makes something of every line that is not
/// blank. Lines that cannot be parsed are refused in the summary.
pub(super) fn read<L, T>(
    file: impl Read,
    progress: &dyn Progress,
    check: impl FnOnce(&Header<'_>) -> Result<L, ImportError>,
    parse: impl Fn(&L, &mut Line<'_>) -> Option<T>,
) -> Result<(Vec<T>, Summary), ImportError> {
    let bytes = bytes(file)?;
    let content = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(content);
    let columns = columns(reader.byte_headers().map_err(unreadable)?)?;
    let layout = check(&Header(&columns))?;
    let records: Vec<ByteRecord> =
        reader.into_byte_records().collect::<Result<_, _>>().map_err(unreadable)?;
    progress.begin("lines", u64::try_from(records.len()).unwrap_or(u64::MAX));
    let mut parsed = Vec::new();
    let mut summary = Summary::default();
    for record in records {
        progress.advance(1);
        match Line::new(record, &columns) {
            Ok(line) if line.is_blank() => {}
            Ok(mut line) => {
                let made = parse(&layout, &mut line);
                if line.faults.is_empty() {
                    parsed.extend(made);
                }
                summary.refused.append(&mut line.faults);
            }
            Err(refusal) => summary.refused.push(refusal),
        }
    }
    Ok((parsed, summary))
}

fn bytes(file: impl Read) -> Result<Vec<u8>, ImportError> {
    let mut bytes = Vec::new();
    let read =
        file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(ImportError::Unreadable)?;
    let too_large = u64::try_from(read).unwrap_or(u64::MAX) > MOST_BYTES;
    if too_large { Err(ImportError::TooLarge) } else { Ok(bytes) }
}

fn unreadable(err: csv::Error) -> ImportError {
    ImportError::Unreadable(err.into())
}

fn columns(header: &ByteRecord) -> Result<HashMap<String, usize>, ImportError> {
    let header = StringRecord::from_byte_record(header.clone());
    let header = header.or(Err(ImportError::HeaderNotUtf8))?;
    let blank = header.iter().filter(|name| key(name).is_empty()).count();
    if blank > 0 {
        return Err(ImportError::BlankColumns { blank, of: header.len() });
    }
    let mut columns: HashMap<String, usize> = HashMap::new();
    let mut doubled = Vec::new();
    for (at, name) in header.iter().enumerate() {
        if columns.insert(key(name), at).is_some() {
            doubled.push(name.to_owned());
        }
    }
    if doubled.is_empty() { Ok(columns) } else { Err(ImportError::DoubledColumns(doubled)) }
}

/// Headers are compared without case, macrons and underscores: `Māori_Electorate` is written in
/// more than one way.
fn key(column: &str) -> String {
    text::fold(column)
}

impl<'a> Line<'a> {
    fn new(record: ByteRecord, columns: &'a HashMap<String, usize>) -> Result<Self, Refusal> {
        let number = record.position().map_or(0, csv::Position::line);
        let refused = |reason: String| Refusal { line: number, column: None, reason };
        let cells = StringRecord::from_byte_record(record)
            .or(Err(refused("not UTF-8: save the file as CSV UTF-8".to_owned())))?;
        if cells.len() != columns.len() && !cells.iter().all(|cell| cell.trim().is_empty()) {
            let (has, wants) = (cells.len(), columns.len());
            let beyond = cells.iter().skip(wants);
            let blank = beyond.clone().count();
            if blank > 0 && beyond.into_iter().all(|cell| cell.trim().is_empty()) {
                let reason = format!(
                    "ends with blank cells ({blank}) behind the {wants} columns of the header: take the \
                     commas at its end away"
                );
                return Err(refused(reason));
            }
            return Err(refused(format!("{has} cells where the header has {wants}")));
        }
        Ok(Self { number, columns, cells, faults: Vec::new() })
    }

    /// Whether nothing was refused so far.
    pub(super) fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }

    pub(super) fn refuse(&mut self, column: &'static str, reason: impl Into<String>) {
        let reason = reason.into();
        self.faults.push(Refusal { line: self.number, column: Some(column), reason });
    }

    /// What the cell holds; `None` where it is blank, the column is missing, or `parse` refuses.
    pub(super) fn optional<T>(
        &mut self,
        column: &'static str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let cell = self.columns.get(&key(column)).and_then(|at| self.cells.get(*at))?;
        let cell = text::tidy(cell);
        if cell.is_empty() {
            return None;
        }
        match parse(&cell) {
            Ok(value) => Some(value),
            Err(reason) => {
                self.refuse(column, reason);
                None
            }
        }
    }

    /// As [`Line::optional`], and refuses a blank cell.
    pub(super) fn required<T>(
        &mut self,
        column: &'static str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let faults = self.faults.len();
        let value = self.optional(column, parse);
        if value.is_none() && self.faults.len() == faults {
            self.refuse(column, "is blank");
        }
        value
    }
}

/// A line of text that may be shown anywhere.
pub(super) fn words(cell: &str) -> Result<String, String> {
    if cell.chars().any(char::is_control) || text::is_unclean(cell) {
        Err("holds a control or invisible character, or one that reorders text".to_owned())
    } else if cell.chars().count() > MOST_CHARACTERS {
        Err(format!("is longer than {MOST_CHARACTERS} characters"))
    } else {
        Ok(cell.to_owned())
    }
}

/// A code as bodies and addresses name it: a letter or digit, then letters, digits, `_`, `-`, `.`.
pub(super) fn code(cell: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let starts_well = cell.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '?');
    if starts_well && cell.chars().skip(1).all(plain) && cell.len() <= text::Code::MAX {
        Ok(cell.to_owned())
    } else {
        Err(format!("`{cell}` is no code: up to 64 letters, digits, `_`, `-` and `.`"))
    }
}

/// A school's Ministry number, with or without leading zeros.
pub(super) fn school_number(cell: &str) -> Result<i32, String> {
    let digits = cell.len() <= 4 && cell.bytes().all(|byte| byte.is_ascii_digit());
    let number = if digits { text::SchoolNumber::from(cell).canonical() } else { None };
    number.ok_or_else(|| format!("`{cell}` is no school number (1 to 9999)"))
}

pub(super) fn whole_number(
    range: std::ops::RangeInclusive<i32>,
) -> impl FnOnce(&str) -> Result<i32, String> {
    move |cell| {
        let number = cell.parse().ok().filter(|number| range.contains(number));
        let (least, most) = (range.start(), range.end());
        number.ok_or_else(|| format!("`{cell}` is no whole number from {least} to {most}"))
    }
}

/// A day, alone or with a time of day that says nothing: `2021-08-01 00:00:00.0000000` and
/// `2026-08-01T00:00:00` stand in the two layouts of the directory.
pub(super) fn date(cell: &str) -> Result<NaiveDate, String> {
    let day = NaiveDate::parse_from_str(cell, "%Y-%m-%d").ok();
    let moment = |format| NaiveDateTime::parse_from_str(cell, format).ok();
    let day = day
        .or_else(|| moment("%Y-%m-%d %H:%M:%S%.f").map(|moment| moment.date()))
        .or_else(|| moment("%Y-%m-%dT%H:%M:%S%.f").map(|moment| moment.date()));
    day.ok_or_else(|| format!("`{cell}` is no date: write 2026-01-31"))
}
