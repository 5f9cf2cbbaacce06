use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::{
    ContactMeasure, DayCount, DaysToContact, DeadlinePassed, Departed, Departure, Excluded,
    Exclusion, Measure, MeasureResult, ReferralExclusion, ReferralInputs, Standing, Tally, due_on,
    first_pending, numbers, standing,
};
use crate::calendar::{Calendar, CalendarName, Region};
use crate::referrals::{ReferralKind, ReferralStatus};
use crate::rules::{
    AfterTransfer, EnrolledRule, ImprovedAttendanceRule, Improvement, LateDecision, NoRecord,
    OutcomeRules, ServiceLevel, ServiceLevelRules, WhanauContactMeans,
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn contract() -> Calendar {
    Calendar::new(CalendarName::Contract2026, Vec::new())
}

#[test]
fn the_deadline_itself_still_counts() {
    let calendar = contract();
    let due = due_on(day("2026-03-02"), 5, &calendar, None).unwrap();
    assert_eq!(due, day("2026-03-09"));
    assert_eq!(standing(None, 5, due, day("2026-03-09")), Standing::Pending);
    assert_eq!(standing(None, 5, due, day("2026-03-10")), Standing::Missed);
    assert_eq!(standing(Some(5), 5, due, day("2026-03-20")), Standing::Met);
    assert_eq!(standing(Some(6), 5, due, day("2026-03-20")), Standing::Missed);
}

#[test]
fn matariki_and_an_anniversary_move_the_deadline() {
    let calendar = contract();
    let due = |from, region| due_on(day(from), 5, &calendar, region).unwrap();
    assert_eq!(due("2026-07-06", None), day("2026-07-14"));
    assert_eq!(due("2026-01-21", None), day("2026-01-28"));
    assert_eq!(due("2026-01-21", Some(Region::Auckland)), day("2026-01-29"));
}

#[test]
fn the_student_or_the_whanau_is_enough_unless_both_are_asked() {
    let days = DaysToContact { school: Some(1), student: Some(9), whanau: Some(4) };
    let of = |days: DaysToContact, means| days.of(ContactMeasure::WhanauContact, means);
    assert_eq!(of(days, WhanauContactMeans::Either), Some(4));
    assert_eq!(of(days, WhanauContactMeans::Both), Some(9));
    let one = DaysToContact { student: None, ..days };
    assert_eq!(of(one, WhanauContactMeans::Either), Some(4));
    assert_eq!(of(one, WhanauContactMeans::Both), None);
}

#[test]
fn a_target_is_kept_at_exactly_its_share() {
    let tally = |met, missed| Tally { met, missed, ..Tally::default() };
    assert_eq!(tally(4, 1).meets(80), Some(true));
    assert_eq!(tally(79, 21).meets(80), Some(false));
    assert_eq!(tally(0, 0).meets(80), None);
    assert_eq!(Tally { pending: 1, ..tally(4, 0) }.meets(80), None);
    assert_eq!(tally(2, 1).rate_ten_thousandths(), Some(6667));
    assert_eq!(tally(1, 2).rate_ten_thousandths(), Some(3333));
    assert_eq!(tally(0, 3).rate_ten_thousandths(), Some(0));
    assert_eq!(tally(0, 0).rate_ten_thousandths(), None);
}

#[test]
fn six_numbers_stand_in_the_order_of_the_contract() {
    let level = |within_days, target_percent| ServiceLevel { within_days, target_percent };
    let contact = ServiceLevelRules {
        school_contact: [level(5, 80), level(10, 90)],
        whanau_contact: [level(10, 80), level(15, 90)],
        whanau_contact_means: WhanauContactMeans::Either,
        late_decision: LateDecision::MissedStays,
    };
    let outcomes = OutcomeRules {
        improved_attendance: ImprovedAttendanceRule {
            over_percent: 70,
            improved_by: 25,
            improvement: Improvement::Relative,
            minimum_record_percent: 20,
            no_record: NoRecord::Excluded,
            target_percent: 70,
        },
        enrolled: EnrolledRule {
            within_days: 50,
            target_percent: 60,
            confirmed_within_days: 60,
            confirmed_within_business_days: 10,
            contact_confirms: true,
        },
        after_transfer: AfterTransfer::FirstProvider,
        late_decision: LateDecision::MissedStays,
    };
    let listed = numbers(&contact, &outcomes)
        .map(|number| (number.measure, number.within_days, number.target_percent));
    let expected = [
        (Measure::SchoolContact, Some(5), 80),
        (Measure::SchoolContact, Some(10), 90),
        (Measure::WhanauContact, Some(10), 80),
        (Measure::WhanauContact, Some(15), 90),
        (Measure::ImprovedAttendance, None, 70),
        (Measure::Enrolled, Some(50), 60),
    ];
    assert_eq!(listed, expected);
}

#[test]
fn each_kind_of_referral_has_three_of_the_four_measures() {
    let of = |kind| -> Vec<&str> {
        let measures = Measure::ALL.iter().filter(|measure| measure.is_of(kind));
        measures.map(|measure| measure.as_str()).collect()
    };
    let absent = ["school_contact", "whanau_contact", "improved_attendance"];
    assert_eq!(of(ReferralKind::ChronicAbsence), absent);
    assert_eq!(of(ReferralKind::NonEnrolment), ["school_contact", "whanau_contact", "enrolled"]);
    for measure in ContactMeasure::ALL {
        assert_eq!(Measure::from(*measure).as_str(), measure.as_str());
    }
}

#[test]
fn every_reason_keeps_its_word_in_an_answer() {
    let whole = ReferralExclusion::ALL.iter().map(|why| (why.as_str(), Exclusion::from(*why)));
    let departed = Departure::ALL.iter().map(|why| (why.as_str(), Exclusion::from(*why)));
    let own = [
        Exclusion::NoBaseline,
        Exclusion::TooLittleAttendance,
        Exclusion::ContactDetailsNotCurrent,
    ];
    let own = own.into_iter().map(|why| (why.as_str(), why));
    let (words, reasons): (Vec<&str>, Vec<Exclusion>) = whole.chain(departed).chain(own).unzip();
    assert_eq!(words, reasons.iter().map(|why| why.as_str()).collect::<Vec<_>>());
    assert_eq!(reasons, Exclusion::ALL);
}

#[test]
fn a_tally_counts_each_referral_once() {
    let died = MeasureResult::Excluded(Exclusion::Died);
    let missed = MeasureResult::Missed;
    let all = [MeasureResult::Met, missed, died, MeasureResult::Pending, died, missed];
    let tally: Tally = all.into_iter().collect();
    let excluded = [(Exclusion::Died, 2)].into();
    assert_eq!(tally, Tally { met: 1, met_early: 0, missed: 2, pending: 1, excluded });
    assert_eq!(died.standing(), Standing::Excluded);
    assert_eq!(died.exclusion(), Some(Exclusion::Died));
    assert_eq!(missed.exclusion(), None);
}

#[test]
fn who_died_before_contact_was_due_is_not_missed() {
    let (calendar, referred) = (contract(), day("2026-03-02"));
    let due = due_on(referred, 5, &calendar, None).unwrap();
    let seen = |died: &str, days, today: &str| {
        let at = DayCount::business(referred, day(died), &calendar, None).unwrap();
        let departed = Some(Departed { why: Departure::Died, at });
        let referral = ReferralInputs { exclusion: None, departed };
        referral.contact(days, 5, LateDecision::MissedStays, due, day(today))
    };
    let excluded = MeasureResult::Excluded(Exclusion::Died);
    assert_eq!(seen("2026-03-09", None, "2026-03-08"), MeasureResult::Pending);
    assert_eq!(seen("2026-03-09", None, "2026-03-09"), excluded);
    assert_eq!(seen("2026-03-09", Some(6), "2026-03-10"), excluded);
    assert_eq!(seen("2026-03-09", Some(5), "2026-03-10"), MeasureResult::Met);
    assert_eq!(seen("2026-03-10", None, "2026-03-10"), MeasureResult::Missed);
}

#[test]
fn who_met_it_early_is_not_among_those_whose_deadline_has_passed() {
    let mut tally = Tally { missed: 2, pending: 5, ..Tally::default() };
    tally.add_met_early(19);
    tally.add_many(MeasureResult::Met, 1);
    assert_eq!((tally.met, tally.denominator()), (20, 22));
    assert_eq!(tally.deadline_passed(), DeadlinePassed { met: 1, denominator: 3 });
    assert_eq!(tally.deadline_passed().rate_ten_thousandths(), Some(3333));
    assert_eq!(Tally::default().deadline_passed().rate_ten_thousandths(), None);
}

proptest! {
    #[test]
    fn pending_begins_exactly_at_the_first_pending_day(offset in 0u64..1400, within in 1u16..16) {
        let calendar = contract();
        let today = day("2024-01-01") + Days::new(offset);
        let region = Some(Region::ALL[usize::try_from(offset).unwrap() % Region::ALL.len()]);
        let first = first_pending(today, within, &calendar, region).unwrap();
        for back in 0..40 {
            let referred = today - Days::new(back);
            let due = due_on(referred, within, &calendar, region).unwrap();
            let pending = standing(None, within, due, today) == Standing::Pending;
            prop_assert_eq!(pending, referred >= first, "{} {}", referred, first);
        }
    }

    #[test]
    fn contact_counts_as_before_where_nobody_departed(
        days in proptest::option::of(0u16..20),
        within in 1u16..16,
        due in 0u64..10,
        why in proptest::option::of(proptest::sample::select(ReferralExclusion::ALL)),
        decided in proptest::option::of(0u16..20),
        stays in any::<bool>(),
    ) {
        let today = day("2026-03-09");
        let due = day("2026-03-04") + Days::new(due);
        let decided = decided.map(|days| DayCount { on: today, days });
        let exclusion = why.map(|why| Excluded { why, decided });
        let referral = ReferralInputs { exclusion, departed: None };
        let late = if stays { LateDecision::MissedStays } else { LateDecision::Excludes };
        let found = referral.contact(days, within, late, due, today);
        let too_late = stays && decided.is_some_and(|decided| decided.days > within);
        match why {
            Some(why) if !too_late => prop_assert_eq!(found, MeasureResult::Excluded(why.into())),
            Some(_) | None => prop_assert_eq!(found.standing(), standing(days, within, due, today)),
        }
    }
}

/// Every status × whether it opened its case × whether a provider is responsible.
#[test]
fn a_referral_counts_while_it_waits_with_a_provider_and_by_the_case_that_it_opened() {
    use ReferralExclusion::{JoinedToOpenCase, NoProvider};
    for (status, joined, opened, nobody) in [
        (ReferralStatus::Submitted, None, None, Some(NoProvider)),
        (ReferralStatus::Returned, None, None, Some(NoProvider)),
        (ReferralStatus::Accepted, Some(JoinedToOpenCase), None, Some(JoinedToOpenCase)),
        (ReferralStatus::Declined, Some(ReferralExclusion::Declined), None, None),
        (ReferralStatus::Withdrawn, Some(ReferralExclusion::Withdrawn), None, None),
        (ReferralStatus::Redirected, Some(ReferralExclusion::Redirected), None, None),
        (ReferralStatus::Resolved, Some(ReferralExclusion::Resolved), None, None),
    ] {
        assert_eq!(ReferralExclusion::of(status, false, true), joined, "{status}");
        let (opened, nobody) = match status {
            ReferralStatus::Submitted | ReferralStatus::Returned | ReferralStatus::Accepted => {
                (opened, nobody)
            }
            // Over is over, whoever had it.
            ReferralStatus::Declined
            | ReferralStatus::Withdrawn
            | ReferralStatus::Redirected
            | ReferralStatus::Resolved => (joined, joined),
        };
        assert_eq!(ReferralExclusion::of(status, true, true), opened, "{status}");
        assert_eq!(ReferralExclusion::of(status, false, false), nobody, "{status}");
    }
}

#[test]
fn a_decision_excludes_on_its_day_where_a_provider_could_miss_something() {
    let (referred, decided) = (day("2026-03-02"), day("2026-03-09"));
    for why in ReferralExclusion::ALL {
        let is_decision =
            !matches!(why, ReferralExclusion::Resolved | ReferralExclusion::NoProvider);
        assert_eq!(why.is_decision(), is_decision, "{why}");
        let on = why.excluded_on(Some(decided), referred, true);
        assert_eq!(on, is_decision.then_some(decided), "{why}");
        assert_eq!(why.excluded_on(Some(decided), referred, false), None, "{why}");
        let joined = *why == ReferralExclusion::JoinedToOpenCase;
        assert_eq!(why.excluded_on(None, referred, true), joined.then_some(referred), "{why}");
    }
}

/// What is counted together tells of each other: each of its own group, and of no other group; and a kind of
/// referral that has one of a group has all of them.
#[test]
fn measures_that_are_counted_together_are_of_the_same_referrals() {
    for measure in Measure::ALL {
        let together = measure.counted_together();
        assert!(together.contains(measure), "{measure}");
        for other in Measure::ALL {
            let mutual = other.counted_together().contains(measure);
            assert_eq!(together.contains(other), mutual, "{measure} and {other}");
            if mutual {
                assert_eq!(other.counted_together(), together, "{measure} and {other}");
                let of = |kind: &ReferralKind| (measure.is_of(*kind), other.is_of(*kind));
                assert!(ReferralKind::ALL.iter().map(of).all(|(one, two)| one == two));
            }
        }
    }
}
