//! `/v1/terms`: the nation's school terms, by which outcomes are measured.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use ascms_domain::calendar::COVERED_YEARS;
use ascms_domain::ids::RecalculationId;
use ascms_domain::terms::{TermKey, TermsError};
use ascms_persistence::Call;
use ascms_persistence::terms::{Model, SetTerm, TermRefusal, TermSet};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use validator::Validate;

use crate::auth::{May, ReadReference, WriteReference};
use crate::incoming::{Body, Params, Path, WriteOptions};
use crate::page::{self, List, PageOptions};
use crate::problem::{Code, Fault, Refusal};
use crate::{AppState, answer};

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
    /// The first day on which a school may begin it.
    starts_on: NaiveDate,
    /// The last day on which one may end it.
    ends_on: NaiveDate,
    /// Since when these dates are known.
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
    term: TermView,
    /// What counts anew what the dates decide; null when the term had them already.
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
    starts_on: NaiveDate,
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
async fn list_terms(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadReference>,
    query: Params<PageOptions>,
) -> Result<HttpResponse, Refusal> {
    let page = page::request(&req, &app, &grant, query.0.into())?;
    let found = app.store().terms(&grant, page).await?;
    Ok(page::respond(&req, &app, &grant, found, TermView::from))
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
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<WriteReference>,
    term: Path<TermKey>,
    options: Params<WriteOptions>,
    body: Body<TermDates>,
) -> Result<HttpResponse, Refusal> {
    let dry_run = options.validate_only.unwrap_or(false);
    let key = answer::idempotency_key(&req, &grant, body.digest())?;
    let call = Call { grant: &grant, now: app.now(&req)?, key: key.as_ref(), dry_run };
    let TermDates { starts_on, ends_on } = body.into_inner();
    within_year(*term, (starts_on, ends_on))?;
    let set = SetTerm { key: *term, starts_on, ends_on };
    let render = |set: &TermSet| answer::done(1, &TermSetView::of(set));
    let answer = app.store().set_term(&call, set, render).await?;
    Ok(answer::reply(answer, dry_run))
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
    Err(Refusal::new(Code::InvalidBody, "see `errors`").with_errors(faults))
}

impl From<TermRefusal> for Refusal {
    fn from(err: TermRefusal) -> Self {
        let detail = err.to_string();
        match err.0 {
            TermsError::Backwards(_) => Self::invalid(Fault::at("/endsOn", "too_small", detail)),
            TermsError::Duplicate(_) | TermsError::Overlap(..) | TermsError::OutOfOrder(..) => {
                Self::new(Code::TermsOverlap, detail)
            }
        }
    }
}
