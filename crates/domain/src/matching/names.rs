//! Names as they are compared: what is one name however it is typed, and what is nearly one.

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

/// A whole name as it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedName {
    given: Vec<String>,
    family: Vec<String>,
}

/// How much two names agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameAgreement {
    Other,
    /// One of them has a name more, or has an initial for one.
    Near,
    Same,
}

impl ComparedName {
    /// `None` when nothing is left to compare: all nameless children would be one.
    pub fn of(given: &str, family: &str) -> Option<Self> {
        let (given, family) = (words(given), words(family));
        (!given.is_empty() || !family.is_empty()).then_some(Self { given, family })
    }

    /// How much this name and another agree. It does not matter in which order given and family
    /// names were typed, nor where one ends and the next begins.
    pub fn agreement(&self, other: &Self) -> NameAgreement {
        if self.sorted() == other.sorted() || self.parts() == other.parts() {
            return NameAgreement::Same;
        }
        let one_has_more =
            contains(&self.sorted(), &other.sorted()) || contains(&other.sorted(), &self.sorted());
        if one_has_more || self.differs_in_further_names(other) {
            NameAgreement::Near
        } else {
            NameAgreement::Other
        }
    }

    fn sorted(&self) -> Vec<&str> {
        let mut all: Vec<&str> =
            self.given.iter().chain(&self.family).map(String::as_str).collect();
        all.sort_unstable();
        all
    }

    /// Given and family names, each in one word, in alphabetical order.
    fn parts(&self) -> [String; 2] {
        let mut parts = [compared(&self.given.concat()), compared(&self.family.concat())];
        parts.sort_unstable();
        parts
    }

    /// The same family name and first name, and of the further names each in the shorter one stands in
    /// the longer one, whole or as an initial.
    fn differs_in_further_names(&self, other: &Self) -> bool {
        let same_family = compared(&self.family.concat()) == compared(&other.family.concat());
        let (Some((first, further)), Some((other_first, other_further))) =
            (self.given.split_first(), other.given.split_first())
        else {
            return false;
        };
        let (fewer, more) = if further.len() <= other_further.len() {
            (further, other_further)
        } else {
            (other_further, further)
        };
        let stands_in = |name: &String| more.iter().any(|one| is_short_for(name, one));
        same_family && first == other_first && fewer.iter().all(stands_in)
    }
}

/// Whether two names are one, or one is the initial of the other.
fn is_short_for(one: &str, other: &str) -> bool {
    let is_initial = |short: &str, long: &str| {
        let mut letters = short.chars();
        match (letters.next(), letters.next()) {
            (Some(letter), None) => letter.is_alphabetic() && long.starts_with(letter),
            _ => false,
        }
    };
    one == other || is_initial(one, other) || is_initial(other, one)
}

/// Whether all of some words stand among others; both in alphabetical order.
fn contains(all: &[&str], some: &[&str]) -> bool {
    let mut rest = all.iter();
    some.iter().all(|word| rest.any(|one| one == word))
}
