//! What in a request does not go together, and which of its days have to lie in the past.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::date_locations::DateLocation;
use crate::referrals::{Inconsistency, SupportRequest};

/// A request for support with these members besides those that every request has.
fn request(members: Value) -> SupportRequest {
    let mut request = json!({
        "kind": "non_enrolment", "reason": "Seen nowhere.",
        "schoolResponse": { "attendanceManagementPlan": true, "individualPlanTried": false },
        "nonEnrolment": { "sender": "school" },
    });
    for (member, value) in members.as_object().expect("members") {
        request[member] = value.clone();
    }
    serde_json::from_value(request).expect("a request")
}

/// A term, possible and present half-days.
fn attendance(terms: &[(&str, u32, u32)]) -> Value {
    let each = terms.iter().map(|(term, possible, present)| {
        json!({ "term": term, "possibleHalfDays": possible, "presentHalfDays": present })
    });
    each.collect()
}

#[test]
fn a_request_has_what_its_kind_and_continuing_support_need() {
    let grounds = json!({ "studentWantsToContinue": true, "enrolmentPathway": "A course" });
    let term = attendance(&[("2026-1", 10, 5)]);
    for (members, expected) in [
        (json!({}), None),
        (json!({ "nonEnrolment": null }), Some(Inconsistency::NonEnrolmentMissing)),
        (json!({ "kind": "chronic_absence" }), Some(Inconsistency::AttendanceMissing)),
        (json!({ "kind": "chronic_absence", "attendance": term }), None),
        (json!({ "kind": "chronic_absence", "attendance": term, "nonEnrolment": null }), None),
        (json!({ "continuingSupport": true }), Some(Inconsistency::GroundsMissing)),
        (json!({ "continuingSupport": true, "continuingSupportGrounds": grounds }), None),
        (json!({ "continuingSupportGrounds": grounds }), None),
    ] {
        let expected: Vec<Inconsistency> = expected.into_iter().collect();
        assert_eq!(request(members.clone()).inconsistencies(), expected, "{members}");
    }
}

#[test]
fn a_term_is_there_once_and_has_no_more_half_days_than_were_possible() {
    for (terms, expected) in [
        (&[("2026-1", 10, 10), ("2026-2", 0, 0)][..], vec![]),
        (&[("2026-1", 0, 1)], vec![Inconsistency::NoHalfDaysPossible(0)]),
        (&[("2026-1", 9, 9), ("2026-2", 9, 10)], vec![Inconsistency::MoreThanPossible(1)]),
        (&[("2026-1", 9, 9), ("2026-1", 9, 9)], vec![Inconsistency::TermRepeated(1)]),
        (
            &[("2026-1", 9, 9), ("2026-1", 9, 10)],
            vec![Inconsistency::MoreThanPossible(1), Inconsistency::TermRepeated(1)],
        ),
    ] {
        let request = request(json!({ "attendance": attendance(terms) }));
        assert_eq!(request.inconsistencies(), expected, "{terms:?}");
    }
}

#[test]
fn days_of_the_past_are_named_with_where_they_stand() {
    let located = |members| {
        let dates = request(members).dates();
        dates.iter().map(|(at, date)| (*at, date.to_string())).collect::<Vec<_>>()
    };
    assert_eq!(located(json!({})), []);
    let sent = json!({ "sender": "school", "lastDayAttended": "2026-02-20" });
    let members = json!({ "whanauToldOn": "2026-03-02", "nonEnrolment": sent });
    let told = (DateLocation::WhanauToldOn, "2026-03-02".to_owned());
    let last = (DateLocation::LastDayAttended, "2026-02-20".to_owned());
    assert_eq!(located(members), [told, last]);
}

proptest! {
    /// What a request lists is a set: another order is the same request, a code more or less is not.
    #[test]
    fn the_order_of_lists_makes_no_other_request(
        codes in Just(["anxiety", "bullying", "transport"].to_vec()).prop_shuffle(),
        terms in Just([("2025-4", 80_u32, 40_u32), ("2026-1", 90, 30)].to_vec()).prop_shuffle(),
    ) {
        let listing = |codes: &[&str], terms: &[(&str, u32, u32)]| {
            request(json!({
                "barriers": codes, "agencies": codes, "safetyAlerts": codes,
                "schoolResponse": {
                    "starSteps": codes, "attendanceManagementPlan": true,
                    "individualPlanTried": false,
                },
                "attendance": attendance(terms),
            }))
        };
        let sorted = listing(
            &["anxiety", "bullying", "transport"],
            &[("2025-4", 80, 40), ("2026-1", 90, 30)],
        );
        prop_assert_eq!(listing(&codes, &terms).as_sets(), sorted.as_sets());
        prop_assert_eq!(sorted.as_sets(), sorted.clone());
        prop_assert_ne!(listing(&codes[1..], &terms).as_sets(), sorted.as_sets());
        prop_assert_ne!(listing(&codes, &terms[1..]).as_sets(), sorted.as_sets());
    }
}
