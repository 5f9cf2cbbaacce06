//! Which referrals a number counts, by the days on which they came in.

use std::collections::BTreeSet;

use ascms_domain::terms::{PartOfYear, Term, TermKey};
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use serde::Deserialize;

use crate::AppState;
use crate::problem::{Code, Fault, Refusal};

/// The period asked for: a term or the holidays of a year, a quarter, a year, or any dates.
#[derive(Default)]
pub(super) struct Period {
    pub term: Option<PartOfYear>,
    pub quarter: Option<String>,
    pub year: Option<i32>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

/// Several periods by their names, as they are sent: with commas between them.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct PeriodNames(String);

/// A name that a period can be called by: a term, the holidays of a year, a quarter or a year.
const NAME: &str = "[1-9][0-9]{3}(-(T?[1-4]|Q[1-4]|holidays))?";

/// How many periods a table may have, the first one not counted: four terms of three years.
const MORE_PERIODS: usize = 11;

impl utoipa::PartialSchema for PeriodNames {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::schema::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some(format!("^{NAME}(,{NAME}){{0,{MORE_PERIODS}}}$")))
            .max_length(Some(200))
            .into()
    }
}

impl utoipa::ToSchema for PeriodNames {}

/// The days of a period.
pub(super) struct PeriodDays {
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// What of them is left out.
    pub except: Vec<(NaiveDate, NaiveDate)>,
}

impl PeriodDays {
    fn all((from, to): (NaiveDate, NaiveDate)) -> Self {
        Self { from, to, except: Vec::new() }
    }
}

/// The four terms of a year.
const NUMBERS_OF_TERMS: [u8; 4] = [1, 2, 3, 4];

fn refused(parameter: &str, code: &str, detail: &str) -> Refusal {
    let fault = Fault::of(parameter, code, detail);
    Refusal::faulty(Code::InvalidQuery, vec![fault])
}

impl Period {
    /// The periods of a table: these, or the one that the other parameters name.
    pub(super) fn or_several(self, names: Option<&PeriodNames>) -> Result<Vec<Self>, Refusal> {
        let Some(PeriodNames(names)) = names else { return Ok(vec![self]) };
        if self.is_given() {
            let detail = "is given in place of a term, a quarter, a year, or from and to";
            return Err(refused("periods", "repeated", detail));
        }
        let (mut periods, mut labels) = (Vec::new(), BTreeSet::new());
        for name in names.split(',') {
            let period = Self::of_name(name);
            let period = period.ok_or_else(|| refused("periods", "unknown", "no such period"))?;
            if !labels.insert(period.label()) {
                return Err(refused("periods", "repeated", "has a period twice"));
            }
            periods.push(period);
        }
        Ok(periods)
    }

    /// `2026-T1`, `2026-holidays`, `2026-Q1` or `2026`.
    fn of_name(name: &str) -> Option<Self> {
        if let Ok(year) = name.parse() {
            return Some(Self { year: Some(year), ..Self::default() });
        }
        if quarter_of(name).is_some() {
            return Some(Self { quarter: Some(name.to_owned()), ..Self::default() });
        }
        let term = name.parse().ok()?;
        Some(Self { term: Some(term), ..Self::default() })
    }

    fn is_given(&self) -> bool {
        let Self { term, quarter, year, from, to } = self;
        let of_days = from.is_some() || to.is_some();
        term.is_some() || quarter.is_some() || year.is_some() || of_days
    }

    /// What was asked for, in a word that a report can show and no spreadsheet reads as a date.
    pub(super) fn label(&self) -> String {
        let Self { term, quarter, year, from, to } = self;
        let day = |day: &Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        let named = term.map(PartOfYear::table_key).or_else(|| quarter.clone());
        let named = named.or_else(|| year.map(|year| year.to_string()));
        named.unwrap_or_else(|| format!("{}/{}", day(from), day(to)))
    }

    /// Its days. A term has the dates that it was known to have.
    pub(super) async fn days(
        self,
        app: &AppState,
        as_of: Option<DateTime<Utc>>,
    ) -> Result<PeriodDays, Refusal> {
        let Self { term, quarter, year, from, to } = self;
        let named =
            [term.is_some(), quarter.is_some(), year.is_some(), from.is_some() || to.is_some()];
        if named.iter().filter(|is_named| **is_named).count() > 1 {
            let detail = "one of a term, a quarter, a year, or from and to";
            return Err(refused("term", "repeated", detail));
        }
        match term {
            Some(PartOfYear::Term(key)) => {
                let term = known_term(app, key, as_of).await?;
                return Ok(PeriodDays::all((term.starts_on, term.ends_on)));
            }
            Some(PartOfYear::Holidays { year }) => return holidays(app, year, as_of).await,
            None => {}
        }
        if let Some(quarter) = quarter {
            let dates = quarter_of(&quarter);
            let dates = dates.ok_or_else(|| refused("quarter", "malformed", "is no quarter"));
            return dates.map(PeriodDays::all);
        }
        if let Some(year) = year {
            let dates =
                months(year, 1, 12).filter(|(first, _)| (2000..=2100).contains(&first.year()));
            let detail = "lies outside 2000 to 2100";
            let dates = dates.ok_or_else(|| refused("year", "out_of_range", detail));
            return dates.map(PeriodDays::all);
        }
        match (from, to) {
            (Some(from), Some(to)) if from <= to => Ok(PeriodDays::all((from, to))),
            (Some(_), Some(_)) => Err(refused("to", "too_small", "lies before `from`")),
            (None, None) => Err(refused("term", "required", "a period is needed")),
            (Some(_), None) => Err(refused("to", "required", "is missing")),
            (None, Some(_)) => Err(refused("from", "required", "is missing")),
        }
    }
}

async fn known_term(
    app: &AppState,
    key: TermKey,
    as_of: Option<DateTime<Utc>>,
) -> Result<Term, Refusal> {
    let term = app.store().term_at(key, as_of).await?;
    term.ok_or_else(|| refused("term", "unknown", "no such term is known"))
}

/// The calendar year without its four terms: with them, it is the year.
async fn holidays(
    app: &AppState,
    year: i16,
    as_of: Option<DateTime<Utc>>,
) -> Result<PeriodDays, Refusal> {
    let whole = months(year.into(), 1, 12);
    let mut days = whole
        .map(PeriodDays::all)
        .ok_or_else(|| refused("term", "unknown", "no such year is known"))?;
    for number in NUMBERS_OF_TERMS {
        let Ok(key) = TermKey::new(year, number) else {
            return Err(refused("term", "unknown", "no such term is known"));
        };
        let term = known_term(app, key, as_of).await?;
        days.except.push((term.starts_on, term.ends_on));
    }
    Ok(days)
}

/// `2026-Q1` are January, February and March.
fn quarter_of(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    let (year, quarter) = text.split_once("-Q")?;
    let quarter: u32 = quarter.parse().ok().filter(|quarter| (1..=4).contains(quarter))?;
    let year = (year.len() == 4).then(|| year.parse().ok())??;
    months(year, quarter * 3 - 2, 3)
}

fn months(year: i32, first: u32, count: u32) -> Option<(NaiveDate, NaiveDate)> {
    let first = NaiveDate::from_ymd_opt(year, first, 1)?;
    let after = first.checked_add_months(Months::new(count))?;
    Some((first, after.checked_sub_days(Days::new(1))?))
}

#[cfg(test)]
mod tests;
