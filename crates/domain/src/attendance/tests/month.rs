use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use proptest::prelude::*;

use super::{any_codes, any_day, date, instant, record, school};
use crate::attendance::{
    DayRecord, Merged, MonthDays, NotAMonthText, OtherMonth, ReportedAt, SlotCodes, known_days,
};

fn month_of(days: &[(&str, DayRecord)]) -> MonthDays {
    let mut month = MonthDays::of(date("2026-03-31"));
    for (day, record) in days {
        month.merge(date(day), record.clone()).unwrap();
    }
    month
}

#[test]
fn a_month_is_a_line_for_each_day_that_a_person_can_read() {
    let slots =
        |record: DayRecord, codes| DayRecord { codes: SlotCodes::new(codes).unwrap(), ..record };
    let mut fine = record("-", 0, 0);
    let micros = |micros| instant(0) + TimeDelta::microseconds(micros);
    fine.reported = ReportedAt::new(micros(250_000), micros(-1));
    let month = month_of(&[
        ("2026-03-04", slots(record("ju", 86_400, 172_802), ".MM??")),
        ("2026-03-03", slots(record("pp", 0, 2), "PP.PP")),
        ("2026-03-31", fine),
    ]);
    let text = "2026-03\n\
        03 pp PP.PP 2026-03-03T04:15:00Z +2.000000\n\
        04 ju .MM?? 2026-03-04T04:15:00Z +86402.000000\n\
        31 - - 2026-03-03T04:15:00.250Z -0.250001";
    assert_eq!(month.to_string(), text);
    assert_eq!(text.parse(), Ok(month));
    assert_eq!("2026-03".parse(), Ok(MonthDays::of(date("2026-03-15"))));
}

#[test]
fn what_is_no_month_is_refused_by_its_line() {
    let day = "03 pp PP.PP 2026-03-03T04:15:00Z +2.000000";
    let read = |text: String| text.parse::<MonthDays>().map(|month| month.days().count());
    assert_eq!(read(format!("2026-02\n{day}")), Ok(1));
    let wrong_days = [
        "",
        " ",
        "03",
        "00 pp P 2026-03-03T04:15:00Z +2.000000",
        "30 pp P 2026-03-03T04:15:00Z +2.000000",
        "03 ppp P 2026-03-03T04:15:00Z +2.000000",
        "03 pp  2026-03-03T04:15:00Z +2.000000",
        "03 pp P! 2026-03-03T04:15:00Z +2.000000",
        "03 pp P 2026-03-03 +2.000000",
        "03 pp P 2026-03-03T04:15:00Z 2.000000",
        "03 pp P 2026-03-03T04:15:00Z +2.00000",
        "03 pp P 2026-03-03T04:15:00Z +2",
        "03 pp P 2026-03-03T04:15:00Z +2.0000000",
        "03 pp P 2026-03-03T04:15:00Z +2.000000 ",
        "03 pp P 2026-03-03T04:15:00Z +-2.000000",
        "03 pp P 2026-03-03T04:15:00Z +99999999999999999999.000000",
        "03 pp P 2026-03-03T04:15:00Z +340282366920938463463374607431768211455.000000",
    ];
    for wrong in wrong_days {
        assert_eq!(read(format!("2026-02\n{wrong}")), Err(NotAMonthText { line: 2 }), "{wrong:?}");
    }
    assert_eq!(read(format!("2026-02\n{day}\n{day}")), Err(NotAMonthText { line: 3 }));
    let unsorted = format!("2026-02\n{day}\n02{}", day.strip_prefix("03").unwrap());
    assert_eq!(read(unsorted), Err(NotAMonthText { line: 3 }));
    for header in ["", "2026", "2026-13", "2026-03-01", day] {
        assert_eq!(read(header.into()), Err(NotAMonthText { line: 1 }), "{header:?}");
    }
}

#[test]
fn a_merge_tells_what_it_changed() {
    let mut month = MonthDays::of(date("2026-03-03"));
    let day = date("2026-03-03");
    let old = record("uu", 100, 100);
    let new = record("jj", 100, 101);
    assert_eq!(month.merge(day, old.clone()), Ok(Merged::New));
    assert_eq!(month.merge(day, old.clone()), Ok(Merged::Outdated));
    assert_eq!(month.merge(day, new.clone()), Ok(Merged::Replaced(old.clone())));
    assert_eq!(month.merge(day, old), Ok(Merged::Outdated));
    assert_eq!(month.days().collect::<Vec<_>>(), [(day, &new)]);
}

#[test]
fn a_month_takes_its_first_day_and_its_last_and_no_other_months() {
    let mut month = MonthDays::of(date("2024-02-29"));
    assert_eq!(month.first_day(), date("2024-02-01"));
    let mut merge = |day| month.merge(date(day), record("p", 0, 0));
    assert_eq!(merge("2024-02-01"), Ok(Merged::New));
    assert_eq!(merge("2024-02-29"), Ok(Merged::New));
    for other in ["2024-01-31", "2024-03-01", "2025-02-01"] {
        assert_eq!(merge(other), Err(OtherMonth(date(other))));
    }
}

/// Any instant that fits 64 bits of microseconds and a date.
fn any_instant() -> impl Strategy<Value = DateTime<Utc>> {
    let (first, last) = (DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC);
    let far = (first.timestamp_micros()..=last.timestamp_micros())
        .prop_map(|micros| DateTime::from_timestamp_micros(micros).unwrap());
    let near = (0i64..4_000_000_000_000_000, 0u8..3).prop_map(|(micros, precision)| {
        let keep = [1, 1000, 1_000_000][usize::from(precision)];
        DateTime::from_timestamp_micros(micros / keep * keep).unwrap()
    });
    prop_oneof![1 => far, 4 => near]
}

fn any_record() -> impl Strategy<Value = DayRecord> {
    (any_instant(), any_instant(), any_day(), any_codes()).prop_map(
        |(sent, received, half_days, codes)| DayRecord {
            reported: ReportedAt::new(sent, received),
            half_days,
            codes,
        },
    )
}

/// Records of one month, several of a day, many of one instant.
fn any_records() -> impl Strategy<Value = Vec<(NaiveDate, DayRecord)>> {
    let few = (0i64..2, 0i64..2, any_day()).prop_map(|(sent, received, day)| DayRecord {
        half_days: day,
        ..record("-", sent, received)
    });
    let record = prop_oneof![any_record(), few];
    let day = (0u64..31).prop_map(|day| date("2026-03-01") + Days::new(day));
    let few_days = (0u64..3).prop_map(|day| date("2026-03-01") + Days::new(day));
    prop::collection::vec((prop_oneof![day, few_days], record), 0..40)
}

fn merged(records: &[(NaiveDate, DayRecord)]) -> MonthDays {
    let mut month = MonthDays::of(date("2026-03-01"));
    for (day, record) in records {
        // Through the text each time, as a column is read and written.
        month = month.to_string().parse().unwrap();
        month.merge(*day, record.clone()).unwrap();
    }
    month
}

proptest! {
    #[test]
    fn a_month_reads_back_as_written(records in any_records()) {
        let month = merged(&records);
        prop_assert_eq!(month.to_string().parse::<MonthDays>(), Ok(month));
    }

    #[test]
    fn a_month_of_any_year_reads_back_as_written(days in -90_000_000i32..90_000_000, record in any_record()) {
        let day = NaiveDate::from_num_days_from_ce_opt(days).unwrap();
        let mut month = MonthDays::of(day);
        month.merge(day, record).unwrap();
        prop_assert_eq!(month.to_string().parse::<MonthDays>(), Ok(month));
    }

    #[test]
    fn a_month_is_what_stands_of_its_reports_in_any_order(
        (records, shuffled) in any_records()
            .prop_flat_map(|records| (Just(records.clone()), Just(records).prop_shuffle())),
    ) {
        let month = merged(&records);
        prop_assert_eq!(&merged(&shuffled), &month);
        let reports = records.into_iter().map(|(date, record)| super::DayReport {
            date, school: school(1), record,
        });
        let known = known_days(reports, &super::counted_days::everywhere());
        prop_assert_eq!(month.into_reports(school(1)).collect::<Vec<_>>(), known);
    }

    #[test]
    fn no_text_brings_the_reader_down(text in "(2026-03|.{0,8})(\n[0-9]{2} [pjux-]{1,3} [P?.-]{1,3} .{0,22} [+-][0-9]{0,40}[.][0-9]{5,7}){0,3}") {
        if let Ok(month) = text.parse::<MonthDays>() {
            prop_assert_eq!(month.to_string().parse::<MonthDays>(), Ok(month));
        }
    }
}
