use chrono::NaiveDate;

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
