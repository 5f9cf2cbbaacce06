use chrono::NaiveDate;
use proptest::prelude::*;
use serde_json::json;

use super::{Implausible, SentStudent, SentWhanauContact, age_on, implausible};
use crate::code_locations::CodeLocation;
use crate::date_locations::DateLocation;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn sent(given: &str, family: &str) -> SentStudent {
    SentStudent {
        nsn: None,
        legal_given_names: (!given.is_empty()).then(|| given.into()),
        legal_family_name: family.into(),
        preferred_given_names: None,
        preferred_family_name: None,
        birth_date: day("2014-05-06"),
        gender: None,
        ethnicities: Vec::new(),
        iwi: Vec::new(),
        home_language: None,
        interpreter_wanted: false,
        te_reo_preferred: false,
        year_level: None,
        address_protected: false,
        whanau_contacts: Vec::new(),
    }
}

#[test]
fn a_birthday_counts_from_its_day_on() {
    assert_eq!(age_on(day("2010-03-02"), day("2026-03-01")), 15);
    assert_eq!(age_on(day("2010-03-02"), day("2026-03-02")), 16);
    assert_eq!(age_on(day("2012-02-29"), day("2026-02-28")), 13);
    assert_eq!(age_on(day("2012-02-29"), day("2026-03-01")), 14);
    assert_eq!(age_on(day("2026-03-02"), day("2026-03-01")), 0);
}

#[test]
fn a_preferred_name_is_a_second_name() {
    let mut student = sent("Hēmi", "Example");
    assert_eq!(student.names(), [("Hēmi", "Example")]);
    student.preferred_given_names = Some("Jim".into());
    assert_eq!(student.names(), [("Hēmi", "Example"), ("Jim", "Example")]);
    student.preferred_given_names = Some("Hēmi".into());
    assert_eq!(student.names(), [("Hēmi", "Example")]);
}

#[test]
fn a_student_is_from_3_to_30_years_old() {
    let today = day("2026-03-16");
    for (born, fault) in [
        ("2026-03-17", Some(Implausible::InTheFuture)),
        ("2026-03-16", Some(Implausible::TooRecent)),
        ("2023-03-17", Some(Implausible::TooRecent)),
        ("2023-03-16", None),
        ("1995-03-17", None),
        ("1995-03-16", Some(Implausible::TooLongAgo)),
    ] {
        assert_eq!(implausible(day(born), today), fault, "{born}");
    }
}

#[test]
fn a_record_that_stands_keeps_its_preferred_names_and_its_year() {
    let mut sent = sent("Aroha", "Example");
    sent.preferred_given_names = Some("Ari".into());
    sent.preferred_family_name = Some("Sample".into());
    sent.year_level = Some(8);
    sent.gender = Some("female".into());
    sent.whanau_contacts = vec![SentWhanauContact {
        name: "Mere Example".into(),
        relationship: "mother".into(),
        phone: None,
        other_phone: None,
        email: None,
        address: None,
        preferred_language: None,
        confirmed_on: None,
    }];
    let taken_up = sent.for_record_that_stands();
    assert_eq!((&taken_up.preferred_given_names, &taken_up.preferred_family_name), (&None, &None));
    assert_eq!(taken_up.year_level, None);
    assert_eq!(taken_up.legal_family_name, sent.legal_family_name);
    assert_eq!(taken_up.whanau_contacts, sent.whanau_contacts);
    let named: Vec<_> =
        sent.codes().into_iter().map(|(at, code)| (at, at.set(), code.as_str())).collect();
    let mother = (CodeLocation::WhanauRelationship(0), "whanau-relationships", "mother");
    assert_eq!(named, [(CodeLocation::Gender, "genders", "female"), mother]);
    // A date that is missing is not named.
    assert_eq!(sent.dates(), []);
    let contact = sent.whanau_contacts[0].clone();
    let confirmed_on = "2026-03-02".parse().ok();
    sent.whanau_contacts.push(SentWhanauContact { confirmed_on, ..contact });
    let dated = sent.dates();
    let located: Vec<DateLocation> = dated.into_iter().map(|(at, _)| at).collect();
    assert_eq!(located, [DateLocation::WhanauContactConfirmedOn(1)]);
}

fn contact(name: &str) -> SentWhanauContact {
    serde_json::from_value(json!({ "name": name, "relationship": "aunt" })).unwrap()
}

#[test]
fn any_one_way_reaches_a_person() {
    let nothing = contact("Mere Example");
    assert!(!nothing.is_reachable());
    for (way, value) in [
        ("phone", "021 555 0100"),
        ("otherPhone", "021 555 0101"),
        ("email", "mere@example.nz"),
        ("address", "1 Example Street"),
    ] {
        let mut with = json!(nothing);
        with[way] = json!(value);
        let with: SentWhanauContact = serde_json::from_value(with).unwrap();
        assert!(with.is_reachable(), "{way}");
    }
}

proptest! {
    /// A school's system may list codes and people in another order each time, and write the number with
    /// spaces and noughts: it is the same student, and what tells students apart stays.
    #[test]
    fn the_order_of_lists_and_the_spelling_of_a_number_make_no_other_student(
        codes in Just(["111", "211", "311"].to_vec()).prop_shuffle(),
        people in Just(["Mere", "Aroha", "Hone"].to_vec()).prop_shuffle(),
        noughts in 0..3_usize, spaced in any::<bool>(),
    ) {
        let student = |codes: &[&str], people: &[&str], number: &str| SentStudent {
            nsn: Some(number.into()),
            ethnicities: codes.iter().map(|code| (*code).into()).collect(),
            iwi: codes.iter().rev().map(|code| (*code).into()).collect(),
            whanau_contacts: people.iter().map(|name| contact(name)).collect(),
            ..sent("Hana", "Example")
        };
        let plain = student(&["111", "211", "311"], &["Aroha", "Hone", "Mere"], "931284341");
        let number = if spaced { "931 284 341" } else { "931284341" };
        let written = student(&codes, &people, &format!("{}{number}", "0".repeat(noughts)));
        prop_assert_eq!(written.as_sets(), plain.as_sets());
        prop_assert_eq!(written.as_sets().as_sets(), written.as_sets());
        let other = student(&codes[1..], &people, "931284341");
        prop_assert_ne!(other.as_sets(), plain.as_sets());
    }
}
