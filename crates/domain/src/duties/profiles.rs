//! Profiles of duties: which duties a contract has, and on which day each is due. They are parameters of
//! the rule `duties`, so the Ministry changes them with a version that has a first day.

use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{DutyKind, NewDuty};
use crate::calendar::{Calendar, OutOfRange, Region};
use crate::contracts::ContractTerm;
use crate::terms::Terms;
use crate::text::{Code, Line};

crate::closed_list! {
    /// Period of a duty.
    DutyPeriod: "Period of a duty" / "Te wā o te herenga" {
        Year = "year": "Calendar year" / "Te tau maramataka",
        Term = "term": "School term" / "Te wāhanga kura",
    }
}

/// The duties of contracts by profile. The version in force on the first day of a calendar year says
/// what is due for that year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DutyRules {
    /// The profiles; each contract has one of them.
    #[schema(min_items = 1, max_items = 20)]
    pub profiles: Vec<DutyProfile>,
}

/// A profile of duties.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DutyProfile {
    /// Code of the profile, by which contracts name it.
    pub code: Code,
    /// Name of the profile in English.
    pub name_en: Line,
    /// Name of the profile in te reo Māori.
    pub name_mi: Line,
    /// The duties, each kind once.
    #[schema(max_items = 20)]
    pub duties: Vec<DutyRule>,
}

/// A duty that comes again with each period. It is due either on a fixed day of the year before, or so
/// many business days after the period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DutyRule {
    /// The thing that is due.
    pub kind: DutyKind,
    /// Whether it is due for each calendar year or for each term.
    pub period: DutyPeriod,
    /// The day of the year before on which it is due; for a calendar year alone.
    pub fixed_day: Option<FixedDay>,
    /// Business days after the last day of the period until it is due, by the calendar `contract-2026`
    /// in the region of the contract.
    #[schema(minimum = 1, maximum = 250)]
    pub business_days_after: Option<u16>,
    /// Days before the fixed day from which on it can be done; without them it can be done from the
    /// first of January on. What is due after its period can be done once the period is over.
    #[schema(minimum = 0, maximum = 366)]
    pub opens_days_before: Option<u16>,
    /// Business days after the first day of the contract until it is due, where the fixed day is over
    /// by then; without them it is due on the first day.
    #[schema(minimum = 0, maximum = 250)]
    pub first_business_days: Option<u16>,
}

/// A day of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FixedDay {
    /// Number of the month.
    #[schema(minimum = 1, maximum = 12)]
    pub month: u32,
    /// Number of the day in the month.
    #[schema(minimum = 1, maximum = 31)]
    pub day: u32,
    /// Whether a day that is no business day moves to the next business day.
    pub rolls: bool,
}

/// Why the profiles of a version are not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DutyContradiction {
    /// Two profiles have one code, or a profile has two duties of a kind.
    Repeated,
    /// A duty has neither a fixed day nor business days, or both, or a fixed day for a term.
    Day,
    /// A year without a leap day does not have the fixed day.
    ImpossibleDay,
    /// A key date comes of a bulletin alone, and what a review asks for of the review.
    OtherCause,
}

/// What days are counted by.
#[derive(Clone, Copy, Debug)]
pub struct DutyBasis<'a> {
    pub calendar: &'a Calendar,
    /// The terms of the nation.
    pub terms: &'a Terms,
    /// Of the provider's main office.
    pub region: Option<Region>,
}

/// A period of a duty, both days included.
struct Period {
    name: String,
    first: NaiveDate,
    last: NaiveDate,
}

impl DutyRules {
    /// The profile of a code.
    pub fn profile(&self, code: &str) -> Option<&DutyProfile> {
        self.profiles.iter().find(|profile| profile.code.as_str() == code)
    }

    /// What the profiles have against themselves.
    pub fn contradictions(&self) -> Vec<DutyContradiction> {
        let rules = || self.profiles.iter().flat_map(|profile| &profile.duties);
        let codes = self.profiles.iter().map(|profile| profile.code.as_str());
        let twice = repeats(codes)
            || self.profiles.iter().any(|one| repeats(one.duties.iter().map(|rule| rule.kind)));
        let found = [
            (twice, DutyContradiction::Repeated),
            (rules().any(|rule| !rule.has_one_day()), DutyContradiction::Day),
            (rules().any(DutyRule::has_impossible_day), DutyContradiction::ImpossibleDay),
            (rules().any(|rule| !rule.kind.is_of_profiles()), DutyContradiction::OtherCause),
        ];
        found.into_iter().filter(|(is_so, _)| *is_so).map(|(_, what)| what).collect()
    }
}

fn repeats<T: PartialEq>(all: impl Iterator<Item = T> + Clone) -> bool {
    all.clone().enumerate().any(|(at, one)| all.clone().take(at).any(|before| before == one))
}

impl DutyRule {
    fn has_one_day(&self) -> bool {
        match (self.fixed_day, self.business_days_after, self.period) {
            (Some(_), None, DutyPeriod::Year)
            | (None, Some(_), DutyPeriod::Year | DutyPeriod::Term) => true,
            (Some(_), None, DutyPeriod::Term) | (Some(_), Some(_), _) | (None, None, _) => false,
        }
    }

    /// 2025 is no leap year.
    fn has_impossible_day(&self) -> bool {
        self.fixed_day.is_some_and(|fixed| fixed.in_year(2025).is_none())
    }

    /// The duties of a contract for a calendar year or its terms. A term whose dates are not known
    /// yet has none.
    ///
    /// # Errors
    ///
    /// The calendar does not know the years.
    pub fn duties_of(
        &self,
        contract: ContractTerm,
        year: i32,
        basis: &DutyBasis<'_>,
    ) -> Result<Vec<NewDuty>, OutOfRange> {
        let mut duties = Vec::new();
        for period in self.periods(year, basis) {
            let runs = ContractTerm { starts_on: period.first, ends_on: Some(period.last) };
            if !contract.overlaps(runs) {
                continue;
            }
            if let Some((opens_on, due_on)) = self.days(contract, &period, basis)? {
                let opens_on = opens_on.min(due_on);
                duties.push(NewDuty { kind: self.kind, period: period.name, opens_on, due_on });
            }
        }
        Ok(duties)
    }

    fn periods(&self, year: i32, basis: &DutyBasis<'_>) -> Vec<Period> {
        match self.period {
            DutyPeriod::Year => {
                let first = NaiveDate::from_ymd_opt(year, 1, 1);
                let last = NaiveDate::from_ymd_opt(year, 12, 31);
                let days = first.zip(last).into_iter();
                days.map(|(first, last)| Period { name: year.to_string(), first, last }).collect()
            }
            DutyPeriod::Term => {
                let of_year = basis.terms.iter().filter(|term| i32::from(term.key.year()) == year);
                let periods = of_year.map(|term| Period {
                    name: term.key.to_string(),
                    first: term.starts_on,
                    last: term.ends_on,
                });
                periods.collect()
            }
        }
    }

    /// The first day on which it can be done, and the last day on which it is done in time.
    fn days(
        &self,
        contract: ContractTerm,
        period: &Period,
        basis: &DutyBasis<'_>,
    ) -> Result<Option<(NaiveDate, NaiveDate)>, OutOfRange> {
        let &DutyBasis { calendar, region, .. } = basis;
        if let Some(days) = self.business_days_after {
            let due_on = calendar.add_business_days(period.last, days, region)?;
            return Ok(period.last.succ_opt().map(|opens_on| (opens_on, due_on)));
        }
        let fixed = self.fixed_day.zip(period.first.pred_opt());
        let named = fixed.and_then(|(fixed, before)| {
            fixed.in_year(before.year()).map(|named| (named, fixed.rolls))
        });
        let Some((named, rolls)) = named else { return Ok(None) };
        if named < contract.starts_on {
            let days = self.first_business_days.unwrap_or(0);
            let due_on = calendar.add_business_days(contract.starts_on, days, region)?;
            return Ok(Some((contract.starts_on, due_on)));
        }
        let opens_on = match self.opens_days_before {
            Some(days) => named.checked_sub_days(Days::new(days.into())),
            None => NaiveDate::from_ymd_opt(named.year(), 1, 1),
        };
        let due_on = match named.pred_opt() {
            Some(before) if rolls => calendar.add_business_days(before, 1, region)?,
            Some(_) | None => named,
        };
        Ok(Some((opens_on.unwrap_or(named), due_on)))
    }
}

impl FixedDay {
    fn in_year(self, year: i32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(year, self.month, self.day)
    }
}
