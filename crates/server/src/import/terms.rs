//! Term dates. A term of the nation lasts from the first day on which a school may begin it to
//! the last on which one may end it, so that no school day of any school lies outside.

use std::collections::{BTreeMap, HashMap};
use std::io::Read;

use ascms_domain::ids::SchoolId;
use ascms_persistence::rows::school;
use ascms_persistence::rows::term::Model;
use chrono::{DateTime, Datelike, NaiveDate};
use uuid::Uuid;

use super::error::ImportError;
use super::lines::{self, Header, Line};
use super::summary::Summary;
use crate::progress::Progress;

const YEAR: &str = "year";
const TERM: &str = "term";
const FIRST_DAY: &str = "start_earliest";
const LAST_DAY: &str = "end_latest";
/// May be left out: a line without it is about the whole nation.
const SCHOOL: &str = "school_number";

pub(super) struct TermRow {
    line: u64,
    year: i32,
    term: i32,
    school: Option<i32>,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
}

pub(super) fn read(
    file: impl Read,
    progress: &dyn Progress,
) -> Result<(Vec<TermRow>, Summary), ImportError> {
    let check = |header: &Header<'_>| header.require(&[YEAR, TERM, FIRST_DAY, LAST_DAY]);
    lines::read(file, progress, check, |(), line| row(line))
}

fn row(line: &mut Line<'_>) -> Option<TermRow> {
    let year = line.required(YEAR, lines::whole_number(2000..=2100));
    let term = line.required(TERM, lines::whole_number(1..=4));
    let first = line.required(FIRST_DAY, lines::date);
    let last = line.required(LAST_DAY, lines::date);
    let school = line.optional(SCHOOL, lines::school_number);
    let (year, term, starts_on, ends_on) = (year?, term?, first?, last?);
    for (column, day) in [(FIRST_DAY, starts_on), (LAST_DAY, ends_on)] {
        if day.year() != year {
            line.refuse(column, format!("{day} is not in {year}"));
        }
    }
    if ends_on < starts_on {
        line.refuse(LAST_DAY, format!("{ends_on} is before the first day, {starts_on}"));
    }
    Some(TermRow { line: line.number, year, term, school, starts_on, ends_on })
}

/// A term in its place: what is on record there, and what which line wants instead.
#[derive(Default)]
struct TermSlot {
    on_record: Option<Model>,
    wanted: Option<(u64, Model)>,
}

/// The terms of the nation, or of a school, by year and term.
type List = BTreeMap<(i32, i32), TermSlot>;

/// The rows to write.
pub(super) fn differences(
    on_record: Vec<Model>,
    schools: Vec<school::Model>,
    rows: &[TermRow],
    summary: &mut Summary,
) -> Vec<Model> {
    let ids: HashMap<i32, SchoolId> =
        schools.into_iter().map(|school| (school.number, school.id)).collect();
    let mut lists: BTreeMap<Option<SchoolId>, List> = BTreeMap::new();
    for row in on_record {
        let (list, key) = (lists.entry(row.school_id).or_default(), (row.year, row.term));
        list.entry(key).or_default().on_record = Some(row);
    }
    for row in rows {
        let school = row.school.map(|number| (number, ids.get(&number).copied()));
        match school {
            Some((number, None)) => {
                let reason = format!("no school on record has the number {number}");
                summary.refuse(row.line, SCHOOL, reason);
            }
            Some((_, Some(id))) => add(lists.entry(Some(id)).or_default(), row, Some(id), summary),
            None => add(lists.entry(None).or_default(), row, None, summary),
        }
    }
    let mut changes = Vec::new();
    for list in lists.values_mut() {
        while let Some((line, reason)) = drop_one_clash(list) {
            summary.refuse(line, FIRST_DAY, reason);
        }
        for slot in std::mem::take(list).into_values() {
            if let Some((_, wanted)) = slot.wanted {
                changes.extend(summary.count(slot.on_record.as_ref(), wanted));
            }
        }
    }
    changes
}

fn add(list: &mut List, row: &TermRow, school_id: Option<SchoolId>, summary: &mut Summary) {
    let TermRow { line, year, term, school: _, starts_on, ends_on } = *row;
    let slot = list.entry((year, term)).or_default();
    if let Some((first, _)) = slot.wanted {
        summary.refuse(line, TERM, format!("term {term} of {year} is already on line {first}"));
        return;
    }
    let old = slot.on_record.as_ref();
    let id = old.map_or_else(Uuid::now_v7, |old| old.id);
    // Dates that are new are known from when they are written.
    let known_from = old.map_or(DateTime::UNIX_EPOCH, |old| old.known_from);
    slot.wanted = Some((line, Model { id, year, term, school_id, starts_on, ends_on, known_from }));
}

/// Takes out a term that does not come after the one before it; answers with its line and why.
fn drop_one_clash(list: &mut List) -> Option<(u64, String)> {
    let (earlier, later) = list.iter().zip(list.iter().skip(1)).find_map(|(one, two)| {
        let of_the_file = one.1.wanted.is_some() || two.1.wanted.is_some();
        let clash = one.1.term()?.ends_on >= two.1.term()?.starts_on;
        (clash && of_the_file).then_some((*one.0, *two.0))
    })?;
    let of_the_file = |key| list.get(&key).is_some_and(|slot: &TermSlot| slot.wanted.is_some());
    let (refused, other) = if of_the_file(later) { (later, earlier) } else { (earlier, later) };
    let dates =
        list.get(&other).and_then(TermSlot::term).map(|term| (term.starts_on, term.ends_on))?;
    let slot = list.get_mut(&refused)?;
    let (line, _) = slot.wanted.take()?;
    if slot.on_record.is_none() {
        list.remove(&refused);
    }
    let ((year, term), (from, to)) = (other, dates);
    Some((line, format!("does not fit with term {term} of {year}, {from} to {to}")))
}

impl TermSlot {
    fn term(&self) -> Option<&Model> {
        self.wanted.as_ref().map(|(_, term)| term).or(self.on_record.as_ref())
    }
}
