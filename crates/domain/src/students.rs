//! A student and the people to contact, as a school's system sends them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::code_locations::CodeLocation;
use crate::date_locations::DateLocation;
use crate::matching::ComparedNsn;
use crate::text::{Address, Code, Email, FullName, Nsn, PersonName, Phone};

mod search;

pub use search::FindStudents;

/// A student as a referral carries them. Matched to a known student, or made into a new one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SentStudent {
    /// National Student Number; it may be unknown. Personal data.
    pub nsn: Option<Nsn>,
    /// Given names in law; missing for people of one name. Personal data.
    pub legal_given_names: Option<PersonName>,
    /// Family name in law. Personal data.
    pub legal_family_name: PersonName,
    /// Given names that the student goes by, where they differ from the legal ones. Personal data.
    pub preferred_given_names: Option<PersonName>,
    /// Family name that the student goes by, where it differs from the legal one. Personal data.
    pub preferred_family_name: Option<PersonName>,
    /// Date of birth. Personal data.
    pub birth_date: NaiveDate,
    /// Code of the set `genders`. Personal data.
    pub gender: Option<Code>,
    /// Up to three codes of the set `ethnicities`. Personal data.
    #[serde(default)]
    #[schema(max_items = 3)]
    pub ethnicities: Vec<Code>,
    /// Up to three codes of the set `iwi`. Personal data.
    #[serde(default)]
    #[schema(max_items = 3)]
    pub iwi: Vec<Code>,
    /// The language spoken at home, ISO 639-3. Personal data.
    pub home_language: Option<Code>,
    /// Whether the student or the whānau wants an interpreter.
    #[serde(default)]
    pub interpreter_wanted: bool,
    /// Whether the student or the whānau prefers to speak te reo Māori.
    #[serde(default)]
    pub te_reo_preferred: bool,
    /// Year of schooling, 1 to 13.
    #[schema(minimum = 1, maximum = 13)]
    pub year_level: Option<i32>,
    /// Whether the address must be kept secret, for example under a protection order.
    #[serde(default)]
    pub address_protected: bool,
    /// People to contact for the student. Personal data.
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
    /// Full name of the contact. Personal data.
    pub name: FullName,
    /// Relationship to the student, a code of the set `whanau-relationships`. Personal data.
    pub relationship: Code,
    /// Telephone number. Personal data.
    pub phone: Option<Phone>,
    /// Second telephone number. Personal data.
    pub other_phone: Option<Phone>,
    /// E-mail address. Personal data.
    pub email: Option<Email>,
    /// Home address, as on an envelope. Personal data.
    pub address: Option<Address>,
    /// The language that the contact prefers, ISO 639-3. Personal data.
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

    /// What of it a joined record's file takes up: not the preferred names and the year, which are
    /// those of the record that stands.
    #[must_use]
    pub fn for_record_that_stands(&self) -> Self {
        let mut student = self.clone();
        student.preferred_given_names = None;
        student.preferred_family_name = None;
        student.year_level = None;
        student
    }

    /// The codes of sets that a referral is held to, and where they are named.
    pub fn codes(&self) -> Vec<(CodeLocation, &Code)> {
        let gender = self.gender.iter().map(|code| (CodeLocation::Gender, code));
        let contacts = self.whanau_contacts.iter().enumerate().map(|(index, contact)| {
            (CodeLocation::WhanauRelationship(index), &contact.relationship)
        });
        gender.chain(contacts).collect()
    }

    /// The dates beside the birth's that can not lie in the future, and where they stand.
    pub fn dates(&self) -> Vec<(DateLocation, NaiveDate)> {
        let contacts = self.whanau_contacts.iter().enumerate().filter_map(|(index, contact)| {
            Some((DateLocation::WhanauContactConfirmedOn(index), contact.confirmed_on?))
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

/// When a student was born, as the record says that was named, and as the file says that it is
/// read in: two records that were joined may differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Births {
    pub of_record: NaiveDate,
    pub of_file: NaiveDate,
}

impl Births {
    /// Whether the student was born on this day, by one of the two.
    pub fn include(self, date: NaiveDate) -> bool {
        self.of_record == date || self.of_file == date
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
