use super::{fold, is_forbidden, name_key, tidy};

#[test]
fn names_are_compared_without_macrons_case_hyphens_and_apostrophes() {
    for (one, other) in [
        ("Māhina", "mahina"),
        ("Ma\u{304}hina", "Māhina"),
        ("O’Brien", "OBRIEN"),
        ("O'Brien", "O’Brien"),
        ("Te-Rangi", "te  rangi"),
        ("  Hana ", "hana"),
        ("St. John", "st john"),
    ] {
        assert_eq!(fold(one), fold(other), "{one} {other}");
    }
    assert_ne!(fold("Hana"), fold("Hanah"));
}

#[test]
fn the_order_of_names_does_not_matter() {
    assert_eq!(name_key("Āria Rose", "Te-Rangi"), name_key("te rangi", "Rose Aria"));
    assert_ne!(name_key("Aria", "Rangi"), name_key("Aria", "Rongo"));
}

#[test]
fn a_name_of_one_word_has_a_key() {
    assert_eq!(name_key("", "Tāne"), "tane");
}

#[test]
fn text_is_kept_composed() {
    assert_eq!(tidy(" Ma\u{304}hina "), "Māhina");
}

#[test]
fn invisible_and_reordering_characters_are_forbidden_and_line_breaks_are_not() {
    for c in ['\0', '\u{7}', '\u{7f}', '\u{85}', '\u{202e}', '\u{2066}', '\u{200f}'] {
        assert!(is_forbidden(c), "{c:?}");
    }
    for c in ['\n', '\t', 'ā', '\u{304}', '\u{200d}', ' '] {
        assert!(!is_forbidden(c), "{c:?}");
    }
}
