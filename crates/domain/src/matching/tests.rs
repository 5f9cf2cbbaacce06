use chrono::NaiveDate;

use super::names::compared;
use super::{
    Agreement, Candidate, ComparedName, ComparedNsn, Identity, KnownIdentity, Match, MatchDoubt,
    MatchReason, MatchedBy, NameAgreement, PlaceholderIn, Placeholders, settle,
};
use crate::ids::StudentId;
use crate::students::SentStudent;

use Agreement::{Near, Other, Same, Unknown};

mod spellings;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn candidate(nsn: Agreement, birth_date: Agreement, name: Agreement) -> Candidate {
    Candidate { student_id: StudentId::generate(), nsn, birth_date, name }
}

fn sent(given: &str, family: &str, birth_date: &str, nsn: Option<&str>) -> SentStudent {
    SentStudent {
        nsn: nsn.map(Into::into),
        legal_given_names: (!given.is_empty()).then(|| given.into()),
        legal_family_name: family.into(),
        preferred_given_names: None,
        preferred_family_name: None,
        birth_date: day(birth_date),
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

fn placeholders() -> Placeholders {
    let mut all = Placeholders::default();
    for (code, label) in [
        ("unknown", "Unknown"),
        ("test", "Test"),
        ("baby", "Baby"),
        ("girl", "Girl"),
        ("nk", "Not known"),
    ] {
        all.add(super::PLACEHOLDER_NAMES, code, &[label]);
    }
    all.add(super::PLACEHOLDER_BIRTH_DATES, "2000-01-01", &["1 January 2000"]);
    all.add(super::PLACEHOLDER_NSNS, "1111111111", &["Ones"]);
    all.add(super::PLACEHOLDER_NSNS, "0123456789", &["In a row"]);
    all
}

fn agreement(one: (&str, &str), other: (&str, &str)) -> NameAgreement {
    let name = |(given, family)| ComparedName::of(given, family).expect("a name");
    let forth = name(one).agreement(&name(other));
    assert_eq!(forth, name(other).agreement(&name(one)), "{one:?} {other:?}");
    forth
}

#[test]
fn nobody_like_it_makes_a_new_student() {
    assert_eq!(settle(&[]), Match::New);
    assert_eq!(
        settle(&[candidate(Unknown, Same, Other), candidate(Other, Other, Same)]),
        Match::New
    );
}

/// Every way in which one candidate can agree, and what it comes to.
#[test]
fn one_attribute_never_overrules_another_that_contradicts_it() {
    for nsn in [Same, Other, Unknown] {
        for birth_date in [Same, Other, Unknown] {
            for name in [Same, Near, Other, Unknown] {
                let one = candidate(nsn, birth_date, name);
                let expected = match (nsn, birth_date, name) {
                    (Same, Same, Same | Near) => "nsn",
                    (Unknown, Same, Same) => "name",
                    (Same, _, _) | (_, Same, Same | Near) => "unclear",
                    _ => "new",
                };
                let settled = match settle(&[one]) {
                    Match::Known(_, MatchedBy::Nsn) => "nsn",
                    Match::Known(_, MatchedBy::NameAndBirthDate) => "name",
                    Match::Known(_, by) => panic!("{by:?}"),
                    Match::Unclear(_) => "unclear",
                    Match::New => "new",
                };
                assert_eq!(settled, expected, "{one:?}");
            }
        }
    }
}

#[test]
fn a_namesake_does_not_disturb_a_number_that_is_proof() {
    let known = candidate(Same, Same, Same);
    let settled = settle(&[candidate(Unknown, Same, Same), known]);
    assert_eq!(settled, Match::Known(known.student_id, MatchedBy::Nsn));
}

#[test]
fn two_who_answer_to_the_same_go_to_a_person() {
    for both in [candidate(Unknown, Same, Same), candidate(Same, Same, Same)] {
        let twins = [both, Candidate { student_id: StudentId::generate(), ..both }];
        assert!(matches!(settle(&twins), Match::Unclear(found) if found.len() == 2));
    }
}

#[test]
fn the_review_list_shows_the_likeliest_first_with_what_speaks_against_each() {
    let typing_error = candidate(Same, Other, Same);
    let namesake = candidate(Other, Same, Same);
    let twin = candidate(Same, Same, Other);
    let shorter = candidate(Unknown, Same, Near);
    let Match::Unclear(scored) = settle(&[shorter, namesake, typing_error, twin]) else {
        panic!("unclear")
    };
    let scores: Vec<u8> = scored.iter().map(|candidate| candidate.score).collect();
    assert_eq!(scores, [75, 75, 40, 35]);
    let of = |one: Candidate| {
        scored.iter().find(|scored| scored.student_id == one.student_id).expect("it")
    };
    assert_eq!(of(typing_error).reasons, [MatchReason::SameNsn, MatchReason::SameName]);
    assert_eq!(of(typing_error).doubts, [MatchDoubt::OtherBirthDate]);
    let namesakes = [MatchReason::OtherNsn, MatchReason::SameBirthDate, MatchReason::SameName];
    assert_eq!((&of(namesake).reasons[..], &of(namesake).doubts[..]), (&namesakes[..], &[][..]));
    assert_eq!(of(twin).doubts, [MatchDoubt::OtherName]);
    assert_eq!(of(shorter).doubts, [MatchDoubt::SimilarName]);
    assert!(scored.iter().all(|one| !one.is_certain()));
}

#[test]
fn a_candidate_of_an_earlier_day_is_read_without_its_doubts() {
    let text = r#"{"studentId":"01900000-0000-7000-8000-000000000001","score":75}"#;
    let read: super::ScoredCandidate = serde_json::from_str(text).expect("a candidate");
    assert!(read.reasons.is_empty() && read.doubts.is_empty());
}

#[test]
fn a_number_is_one_however_it_is_written() {
    for text in ["0931284341", "931284341", "093 128 4341", " 93128 4341 ", "00931284341"] {
        assert_eq!(ComparedNsn::read(text).expect(text).as_str(), "931284341");
    }
    assert_ne!(ComparedNsn::read("9312843410"), ComparedNsn::read("931284341"));
    for text in ["", " ", "12a", "-1", "1.5", "12345678901", "٣"] {
        assert_eq!(ComparedNsn::read(text), None, "{text:?}");
    }
}

#[test]
fn a_name_is_one_however_it_is_typed() {
    for (one, other) in [
        ("Łukasz", "lukasz"),
        ("Søren", "SOREN"),
        ("Đorđe", "Dorde"),
        ("Guðrún", "Gudrun"),
        ("Weiß", "Weiss"),
        ("Ægir", "Aegir"),
        ("Œuvre", "oeuvre"),
        ("Þór", "Thor"),
        ("Ħal", "Hal"),
        ("Işıl", "Isil"),
        ("Ngaati", "Ngāti"),
        ("Tuuhoe", "Tūhoe"),
        ("Whaanau", "WHANAU"),
        ("O'Brien", "O Brien"),
        ("O’Brien", "O-Brien"),
        ("OʻBrien", "Oʼbrien"),
        ("O´Brien", "O`Brien"),
        ("OʽBrien", "OʿBrien"),
        ("Oꞌbrien", "O′Brien"),
        ("D‛Arcy", "d arcy"),
        ("Mary-Jane", "Maryjane"),
        ("Te Rangi", "Te-Rangi"),
        ("Ga\u{2bb}akea", "Gaakea"),
    ] {
        assert_eq!(compared(one), compared(other), "{one} {other}");
        let family = "Example";
        assert_eq!(agreement((one, family), (other, family)), NameAgreement::Same, "{one}");
        assert_eq!(agreement((family, one), (family, other)), NameAgreement::Same, "{one}");
    }
    for (one, other) in [("Aria", "Arya"), ("Hana", "Hanah"), ("李", "黎"), ("Tama", "Tame")] {
        assert_ne!(compared(one), compared(other));
    }
}

#[test]
fn the_order_and_the_border_of_given_and_family_names_do_not_matter() {
    for (one, other) in [
        (("Āria Rose", "Te-Rangi"), ("te rangi", "Rose Aria")),
        (("Hana Te", "Rangi"), ("Hana", "Te Rangi")),
        (("Sean", "O'Brien"), ("O Brien", "Sean")),
        (("", "Tāne"), ("Taane", "")),
    ] {
        assert_eq!(agreement(one, other), NameAgreement::Same, "{one:?} {other:?}");
    }
}

#[test]
fn a_further_name_or_an_initial_is_nearly_the_same_name() {
    for (one, other) in [
        (("Aroha", "Example"), ("Aroha Mere", "Example")),
        (("Aroha M", "Example"), ("Aroha Mere", "Example")),
        (("Mary", "O'Brien"), ("Mary Ann", "O Brien")),
        (("Aroha", "Smith"), ("Aroha", "Smith-Jones")),
        (("", "Example"), ("Aroha", "Example")),
        (("Aroha Mere", "Te Rangi"), ("Mere Aroha", "Terangi")),
        (("Aroha Mere", "Te-Eti"), ("Teeti", "Mere-Aroha")),
        (("Mary-Jane", "Smith Jones"), ("Smithjones Jane", "Mary")),
        (("Aroha Mere", "Te Rangi"), ("Aroha", "Terangi")),
        (("Aroha Mere", "Te Rangi"), ("M Aroha", "Terangi")),
        (("Mary Jane Ann", "Example"), ("Janeann Mary", "Example")),
        (("A", "Example"), ("Aroha", "Example")),
    ] {
        assert_eq!(agreement(one, other), NameAgreement::Near, "{one:?} {other:?}");
    }
    for (one, other) in [
        (("Aria", "Example"), ("Tama", "Example")),
        (("Aroha", "Example"), ("Aroha", "Other")),
        (("Aroha Mere", "Example"), ("Aroha Kiri", "Example")),
        (("Child 1", "Example"), ("Child 12", "Example")),
        (("Mia Rose", "Example"), ("Max Rose", "Example")),
        (("Mere Aroha", "Terangi"), ("Kiri Aroha", "Te Rangi")),
        (("Mary", "Example"), ("Maryjane", "Example")),
        (("Amy", "Example"), ("May", "Example")),
        (("A", "E"), ("Aroha", "Example")),
    ] {
        assert_eq!(agreement(one, other), NameAgreement::Other, "{one:?} {other:?}");
    }
    assert_eq!(ComparedName::of("-", "’"), None, "all nameless children would be one");
}

#[test]
fn placeholders_are_evidence_of_nothing() {
    let all = placeholders();
    for part in [
        "Unknown",
        "UNKNOWN",
        "unknown unknown",
        "Test 2",
        "test1",
        "Baby Girl",
        "not-known",
        "Not Known",
    ] {
        assert!(all.is_name(part), "{part}");
    }
    for part in ["Aroha", "Testa", "Baby Aroha", "2", "", "李"] {
        assert!(!all.is_name(part), "{part}");
    }
    for nsn in ["1111111111", "111 111 1111", "123456789", "0", "0000000000"] {
        assert!(all.is_nsn(nsn), "{nsn}");
    }
    assert!(!all.is_nsn("17") && !all.is_nsn("no number"));
    let unknown = sent("Unknown", "Example", "2000-01-01", Some("0123456789"));
    let identity = Identity::of(&unknown, &all);
    assert_eq!((identity.number, identity.birth_date), (None, None));
    assert!(identity.names.is_empty());
    assert_eq!(
        all.found_in(&unknown),
        [PlaceholderIn::Nsn, PlaceholderIn::LegalGivenNames, PlaceholderIn::BirthDate]
    );
    assert_eq!(all.found_in(&sent("Aroha", "Example", "2014-01-01", Some("17"))), []);
}

#[test]
fn what_is_sent_is_compared_with_all_that_a_student_is_known_by() {
    let name = |given, family| ComparedName::of(given, family).expect("a name");
    let known = KnownIdentity {
        student_id: StudentId::generate(),
        numbers: ["17", "0018"].iter().filter_map(|text| ComparedNsn::read(text)).collect(),
        birth_dates: vec![day("2014-05-06")],
        names: vec![name("Aroha", "Former"), name("Aroha", "Example")],
    };
    let compare = |sent: &SentStudent| {
        let Candidate { nsn, birth_date, name, .. } =
            Identity::of(sent, &placeholders()).compare(&known);
        (nsn, birth_date, name)
    };
    let all_agree = sent("Aroha", "Former", "2014-05-06", Some("018"));
    assert_eq!(compare(&all_agree), (Same, Same, Same));
    assert_eq!(compare(&sent("Mere", "Example", "2014-05-06", Some("17"))), (Same, Same, Other));
    assert_eq!(
        compare(&sent("Aroha M", "Example", "2014-05-07", Some("19"))),
        (Other, Other, Near)
    );
    assert_eq!(
        compare(&sent("Unknown", "Example", "2000-01-01", None)),
        (Unknown, Unknown, Unknown)
    );
    let numberless = KnownIdentity { numbers: Vec::new(), ..known.clone() };
    let by_preferred = SentStudent {
        preferred_given_names: Some("Aroha".into()),
        ..sent("Roha", "Example", "2014-05-06", Some("17"))
    };
    let candidate = Identity::of(&by_preferred, &placeholders()).compare(&numberless);
    assert_eq!((candidate.nsn, candidate.name), (Unknown, Same));
}
