//! Code sets. A line with a blank `code` tells of the set itself; every other line is a code.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Read;

use ascms_persistence::reference_data::{ATTENDANCE_CODES, CodeSets};
use ascms_persistence::rows::code;
use ascms_persistence::rows::code_set::Model;
use chrono::{DateTime, NaiveDate, Utc};

use super::error::ImportError;
use super::lines::{self, Header, Line};
use super::summary::Summary;
use crate::progress::Progress;

/// What the header has to have; `source` may be left out when no set is new, `mi_reviewed` always.
const COLUMNS: [&str; 7] =
    ["code_set", "code", "label_en", "label_mi", "parent", "valid_from", "valid_to"];

pub(super) enum Row {
    Set { line: u64, set: SetRow },
    Code { line: u64, code: CodeRow },
}

pub(super) struct SetRow {
    name: String,
    label_en: String,
    label_mi: String,
    source: String,
    /// Whether a speaker has read the labels in te reo Māori; `None` where the line does not say.
    mi_reviewed: Option<bool>,
}

pub(super) struct CodeRow {
    set: String,
    code: String,
    label_en: String,
    label_mi: Option<String>,
    parent: Option<String>,
    valid_from: Option<NaiveDate>,
    valid_to: Option<NaiveDate>,
}

pub(super) fn read(
    file: impl Read,
    progress: &dyn Progress,
) -> Result<(Vec<Row>, Summary), ImportError> {
    let check = |header: &Header<'_>| header.require(&COLUMNS);
    lines::read(file, progress, check, |(), line| row(line))
}

fn row(line: &mut Line<'_>) -> Option<Row> {
    let set = line.required("code_set", set_name);
    let code = line.optional("code", lines::code);
    // A code that was refused is no blank one.
    if code.is_none() && !line.is_sound() {
        return None;
    }
    let label_en = line.required("label_en", lines::words);
    let Some(code) = code else {
        let label_mi = line.required("label_mi", lines::words);
        let source = line.required("source", lines::words);
        let mi_reviewed = line.optional("mi_reviewed", yes_or_no);
        let (name, label_en, label_mi, source) = (set?, label_en?, label_mi?, source?);
        let set = SetRow { name, label_en, label_mi, source, mi_reviewed };
        return Some(Row::Set { line: line.number, set });
    };
    let label_mi = line.optional("label_mi", lines::words);
    let parent = line.optional("parent", lines::code);
    let valid_from = line.optional("valid_from", lines::date);
    let valid_to = line.optional("valid_to", lines::date);
    if let (Some(from), Some(to)) = (valid_from, valid_to)
        && to < from
    {
        line.refuse("valid_to", format!("{to} is before the first day, {from}"));
    }
    if parent.as_ref() == Some(&code) {
        line.refuse("parent", "is the code itself");
    }
    let (set, label_en) = (set?, label_en?);
    let code = CodeRow { set, code, label_en, label_mi, parent, valid_from, valid_to };
    Some(Row::Code { line: line.number, code })
}

/// Part of an address: lower case, words joined with hyphens.
fn set_name(cell: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if cell == ATTENDANCE_CODES {
        return Err(format!("`{cell}` say how half-days count, and change with a release"));
    }
    let bounded = cell.len() <= 64 && !cell.starts_with('-') && !cell.ends_with('-');
    if bounded && cell.chars().all(plain) {
        Ok(cell.to_owned())
    } else {
        Err(format!("`{cell}` is no name of a code set, such as `leaving-reasons`"))
    }
}

fn yes_or_no(cell: &str) -> Result<bool, String> {
    match cell {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(format!("`{cell}` is neither `yes` nor `no`")),
    }
}

/// The sets of an import, by name; a change of a code changes its set.
struct Sets<'a> {
    on_record: &'a [Model],
    wanted: BTreeMap<String, (Option<u64>, Model)>,
    touched: HashSet<String>,
    /// Those of which the file says that a speaker has read them.
    reviewed: HashSet<String>,
    /// Those with a code that has a new label in te reo Māori.
    relabelled: HashSet<String>,
}

/// The rows to write. Codes that the file leaves out stay: rows everywhere hold them. A code ends
/// with its `valid_to`.
pub(super) fn differences(
    on_record: CodeSets,
    rows: &[Row],
    now: DateTime<Utc>,
    summary: &mut Summary,
) -> CodeSets {
    let CodeSets { sets, codes } = on_record;
    let mut wanted = Sets::new(&sets);
    for row in rows {
        wanted.take(row, summary);
    }
    let codes = code_changes(&codes, rows, &mut wanted, summary);
    CodeSets { sets: wanted.changes(now, summary), codes }
}

impl<'a> Sets<'a> {
    fn new(on_record: &'a [Model]) -> Self {
        let known = on_record.iter().map(|set| (set.name.clone(), (None, set.clone())));
        let [touched, reviewed, relabelled] = Default::default();
        Self { on_record, wanted: known.collect(), touched, reviewed, relabelled }
    }

    fn take(&mut self, row: &Row, summary: &mut Summary) {
        let Row::Set { line, set } = row else { return };
        let SetRow { name, label_en, label_mi, source, mi_reviewed } = set;
        let before = self.wanted.get(name);
        if let Some((Some(first), _)) = before {
            summary.refuse(*line, "code_set", format!("line {first} tells of this set already"));
            return;
        }
        // Version and time of a new set are given where all changes are.
        let (version, updated_at) =
            before.map_or((0, DateTime::UNIX_EPOCH), |(_, old)| (old.version, old.updated_at));
        // What was read stays read as long as it is the same.
        let was_reviewed =
            before.is_some_and(|(_, old)| old.mi_reviewed && old.label_mi == *label_mi);
        if *mi_reviewed == Some(true) {
            self.reviewed.insert(name.clone());
        }
        let set = Model {
            name: name.clone(),
            label_en: label_en.clone(),
            label_mi: label_mi.clone(),
            mi_reviewed: mi_reviewed.unwrap_or(was_reviewed),
            source: source.clone(),
            version,
            updated_at,
        };
        self.wanted.insert(name.clone(), (Some(*line), set));
    }

    fn changes(self, now: DateTime<Utc>, summary: &mut Summary) -> Vec<Model> {
        let Self { on_record, wanted, touched, reviewed, relabelled } = self;
        let mut changes = Vec::new();
        for (name, (line, set)) in wanted {
            let old = on_record.iter().find(|old| old.name == name);
            let told = line.and_then(|_| summary.count(old, set.clone()));
            if told.is_some() || touched.contains(&name) {
                let version = set.version.saturating_add(1);
                let is_unread = relabelled.contains(&name) && !reviewed.contains(&name);
                let mi_reviewed = set.mi_reviewed && !is_unread;
                changes.push(Model { version, mi_reviewed, updated_at: now, ..set });
            }
        }
        changes
    }
}

fn code_changes(
    on_record: &[code::Model],
    rows: &[Row],
    sets: &mut Sets<'_>,
    summary: &mut Summary,
) -> Vec<code::Model> {
    let by_key: HashMap<(&str, &str), &code::Model> =
        on_record.iter().map(|row| ((row.code_set.as_str(), row.code.as_str()), row)).collect();
    let mut last: HashMap<&str, i32> = HashMap::new();
    for row in on_record {
        let position = last.entry(&row.code_set).or_default();
        *position = row.position.max(*position);
    }
    let codes = || rows.iter().filter_map(Row::as_code);
    let in_file: HashSet<(&str, &str)> =
        codes().map(|(_, row)| (row.set.as_str(), row.code.as_str())).collect();
    let mut lines: HashMap<(&str, &str), u64> = HashMap::new();
    let mut changes = Vec::new();
    for (line, row) in codes() {
        let key = (row.set.as_str(), row.code.as_str());
        let parent = row.parent.as_deref().map(|parent| (row.set.as_str(), parent));
        let fault = if !sets.wanted.contains_key(&row.set) {
            Some(("code_set", "is new: a line with a blank code has to tell of it".to_owned()))
        } else if let Some(first) = lines.get(&key) {
            Some(("code", format!("`{}` is already on line {first}", row.code)))
        } else if let Some(parent) = parent
            && !in_file.contains(&parent)
            && !by_key.contains_key(&parent)
        {
            Some(("parent", format!("`{}` is no code of this set", parent.1)))
        } else {
            None
        };
        if let Some((column, reason)) = fault {
            summary.refuse(line, column, reason);
            continue;
        }
        lines.insert(key, line);
        let old = by_key.get(&key).copied();
        let position = position(old, last.entry(&row.set).or_default());
        if let Some(change) = summary.count(old, row.at(position)) {
            sets.touched.insert(row.set.clone());
            if old.is_none_or(|old| old.label_mi != row.label_mi) {
                sets.relabelled.insert(row.set.clone());
            }
            changes.push(change);
        }
    }
    changes
}

/// A code keeps its place for good, and a new one comes last: forms do not reshuffle.
fn position(old: Option<&code::Model>, last: &mut i32) -> i32 {
    match old {
        Some(old) => old.position,
        None => {
            *last = last.saturating_add(1);
            *last
        }
    }
}

impl Row {
    fn as_code(&self) -> Option<(u64, &CodeRow)> {
        match self {
            Self::Code { line, code } => Some((*line, code)),
            Self::Set { .. } => None,
        }
    }
}

impl CodeRow {
    fn at(&self, position: i32) -> code::Model {
        let Self { set, code, label_en, label_mi, parent, valid_from, valid_to } = self;
        code::Model {
            code_set: set.clone(),
            code: code.clone(),
            label_en: label_en.clone(),
            label_mi: label_mi.clone(),
            parent: parent.clone(),
            position,
            valid_from: *valid_from,
            valid_to: *valid_to,
        }
    }
}
