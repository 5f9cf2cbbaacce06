//! A student and the people to contact, as a school's system sends them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::matching::ComparedNsn;
use crate::text::{Address, Code, Email, FullName, Nsn, PersonName, Phone};

mod search;

pub use search::FindStudents;

/// A student as a referral carries them. Matched to a known student, or made into a new one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SentStudent {
    /// National Student Number; may be unknown.
    pub nsn: Option<Nsn>,
    /// May be missing for people of one name.
    pub legal_given_names: Option<PersonName>,
    pub legal_family_name: PersonName,
    pub preferred_given_names: Option<PersonName>,
    pub preferred_family_name: Option<PersonName>,
    pub birth_date: NaiveDate,
    /// Code of the set `genders`.
    pub gender: Option<Code>,
    /// Codes of the set `ethnicities`, up to three.
    #[serde(default)]
    #[schema(max_items = 3)]
    pub ethnicities: Vec<Code>,
    /// Codes of the set `iwi`, up to three.
    #[serde(default)]
    #[schema(max_items = 3)]
    pub iwi: Vec<Code>,
    /// ISO 639-3 code of the language spoken at home.
    pub home_language: Option<Code>,
    #[serde(default)]
    pub interpreter_wanted: bool,
    #[serde(default)]
    pub te_reo_preferred: bool,
    /// 1 to 13.
    #[schema(minimum = 1, maximum = 13)]
    pub year_level: Option<i32>,
    /// Whether the address must not become known, for example under a protection order.
    #[serde(default)]
    pub address_protected: bool,
    #[serde(default)]
    #[schema(max_items = 10)]
    pub whanau_contacts: Vec<SentWhanauContact>,
}

/// A person to contact for a student.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema, Validate,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SentWhanauContact {
    pub name: FullName,
    /// Code of the set `whanau-relationships`.
    pub relationship: Code,
    pub phone: Option<Phone>,
    pub other_phone: Option<Phone>,
    pub email: Option<Email>,
    pub address: Option<Address>,
    /// ISO 639-3 code.
    pub preferred_language: Option<Code>,
    /// The day on which somebody last made sure that these details are right.
    pub confirmed_on: Option<NaiveDate>,
}

impl SentWhanauContact {
    /// Whether there is any way to reach this person.
    #[must_use]
    pub fn is_reachable(&self) -> bool {
        self.phone.is_some()
            || self.other_phone.is_some()
            || self.email.is_some()
            || self.address.is_some()
    }
}

impl SentStudent {
    /// The same with its lists in one order, since what they list is a set, and its number in the one
    /// form in which numbers are compared.
    #[must_use]
    pub fn as_sets(&self) -> Self {
        let mut student = self.clone();
        student.ethnicities.sort();
        student.iwi.sort();
        student.whanau_contacts.sort();
        let number = student.nsn.as_ref().map(Nsn::as_str).and_then(ComparedNsn::read);
        student.nsn = number.map(|number| Nsn(number.as_str().to_owned())).or(student.nsn);
        student
    }

    /// The dates beside the birth's that can not lie in the future, and where they stand.
    pub fn dates(&self) -> Vec<(String, NaiveDate)> {
        let contacts = self.whanau_contacts.iter().enumerate().filter_map(|(index, contact)| {
            Some((format!("/whanauContacts/{index}/confirmedOn"), contact.confirmed_on?))
        });
        contacts.collect()
    }

    /// Given and family names, each pair once: the legal ones first.
    pub fn names(&self) -> Vec<(&str, &str)> {
        let legal_given = self.legal_given_names.as_ref().map_or("", PersonName::as_str);
        let preferred_given =
            self.preferred_given_names.as_ref().map_or(legal_given, PersonName::as_str);
        let legal = (legal_given, self.legal_family_name.as_str());
        let preferred = (
            preferred_given,
            self.preferred_family_name.as_ref().map_or(legal.1, PersonName::as_str),
        );
        if preferred == legal { vec![legal] } else { vec![legal, preferred] }
    }
}

/// The most years that a student may be old: support goes on past 16, but not for ever. A date
/// before that is a typing error.
pub const OLDEST: u32 = 30;

/// The fewest years that a student is old (ours): school begins at five, and a later date is a
/// typing error.
pub const YOUNGEST: u32 = 3;

/// Why a date can not be a student's date of birth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Implausible {
    InTheFuture,
    TooRecent,
    TooLongAgo,
}

/// What is wrong with a date of birth, seen from a day.
pub fn implausible(birth_date: NaiveDate, today: NaiveDate) -> Option<Implausible> {
    match age_on(birth_date, today) {
        _ if birth_date > today => Some(Implausible::InTheFuture),
        age if age < YOUNGEST => Some(Implausible::TooRecent),
        age if age > OLDEST => Some(Implausible::TooLongAgo),
        _ => None,
    }
}

/// Whole years between birth and a day.
pub fn age_on(birth_date: NaiveDate, day: NaiveDate) -> u32 {
    day.years_since(birth_date).unwrap_or(0)
}

#[cfg(test)]
mod tests;
