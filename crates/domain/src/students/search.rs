//! What a search for students asks for, and when it is narrow enough.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::body_faults::fault_at;
use crate::text::{Nsn, PersonName, fold};

/// Whom to find: at least one member, all given ones must fit. The beginning of a name has two
/// letters at least, unless another member narrows the search.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[validate(schema(function = "something_is_asked"))]
pub struct FindStudents {
    /// The whole National Student Number; spaces and leading zeros do not count. Personal data.
    pub nsn: Option<Nsn>,
    /// The beginning of the given names; macrons and double vowels, other accents, case, spaces,
    /// hyphens and apostrophes do not matter. Personal data.
    pub given_names: Option<PersonName>,
    /// The beginning of the family name, compared in the same way. Personal data.
    pub family_name: Option<PersonName>,
    /// Date of birth. Personal data.
    pub birth_date: Option<NaiveDate>,
}

fn something_is_asked(body: &FindStudents) -> Result<(), ValidationError> {
    let FindStudents { nsn, given_names, family_name, birth_date } = body;
    let asked =
        nsn.is_some() || given_names.is_some() || family_name.is_some() || birth_date.is_some();
    if !asked {
        return Err(fault_at("", "required", "at least one member is needed"));
    }
    let narrowed = nsn.is_some() || birth_date.is_some();
    let names = [(given_names, "/givenNames"), (family_name, "/familyName")];
    let sent: Vec<_> = names.iter().filter_map(|(name, at)| Some((name.as_ref()?, at))).collect();
    if narrowed || sent.iter().any(|(name, _)| narrows(&name.0)) {
        return Ok(());
    }
    let place = sent.first().map_or("", |(_, at)| at);
    Err(fault_at(place, "too_broad", "has two letters at least, unless another member narrows it"))
}

/// Whether few enough names begin so. One letter of Latin is the beginning of thousands; one of other
/// scripts can be a whole name.
fn narrows(beginning: &str) -> bool {
    let folded = fold(beginning);
    folded.chars().nth(1).is_some() || !folded.is_ascii()
}
