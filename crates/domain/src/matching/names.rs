//! Parts of names as they are compared: what is one name however it is typed.

use crate::text::fold;

/// Characters that do not count in a name, beside those that [`fold`] takes out: spaces, what stands
/// for an ʻokina or an apostrophe, and dashes. Between words too: `O'Brien`, `O Brien` and `O-Brien`
/// are one name, and `Mary Jane` is `Maryjane`.
pub const NOT_COMPARED: &[char] = &[
    ' ', ',', '"', '/', '\'', '\u{b7}', '\u{2b9}', '\u{2bb}', '\u{2bc}', '\u{2bd}', '\u{2be}',
    '\u{2bf}', '\u{2c8}', '\u{2ca}', '\u{2cb}', '\u{2ee}', '\u{55a}', '\u{5f3}', '\u{2012}',
    '\u{2014}', '\u{2015}', '\u{201b}', '\u{201c}', '\u{201d}', '\u{2032}', '\u{2035}', '\u{2212}',
    '\u{a78c}',
];

/// Letters that have no accent to be taken away (Unicode does not decompose them), as those type
/// them who do not have them.
pub const LETTERS: &[(char, &str)] = &[
    ('ß', "ss"),
    ('æ', "ae"),
    ('œ', "oe"),
    ('þ', "th"),
    ('ŋ', "ng"),
    ('ɲ', "ny"),
    ('ł', "l"),
    ('ø', "o"),
    ('đ', "d"),
    ('ð', "d"),
    ('ħ', "h"),
    ('ı', "i"),
    ('ŧ', "t"),
    ('ĸ', "k"),
    ('ə', "e"),
    ('ǝ', "e"),
    ('ɛ', "e"),
    ('ɔ', "o"),
    ('ƒ', "f"),
    ('ɓ', "b"),
    ('ɗ', "d"),
    ('ɖ', "d"),
    ('ƙ', "k"),
    ('ƴ', "y"),
    ('ǥ', "g"),
    ('ɨ', "i"),
    ('ʉ', "u"),
    ('ƶ', "z"),
    ('ȼ', "c"),
];

/// Vowels that count once where they are doubled: a double vowel is how a macron is typed without
/// one, and `Ngaati` is `Ngāti`.
pub const VOWELS: &[char] = &['a', 'e', 'i', 'o', 'u'];

/// A part of a name as it is compared and searched.
pub fn compared(text: &str) -> String {
    let mut compared = String::with_capacity(text.len());
    for c in fold(text).chars().filter(|c| !NOT_COMPARED.contains(c)) {
        match LETTERS.iter().find(|(letter, _)| *letter == c) {
            Some((_, typed)) => typed.chars().for_each(|c| add(&mut compared, c)),
            None => add(&mut compared, c),
        }
    }
    compared
}

fn add(compared: &mut String, c: char) {
    if !(VOWELS.contains(&c) && compared.ends_with(c)) {
        compared.push(c);
    }
}

/// The words of a text, each as it is compared.
pub(super) fn words(text: &str) -> Vec<String> {
    fold(text).split(' ').map(compared).filter(|word| !word.is_empty()).collect()
}
