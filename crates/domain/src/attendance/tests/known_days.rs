use chrono::NaiveDate;
use proptest::prelude::*;

use super::counted_days::everywhere;
use super::{any_codes, any_day, date, enrolled, instant, record, report, school};
use crate::attendance::{DayRecord, DayReport, EnrolmentPeriod, ReportedAt, known_days};

const DAY: &str = "2026-03-03";

fn standing(reports: &[DayReport], enrolments: &[EnrolmentPeriod]) -> Vec<String> {
    known_days(reports.to_vec(), enrolments)
        .into_iter()
        .map(|day| day.record.half_days.to_string())
        .collect()
}

#[test]
fn the_later_sent_wins_even_when_it_arrives_first() {
    let early = report(1, DAY, record("uu", 100, 900));
    let late = report(1, DAY, record("jj", 101, 200));
    assert_eq!(standing(&[early.clone(), late.clone()], &everywhere()), ["jj"]);
    assert_eq!(standing(&[late, early], &everywhere()), ["jj"]);
}

#[test]
fn of_two_sent_at_one_instant_the_later_received_wins() {
    let first = report(1, DAY, record("uu", 100, 200));
    let second = report(1, DAY, record("jj", 100, 201));
    assert_eq!(standing(&[first.clone(), second.clone()], &everywhere()), ["jj"]);
    assert_eq!(standing(&[second, first], &everywhere()), ["jj"]);
}

#[test]
fn the_school_of_enrolment_stands_from_its_first_to_its_last_day() {
    let here = report(1, DAY, record("pp", 100, 100));
    let later_elsewhere = report(2, DAY, record("uu", 500, 500));
    let of = |first, last| {
        standing(&[here.clone(), later_elsewhere.clone()], &[enrolled(1, first, last)]).join("")
    };
    let nowhere = "";
    assert_eq!(of(Some(DAY), Some(DAY)), "pp");
    assert_eq!(of(None, Some(DAY)), "pp");
    assert_eq!(of(Some(DAY), None), "pp");
    assert_eq!(of(None, None), "pp");
    assert_eq!(of(Some("2026-03-04"), None), nowhere);
    assert_eq!(of(None, Some("2026-03-02")), nowhere);
}

#[test]
fn enrolled_at_both_schools_the_later_sent_stands_and_at_none_no_word() {
    let one = report(1, DAY, record("pp", 100, 900));
    let other = report(2, DAY, record("uu", 101, 101));
    let third = report(3, DAY, record("jj", 900, 900));
    let both = [enrolled(1, None, None), enrolled(2, None, None)];
    assert_eq!(standing(&[one.clone(), other.clone()], &both), ["uu"]);
    assert!(standing(&[one.clone(), other.clone()], &[]).is_empty());
    assert_eq!(standing(&[one, other, third], &both), ["uu"]);
}

#[test]
fn two_schools_that_say_the_same_at_one_instant_stand_the_same_in_any_order() {
    let (one, other) = (report(1, DAY, record("pp", 1, 1)), report(2, DAY, record("pp", 1, 1)));
    let standing = known_days([one.clone(), other.clone()], &everywhere());
    assert_eq!(known_days([other, one], &everywhere()), standing);
}

#[test]
fn each_day_stands_for_itself_in_the_order_of_days() {
    let reports = [
        report(1, "2026-03-04", record("p", 1, 1)),
        report(1, "2026-03-02", record("j", 9, 9)),
        report(2, "2026-03-03", record("u", 5, 5)),
    ];
    assert_eq!(standing(&reports, &everywhere()), ["j", "u", "p"]);
}

#[test]
fn instants_are_kept_to_the_microsecond() {
    let fine = "2026-03-03T04:15:00.123456789Z".parse().unwrap();
    let leap = "2026-06-30T23:59:60.5Z".parse().unwrap();
    let reported = ReportedAt::new(fine, leap);
    assert_eq!(reported.sent_at().to_rfc3339(), "2026-03-03T04:15:00.123456+00:00");
    assert_eq!(reported.received_at().to_rfc3339(), "2026-07-01T00:00:00.500+00:00");
    assert_eq!(reported, ReportedAt::new(reported.sent_at(), reported.received_at()));
}

/// Few days, schools and instants, so that most reports meet another.
fn any_report() -> impl Strategy<Value = DayReport> {
    (0u64..2, 1u128..4, 0i64..3, 0i64..3, any_day(), any_codes()).prop_map(
        |(day, school_number, sent, received, half_days, codes)| DayReport {
            date: date(DAY) + chrono::Days::new(day),
            school: school(school_number),
            record: DayRecord {
                reported: ReportedAt::new(instant(sent), instant(received)),
                half_days,
                codes,
            },
        },
    )
}

fn any_enrolment() -> impl Strategy<Value = EnrolmentPeriod> {
    let near =
        || prop::option::of((0u64..4).prop_map(|day| date("2026-03-02") + chrono::Days::new(day)));
    (1u128..4, near(), near()).prop_map(|(number, first_day, last_day)| EnrolmentPeriod {
        school: school(number),
        first_day,
        last_day,
    })
}

/// In two steps, as decision 0012 tells it: each school's word, then one school.
fn expected(
    reports: &[DayReport],
    enrolments: &[EnrolmentPeriod],
    day: NaiveDate,
) -> Option<DayReport> {
    let mut of_schools = Vec::new();
    for number in 1..4 {
        let mut theirs: Vec<_> =
            reports.iter().filter(|r| r.date == day && r.school == school(number)).collect();
        theirs.sort_by_key(|r| r.record.codes.clone());
        theirs.sort_by_key(|r| r.record.half_days);
        theirs.sort_by_key(|r| r.record.reported.received_at());
        theirs.sort_by_key(|r| r.record.reported.sent_at());
        of_schools.extend(theirs.last().copied());
    }
    let is_enrolled = |report: &DayReport| {
        enrolments.iter().any(|period| {
            let from = period.first_day.unwrap_or(NaiveDate::MIN);
            let to = period.last_day.unwrap_or(NaiveDate::MAX);
            period.school == report.school && (from..=to).contains(&day)
        })
    };
    of_schools.retain(|report| is_enrolled(report));
    let later =
        |a: &&DayReport, b: &&DayReport| a.record.cmp(&b.record).then(a.school.cmp(&b.school));
    of_schools.into_iter().max_by(later).cloned()
}

proptest! {
    #[test]
    fn what_stands_is_each_schools_latest_word_and_then_the_school_of_enrolment(
        reports in prop::collection::vec(any_report(), 0..12),
        enrolments in prop::collection::vec(any_enrolment(), 0..4),
    ) {
        let days = [date(DAY), date("2026-03-04")];
        let expected: Vec<DayReport> =
            days.iter().filter_map(|day| expected(&reports, &enrolments, *day)).collect();
        prop_assert_eq!(known_days(reports, &enrolments), expected);
    }

    #[test]
    fn the_order_of_arrival_decides_nothing(
        (reports, shuffled) in prop::collection::vec(any_report(), 0..12)
            .prop_flat_map(|reports| (Just(reports.clone()), Just(reports).prop_shuffle())),
        enrolments in prop::collection::vec(any_enrolment(), 0..4),
    ) {
        let mut twice = shuffled.clone();
        twice.extend(shuffled.clone());
        let known = known_days(reports, &enrolments);
        prop_assert_eq!(&known_days(shuffled, &enrolments), &known);
        prop_assert_eq!(known_days(twice, &enrolments), known);
    }
}
