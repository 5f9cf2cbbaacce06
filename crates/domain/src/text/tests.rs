use super::{fold, is_blank, is_forbidden, is_name, is_unclean, name_key, tidy};

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
    for c in
        "\0\u{7}\u{7f}\u{85}\u{ad}\u{200b}\u{200f}\u{2028}\u{202e}\u{2066}\u{3164}\u{e0041}".chars()
    {
        assert!(is_forbidden(c), "{c:?}");
    }
    for c in ['\n', '\t', 'ā', '\u{304}', '\u{200d}', ' '] {
        assert!(!is_forbidden(c), "{c:?}");
    }
}

#[test]
fn a_text_without_a_visible_character_is_blank() {
    for text in ["", "  ", "\n", "\u{a0}\u{3000}", "\u{200d}", "\u{fe0f}", "\u{2800}", "\u{feff}"] {
        assert!(is_blank(text), "{text:?}");
    }
    for text in ["-", "a", " ā ", "李", "👩"] {
        assert!(!is_blank(text), "{text:?}");
    }
}

#[test]
fn a_name_is_what_can_be_compared() {
    for text in ["", " ", "-", "'", "_", "ʻ", "ʼ", "\u{3164}\u{304}", "👩"] {
        assert!(!is_name(text), "{text:?}");
    }
    for text in ["X", "ā", "李", "علي", "O’", "3"] {
        assert!(is_name(text), "{text:?}");
        assert!(!fold(text).is_empty(), "{text:?}");
    }
}

#[test]
fn joiners_stand_inside_words_that_need_them() {
    for text in ["می\u{200c}نا", "ක්\u{200d}රි", "❤\u{fe0f}\u{200d}🔥"] {
        assert!(!is_unclean(text), "{text:?}");
    }
    for text in
        ["\u{200d}", "a\u{200d}b", "\u{200c}م", "م\u{200c}", "م \u{200c}م", "م\u{200c}\u{200d}م"]
    {
        assert!(is_unclean(text), "{text:?}");
    }
    assert_eq!(fold("می\u{200c}نا"), fold("مینا"));
}
