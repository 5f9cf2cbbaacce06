//! What a half-day was, and the half-days of a day or a term.

use std::fmt;
use std::str::FromStr;

crate::closed_list! {
    /// How a half-day counts. This need not be the Ministry's truancy category of its code: an
    /// approved appointment (D) is in category J and counts as present.
    HalfDay: "How a half-day counts" / "Te tatau o te haurua rā" {
        Present = "present": "Present" / "I tae mai",
        /// Absent with an explanation that the school accepts.
        Justified = "justified": "Justified absence" / "He ngarohanga whai take",
        /// Absent without one, or not explained yet.
        Unjustified = "unjustified": "Unjustified absence" / "He ngarohanga kore take",
        /// Not known: neither attended nor possible.
        Unclassified = "unclassified": "Not known" / "Kāore i te mōhiotia",
    }
}

/// A school day has two half-days of two hours each.
pub const HALF_DAYS_A_DAY: u32 = 2;

/// So many half-days of each kind: of a day as a school counts it, or of a term.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HalfDayCounts {
    pub present: u32,
    pub justified: u32,
    pub unjustified: u32,
    pub unclassified: u32,
}

impl HalfDayCounts {
    /// Half-days on which attendance was possible: those that are classified.
    pub fn possible(self) -> u32 {
        self.present.saturating_add(self.absent())
    }

    /// Half-days absent, justified or not.
    pub fn absent(self) -> u32 {
        self.justified.saturating_add(self.unjustified)
    }

    /// All half-days, the unclassified too.
    pub fn total(self) -> u32 {
        self.possible().saturating_add(self.unclassified)
    }

    pub fn plus(self, other: Self) -> Self {
        Self {
            present: self.present.saturating_add(other.present),
            justified: self.justified.saturating_add(other.justified),
            unjustified: self.unjustified.saturating_add(other.unjustified),
            unclassified: self.unclassified.saturating_add(other.unclassified),
        }
    }
}

impl From<HalfDay> for HalfDayCounts {
    fn from(half_day: HalfDay) -> Self {
        let none = Self::default();
        match half_day {
            HalfDay::Present => Self { present: 1, ..none },
            HalfDay::Justified => Self { justified: 1, ..none },
            HalfDay::Unjustified => Self { unjustified: 1, ..none },
            HalfDay::Unclassified => Self { unclassified: 1, ..none },
        }
    }
}

impl FromIterator<HalfDay> for HalfDayCounts {
    fn from_iter<I: IntoIterator<Item = HalfDay>>(half_days: I) -> Self {
        half_days.into_iter().map(Self::from).fold(Self::default(), Self::plus)
    }
}

/// The half-days of one day: none, one or two.
///
/// Written with a letter for each, in this order whatever part of the day it was: `p` present, `j`
/// justified, `u` unjustified, `x` unclassified, and `-` for none: `pp`, `pu`, `j`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HalfDays(HalfDayCounts);

/// A day has two half-days at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a day has no more than two half-days")]
pub struct OverTwoHalfDays;

/// The text is not how half-days are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("half-days are written as up to two of the letters p, j, u and x, in this order, or as -")]
pub struct NotHalfDays;

impl HalfDays {
    pub fn new(counts: HalfDayCounts) -> Result<Self, OverTwoHalfDays> {
        if counts.total() <= HALF_DAYS_A_DAY { Ok(Self(counts)) } else { Err(OverTwoHalfDays) }
    }

    pub fn counts(self) -> HalfDayCounts {
        self.0
    }
}

impl fmt::Display for HalfDays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let HalfDayCounts { present, justified, unjustified, unclassified } = self.0;
        for (letter, count) in
            [("p", present), ("j", justified), ("u", unjustified), ("x", unclassified)]
        {
            for _ in 0..count {
                f.write_str(letter)?;
            }
        }
        if self.0.total() == 0 { f.write_str("-") } else { Ok(()) }
    }
}

impl FromStr for HalfDays {
    type Err = NotHalfDays;

    /// Takes exactly what is displayed.
    fn from_str(text: &str) -> Result<Self, NotHalfDays> {
        let half_day = |letter: u8| match letter {
            b'p' => Some(HalfDay::Present),
            b'j' => Some(HalfDay::Justified),
            b'u' => Some(HalfDay::Unjustified),
            b'x' => Some(HalfDay::Unclassified),
            _ => None,
        };
        let (first, second) = match text.as_bytes() {
            [b'-'] => (None, None),
            [one] => (Some(half_day(*one).ok_or(NotHalfDays)?), None),
            [one, two] => {
                let both = half_day(*one).zip(half_day(*two)).ok_or(NotHalfDays)?;
                (Some(both.0), Some(both.1))
            }
            _ => return Err(NotHalfDays),
        };
        if second.is_some() && second < first {
            return Err(NotHalfDays);
        }
        Ok(Self(first.into_iter().chain(second).collect()))
    }
}
