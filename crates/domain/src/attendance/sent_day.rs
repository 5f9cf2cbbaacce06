//! A day as a school's system sends it, and what it says in half-days.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;

use super::codes::CodeBook;
use super::half_days::{HalfDay, HalfDayCounts, HalfDays, OverTwoHalfDays};

/// The most slots of a timetable that a day has.
pub const MAX_SLOTS: usize = 10;

/// A slot in which the student had no class.
const UNUSED: char = '.';

/// A day in one of its three forms: half-days counted by the school (with or without codes), a
/// code for the morning and one for the afternoon, or a code for each slot of the timetable. An
/// empty text says nothing, as if it were missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SentDay<'a> {
    pub counts: Option<HalfDayCounts>,
    pub morning: Option<&'a str>,
    pub afternoon: Option<&'a str>,
    /// One character a slot, `.` for an unused one; unused slots at the end may be left out.
    pub codes: Option<&'a str>,
    /// The Ministry's category of each slot of `codes`: `P`, `J`, `U`, or `.` for none. Asked only
    /// for codes that the code book does not know or does not classify; of the others the book is
    /// the better source, since a category is not how a code counts (see [`HalfDay`]).
    pub categories: Option<&'a str>,
}

/// What a day says once it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadDay {
    pub half_days: HalfDays,
    /// As they were sent; a morning and an afternoon are two slots.
    pub codes: SlotCodes,
    /// The codes that the set in force on the day does not know, each once.
    pub unknown_codes: Vec<char>,
    /// The known ones, each once, of which neither the set nor the sender says how they count.
    pub unclassified_codes: Vec<char>,
}

/// Why a day can not be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DayFault {
    #[error("the day has neither half-days nor codes")]
    NothingSent,
    #[error(transparent)]
    OverTwoHalfDays(#[from] OverTwoHalfDays),
    #[error("a morning or afternoon code can not stand beside half-days or codes per slot")]
    TwoForms,
    #[error("a day has no more than {MAX_SLOTS} slots")]
    TooManySlots,
    #[error("{0:?} is no attendance code")]
    NotACode(char),
    #[error("a morning or an afternoon has one code")]
    NotOneCode,
    #[error("{0:?} is no category; the categories are P, J and U")]
    NotACategory(char),
    #[error("categories belong to codes per slot")]
    CategoriesWithoutCodes,
}

/// The codes of a day, one character a slot, `.` for an unused one. Empty when none were sent,
/// which is written `-`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SlotCodes(String);

impl SlotCodes {
    /// A code is an ASCII letter, a digit or `?`. Small letters are codes of their own: a code is
    /// kept as it was sent, and nothing is guessed.
    pub fn new(text: &str) -> Result<Self, DayFault> {
        let is_code = |c: char| c.is_ascii_alphanumeric() || c == '?' || c == UNUSED;
        if let Some(other) = text.chars().find(|c| !is_code(*c)) {
            return Err(DayFault::NotACode(other));
        }
        if text.len() > MAX_SLOTS {
            return Err(DayFault::TooManySlots);
        }
        Ok(Self(text.to_owned()))
    }

    /// The two slots of a day that is sent by its halves. A half that is not sent is not used.
    fn of_halves(morning: Option<&str>, afternoon: Option<&str>) -> Result<Self, DayFault> {
        let mut both = String::with_capacity(2);
        for half in [morning, afternoon] {
            let mut chars = half.unwrap_or(".").chars();
            let (Some(code), None) = (chars.next(), chars.next()) else {
                return Err(DayFault::NotOneCode);
            };
            both.push(code);
        }
        Self::new(&both)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for SlotCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_empty() { "-" } else { &self.0 })
    }
}

impl FromStr for SlotCodes {
    type Err = DayFault;

    /// Takes exactly what is displayed.
    fn from_str(text: &str) -> Result<Self, DayFault> {
        match text {
            "" => Err(DayFault::NothingSent),
            "-" => Ok(Self::default()),
            codes => Self::new(codes),
        }
    }
}

impl SentDay<'_> {
    /// The day in half-days, by the codes in force on it. Counts stand as they are; codes beside
    /// them are kept and looked up all the same, so that unknown ones are told.
    pub fn read(&self, date: NaiveDate, book: &CodeBook) -> Result<ReadDay, DayFault> {
        let categories = self.slot_categories()?;
        let codes = self.slot_codes()?;
        let (mut unknown_codes, mut unclassified_codes) = (BTreeSet::new(), BTreeSet::new());
        let mut used = Vec::with_capacity(MAX_SLOTS);
        let unsent = std::iter::repeat(HalfDay::Unclassified);
        for (code, category) in codes.as_str().chars().zip(categories.into_iter().chain(unsent)) {
            if code == UNUSED {
                continue;
            }
            let known = book.on(date, code);
            let counts = known.filter(|known| *known != HalfDay::Unclassified).unwrap_or(category);
            if known.is_none() {
                unknown_codes.insert(code);
            } else if counts == HalfDay::Unclassified && self.counts.is_none() {
                unclassified_codes.insert(code);
            }
            used.push(counts);
        }
        let counts = self.counts.unwrap_or_else(|| halves(&used).collect());
        let half_days = HalfDays::new(counts)?;
        let unknown_codes = unknown_codes.into_iter().collect();
        let unclassified_codes = unclassified_codes.into_iter().collect();
        Ok(ReadDay { half_days, codes, unknown_codes, unclassified_codes })
    }

    fn slot_codes(&self) -> Result<SlotCodes, DayFault> {
        let (morning, afternoon) = (sent(self.morning), sent(self.afternoon));
        let by_halves = morning.is_some() || afternoon.is_some();
        match (by_halves, self.counts, sent(self.codes)) {
            (true, None, None) => SlotCodes::of_halves(morning, afternoon),
            (true, _, _) => Err(DayFault::TwoForms),
            (false, _, Some(codes)) => SlotCodes::new(codes),
            (false, Some(_), None) => Ok(SlotCodes::default()),
            (false, None, None) => Err(DayFault::NothingSent),
        }
    }

    /// Categories beyond the last code are of no use; slots beyond the last category have none.
    fn slot_categories(&self) -> Result<Vec<HalfDay>, DayFault> {
        let Some(categories) = sent(self.categories) else { return Ok(Vec::new()) };
        if sent(self.codes).is_none() {
            return Err(DayFault::CategoriesWithoutCodes);
        }
        if categories.chars().count() > MAX_SLOTS {
            return Err(DayFault::TooManySlots);
        }
        let counted = |category: char| match category {
            'P' => Ok(HalfDay::Present),
            'J' => Ok(HalfDay::Justified),
            'U' => Ok(HalfDay::Unjustified),
            UNUSED => Ok(HalfDay::Unclassified),
            other => Err(DayFault::NotACategory(other)),
        };
        categories.chars().map(counted).collect()
    }
}

fn sent(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

/// The used slots, cut in the middle; the odd one belongs to the morning.
fn halves(used: &[HalfDay]) -> impl Iterator<Item = HalfDay> {
    let morning = used.len().div_ceil(2).max(1);
    used.chunks(morning).map(half_day)
}

/// Present when at least half of the classified slots are: a half-day is two hours, ours. Else
/// unjustified when at least as many of the slots absent are unjustified as justified.
fn half_day(slots: &[HalfDay]) -> HalfDay {
    let counts: HalfDayCounts = slots.iter().copied().collect();
    if counts.possible() == 0 {
        HalfDay::Unclassified
    } else if counts.present >= counts.absent() {
        HalfDay::Present
    } else if counts.unjustified >= counts.justified {
        HalfDay::Unjustified
    } else {
        HalfDay::Justified
    }
}
