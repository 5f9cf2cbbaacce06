use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use chrono::Days;
use proptest::prelude::*;

use super::{any_day, counts, date, enrolled, instant, record, report, school};
use crate::attendance::{
    CountedDays, DayReport, EnrolmentPeriod, HalfDayCounts, OpenDays, ReportedAt, Sent, TermSummary,
};
use crate::calendar::{Calendar, CalendarName, Region};
use crate::ids::SchoolId;
use crate::terms::{Term, TermKey, Terms};

pub(super) fn key(text: &str) -> TermKey {
    text.parse().unwrap()
}

pub(super) fn terms_2026() -> Terms {
    let term = |name: &str, starts_on: &str, ends_on: &str| Term {
        key: key(name),
        starts_on: date(starts_on),
        ends_on: date(ends_on),
    };
    Terms::new(vec![
        term("2026-1", "2026-01-26", "2026-04-02"),
        term("2026-2", "2026-04-20", "2026-07-03"),
        term("2026-3", "2026-07-20", "2026-09-25"),
    ])
    .unwrap()
}

/// Made once: it is slow to make and quick to ask.
pub(super) static CONTRACT: LazyLock<Calendar> =
    LazyLock::new(|| Calendar::new(CalendarName::Contract2026, Vec::new()));

/// Enrolled at each of the schools, always.
pub(super) fn everywhere() -> [EnrolmentPeriod; 3] {
    [1, 2, 3].map(|number| enrolled(number, None, None))
}

/// Counts by the same dates for all schools; those of school 2 are in Southland.
pub(super) fn counted(
    days: &[DayReport],
    summaries: &[TermSummary],
    enrolments: &[EnrolmentPeriod],
) -> CountedDays {
    let terms = terms_2026();
    let region = |id: SchoolId| (id == school(2)).then_some(Region::Southland);
    CountedDays::new(Sent { days, summaries, enrolments }, |id| OpenDays {
        terms: &terms,
        calendar: &CONTRACT,
        region: region(id),
    })
}

fn summary(number: u128, term: &str, half_days: HalfDayCounts, sent: i64) -> TermSummary {
    let reported = ReportedAt::new(instant(sent), instant(sent));
    TermSummary { school: school(number), term: key(term), half_days, reported }
}

#[test]
fn days_add_up_to_their_term() {
    let reports = [
        report(1, "2026-03-02", record("pp", 0, 0)),
        report(1, "2026-03-03", record("pj", 0, 0)),
        report(1, "2026-03-04", record("ux", 0, 0)),
        report(1, "2026-03-05", record("u", 0, 0)),
        report(1, "2026-03-06", record("-", 0, 0)),
        report(1, "2026-04-20", record("uu", 0, 0)),
    ];
    let totals = counted(&reports, &[], &everywhere()).term_totals(key("2026-1"));
    assert_eq!(totals.half_days, counts(3, 1, 2, 1));
    assert_eq!((totals.days, totals.days_absent()), (5, 1));
    let attendance = totals.attendance();
    assert_eq!((attendance.possible_half_days, attendance.present_half_days), (6, 3));
    assert_eq!(attendance.term, key("2026-1"));
    let none = counted(&reports, &[], &everywhere()).term_totals(key("2026-3"));
    assert_eq!((none.half_days, none.days), (HalfDayCounts::default(), 0));
}

#[test]
fn a_term_counts_from_its_first_day_to_its_last() {
    let term_on = |day| {
        let terms = terms_2026();
        let open = OpenDays { terms: &terms, calendar: &CONTRACT, region: None };
        open.term_on(date(day)).map(|term| term.key.to_string())
    };
    assert_eq!(term_on("2026-01-23"), None);
    assert_eq!(term_on("2026-01-26"), Some("2026-1".into()));
    assert_eq!(term_on("2026-04-02"), Some("2026-1".into()));
    assert_eq!(term_on("2026-04-17"), None);
    assert_eq!(term_on("2026-04-20"), Some("2026-2".into()));
    assert_eq!(term_on("2060-04-20"), None);
}

#[test]
fn closed_days_do_not_count_and_are_told() {
    let days = [
        "2026-02-06", // Waitangi Day
        "2026-03-07", // a Saturday
        "2026-04-07", // Easter Tuesday, after the term
        "2026-03-09",
    ];
    let reports = days.map(|day| report(1, day, record("uu", 0, 0)));
    let counted = counted(&reports, &[], &everywhere());
    let closed: Vec<_> = counted.closed().iter().map(|report| report.date).collect();
    assert_eq!(closed, [date("2026-02-06"), date("2026-03-07"), date("2026-04-07")]);
    assert_eq!(counted.term_totals(key("2026-1")).half_days, counts(0, 0, 2, 0));
}

#[test]
fn each_school_keeps_its_own_anniversary() {
    let terms = terms_2026();
    let of = |region| {
        let reports = [report(1, "2026-03-23", record("pp", 0, 0))];
        let open = |_| OpenDays { terms: &terms, calendar: &CONTRACT, region };
        let sent = Sent { days: &reports, summaries: &[], enrolments: &everywhere() };
        CountedDays::new(sent, open).school_days().len()
    };
    assert_eq!(of(Some(Region::Otago)), 0);
    assert_eq!(of(Some(Region::Southland)), 1);
    assert_eq!(of(None), 1);
}

#[test]
fn no_other_school_counts_on_a_day_off_of_the_school_of_enrolment() {
    let terms = terms_2026();
    let reports =
        [report(1, "2026-03-23", record("pp", 0, 0)), report(2, "2026-03-23", record("uu", 9, 9))];
    let open = |id| OpenDays {
        terms: &terms,
        calendar: &CONTRACT,
        region: (id == school(1)).then_some(Region::Otago),
    };
    let enrolments = [enrolled(1, None, None)];
    let sent = Sent { days: &reports, summaries: &[], enrolments: &enrolments };
    let counted = CountedDays::new(sent, open);
    assert!(counted.school_days().is_empty());
    assert_eq!(counted.closed().len(), 1);
}

#[test]
fn a_summary_counts_while_its_school_has_no_day_of_the_term_on_record() {
    let sums = [summary(1, "2026-1", counts(60, 10, 5, 1), 0)];
    let of =
        |reports: &[DayReport]| counted(reports, &sums, &everywhere()).term_totals(key("2026-1"));
    let alone = of(&[]);
    assert_eq!((alone.half_days, alone.days), (counts(60, 10, 5, 1), 0));
    assert_eq!(alone.summarised, [school(1)]);
    // A day of another term, one on which the school is closed, and another school's are no days
    // of that term from it.
    let elsewhere = of(&[
        report(1, "2026-04-20", record("uu", 0, 0)),
        report(1, "2026-03-07", record("uu", 0, 0)),
        report(3, "2026-03-05", record("uu", 0, 0)),
    ]);
    assert_eq!(elsewhere.half_days, counts(60, 10, 7, 1));
    assert_eq!((elsewhere.days, elsewhere.summarised), (1, vec![school(1)]));
    let with_day = of(&[report(1, "2026-03-05", record("pp", 0, 0))]);
    assert_eq!((with_day.half_days, with_day.summarised), (counts(2, 0, 0, 0), vec![]));
}

#[test]
fn a_day_that_does_not_stand_still_keeps_its_schools_summary_out() {
    let sums = [summary(1, "2026-1", counts(60, 10, 5, 0), 0)];
    let reports =
        [report(1, "2026-03-05", record("pp", 0, 0)), report(2, "2026-03-05", record("uu", 9, 9))];
    let totals = counted(&reports, &sums, &everywhere()).term_totals(key("2026-1"));
    assert_eq!((totals.half_days, totals.summarised), (counts(0, 0, 2, 0), vec![]));
}

#[test]
fn nothing_counts_of_a_school_at_which_the_student_was_not() {
    let sums = [summary(1, "2026-1", counts(60, 10, 5, 0), 0)];
    let reports =
        [report(1, "2026-03-05", record("uu", 9, 9)), report(2, "2026-03-05", record("pp", 0, 0))];
    let of = |enrolments: &[EnrolmentPeriod], reports: &[DayReport]| {
        counted(reports, &sums, enrolments).term_totals(key("2026-1")).half_days
    };
    assert_eq!(of(&[enrolled(2, None, None)], &reports), counts(2, 0, 0, 0));
    assert_eq!(of(&[], &reports), counts(0, 0, 0, 0));
    // Of totals the whole term counts when the student was there on any day of it.
    let left = |day| [enrolled(1, None, Some(day))];
    assert_eq!(of(&left("2026-01-26"), &[]), counts(60, 10, 5, 0));
    assert_eq!(of(&left("2026-01-25"), &[]), counts(0, 0, 0, 0));
    // A day on which the student was elsewhere by then keeps no totals out.
    assert_eq!(of(&left("2026-03-04"), &reports), counts(60, 10, 5, 0));
    assert_eq!(of(&left("2026-03-05"), &reports), counts(0, 0, 2, 0));
}

#[test]
fn of_a_schools_summaries_the_later_counts_and_of_two_schools_both() {
    let mut sums = [
        summary(1, "2026-1", counts(20, 0, 0, 0), 5),
        summary(1, "2026-1", counts(10, 0, 0, 0), 6),
        summary(2, "2026-1", counts(3, 4, 0, 0), 1),
        summary(1, "2026-2", counts(50, 0, 0, 0), 9),
    ];
    let of = |sums: &[TermSummary]| {
        counted(&[], sums, &everywhere()).term_totals(key("2026-1")).half_days
    };
    assert_eq!(of(&sums), counts(13, 4, 0, 0));
    sums.reverse();
    assert_eq!(of(&sums), counts(13, 4, 0, 0));
}

proptest! {
    /// Counted the long way: day by day of the term, asking each for what stands.
    #[test]
    fn a_term_is_the_sum_of_its_open_days(
        days in prop::collection::vec((0u64..170, 1u128..4, 0i64..4, any_day()), 0..60),
        sums in prop::collection::vec((1u128..4, 0u32..9, 0i64..3), 0..4),
    ) {
        let reports: Vec<DayReport> = days
            .iter()
            .map(|(day, number, sent, half_days)| DayReport {
                date: date("2026-01-20") + Days::new(*day),
                school: school(*number),
                record: record(&half_days.to_string(), *sent, 0),
            })
            .collect();
        let sums: Vec<TermSummary> = sums
            .iter()
            .map(|(number, present, sent)| {
                summary(*number, "2026-1", counts(*present, 0, 0, 0), *sent)
            })
            .collect();
        let enrolments = [enrolled(1, None, Some("2026-03-06")), enrolled(2, Some("2026-03-07"), None)];
        let totals = counted(&reports, &sums, &enrolments).term_totals(key("2026-1"));

        let (mut present, mut absent) = (0, 0);
        let mut with_days = BTreeSet::new();
        for day in date("2026-01-26").iter_days().take_while(|day| *day <= date("2026-04-02")) {
            // Easter Tuesday, the only anniversary here, falls after the term.
            if CONTRACT.why_not(day, None).is_some() {
                continue;
            }
            let at_home = school(if day <= date("2026-03-06") { 1 } else { 2 });
            let mut of_day: Vec<_> = reports.iter().filter(|report| report.date == day).collect();
            of_day.retain(|report| report.school == at_home);
            with_days.extend(of_day.iter().map(|report| report.school));
            of_day.sort_by_key(|report| (report.record.clone(), report.school));
            if let Some(standing) = of_day.last() {
                let text = standing.record.half_days.to_string();
                present += text.matches('p').count();
                absent += text.matches(['j', 'u']).count();
            }
        }
        let mut latest = BTreeMap::new();
        let was_there = |sum: &&TermSummary| sum.school != school(3);
        for sum in sums.iter().filter(was_there).filter(|sum| !with_days.contains(&sum.school)) {
            let known: &mut Vec<_> = latest.entry(sum.school).or_default();
            known.push((sum.reported.sent_at(), sum.half_days.present));
        }
        present += latest
            .values()
            .map(|known| usize::try_from(known.iter().max().unwrap().1).unwrap())
            .sum::<usize>();
        let half_days = totals.half_days;
        prop_assert_eq!(usize::try_from(half_days.present), Ok(present));
        prop_assert_eq!(usize::try_from(half_days.absent()), Ok(absent));
        prop_assert_eq!(totals.summarised, latest.into_keys().collect::<Vec<_>>());
    }
}
