//! What holds for every referral, against rules written in another way: as a database would count
//! many rows, and by the fewest half-days that suffice.

use chrono::{Days, NaiveDate};
use proptest::prelude::*;

use super::{RULES, at_school, attended, contract, day, terms};
use crate::calendar::Region;
use crate::measures::{
    DayCount, Departed, Departure, Excluded, Exclusion, MeasureResult, ReferralExclusion,
    ReferralInputs,
};
use crate::outcomes::{
    AttendanceInputs, ContactDetails, EnrolmentCutOffs, EnrolmentDeadlines, EnrolmentInputs,
    OutcomeTerm, enrolled, outcome_term, terms_over,
};
use crate::rules::{
    EnrolledRule, ImprovedAttendanceRule, Improvement, LateDecision, NoRecord, OutcomeRules,
};
use crate::terms::Terms;

/// Why it does not count, and how many days after the referral that was decided.
type Decided = Option<(ReferralExclusion, Option<u64>)>;

fn exclusion() -> impl Strategy<Value = Decided> {
    // Mostly none; resolved more often than the others, since it depends on the enrolment.
    let decided = (
        proptest::sample::select(ReferralExclusion::ALL),
        proptest::option::weighted(0.8, 0u64..120),
    );
    prop_oneof![
        6 => Just(None),
        2 => Just(Some((ReferralExclusion::Resolved, None))),
        2 => decided.prop_map(Some),
    ]
}

/// Whether an exclusion counts by a last day, where the rule says that what was missed stays.
fn counts_by(referral: &ReferralInputs, late: LateDecision, last: NaiveDate) -> bool {
    let on = referral.exclusion.and_then(|excluded| excluded.decided).map(|day| day.on);
    late == LateDecision::Excludes || on.is_none_or(|on| on <= last)
}

fn late_decision() -> impl Strategy<Value = LateDecision> {
    proptest::sample::select(vec![LateDecision::Excludes, LateDecision::MissedStays])
}

fn departure() -> impl Strategy<Value = Option<(Departure, u64)>> {
    let some = (proptest::sample::select(Departure::ALL), 0u64..300).prop_map(Some);
    prop_oneof![3 => Just(None), 1 => some]
}

fn region() -> impl Strategy<Value = Option<Region>> {
    proptest::option::of(proptest::sample::select(Region::ALL))
}

fn referral(
    exclusion: Decided,
    departed: Option<(Departure, u64)>,
    referred: NaiveDate,
    region: Option<Region>,
) -> ReferralInputs {
    let day = |after: u64| {
        DayCount::business(referred, referred + Days::new(after), contract(), region).unwrap()
    };
    let departed = departed.map(|(why, after)| Departed { why, at: day(after) });
    let exclusion = exclusion.map(|(why, after)| Excluded { why, decided: after.map(day) });
    ReferralInputs { exclusion, departed }
}

/// A row of a table and the conditions on it, one after another, without its deadlines.
fn enrolled_by_cut_offs(
    referral: &ReferralInputs,
    (referred, enrolled, details): (NaiveDate, Option<DayCount>, ContactDetails),
    (cut_offs, rules, due): (EnrolmentCutOffs, &OutcomeRules, NaiveDate),
    today: NaiveDate,
) -> MeasureResult {
    let in_time = |day: Option<DayCount>, limit| matches!(day, Some(DayCount { on, days }) if days <= limit && on <= today);
    let reached = rules.enrolled.contact_confirms
        && (in_time(details.reached_before, 60) || in_time(details.reached_after, 10));
    let current = in_time(details.before, 60) || in_time(details.after, 10) || reached;
    let gone = |limit| in_time(referral.departed.map(|departed| departed.at), limit);
    let counted = referral.exclusion.filter(|_| counts_by(referral, rules.late_decision, due));
    match (counted.map(|excluded| excluded.why), referral.departed) {
        (Some(ReferralExclusion::Resolved), _) if enrolled.is_none() => {
            MeasureResult::Excluded(Exclusion::Resolved)
        }
        (Some(why), _) if why != ReferralExclusion::Resolved => MeasureResult::Excluded(why.into()),
        _ if current && in_time(enrolled, 50) => MeasureResult::Met,
        (_, Some(departed)) if gone(if current { 50 } else { 10 }) => {
            MeasureResult::Excluded(departed.why.into())
        }
        _ if current && referred >= cut_offs.enrolment_ahead_from => MeasureResult::Pending,
        _ if current => MeasureResult::Missed,
        _ if referred >= cut_offs.confirmation_ahead_from => MeasureResult::Pending,
        _ => MeasureResult::Excluded(Exclusion::ContactDetailsNotCurrent),
    }
}

fn improved_by_terms(
    referral: &ReferralInputs,
    inputs: &AttendanceInputs,
    (terms, rules): (&Terms, &OutcomeRules),
    today: NaiveDate,
) -> MeasureResult {
    let OutcomeTerm { attended, known } = inputs.outcome.unwrap();
    let over = terms_over(terms, today).find(|term| term.key == attended.term);
    let gone = |last: NaiveDate| {
        referral.departed.filter(|departed| departed.at.on <= today && departed.at.on <= last)
    };
    let rule = &rules.improved_attendance;
    let last = known.map_or(NaiveDate::MAX, |known| known.ends_on);
    let counted = referral.exclusion.filter(|_| counts_by(referral, rules.late_decision, last));
    if let Some(excluded) = counted {
        MeasureResult::Excluded(excluded.why.into())
    } else if let Some(departed) = gone(over.map_or(NaiveDate::MAX, |term| term.ends_on)) {
        MeasureResult::Excluded(departed.why.into())
    } else if over.is_none() {
        MeasureResult::Pending
    } else if inputs.baseline.is_none() {
        MeasureResult::Excluded(Exclusion::NoBaseline)
    } else if attended.possible_half_days == 0 && rule.no_record == NoRecord::Missed {
        MeasureResult::Missed
    } else if attended.possible_half_days < known.unwrap().half_days.div_ceil(5) {
        MeasureResult::Excluded(Exclusion::TooLittleAttendance)
    } else if attended.present_half_days >= fewest(inputs, rule) {
        MeasureResult::Met
    } else {
        MeasureResult::Missed
    }
}

/// The fewest half-days present with which the outcome is met.
fn fewest(inputs: &AttendanceInputs, rule: &ImprovedAttendanceRule) -> u32 {
    let possible = inputs.outcome.unwrap().attended.possible_half_days;
    let before = inputs.baseline.unwrap();
    let (present_before, possible_before) = (before.present_half_days, before.possible_half_days);
    let over = possible * 7 / 10 + 1;
    let improved = match rule.improvement {
        Improvement::Relative => (present_before * possible * 5).div_ceil(possible_before * 4),
        Improvement::Points => {
            ((present_before * 4 + possible_before) * possible).div_ceil(possible_before * 4)
        }
    };
    over.min(improved.max(1))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn enrolled_counts_alike_row_by_row_and_by_cut_off_days(
        referred in 0u64..700,
        later in 0u64..120,
        first_days in proptest::collection::vec(-20i64..100, 0..3),
        confirmed in proptest::collection::vec(-80i64..25, 0..3),
        reached in proptest::collection::vec(-80i64..25, 0..3),
        region in region(),
        (exclusion, departed) in (exclusion(), departure()),
        (contact_confirms, late_decision) in (any::<bool>(), late_decision()),
    ) {
        let enrolled_rule = EnrolledRule { contact_confirms, ..RULES.enrolled };
        let rules = OutcomeRules { enrolled: enrolled_rule, late_decision, ..RULES };
        let (calendar, rule) = (contract(), &rules.enrolled);
        let referred = day("2026-01-01") + Days::new(referred);
        let today = referred + Days::new(later);
        let on = |days: Vec<i64>| -> Vec<NaiveDate> {
            days.into_iter().map(|days| referred + chrono::TimeDelta::days(days)).collect()
        };
        let enrolled = enrolled(referred, &at_school(&on(first_days)), calendar, region).unwrap();
        let enrolled = enrolled.map(|enrolled| enrolled.at);
        let (confirmed, reached) = (on(confirmed), on(reached));
        let details =
            ContactDetails::confirmed(referred, &confirmed, &reached, calendar, region).unwrap();
        let deadlines = EnrolmentDeadlines::of(referred, rule, calendar, region).unwrap();
        let inputs = EnrolmentInputs { enrolled, contact_details: details, deadlines };
        let referral = referral(exclusion, departed, referred, region);
        let cut_offs = EnrolmentCutOffs::on(today, rule, calendar, region).unwrap();
        prop_assert_eq!(
            inputs.classify(&referral, &rules, today),
            enrolled_by_cut_offs(
                &referral,
                (referred, enrolled, details),
                (cut_offs, &rules, deadlines.due_on),
                today,
            )
        );
    }

    #[test]
    fn improved_attendance_counts_alike_row_by_row_and_by_the_terms_that_are_over(
        referred in 0u64..700,
        later in 0u64..420,
        half_days in (prop_oneof![1 => Just(0), 9 => 0u32..=110], 0u32..=110),
        before in proptest::option::weighted(0.9, (1u32..=110, 0u32..=110)),
        points in any::<bool>(),
        region in region(),
        (exclusion, departed) in (exclusion(), departure()),
        (missed, late_decision) in (any::<bool>(), late_decision()),
    ) {
        let (calendar, terms) = (contract(), terms());
        let improvement = if points { Improvement::Points } else { Improvement::Relative };
        let no_record = if missed { NoRecord::Missed } else { NoRecord::Excluded };
        let improved_attendance =
            ImprovedAttendanceRule { improvement, no_record, ..RULES.improved_attendance };
        let rules = OutcomeRules { improved_attendance, late_decision, ..RULES };
        let referred = day("2026-01-01") + Days::new(referred);
        let today = referred + Days::new(later);
        let key = outcome_term(referred, &terms).unwrap().to_string();
        let recorded = attended(&key, half_days.1.min(half_days.0), half_days.0);
        let outcome = OutcomeTerm::of(recorded, &terms, calendar, region);
        let baseline =
            before.map(|(possible, present)| super::before((present.min(possible), possible)));
        let inputs = AttendanceInputs { baseline, outcome: Some(outcome) };
        let referral = referral(exclusion, departed, referred, region);
        prop_assert_eq!(
            inputs.classify(&referral, &rules, today),
            improved_by_terms(&referral, &inputs, (&terms, &rules), today)
        );
    }

    #[test]
    fn what_is_met_or_missed_stays_so(
        referred in 0u64..700,
        first_day in proptest::option::of(0u64..100),
        confirmed in proptest::option::of(0u64..25),
        departed in departure(),
    ) {
        let (calendar, rule) = (contract(), &RULES.enrolled);
        let referred = day("2026-01-01") + Days::new(referred);
        let on = |after: Option<u64>| -> Vec<NaiveDate> {
            after.into_iter().map(|after| referred + Days::new(after)).collect()
        };
        let inputs = EnrolmentInputs {
            enrolled: enrolled(referred, &at_school(&on(first_day)), calendar, None)
                .unwrap()
                .map(|enrolled| enrolled.at),
            contact_details: ContactDetails::confirmed(
                referred,
                &on(confirmed),
                &[],
                calendar,
                None,
            )
            .unwrap(),
            deadlines: EnrolmentDeadlines::of(referred, rule, calendar, None).unwrap(),
        };
        let referral = referral(None, departed, referred, None);
        let seen_on = |after| inputs.classify(&referral, &RULES, referred + Days::new(after));
        let decided = (0..130).map(seen_on).skip_while(|seen| !is_final(*seen));
        let mut decided: Vec<MeasureResult> = decided.collect();
        decided.dedup();
        prop_assert!(decided.len() <= 1, "{:?}", decided);
        prop_assert!(seen_on(130) != MeasureResult::Pending);
    }
}

fn is_final(seen: MeasureResult) -> bool {
    matches!(seen, MeasureResult::Met | MeasureResult::Missed)
}
