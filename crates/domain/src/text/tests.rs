use std::ops::RangeInclusive;

use proptest::prelude::*;

use super::{
    Line, ONE_LINE, PARAGRAPHS, SchoolNumber, SentNsn, fold, is_blank, is_forbidden, is_name,
    is_unclean, name_key, tidy,
};

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

/// The characters that the class of such a pattern leaves out: `^[^\\u0000-\\u001f\\u00ad]*$`.
fn left_out(pattern: &str) -> Vec<RangeInclusive<u32>> {
    let class = pattern.strip_prefix("^[^").and_then(|rest| rest.strip_suffix("]*$"));
    let (mut ranges, mut first) = (Vec::new(), None);
    for escape in class.expect("a class").split("\\u").skip(1) {
        let code = escape.get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let code = code.expect("four digits");
        if escape.ends_with('-') {
            first = Some(code);
        } else {
            ranges.push(first.take().unwrap_or(code)..=code);
        }
    }
    ranges
}

/// The published pattern and the rule are two spellings of one list, as far as a pattern can name
/// characters portably: below U+10000.
#[test]
fn the_patterns_leave_out_what_is_forbidden_and_nothing_else() {
    let (line, paragraphs) = (left_out(ONE_LINE), left_out(PARAGRAPHS));
    let is_in = |ranges: &[RangeInclusive<u32>], c: char| {
        ranges.iter().any(|range| range.contains(&u32::from(c)))
    };
    for c in '\0'..='\u{ffff}' {
        let breaks_a_line = matches!(c, '\t' | '\n' | '\r');
        assert_eq!(is_in(&line, c), is_forbidden(c) || breaks_a_line, "{c:?} in a line");
        assert_eq!(is_in(&paragraphs, c), is_forbidden(c), "{c:?} in paragraphs");
    }
}

/// What people type of a name: letters with and without macrons, composed and not, and what stands
/// between them.
fn typed() -> impl Strategy<Value = String> {
    "[a-eA-EāēīōūĀĒ\u{304}'’ʻ. \u{a0}_‑-]{0,12}"
}

proptest! {
    #[test]
    fn what_is_folded_or_tidied_stays_so(text in typed()) {
        prop_assert_eq!(fold(&fold(&text)), fold(&text));
        prop_assert_eq!(tidy(&tidy(&text)), tidy(&text));
        prop_assert_eq!(fold(&tidy(&text)), fold(&text));
    }

    #[test]
    fn case_does_not_matter(text in typed()) {
        prop_assert_eq!(fold(&text.to_uppercase()), fold(&text));
    }

    /// Neither which word is the family name nor where a given name ends.
    #[test]
    fn a_name_has_one_key_however_its_words_are_divided(
        one in typed(), two in typed(), three in typed(),
    ) {
        let key = name_key(&format!("{one} {two}"), &three);
        prop_assert_eq!(&name_key(&one, &format!("{two} {three}")), &key);
        prop_assert_eq!(&name_key(&three, &format!("{two} {one}")), &key);
        prop_assert!(!key.starts_with(' ') && !key.ends_with(' ') && !key.contains("  "));
    }

    #[test]
    fn what_shows_nothing_is_no_name(text in "[ \t\u{a0}\u{200b}\u{200d}\u{fe0f}\u{2800}\u{3164}]{0,8}") {
        prop_assert!(is_blank(&text));
        prop_assert!(!is_name(&text));
    }
}

#[test]
fn a_schools_number_is_told_apart_without_its_leading_noughts() {
    for (written, number) in [
        ("189", Some(189)),
        ("0189", Some(189)),
        ("1", Some(1)),
        ("9999", Some(9999)),
        ("0000", None),
        ("", None),
        ("18a", None),
    ] {
        assert_eq!(SchoolNumber::from(written).canonical(), number, "{written}");
    }
    assert_eq!(SchoolNumber::from(189).as_str(), "189");
}

#[test]
fn a_number_that_was_not_sent_names_nobody() {
    assert_eq!(SentNsn::from("").sent(), None);
    assert_eq!(SentNsn::from("  ").sent(), None);
    assert_eq!(SentNsn::from(" 93 128 4341 ").sent().as_deref(), Some("93 128 4341"));
}

#[test]
fn a_text_is_kept_tidy_however_it_comes() {
    let sent: Line = serde_json::from_str("\" Ma\u{304}hina \"").expect("a line");
    assert_eq!(sent, Line::from("Māhina"));
    assert_eq!(serde_json::to_string(&sent).expect("JSON"), "\"Māhina\"");
    assert_eq!(sent.to_string(), String::from(sent.clone()));
}
