use serde_json::{Value, json};

use super::{OutcomeRules, Rule, RuleContradiction, RuleParameters};

/// The contract's own numbers.
fn eligibility(edit: &[(&str, i32)]) -> RuleParameters {
    let mut rules = json!({
        "minimumAge": 5, "maximumAge": 16, "minimumYearLevel": 1, "maximumYearLevel": 11,
        "chronicPercent": 70, "minimumRecordPercent": 20, "urgentPercent": 50,
    });
    for (member, value) in edit {
        rules[member] = json!(value);
    }
    RuleParameters::Eligibility(serde_json::from_value(rules).unwrap())
}

fn service_levels(school: [u16; 2], whanau: [u16; 2]) -> RuleParameters {
    let level = |days: u16| json!({ "withinDays": days, "targetPercent": 80 });
    let levels = |days: [u16; 2]| Value::from(days.map(level).to_vec());
    let rules = json!({
        "schoolContact": levels(school), "whanauContact": levels(whanau),
        "whanauContactMeans": "either",
    });
    RuleParameters::ServiceLevels(serde_json::from_value(rules).unwrap())
}

fn outcomes() -> OutcomeRules {
    serde_json::from_value(json!({
        "improvedAttendance": {
            "overPercent": 70, "improvedBy": 25, "improvement": "relative",
            "minimumRecordPercent": 20, "targetPercent": 70,
        },
        "enrolled": {
            "withinDays": 50, "targetPercent": 60, "confirmedWithinDays": 60,
            "confirmedWithinBusinessDays": 10,
        },
    }))
    .unwrap()
}

#[test]
fn the_contracts_numbers_contradict_nothing() {
    let all = [
        (eligibility(&[]), Rule::Eligibility),
        (service_levels([5, 10], [10, 15]), Rule::ServiceLevels),
        (RuleParameters::Outcomes(outcomes()), Rule::Outcomes),
    ];
    for (rules, rule) in all {
        assert_eq!(rules.contradictions(), [], "{rule}");
        assert_eq!(rules.rule(), rule);
    }
}

#[test]
fn the_least_is_no_more_than_the_most() {
    for (edit, expected) in [
        (vec![("maximumAge", 5)], vec![]),
        (vec![("maximumAge", 4)], vec![RuleContradiction::MaximumAge]),
        (vec![("maximumYearLevel", 1)], vec![]),
        (vec![("maximumYearLevel", 0)], vec![RuleContradiction::MaximumYearLevel]),
        (vec![("urgentPercent", 70)], vec![]),
        (vec![("urgentPercent", 71)], vec![RuleContradiction::UrgentPercent]),
        (
            vec![("maximumAge", 4), ("urgentPercent", 71)],
            vec![RuleContradiction::MaximumAge, RuleContradiction::UrgentPercent],
        ),
    ] {
        assert_eq!(eligibility(&edit).contradictions(), expected, "{edit:?}");
    }
}

#[test]
fn the_second_level_is_the_longer_one() {
    for (school, whanau, expected) in [
        ([5, 6], [10, 11], vec![]),
        ([5, 5], [10, 15], vec![RuleContradiction::SchoolContact]),
        ([5, 10], [15, 10], vec![RuleContradiction::WhanauContact]),
    ] {
        assert_eq!(service_levels(school, whanau).contradictions(), expected);
    }
}

#[test]
fn a_day_has_one_holiday() {
    let of = |days: &[&str]| {
        let holiday =
            |day: &&str| json!({ "date": day, "nameEn": "Day", "nameMi": "Rā", "act": "An Act" });
        let holidays: Value = days.iter().map(holiday).collect();
        let rules = serde_json::from_value(json!({ "holidays": holidays })).unwrap();
        RuleParameters::StatutoryHolidays(rules).contradictions()
    };
    assert_eq!(of(&["2026-06-19", "2027-06-25"]), []);
    let repeated = of(&["2026-06-19", "2027-06-25", "2026-06-19"]);
    assert_eq!(repeated, [RuleContradiction::RepeatedHoliday]);
}
