use serde_json::{Value, json};

use super::{OutcomeRules, Rule, RuleParameters};

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

fn places(rules: &RuleParameters) -> Vec<&'static str> {
    rules.contradictions().iter().map(|found| found.pointer).collect()
}

#[test]
fn the_contracts_numbers_contradict_nothing() {
    let all = [
        (eligibility(&[]), Rule::Eligibility),
        (service_levels([5, 10], [10, 15]), Rule::ServiceLevels),
        (RuleParameters::Outcomes(outcomes()), Rule::Outcomes),
    ];
    for (rules, rule) in all {
        assert_eq!(places(&rules), [""; 0], "{rule}");
        assert_eq!(rules.rule(), rule);
    }
}

#[test]
fn the_least_is_no_more_than_the_most() {
    for (edit, expected) in [
        (vec![("maximumAge", 5)], vec![]),
        (vec![("maximumAge", 4)], vec!["/maximumAge"]),
        (vec![("maximumYearLevel", 1)], vec![]),
        (vec![("maximumYearLevel", 0)], vec!["/maximumYearLevel"]),
        (vec![("urgentPercent", 70)], vec![]),
        (vec![("urgentPercent", 71)], vec!["/urgentPercent"]),
        (vec![("maximumAge", 4), ("urgentPercent", 71)], vec!["/maximumAge", "/urgentPercent"]),
    ] {
        assert_eq!(places(&eligibility(&edit)), expected, "{edit:?}");
    }
}

#[test]
fn the_second_level_is_the_longer_one() {
    for (school, whanau, expected) in [
        ([5, 6], [10, 11], vec![]),
        ([5, 5], [10, 15], vec!["/schoolContact/1/withinDays"]),
        ([5, 10], [15, 10], vec!["/whanauContact/1/withinDays"]),
    ] {
        assert_eq!(places(&service_levels(school, whanau)), expected);
    }
}
