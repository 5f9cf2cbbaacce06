//! Values that stand for "we do not know": they are taken and kept, and are evidence of nothing.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::names::{compared, words};
use super::number::ComparedNsn;
use crate::students::SentStudent;
use crate::text::PersonName;

/// The values that say nothing of who somebody is. They are codes of three code sets, which the
/// Ministry extends; their first contents are ours.
#[derive(Clone, Debug, Default)]
pub struct Placeholders {
    /// As they are [`compared`].
    names: BTreeSet<String>,
    /// Those of single letters, such as `N/A`: run together they could be a name.
    letters: BTreeSet<Vec<String>>,
    birth_dates: BTreeSet<NaiveDate>,
    numbers: BTreeSet<ComparedNsn>,
}

/// The code set whose codes and labels are no names.
pub const PLACEHOLDER_NAMES: &str = "placeholder-names";
/// The code set whose codes are dates on which nobody was born.
pub const PLACEHOLDER_BIRTH_DATES: &str = "placeholder-birth-dates";
/// The code set whose codes are nobody's numbers.
pub const PLACEHOLDER_NSNS: &str = "placeholder-nsns";

crate::closed_list! {
    /// A member of a sent student that holds a placeholder.
    PlaceholderIn {
        Nsn = "nsn",
        LegalGivenNames = "legalGivenNames",
        LegalFamilyName = "legalFamilyName",
        PreferredGivenNames = "preferredGivenNames",
        PreferredFamilyName = "preferredFamilyName",
        BirthDate = "birthDate",
    }
}

impl PlaceholderIn {
    /// What kind of placeholder it is, for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Nsn => "placeholder_nsn",
            Self::BirthDate => "placeholder_birth_date",
            Self::LegalGivenNames
            | Self::LegalFamilyName
            | Self::PreferredGivenNames
            | Self::PreferredFamilyName => "placeholder_name",
        }
    }
}

impl Placeholders {
    /// Of a code of one of the sets and its labels. What a set does not know how to read is left out.
    pub fn add(&mut self, set: &str, code: &str, labels: &[&str]) {
        match set {
            PLACEHOLDER_NAMES => {
                for text in labels.iter().chain([&code]) {
                    let letters = words(text);
                    if letters.len() > 1 && letters.iter().all(|word| word.chars().count() == 1) {
                        self.letters.insert(letters);
                    } else if !compared(text).is_empty() {
                        self.names.insert(compared(text));
                    }
                }
            }
            PLACEHOLDER_BIRTH_DATES => self.birth_dates.extend(code.parse::<NaiveDate>()),
            PLACEHOLDER_NSNS => self.numbers.extend(ComparedNsn::read(code)),
            _ => {}
        }
    }

    /// Whether a part of a name is a placeholder: as a whole, or word by word, with or without a
    /// number behind it (`Baby`, `Test 2`, `Unknown Unknown`).
    pub fn is_name(&self, part: &str) -> bool {
        let without_digits =
            |word: &String| word.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
        let words: Vec<String> =
            words(part).iter().map(without_digits).filter(|word| !word.is_empty()).collect();
        !words.is_empty()
            && (self.letters.contains(&words)
                || self.names.contains(&compared(&words.concat()))
                || words.iter().all(|word| self.names.contains(word)))
    }

    pub fn is_birth_date(&self, date: NaiveDate) -> bool {
        self.birth_dates.contains(&date)
    }

    /// Noughts alone are nobody's number, whatever the code set says.
    pub fn is_number(&self, number: &ComparedNsn) -> bool {
        number.as_str().is_empty() || self.numbers.contains(number)
    }

    /// Whether a text is a number, and nobody's.
    pub fn is_nsn(&self, text: &str) -> bool {
        ComparedNsn::read(text).is_some_and(|number| self.is_number(&number))
    }

    /// The members of a student that hold placeholders.
    pub fn found_in(&self, sent: &SentStudent) -> Vec<PlaceholderIn> {
        let name = |part: Option<&PersonName>| part.is_some_and(|part| self.is_name(part.as_str()));
        let all = [
            (sent.nsn.as_ref().is_some_and(|nsn| self.is_nsn(nsn.as_str())), PlaceholderIn::Nsn),
            (name(sent.legal_given_names.as_ref()), PlaceholderIn::LegalGivenNames),
            (name(Some(&sent.legal_family_name)), PlaceholderIn::LegalFamilyName),
            (name(sent.preferred_given_names.as_ref()), PlaceholderIn::PreferredGivenNames),
            (name(sent.preferred_family_name.as_ref()), PlaceholderIn::PreferredFamilyName),
            (self.is_birth_date(sent.birth_date), PlaceholderIn::BirthDate),
        ];
        all.into_iter().filter_map(|(found, place)| found.then_some(place)).collect()
    }
}
