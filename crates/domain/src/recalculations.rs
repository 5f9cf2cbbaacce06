//! Counting anew: which referrals a change of the calendar, of a term or of a rule can touch. The
//! answers are generous: a clock that comes out as it was is left as it is.

use chrono::{Days, NaiveDate};

use crate::calendar::COVERED_YEARS;
use crate::terms::Term;

crate::closed_list! {
    /// Why numbers are counted anew.
    RecalculationCause: "Cause of a recalculation" / "Te take o te tatau anō" {
        /// A holiday was added.
        Holiday = "holiday": "Holiday added" / "I tāpirihia he hararei",
        /// Dates of terms were set.
        Terms = "terms": "Term dates set" / "I whakaritea ngā rā o ngā wāhanga",
        /// A version of a rule was added. Standings are judged on reading, so nothing is counted.
        Rule = "rule": "Rule version added" / "I tāpirihia he putanga ture",
        /// A release knows more of each referral than the one before it did.
        Upgrade = "upgrade": "New release" / "He tukunga hou",
    }
}

/// So long before a term the referrals are made whose outcome it decides, and those of the terms
/// beside it, whose bounds move with it: three terms and the summer, and some months more.
const SEEN_FOR: Days = Days::new(550);

/// First and last day of referrals, both included.
pub type Dates = (NaiveDate, NaiveDate);

/// The referrals whose days can count a day off: those made until it. However long ago: an
/// enrolment may come years after the referral.
pub fn touched_by_holiday(day: NaiveDate) -> Option<Dates> {
    Some((first_day()?, day)).filter(|(first, last)| first <= last)
}

/// The referrals whose outcome term, or whose attendance in it, can depend on terms that had or get
/// these dates; `ends` are the last days of all terms on record.
///
/// A referral belongs to the next term that is known, and where none is known for long, it waits
/// for one from long ago: from the end of the last term that is far enough back.
pub fn touched_by_terms(
    changed: &[Term],
    ends: impl IntoIterator<Item = NaiveDate>,
) -> Option<Dates> {
    let first = changed.iter().map(|term| term.starts_on).min()?;
    let last = changed.iter().map(|term| term.ends_on).max()?;
    let early = first.checked_sub_days(SEEN_FOR)?;
    let before = ends.into_iter().filter(|end| *end <= early).max();
    Some((before.or_else(first_day)?.min(early), last))
}

/// Where the calendars begin.
fn first_day() -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(*COVERED_YEARS.start(), 1, 1)
}

#[cfg(test)]
mod tests;
