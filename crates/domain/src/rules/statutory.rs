//! Holidays of the nation that an Act names and the rules of the calendars do not know yet: the only
//! way in which a day stops counting in a deadline of the law.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::versions::{Versioned, in_force};
use crate::calendar::ExtraHoliday;
use crate::text::Line;

/// The holidays that Acts named beyond those of the calendars `privacy` and `oia`, on the days of
/// observance. The version in force on a day says whether that day is one, so a version lists all
/// of its time; without a version there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StatutoryHolidayRules {
    /// The holidays, each on the day on which it is observed.
    #[schema(max_items = 100)]
    pub holidays: Vec<StatutoryHoliday>,
}

/// A holiday of the nation by an Act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StatutoryHoliday {
    /// The day on which the holiday is observed.
    pub date: NaiveDate,
    /// Name of the holiday in English.
    pub name_en: Line,
    /// Name of the holiday in te reo Māori.
    pub name_mi: Line,
    /// The Act that names the holiday, such as `Queen Elizabeth II Memorial Day Act 2022`.
    pub act: Line,
}

impl StatutoryHolidayRules {
    /// Whether two holidays are of one day.
    pub(super) fn repeated(&self) -> bool {
        let days = self.holidays.iter().map(|holiday| holiday.date);
        days.clone().enumerate().any(|(at, day)| days.clone().take(at).any(|other| other == day))
    }
}

/// The holidays of all versions, each of the days that its version is in force on.
pub fn statutory_holidays(versions: &[Versioned<StatutoryHolidayRules>]) -> Vec<ExtraHoliday> {
    let first = versions.iter().map(|version| version.valid_from).min();
    let of_version = |version: &Versioned<StatutoryHolidayRules>| {
        let judges = |holiday: &&StatutoryHoliday| {
            first.is_some_and(|first| first <= holiday.date)
                && in_force(versions, holiday.date)
                    .is_some_and(|one| one.version == version.version)
        };
        let holidays = version.parameters.holidays.iter().filter(judges);
        let extra = holidays.map(|holiday| ExtraHoliday {
            date: holiday.date,
            region: None,
            name_en: holiday.name_en.0.clone(),
            name_mi: holiday.name_mi.0.clone(),
        });
        extra.collect::<Vec<_>>()
    };
    versions.iter().flat_map(of_version).collect()
}

#[cfg(test)]
mod tests;
