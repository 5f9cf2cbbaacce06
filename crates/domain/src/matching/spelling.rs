//! Whether one name is another one written differently: its words in any order, joined or parted, some of
//! them left out or shortened to initials, and any of that together.

use super::names::VOWELS;

/// How often a word is tried before two names are put before a person unsettled. Names of people take
/// some dozens of tries; what takes more is made of many words that begin alike.
const MOST_TRIES: usize = 2_000;

/// Whether all words of `short` are spelled by some words of `long`, in any order and joined or parted in
/// any way, each whole or as its initial, and one of them whole. Words of `short` stand for themselves: where
/// each of two names leaves out what the other has, they can be those of two siblings.
pub(super) fn spells<'a>(
    long: impl Iterator<Item = &'a str>,
    short: impl Iterator<Item = &'a str>,
) -> bool {
    let long = Side { unused: long.collect(), last: None, part: Part::Long { has_whole: false } };
    let short = Side { unused: short.collect(), last: None, part: Part::Short { owes: false } };
    SpellingSearch { tries: 0 }.meets_from_border(&long, &short)
}

/// The words of one of the names while the two are spelled beside each other.
#[derive(Clone)]
struct Side<'a> {
    unused: Vec<&'a str>,
    /// The last letter that was spelled.
    last: Option<char>,
    part: Part,
}

#[derive(Clone, Copy)]
enum Part {
    /// Whether one of its words was used whole.
    Long { has_whole: bool },
    /// Whether its first word has to be used before the next border.
    Short { owes: bool },
}

impl<'a> Side<'a> {
    /// Each way to go on: by a word or by its initial. Where that is joined to the word before, a vowel that
    /// is doubled by it counts once.
    fn ways_on(&self) -> impl Iterator<Item = LetterStep<'a>> {
        let shortens = matches!(self.part, Part::Long { .. });
        let doubled = self.last.filter(|last| VOWELS.contains(last));
        self.unused.iter().copied().enumerate().flat_map(move |(at, word)| {
            let initial = initial(word).filter(|_| shortens);
            let apart = [Some((word, true)), initial.map(|letter| (letter, false))];
            let apart = apart.into_iter().flatten();
            let joined = apart.clone().filter_map(move |(letters, is_whole)| {
                Some((letters.strip_prefix(doubled?)?, is_whole))
            });
            apart.chain(joined).map(move |(letters, is_whole)| LetterStep { at, letters, is_whole })
        })
    }

    fn after(&self, way: &LetterStep<'a>) -> Self {
        let mut next = self.clone();
        next.unused.remove(way.at);
        next.last = way.letters.chars().next_back().or(self.last);
        match &mut next.part {
            Part::Long { has_whole } => *has_whole |= way.is_whole,
            Part::Short { owes } => *owes &= way.at != 0,
        }
        next
    }
}

/// A word to go on with.
struct LetterStep<'a> {
    /// Where it stands among the words that are not used yet.
    at: usize,
    letters: &'a str,
    is_whole: bool,
}

/// The initial of a word that has more letters.
fn initial(word: &str) -> Option<&str> {
    let mut letters = word.char_indices();
    let (_, first) = letters.next()?;
    let (second, _) = letters.next()?;
    word.get(..second).filter(|_| first.is_alphabetic())
}

struct SpellingSearch {
    tries: usize,
}

impl SpellingSearch {
    /// From a border: what was used of either name spells the same. A stretch without a border between has
    /// the first word of `short` that is left, so that no order of the stretches is tried twice.
    fn meets_from_border(&mut self, long: &Side<'_>, short: &Side<'_>) -> bool {
        if short.unused.is_empty() {
            return matches!(long.part, Part::Long { has_whole: true });
        }
        let short = Side { part: Part::Short { owes: true }, ..short.clone() };
        short.ways_on().any(|way| self.catches_up(long, &short.after(&way), way.letters))
    }

    /// From where one side is some letters ahead of the other, by a word that `behind` goes on with.
    fn catches_up<'a>(&mut self, behind: &Side<'a>, ahead: &Side<'a>, letters: &'a str) -> bool {
        if letters.is_empty() {
            return match (behind.part, ahead.part) {
                (Part::Long { .. }, Part::Short { owes: false }) => {
                    self.meets_from_border(behind, ahead)
                }
                (Part::Short { owes: false }, Part::Long { .. }) => {
                    self.meets_from_border(ahead, behind)
                }
                _ => false,
            };
        }
        behind.ways_on().any(|way| {
            self.tries += 1;
            if self.tries > MOST_TRIES {
                return true;
            }
            if let Some(still) = letters.strip_prefix(way.letters) {
                self.catches_up(&behind.after(&way), ahead, still)
            } else if let Some(more) = way.letters.strip_prefix(letters) {
                self.catches_up(ahead, &behind.after(&way), more)
            } else {
                false
            }
        })
    }
}
