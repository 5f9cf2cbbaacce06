use chrono::NaiveDate;
use proptest::prelude::*;

use super::counted_days::{CONTRACT, counted, everywhere, key, terms_2026};
use super::{counts, date, instant, record, school};
use crate::attendance::{
    AttendanceBand, AttendanceTrend, DayReport, ReachedThreshold, ReportedAt, ServiceStanding,
    StarCrossing, StarThreshold, TermStanding, TermSummary,
};
use crate::terms::TermAttendance;

fn band(present: u32, possible: u32) -> Option<AttendanceBand> {
    AttendanceBand::of(&TermAttendance {
        term: key("2026-1"),
        possible_half_days: possible,
        present_half_days: present,
    })
}

/// A day of each of these texts, on the open days from a date on, the holidays passed over.
fn days_from(first: &str, texts: &[&str]) -> Vec<DayReport> {
    let terms = terms_2026();
    let is_open =
        |day: &NaiveDate| terms.on(*day).is_some() && CONTRACT.why_not(*day, None).is_none();
    let open = date(first).iter_days().filter(is_open);
    let report =
        |(day, text): (NaiveDate, &&str)| super::report(1, &day.to_string(), record(text, 0, 0));
    open.zip(texts).map(report).collect()
}

#[test]
fn a_band_ends_exactly_on_its_percent() {
    let expected = [
        (100, AttendanceBand::Regular),
        (91, AttendanceBand::Regular),
        (90, AttendanceBand::Irregular),
        (81, AttendanceBand::Irregular),
        (80, AttendanceBand::Moderate),
        (71, AttendanceBand::Moderate),
        (70, AttendanceBand::Chronic),
        (69, AttendanceBand::Chronic),
        (0, AttendanceBand::Chronic),
    ];
    for (present, is) in expected {
        assert_eq!(band(present, 100), Some(is), "{present}");
    }
    assert_eq!(band(0, 0), None);
}

#[test]
fn bands_are_compared_in_integers() {
    // Of 96 half-days 90 % is 86.4, 80 % is 76.8, 70 % is 67.2.
    assert_eq!(band(87, 96), Some(AttendanceBand::Regular));
    assert_eq!(band(86, 96), Some(AttendanceBand::Irregular));
    assert_eq!(band(77, 96), Some(AttendanceBand::Irregular));
    assert_eq!(band(76, 96), Some(AttendanceBand::Moderate));
    assert_eq!(band(68, 96), Some(AttendanceBand::Moderate));
    assert_eq!(band(67, 96), Some(AttendanceBand::Chronic));
}

#[test]
fn a_threshold_is_reached_with_its_last_half_day() {
    let expected = [
        (0, None),
        (9, None),
        (10, Some(StarThreshold::Five)),
        (19, Some(StarThreshold::Five)),
        (20, Some(StarThreshold::Ten)),
        (29, Some(StarThreshold::Ten)),
        (30, Some(StarThreshold::Fifteen)),
        (u32::MAX, Some(StarThreshold::Fifteen)),
    ];
    for (absent, threshold) in expected {
        assert_eq!(StarThreshold::reached(absent), threshold, "{absent}");
    }
}

#[test]
fn the_day_that_reaches_a_threshold_is_told() {
    // Nine half-days absent, a day present, and the tenth. Justified or not makes no difference.
    let mut texts = vec!["uu", "jj", "uu", "jj", "pu", "pp", "px"];
    let crossed = |texts: &[&str]| {
        counted(&days_from("2026-02-09", texts), &[], &everywhere()).star_crossings(key("2026-1"))
    };
    assert_eq!(crossed(&texts), []);
    texts.push("pj");
    let five = StarCrossing { threshold: StarThreshold::Five, on: date("2026-02-18") };
    assert_eq!(crossed(&texts), [five]);
    // Nine more, and then two at once, over the line.
    texts.extend(["uu", "uu", "uu", "uu", "pu"]);
    assert_eq!(crossed(&texts), [five]);
    texts.push("uu");
    let ten = StarCrossing { threshold: StarThreshold::Ten, on: date("2026-02-26") };
    assert_eq!(crossed(&texts), [five, ten]);
    texts.extend(["uu", "uu", "uu", "uu"]);
    assert_eq!(crossed(&texts), [five, ten]);
    texts.extend(["pj", "uu", "uu"]);
    let fifteen = StarCrossing { threshold: StarThreshold::Fifteen, on: date("2026-03-05") };
    assert_eq!(crossed(&texts), [five, ten, fifteen]);
}

#[test]
fn absence_is_counted_anew_in_each_term() {
    // The last four days of term 1 and the first four of term 2: eight days absent, and none
    // of the terms has five.
    let days = days_from("2026-03-30", &["uu"; 8]);
    assert_eq!(days.last().unwrap().date, date("2026-04-23"));
    let eight = counted(&days, &[], &everywhere());
    assert_eq!(eight.star_crossings(key("2026-1")), []);
    assert_eq!(eight.star_crossings(key("2026-2")), []);
    let more = days_from("2026-03-30", &["uu"; 9]);
    let five = StarCrossing { threshold: StarThreshold::Five, on: date("2026-04-24") };
    assert_eq!(counted(&more, &[], &everywhere()).star_crossings(key("2026-2")), [five]);
}

/// Of term 1: these days of school 1, and totals of school 2.
fn standing(texts: &[&str], present: u32, absent: u32) -> TermStanding {
    let reported = ReportedAt::new(instant(0), instant(0));
    let half_days = counts(present, absent, 0, 0);
    let summary = TermSummary { school: school(2), term: key("2026-1"), half_days, reported };
    counted(&days_from("2026-02-09", texts), &[summary], &everywhere()).standing(key("2026-1"))
}

#[test]
fn half_days_of_totals_reach_a_threshold_without_a_day() {
    let reached = |threshold, on: Option<&str>| ReachedThreshold { threshold, on: on.map(date) };
    assert_eq!(standing(&[], 200, 9).thresholds, []);
    let five = reached(StarThreshold::Five, None);
    assert_eq!(standing(&[], 200, 10).thresholds, [five]);
    // Nine of the days and one of the totals: no day reached it.
    assert_eq!(standing(&["uu", "uu", "uu", "uu", "pu"], 200, 1).thresholds, [five]);
    // Of the days alone five were reached, of both together ten.
    let both = standing(&["uu", "uu", "uu", "uu", "uu"], 200, 10).thresholds;
    let five = reached(StarThreshold::Five, Some("2026-02-13"));
    assert_eq!(both, [five, reached(StarThreshold::Ten, None)]);
}

#[test]
fn a_concern_is_a_threshold_or_a_low_band() {
    assert!(!standing(&[], 37, 9).is_concern());
    assert!(standing(&[], 36, 9).is_concern());
    assert!(standing(&[], 200, 10).is_concern());
    assert!(!standing(&[], 0, 0).is_concern());
    let ten = standing(&[], 200, 20);
    let has = StarThreshold::ALL.map(|threshold| ten.has_reached(threshold));
    assert_eq!(has, [true, true, false]);
}

#[test]
fn what_came_after_a_term_says_nothing_of_its_trend() {
    let days = counted(&days_from("2026-02-09", &["pp"; 60]), &[], &everywhere());
    assert_eq!(days.trend(key("2026-2")), Some(AttendanceTrend::Steady));
    // From the 9th of February to the end of the term there are 39 days.
    assert_eq!(days.of_term(key("2026-1")).count(), 39);
    assert_eq!(days.trend(key("2026-1")), None);
}

fn trend(before: &[&str], now: &[&str]) -> Option<AttendanceTrend> {
    let days = days_from("2026-02-09", &[before, now].concat());
    counted(&days, &[], &everywhere()).trend(key("2026-3"))
}

/// Twenty days with so many half-days of forty present.
fn twenty(present: usize) -> Vec<&'static str> {
    let both = vec!["pp"; present / 2];
    let one = vec!["pu"; present % 2];
    let mut days = [both, one].concat();
    days.resize(20, "uu");
    days
}

#[test]
fn five_points_are_a_trend_and_a_half_day_less_is_not() {
    // Two half-days of forty are five percentage points.
    let by = |before, now| trend(&twenty(before), &twenty(now));
    assert_eq!(by(30, 32), Some(AttendanceTrend::Improving));
    assert_eq!(by(30, 31), Some(AttendanceTrend::Steady));
    assert_eq!(by(30, 30), Some(AttendanceTrend::Steady));
    assert_eq!(by(30, 29), Some(AttendanceTrend::Steady));
    assert_eq!(by(30, 28), Some(AttendanceTrend::Declining));
    assert_eq!(by(0, 40), Some(AttendanceTrend::Improving));
    assert_eq!(by(40, 0), Some(AttendanceTrend::Declining));
}

#[test]
fn points_are_of_what_was_possible() {
    // 19 of 39 is 48.7 %: 21.95 of 40 would be a trend, so 21 of 40 (52.5 %) is none, 22 is one.
    let mut before = twenty(19);
    before[19] = "u";
    assert_eq!(trend(&before, &twenty(21)), Some(AttendanceTrend::Steady));
    assert_eq!(trend(&before, &twenty(22)), Some(AttendanceTrend::Improving));
}

#[test]
fn a_trend_needs_forty_days_and_the_last_forty_are_enough() {
    assert_eq!(trend(&twenty(0)[1..], &twenty(40)), None);
    assert_eq!(trend(&[], &[]), None);
    let long_ago = vec!["pp"; 7];
    let before = [long_ago, twenty(30)].concat();
    assert_eq!(trend(&before, &twenty(31)), Some(AttendanceTrend::Steady));
}

#[test]
fn days_that_say_nothing_are_passed_over_in_a_trend() {
    let mut now = twenty(32);
    now.extend(["xx", "-", "x"]);
    assert_eq!(trend(&twenty(30), &now), Some(AttendanceTrend::Improving));
    assert_eq!(trend(&twenty(30)[1..], &now), None);
}

proptest! {
    /// By hundredths of the common denominator, in the order of the terms' days.
    #[test]
    fn a_trend_is_the_difference_of_two_shares(
        before in prop::collection::vec(prop::sample::select(vec!["pp", "pu", "p", "u", "jj", "jx"]), 20),
        now in prop::collection::vec(prop::sample::select(vec!["pp", "pu", "p", "u", "jj", "px"]), 20),
    ) {
        let share = |days: &[&str]| {
            let text = days.concat();
            let present = i64::try_from(text.matches('p').count()).unwrap();
            (present, present + i64::try_from(text.matches(['j', 'u']).count()).unwrap())
        };
        let ((present, possible), (was_present, was_possible)) = (share(&now), share(&before));
        let common = possible * was_possible;
        let up = |from: i64, to: i64| 20 * (to - from) >= common;
        let (was, is) = (was_present * possible, present * was_possible);
        let expected = match (up(was, is), up(is, was)) {
            (true, _) => AttendanceTrend::Improving,
            (_, true) => AttendanceTrend::Declining,
            (false, false) => AttendanceTrend::Steady,
        };
        prop_assert_eq!(trend(&before, &now), Some(expected));
    }
}

#[test]
fn the_service_has_a_student_whose_referral_waits_or_whose_case_is_open() {
    for (standing, there, open_case) in [
        (ServiceStanding::NotThere, false, false),
        (ServiceStanding::ReferralWaiting, true, false),
        (ServiceStanding::OpenCase, true, true),
    ] {
        assert_eq!(standing.is_there(), there, "{standing}");
        assert_eq!(standing.has_open_case(), open_case, "{standing}");
    }
}
