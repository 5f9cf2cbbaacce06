//! A school's claim: its word that a student is theirs whom another school has, or had last. It moves
//! the enrolment, and opens nothing of the student until somebody agrees who may, or nobody has
//! opposed it for so many school days.

use chrono::{Days, NaiveDate};

use crate::attendance::OpenDays;

crate::closed_list! {
    /// Standing of a claim.
    ClaimStanding: "Standing of a claim" / "Te tūnga o te kerēme" {
        /// Nobody has said anything to it; it opens by itself on a day.
        Waiting = "waiting": "Waiting" / "Kei te tatari",
        /// Somebody agreed who may: the school sees the student.
        Agreed = "agreed": "Agreed" / "Kua whakaaetia",
        /// Stays closed until the provider or the Ministry agrees.
        Opposed = "opposed": "Opposed" / "Kua whakahēngia",
        /// Nobody opposed it in time: the school sees the student.
        Unopposed = "unopposed": "Not opposed in time" / "Kāore i whakahēngia i te wā tika",
        /// The student went to another school, or back, before anything came of it.
        Lapsed = "lapsed": "Lapsed" / "Kua taka",
    }
    /// The statement by which a student is claimed.
    ClaimWord: "Basis of a claim" / "Te pūtake o te kerēme" {
        Referral = "referral": "Referral" / "Tono",
        Enrolment = "enrolment": "Enrolment" / "Whakaurunga",
    }
    /// The party that answered a claim.
    ClaimAnswerer: "Answerer of a claim" / "Te kaiwhakautu i te kerēme" {
        /// The school that has the student, or had them last.
        GivingSchool = "giving_school": "School that has or had the student" / "Te kura o te ākonga, o mua rānei",
        /// The provider of the student's open case.
        Provider = "provider": "Provider of the open case" / "Te kaiwhakarato o te kēhi tuwhera",
        Ministry = "ministry": "Ministry of Education" / "Te Tāhuhu o te Mātauranga",
        /// The national enrolment register, which tells of the same enrolment.
        EnrolmentRegister = "enrolment_register": "National enrolment register" / "Te rēhita whakaurunga ā-motu",
    }
}

/// Why a claim is not opposed, withdrawn or granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimRefusal {
    #[error("the claim is settled: {0}")]
    Settled(ClaimStanding),
    #[error("the claim is opposed already")]
    AlreadyOpposed,
    #[error("an opposed claim is decided by the provider of the open case, or by the Ministry")]
    Opposed,
    #[error(
        "the claim is answered by the school that had the student, the provider of the open case, or the Ministry"
    )]
    NotYours,
}

impl ClaimStanding {
    /// Whether the school that claims sees nothing of the student because of it.
    pub fn is_closed(self) -> bool {
        match self {
            Self::Waiting | Self::Opposed => true,
            Self::Agreed | Self::Unopposed | Self::Lapsed => false,
        }
    }

    /// Whether nobody has said anything to it, so that time may still open it.
    pub fn is_waiting(self) -> bool {
        match self {
            Self::Waiting => true,
            Self::Agreed | Self::Opposed | Self::Unopposed | Self::Lapsed => false,
        }
    }

    /// Whether the school that claims sees the student because of it.
    pub fn is_open(self) -> bool {
        match self {
            Self::Agreed | Self::Unopposed => true,
            Self::Waiting | Self::Opposed | Self::Lapsed => false,
        }
    }

    /// Opens the student to the school.
    pub fn agree(self, by: ClaimAnswerer) -> Result<Self, ClaimRefusal> {
        match self {
            Self::Waiting => Ok(Self::Agreed),
            Self::Opposed if by == ClaimAnswerer::GivingSchool => Err(ClaimRefusal::Opposed),
            Self::Opposed => Ok(Self::Agreed),
            Self::Agreed | Self::Unopposed | Self::Lapsed => Err(ClaimRefusal::Settled(self)),
        }
    }

    /// Keeps the student closed until the provider or the Ministry says otherwise.
    pub fn oppose(self) -> Result<Self, ClaimRefusal> {
        match self {
            Self::Waiting => Ok(Self::Opposed),
            Self::Opposed => Err(ClaimRefusal::AlreadyOpposed),
            Self::Agreed | Self::Unopposed | Self::Lapsed => Err(ClaimRefusal::Settled(self)),
        }
    }
}

/// A school year has some 190 school days: within so many days there are a hundred of them.
const LOOKED_AT: usize = 366;

/// The day on which a claim of `made_on` opens when nobody opposes it: the one after so many school
/// days of the school that had the student, the day of the claim not counted. Where its terms are
/// not known, the last day that was looked at: a claim never opens before it was waited for.
pub fn opens_on(made_on: NaiveDate, school_days: u16, open: &OpenDays<'_>) -> NaiveDate {
    let mut left = school_days;
    let mut last = made_on;
    for day in made_on.iter_days().skip(1).take(LOOKED_AT) {
        last = day;
        if open.term_on(day).is_some() {
            left = left.saturating_sub(1);
            if left == 0 {
                break;
            }
        }
    }
    last.checked_add_days(Days::new(1)).unwrap_or(last)
}

#[cfg(test)]
mod tests;
