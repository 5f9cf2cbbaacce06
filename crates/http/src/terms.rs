//! `/v1/terms`: the nation's school terms, by which outcomes are measured.

use actix_web::{HttpResponse, get, post};
use ascms_domain::calendar::COVERED_YEARS;
use ascms_domain::ids::RecalculationId;
use ascms_domain::terms::TermKey;
use ascms_persistence::About;
use ascms_persistence::rows::term::Model;
use ascms_persistence::terms::{self, SetTerm, TermSet};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::answer;
use crate::auth::{ReadReference, WriteReference};
use crate::command::Command;
use crate::incoming::{Path, WriteOptions};
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::{Code, Fault, Refusal};
use crate::registration::ServiceConfig;

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_terms).service(set_term);
}

/// A school term of the nation.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TermView {
    /// The year and the number, such as `2026-1`.
    #[schema(max_length = 6, pattern = "^[1-9][0-9]{3}-[1-4]$")]
    term: String,
    /// The first day on which a school may begin the term.
    starts_on: NaiveDate,
    /// The last day on which a school may end the term.
    ends_on: NaiveDate,
    /// When these dates became known.
    known_from: DateTime<Utc>,
}

impl From<Model> for TermView {
    fn from(row: Model) -> Self {
        let Model { id: _, year, term, school_id: _, starts_on, ends_on, known_from } = row;
        Self { term: format!("{year}-{term}"), starts_on, ends_on, known_from }
    }
}

/// A term with the dates that it has now.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TermSetView {
    /// The term with its dates.
    term: TermView,
    /// The recalculation of all that the dates decide; null when the term had these dates already.
    recalculation_id: Option<RecalculationId>,
}

impl TermSetView {
    fn of(set: &TermSet) -> Self {
        let TermSet { term, recalculation_id } = set.clone();
        Self { term: term.into(), recalculation_id }
    }
}

/// The first and the last day of a term, both in its year.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TermDates {
    /// The first day on which a school may begin the term.
    starts_on: NaiveDate,
    /// The last day on which a school may end the term.
    ends_on: NaiveDate,
}

/// List the terms
///
/// The nation's, in the order of time. Schools may set their own within them.
#[utoipa::path(
    tag = "Calendar",
    security(("bearer" = ["reference:read"])),
    params(PageOptions),
    responses((status = 200, description = "A page of terms", body = List<TermView>)),
)]
#[get("/terms")]
async fn list_terms(list: Listing<ReadReference>) -> Result<HttpResponse, Refusal> {
    let read = async |page| list.store().terms(list.grant(), page).await;
    list.page(read, TermView::from).await
}

/// Set the dates of a term
///
/// Of one that is known or of a new one. What was measured by the dates before is counted anew,
/// and stays to be had with `asOf`.
#[utoipa::path(
    tag = "Calendar",
    security(("bearer" = ["reference:write"])),
    params(("term" = inline(TermKey), Path), WriteOptions),
    request_body = TermDates,
    responses((status = 200, description = "The term as it is now", body = TermSetView)),
)]
#[post("/terms/{term}")]
async fn set_term(
    call: Command<WriteReference, TermDates>,
    term: Path<TermKey>,
) -> Result<HttpResponse, Refusal> {
    within_year(*term, (call.body().starts_on, call.body().ends_on))?;
    call.run(About::Named(terms::about()), async |write, TermDates { starts_on, ends_on }| {
        let set = write.set_term(SetTerm { key: *term, starts_on, ends_on }).await?;
        Ok(answer::done(1, &TermSetView::of(&set)))
    })
    .await
}

/// The days are in the term's year, and the calendars cover it: else its half-days can't be counted.
fn within_year(term: TermKey, (first, last): (NaiveDate, NaiveDate)) -> Result<(), Refusal> {
    let year = i32::from(term.year());
    if !COVERED_YEARS.contains(&year) {
        return Err(Refusal::new(Code::OutsideCalendar, "the calendars do not cover that year"));
    }
    let faults: Vec<Fault> = [("/startsOn", first), ("/endsOn", last)]
        .into_iter()
        .filter(|(_, day)| day.year() != year)
        .map(|(place, _)| Fault::at(place, "other_year", "is not in the year of the term"))
        .collect();
    if faults.is_empty() {
        return Ok(());
    }
    Err(Refusal::faulty(Code::InvalidBody, faults))
}
