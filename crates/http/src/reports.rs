//! `/reports/service-levels` and `/reports/contract-years`: numbers for somebody who would rather look
//! than read. Pages beside the operations, for the same callers with the same tokens.

use std::collections::BTreeMap;

use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, get};
use ascms_domain::access::{Grant, Span};
use ascms_domain::calendar::nz_date;
use ascms_domain::measures::{Level, Number, Tally};
use ascms_domain::terms::{Term, TermKey};
use ascms_persistence::measures::Scope;
use ascms_persistence::page::PageRequest;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::AppState;
use crate::as_known::{self, AsOf};
use crate::auth::{May, ReadMeasures};
use crate::incoming::Params;
use crate::problem::Refusal;

mod contract_years;
mod figures;
mod page;
mod report;
mod words;

pub(crate) use contract_years::PATH as CONTRACT_YEARS;
pub(crate) use report::PATH;
use report::{InTerm, Report, ReportGroup, Series};

/// How many terms a report tells of.
const TERMS: usize = 4;

/// The most groups of a level that a page shows; there are 84 catchments, and fewer providers.
const MOST_GROUPS: u32 = 500;

pub(crate) fn routes(cfg: &mut ServiceConfig) {
    cfg.service(service_levels).service(contract_years::contract_years);
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ServiceLevels {
    /// What was known at this instant, or at the end of this New Zealand day, in place of what is
    /// known now.
    #[param(inline)]
    as_of: Option<AsOf>,
}

/// Contact and outcome numbers of the caller's reach against their targets, by term.
#[get("/reports/service-levels")]
async fn service_levels(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadMeasures>,
    query: Params<ServiceLevels>,
) -> Result<HttpResponse, Refusal> {
    let now = app.now(&req)?;
    let at = match as_known::instant(&app, query.as_of, now).await? {
        Some(instant) => instant,
        None => app.store().as_of_now(now).await?,
    };
    let report = report(&app, &grant, at, now).await?;
    Ok(page::respond(&report))
}

/// The levels that say something to the caller: the nation and its providers, a provider, a school.
fn levels(grant: &Grant) -> Vec<Level> {
    if grant.reaches_the_nation() {
        return vec![Level::National, Level::Provider];
    }
    let of_span = |span: &Span| match span {
        Span::Nation | Span::Provider(_) | Span::CaseManager(..) => Some(Level::Provider),
        Span::School(_) => Some(Level::School),
        Span::Queue | Span::PrimaryContact(..) | Span::Client(_) | Span::Person(_) => None,
    };
    let mut levels: Vec<Level> = grant.reach().iter().filter_map(of_span).collect();
    levels.sort();
    levels.dedup();
    levels
}

async fn report(
    app: &AppState,
    grant: &Grant,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Report, Refusal> {
    let terms = terms(app, at).await?;
    let mut groups = Groups::default();
    let mut report = Report {
        at,
        of_nation: grant.reaches_the_nation(),
        groups: Vec::new(),
        rules: Vec::new(),
        calendars: Vec::new(),
    };
    for level in levels(grant) {
        for term in &terms {
            let (from, to) = (term.starts_on, term.ends_on);
            // One instant for all of it, so that every link leads to the very same numbers.
            let (except, as_of) = (Vec::new(), Some(at));
            let scope = Scope { level, from, to, except, key: None, as_of };
            let page = PageRequest { after: None, limit: MOST_GROUPS, with_total: false };
            let found = app.store().measures(grant, &scope, None, page, now).await?;
            report.made_by(&found.made_by);
            for group in found.groups.items {
                let entry = groups.0.entry((level, group.key));
                let (name, series) = entry.or_default();
                *name = group.name;
                for (number, tally) in group.tallies {
                    add(series, term.key, number, tally);
                }
            }
        }
    }
    report.groups = groups.finish();
    Ok(report)
}

/// The newest terms that have begun, with the dates that they were known to have.
async fn terms(app: &AppState, at: DateTime<Utc>) -> Result<Vec<Term>, Refusal> {
    let calendars = app.store().calendars().await?;
    let day = nz_date(at);
    let begun = calendars.terms.iter().rev().filter(|term| term.starts_on <= day).take(TERMS);
    let keys: Vec<TermKey> = begun.map(|term| term.key).collect();
    let mut terms = Vec::new();
    for key in keys {
        terms.extend(app.store().term_at(key, Some(at)).await?);
    }
    Ok(terms)
}

/// What was found of each group, in the order of levels and keys.
#[derive(Default)]
struct Groups(BTreeMap<(Level, String), (Option<String>, Vec<Series>)>);

impl Groups {
    fn finish(self) -> Vec<ReportGroup> {
        let groups = self.0.into_iter();
        let group = |((level, key), (name, series))| ReportGroup { level, key, name, series };
        groups.map(group).collect()
    }
}

fn add(all: &mut Vec<Series>, term: TermKey, number: Number, tally: Tally) {
    let Number { measure, within_days, target_percent } = number;
    let in_term = InTerm { term, target_percent, tally };
    let same = |one: &&mut Series| (one.measure, one.within_days) == (measure, within_days);
    match all.iter_mut().find(same) {
        Some(series) => series.terms.push(in_term),
        None => all.push(Series { measure, within_days, terms: vec![in_term] }),
    }
}
