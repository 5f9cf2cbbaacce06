//! Any two ways in which the same name is written, one after the other, leave a name that is recognised.

use proptest::prelude::*;
use proptest::sample::Index;

use super::super::{ComparedName, NameAgreement};

/// A name as somebody types it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Typed {
    given: Vec<Word>,
    family: Vec<Word>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Word {
    text: String,
    /// A piece of a name that was written in two words: it is not left out, nor made an initial, without
    /// the other.
    is_piece: bool,
}

/// A way of writing a name, each recognised by itself.
#[derive(Clone, Copy, Debug)]
enum Way {
    Swapped,
    /// All words in another order, with the border elsewhere.
    Shuffled(Index, Index),
    GivenJoined,
    FamilyJoined,
    /// Two given names joined.
    TwoJoined(Index),
    Parted(Index, Index),
    LeftOut(Index),
    /// A further given name as an initial.
    Initial(Index),
    InCapitals,
    /// With a doubled vowel for a macron.
    Doubled(Index),
}

fn joined(words: &[Word]) -> Vec<Word> {
    let text: String = words.iter().map(|word| word.text.as_str()).collect();
    vec![Word { text, is_piece: words.iter().any(|word| word.is_piece) }]
}

impl Typed {
    fn all(&self) -> Vec<Word> {
        [self.given.clone(), self.family.clone()].concat()
    }

    fn text(words: &[Word]) -> String {
        words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    fn compared(&self) -> ComparedName {
        ComparedName::of(&Self::text(&self.given), &Self::text(&self.family)).expect("a name")
    }

    fn word(&mut self, at: usize) -> &mut Word {
        self.given.iter_mut().chain(&mut self.family).nth(at).expect("a word")
    }

    fn part(&mut self, at: usize, after: Index) {
        let whole: Vec<char> = self.word(at).text.chars().collect();
        if whole.len() < 2 {
            return;
        }
        let (one, other) = whole.split_at(1 + after.index(whole.len() - 1));
        let piece = |letters: &[char]| Word { text: letters.iter().collect(), is_piece: true };
        let pieces = [piece(one), piece(other)];
        let given = self.given.len();
        if at < given {
            self.given.splice(at..=at, pieces);
        } else {
            self.family.splice(at - given..=at - given, pieces);
        }
    }

    fn leave_out(&mut self, at: usize) {
        let given = self.given.len();
        if self.word(at).is_piece {
            return;
        }
        if at < given {
            self.given.remove(at);
        } else {
            self.family.remove(at - given);
        }
    }

    /// The name written in another way; as it is where the way does not apply.
    fn written(&self, way: Way) -> Self {
        let mut name = self.clone();
        let many = self.all().len();
        match way {
            Way::Swapped => std::mem::swap(&mut name.given, &mut name.family),
            Way::Shuffled(order, border) => {
                let mut all = self.all();
                let mut left = order.index(5040);
                let mut shuffled = Vec::new();
                while !all.is_empty() {
                    let at = left % all.len();
                    left /= all.len();
                    shuffled.push(all.remove(at));
                }
                name.family = shuffled.split_off(border.index(many));
                name.given = shuffled;
            }
            Way::GivenJoined => name.given = joined(&self.given),
            Way::FamilyJoined if !self.family.is_empty() => name.family = joined(&self.family),
            Way::TwoJoined(at) if self.given.len() > 1 => {
                let at = at.index(self.given.len() - 1);
                name.given.splice(at..at + 2, joined(&self.given[at..at + 2]));
            }
            Way::Parted(at, after) => name.part(at.index(many), after),
            Way::LeftOut(at) if many > 1 => name.leave_out(at.index(many)),
            Way::Initial(at) if self.given.len() > 1 && !self.family.is_empty() => {
                let word = name.word(1 + at.index(self.given.len() - 1));
                if !word.is_piece {
                    word.text.truncate(word.text.chars().next().expect("a letter").len_utf8());
                }
            }
            Way::InCapitals => {
                (0..many).for_each(|at| name.word(at).text = self.all()[at].text.to_uppercase());
            }
            Way::Doubled(at) => {
                let word = name.word(at.index(many));
                if let Some((place, vowel)) =
                    word.text.char_indices().find(|(_, c)| "aeiou".contains(*c))
                {
                    word.text.insert(place, vowel);
                }
            }
            Way::FamilyJoined | Way::TwoJoined(_) | Way::LeftOut(_) | Way::Initial(_) => {}
        }
        if name.given.is_empty() { Self { given: name.family, family: Vec::new() } } else { name }
    }
}

fn way() -> impl Strategy<Value = Way> {
    let index = any::<Index>;
    prop_oneof![
        Just(Way::Swapped),
        (index(), index()).prop_map(|(order, border)| Way::Shuffled(order, border)),
        Just(Way::GivenJoined),
        Just(Way::FamilyJoined),
        index().prop_map(Way::TwoJoined),
        (index(), index()).prop_map(|(at, after)| Way::Parted(at, after)),
        index().prop_map(Way::LeftOut),
        index().prop_map(Way::Initial),
        Just(Way::InCapitals),
        index().prop_map(Way::Doubled),
    ]
}

/// Names of few letters, so that words often begin alike, end with the vowel that the next begins with, or
/// are the same.
fn name() -> impl Strategy<Value = Typed> {
    let letter = proptest::sample::select(vec!['a', 'b', 'c', 'd', 'e']);
    let word = proptest::collection::vec(letter, 2..=5)
        .prop_map(|letters| Word { text: letters.into_iter().collect(), is_piece: false });
    let words = |most| proptest::collection::vec(word.clone(), 1..=most);
    (words(3), words(2)).prop_map(|(given, family)| Typed { given, family })
}

fn is_recognised(one: &Typed, other: &Typed) -> bool {
    let (one, other) = (one.compared(), other.compared());
    assert_eq!(one.agreement(&other), other.agreement(&one));
    one.agreement(&other) != NameAgreement::Other
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn each_way_of_writing_a_name_is_recognised(name in name(), way in way()) {
        prop_assert!(is_recognised(&name, &name.written(way)));
    }

    #[test]
    fn any_two_ways_of_writing_a_name_together_are_recognised(
        name in name(), first in way(), second in way(),
    ) {
        let sent = name.written(first).written(second);
        prop_assert!(is_recognised(&name, &sent), "{name:?} {sent:?}");
    }
}

/// Names of dozens of words that all begin alike are compared in no time.
#[test]
fn a_name_that_was_made_to_be_slow_is_not() {
    let words = |letter: &str, many: usize| {
        (1..=many).map(|n| letter.repeat(n)).collect::<Vec<_>>().join(" ")
    };
    let one = ComparedName::of(&words("b", 13), &words("b", 13)).expect("a name");
    let other =
        ComparedName::of(&format!("{} c", words("b", 12)), &words("b", 12)).expect("a name");
    assert_eq!(one.agreement(&other), NameAgreement::Near, "a person looks");
    let ordinary = ComparedName::of("Aroha", "Example").expect("a name");
    assert_eq!(one.agreement(&ordinary), NameAgreement::Other);
}
