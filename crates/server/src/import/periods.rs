//! Dated ties of which one holds at a time: a school's catchment, a catchment's provider.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use chrono::NaiveDate;
use uuid::Uuid;

use super::summary::Summary;

/// `owner` is tied to `target` from a day to a day, the last included, or with no end yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Period<O, T> {
    pub id: Uuid,
    pub owner: O,
    pub target: T,
    pub starts_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
}

/// A period that a line of the file asks for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<O, T> {
    pub line: u64,
    pub period: Period<O, T>,
}

/// A period in its place of time: what is on record there, and what the file wants instead.
struct Slot<O, T> {
    on_record: Option<Period<O, T>>,
    wanted: Option<Wanted<O, T>>,
}

/// A period's first day tells which one it is: a line with the same owner and the same first day
/// as one on record corrects its target and its end.
type Timeline<O, T> = BTreeMap<NaiveDate, Slot<O, T>>;

/// The periods to write, in order of time. What overlaps is refused; `column` is where the file
/// holds the first day.
pub(super) fn merge<O: Copy + Eq + Hash + Ord, T: Copy + Eq>(
    on_record: &[Period<O, T>],
    wanted: &[Wanted<O, T>],
    column: &'static str,
    summary: &mut Summary,
) -> Vec<Period<O, T>> {
    let mut timelines: HashMap<O, Timeline<O, T>> = HashMap::new();
    for period in on_record {
        let slot = Slot { on_record: Some(*period), wanted: None };
        timelines.entry(period.owner).or_default().insert(period.starts_on, slot);
    }
    for wanted in wanted {
        let timeline = timelines.entry(wanted.period.owner).or_default();
        add(timeline, *wanted, column, summary);
    }
    let mut changes = Vec::new();
    for timeline in timelines.values_mut() {
        while let Some((line, reason)) = drop_one_overlap(timeline) {
            summary.refuse(line, column, reason);
        }
        for slot in timeline.values() {
            if let Some(Wanted { period, .. }) = slot.wanted {
                changes.extend(summary.count(slot.on_record.as_ref(), period));
            }
        }
    }
    // By time, and within a day by owner: ids of new rows are already given, but a run over the
    // same file should write in the same order.
    changes.sort_by_key(|period| (period.starts_on, period.owner));
    changes
}

fn add<O: Copy + Eq, T: Copy + Eq>(
    timeline: &mut Timeline<O, T>,
    wanted: Wanted<O, T>,
    column: &'static str,
    summary: &mut Summary,
) {
    let Wanted { line, period } = wanted;
    let slot = timeline.entry(period.starts_on).or_insert(Slot { on_record: None, wanted: None });
    // The file may say the same thing on many lines; only its first counts.
    if let Some(first) = slot.wanted {
        if (first.period.target, first.period.ends_on) != (period.target, period.ends_on) {
            summary.refuse(line, column, format!("line {} says otherwise", first.line));
        }
        return;
    }
    let id = slot.on_record.map_or(period.id, |old| old.id);
    slot.wanted = Some(Wanted { line, period: Period { id, ..period } });
}

/// Takes the later of two overlapping periods out, or the earlier one when the later is not the
/// file's; answers with its line and why. `None` when nothing overlaps any more.
fn drop_one_overlap<O: Copy, T: Copy>(timeline: &mut Timeline<O, T>) -> Option<(u64, String)> {
    let (earlier, later) = first_overlap(timeline)?;
    let line_of = |timeline: &Timeline<O, T>, day| {
        timeline.get(&day).and_then(|slot| slot.wanted).map(|wanted| wanted.line)
    };
    let (refused, other) =
        if line_of(timeline, later).is_some() { (later, earlier) } else { (earlier, later) };
    // Neither is the file's: what is on record overlaps, and this import does not touch it.
    let line = line_of(timeline, refused)?;
    let where_to = line_of(timeline, other)
        .map_or_else(|| "on record".to_owned(), |line| format!("line {line}"));
    let until = timeline.get(&other).and_then(Slot::last_day);
    let until = until.map_or_else(|| "with no end".to_owned(), |day| format!("to {day}"));
    let slot = timeline.get_mut(&refused)?;
    slot.wanted = None;
    if slot.on_record.is_none() {
        timeline.remove(&refused);
    }
    Some((line, format!("overlaps the period from {other} {until} ({where_to})")))
}

fn first_overlap<O, T>(timeline: &Timeline<O, T>) -> Option<(NaiveDate, NaiveDate)>
where
    O: Copy,
    T: Copy,
{
    timeline.iter().zip(timeline.iter().skip(1)).find_map(|((earlier, slot), (later, next))| {
        let overlap = slot.last_day().is_none_or(|day| day >= *later);
        let of_the_file = slot.wanted.is_some() || next.wanted.is_some();
        (overlap && of_the_file).then_some((*earlier, *later))
    })
}

impl<O: Copy, T: Copy> Slot<O, T> {
    fn last_day(&self) -> Option<NaiveDate> {
        self.wanted.map(|wanted| wanted.period).or(self.on_record)?.ends_on
    }
}
