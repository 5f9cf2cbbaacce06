//! Every value of every closed list has labels that a person can tell apart.

use std::collections::BTreeSet;

use super::{CLOSED_LISTS, READ_BY_A_SPEAKER, list_named};
use crate::closed_list::Labels;

#[test]
fn lists_are_in_the_order_of_their_names_and_none_is_there_twice() {
    let names: Vec<&str> = CLOSED_LISTS.iter().map(|list| list.name).collect();
    let sorted: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(names, sorted.into_iter().collect::<Vec<_>>());
}

#[test]
fn every_list_and_every_value_has_a_label_in_both_languages() {
    for list in CLOSED_LISTS.iter().copied() {
        let labels = list.values.iter().map(|value| (value.value, value.labels));
        for (value, Labels { en, mi }) in labels.chain([("", list.labels)]) {
            for label in [en, mi] {
                let place = format!("{}.{value}: {label}", list.name);
                assert_eq!(label.trim(), label, "{place}");
                assert!((1..=200).contains(&label.chars().count()), "{place}");
                assert_ne!(label, value, "{place}");
            }
        }
        assert!(!list.doc.concat().trim().is_empty(), "{}", list.name);
    }
}

#[test]
fn no_two_values_of_a_list_and_no_two_lists_have_the_same_label() {
    let of_lists: Vec<Labels> = CLOSED_LISTS.iter().map(|list| list.labels).collect();
    distinct("the lists", &of_lists);
    for list in CLOSED_LISTS.iter().copied() {
        let labels: Vec<Labels> = list.values.iter().map(|value| value.labels).collect();
        distinct(list.name, &labels);
    }
}

fn distinct(place: &str, labels: &[Labels]) {
    let languages: [fn(&Labels) -> &'static str; 2] = [|labels| labels.en, |labels| labels.mi];
    for language in languages {
        let unique: BTreeSet<String> =
            labels.iter().map(|labels| language(labels).to_lowercase()).collect();
        assert_eq!(unique.len(), labels.len(), "{place}");
    }
}

/// A label in te reo Māori has the letters of the language, apart from names and signs that no
/// language translates.
#[test]
fn a_label_in_te_reo_has_no_letter_that_the_language_has_not() {
    let others = [
        "visa",
        "PDF",
        "PNG",
        "JPEG",
        "HEIC",
        "CSV",
        "Word",
        "Excel",
        "PowerPoint",
        "OpenDocument",
    ];
    let of_the_language = |c: char| "aāeēghiīkmnoōprtuūw".contains(c);
    for list in CLOSED_LISTS.iter().copied() {
        let values = list.values.iter().map(|value| value.labels);
        for Labels { mi, .. } in values.chain([list.labels]) {
            let words =
                mi.split(|c: char| !c.is_alphabetic()).filter(|word| !others.contains(word));
            for word in words {
                let foreign =
                    word.chars().flat_map(char::to_lowercase).find(|c| !of_the_language(*c));
                assert_eq!(foreign, None, "{}: {mi}", list.name);
            }
        }
    }
}

#[test]
fn a_list_is_found_by_its_name() {
    for list in CLOSED_LISTS.iter().copied() {
        assert_eq!(list_named(list.name), Some(list));
    }
    assert_eq!(list_named("casestatus"), None);
}

#[test]
fn only_a_list_that_is_there_was_read_by_a_speaker() {
    for name in READ_BY_A_SPEAKER {
        assert!(list_named(name).is_some(), "{name}");
    }
}
