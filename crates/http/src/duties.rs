//! `/v1/obligations`: what is due of contracts and by key dates, and how it stands.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use ascms_domain::calendar::nz_date;
use ascms_domain::duties::{DutyKind, ObligationStatus, WaiveObligation};
use ascms_domain::ids::{ContractId, DutyId, ProviderId, RegisterEntryId, UserId};
use ascms_persistence::About;
use ascms_persistence::duties::{ObligationCount, ObligationFilter, ObligationRow};
use ascms_persistence::rows::duty;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::auth::{May, ReadDuties, WaiveDuties};
use crate::command::StepCommand;
use crate::incoming::{Params, Path};
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::Refusal;
use crate::registration::ServiceConfig;
use crate::students::views::ProviderSummary;
use crate::{AppState, answer};

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_obligations).service(get_obligation_counts).service(waive_obligation);
}

/// Something that is due by a day.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ObligationView {
    /// Id of the obligation.
    id: DutyId,
    /// The thing that is due.
    kind: DutyKind,
    /// Id of the organisation; null of a key date, which is for everybody to whom its bulletin is addressed.
    organisation_id: Option<ProviderId>,
    /// The organisation that has the obligation; null of a key date.
    organisation: Option<ProviderSummary>,
    /// The contract by which it is due; null of a key date.
    contract_id: Option<ContractId>,
    /// The Ministry's number of that contract; null of a key date.
    #[schema(max_length = 40)]
    contract_number: Option<String>,
    /// The bulletin that names a key date; null of another obligation.
    bulletin_id: Option<RegisterEntryId>,
    /// The period for which it is due: a calendar year such as `2027`, a term such as `2027-1`, or the day of
    /// a key date.
    #[schema(max_length = 10)]
    period: String,
    /// The status on this day.
    status: ObligationStatus,
    /// Whether it is still to be done, and its last day is over.
    overdue: bool,
    /// The first day on which it can be done.
    opens_on: NaiveDate,
    /// The last day on which it is done in time.
    due_on: NaiveDate,
    /// Version of the calendar that counted `dueOn`; null of a key date.
    #[schema(max_length = 100)]
    calendar_version: Option<String>,
    /// The day on which it was done, was waived or lapsed; null while it is to be done.
    ended_on: Option<NaiveDate>,
    /// The user by whose call it ended; null while it is to be done.
    ended_by: Option<UserId>,
    /// Why the Ministry waived it; null of one that it did not waive.
    #[schema(max_length = 4000)]
    waiver_reason: Option<String>,
    /// Version of the obligation.
    #[schema(minimum = 1)]
    version: i32,
}

impl ObligationView {
    fn of(row: &ObligationRow, today: NaiveDate) -> Self {
        let (standing, version) = (row.standing(), row.version());
        let ObligationRow { duty, organisation_code, organisation_name, contract_number } =
            row.clone();
        let duty::Model {
            id,
            kind,
            entry_id,
            organisation_id,
            contract_id,
            period,
            opens_on,
            due_on,
            calendar_version,
            // Part of how it stands.
            outcome: _,
            outcome_on,
            outcome_by,
            outcome_reason,
            // What the service itself has done.
            overdue_told_on: _,
        } = duty;
        Self {
            id,
            kind,
            organisation_id,
            organisation: summary(organisation_code, organisation_name),
            contract_id,
            contract_number,
            bulletin_id: entry_id,
            period,
            status: standing.status(today),
            overdue: standing.is_overdue(today),
            opens_on,
            due_on,
            calendar_version,
            ended_on: outcome_on,
            ended_by: outcome_by,
            waiver_reason: outcome_reason,
            version,
        }
    }
}

fn summary(code: Option<String>, name: Option<String>) -> Option<ProviderSummary> {
    code.zip(name).map(|(code, name)| ProviderSummary::new(&code, &name))
}

/// How many obligations there are, by organisation.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ObligationCountsView {
    /// The day on which they were counted.
    on: NaiveDate,
    /// One row for each organisation that has any, by code; key dates come first, without an organisation.
    #[schema(max_items = 1000)]
    items: Vec<ObligationCountView>,
}

/// How many obligations an organisation has.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ObligationCountView {
    /// Id of the organisation; null of key dates.
    organisation_id: Option<ProviderId>,
    /// The organisation; null of key dates.
    organisation: Option<ProviderSummary>,
    /// Those whose first day is to come.
    #[schema(minimum = 0)]
    upcoming: i64,
    /// Those that are to be done, also when they are overdue.
    #[schema(minimum = 0)]
    open: i64,
    /// Those that are to be done and whose last day is over.
    #[schema(minimum = 0)]
    overdue: i64,
    /// Those that are done.
    #[schema(minimum = 0)]
    done: i64,
    /// Those that were done after their last day.
    #[schema(minimum = 0)]
    done_late: i64,
    /// Those that the Ministry waived.
    #[schema(minimum = 0)]
    waived: i64,
    /// Those whose cause went away, and key dates that are over.
    #[schema(minimum = 0)]
    lapsed: i64,
}

impl From<ObligationCount> for ObligationCountView {
    fn from(row: ObligationCount) -> Self {
        let ObligationCount {
            organisation_id,
            organisation_code,
            organisation_name,
            upcoming,
            open,
            overdue,
            done,
            done_late,
            waived,
            lapsed,
        } = row;
        let organisation = summary(organisation_code, organisation_name);
        Self {
            organisation_id,
            organisation,
            upcoming,
            open,
            overdue,
            done,
            done_late,
            waived,
            lapsed,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListObligations {
    /// Only obligations of this organisation.
    organisation_id: Option<ProviderId>,
    /// Only obligations by this contract.
    contract_id: Option<ContractId>,
    /// Only obligations of this kind.
    kind: Option<DutyKind>,
    /// Only obligations that stand like this today.
    status: Option<ObligationStatus>,
    /// Only those that are overdue today, or only the others.
    overdue: Option<bool>,
    /// Only obligations that are due on this day or later.
    due_from: Option<NaiveDate>,
    /// Only obligations that are due on this day or earlier.
    due_to: Option<NaiveDate>,
}

impl ListObligations {
    fn filter(&self) -> ObligationFilter {
        let &Self { organisation_id, contract_id, kind, status, overdue, due_from, due_to } = self;
        ObligationFilter {
            organisation: organisation_id,
            contract: contract_id,
            kind,
            status,
            overdue,
            due_from,
            due_to,
        }
    }
}

/// Which obligations are counted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CountObligations {
    /// Only obligations of this kind.
    kind: Option<DutyKind>,
    /// Only obligations that are due on this day or later.
    due_from: Option<NaiveDate>,
    /// Only obligations that are due on this day or earlier.
    due_to: Option<NaiveDate>,
}

/// List obligations
///
/// By the day on which they are due, the earliest first. A provider reads its own, and the key dates of the
/// bulletins that are addressed to it.
#[utoipa::path(
    tag = "Contracts",
    security(("bearer" = ["duties:read"])),
    params(ListObligations, PageOptions),
    responses((status = 200, description = "A page of obligations", body = List<ObligationView>)),
)]
#[get("/obligations")]
async fn list_obligations(
    list: Listing<ReadDuties, ListObligations>,
) -> Result<HttpResponse, Refusal> {
    let (filter, today) = (list.filter().filter(), nz_date(list.now()));
    let read = async |page| list.store().obligations(list.grant(), filter, page, list.now()).await;
    list.page(read, |row| ObligationView::of(&row, today)).await
}

/// Count obligations
///
/// By organisation and status, as of today.
#[utoipa::path(
    tag = "Contracts",
    security(("bearer" = ["duties:read"])),
    params(CountObligations),
    responses((status = 200, description = "The counts", body = ObligationCountsView)),
)]
#[get("/obligations/counts")]
async fn get_obligation_counts(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadDuties>,
    asked: Params<CountObligations>,
) -> Result<HttpResponse, Refusal> {
    let now = app.now(&req)?;
    let CountObligations { kind, due_from, due_to } = asked.0;
    let filter = ObligationFilter { kind, due_from, due_to, ..ObligationFilter::default() };
    let rows = app.store().obligation_counts(&grant, filter, now).await?;
    let items = rows.into_iter().map(ObligationCountView::from).collect();
    Ok(answer::list(&ObligationCountsView { on: nz_date(now), items }, None))
}

/// Waive an obligation
///
/// Nobody has to do it. A key date is nobody's to do, and is not waived.
#[utoipa::path(
    tag = "Contracts",
    security(("bearer" = ["duties:waive"])),
    params(("id" = DutyId, Path)),
    request_body = WaiveObligation,
    responses((status = 200, description = "The waived obligation", body = ObligationView)),
)]
#[post("/obligations/{id}/waiver")]
async fn waive_obligation(
    call: StepCommand<WaiveDuties, WaiveObligation>,
    id: Path<DutyId>,
) -> Result<HttpResponse, Refusal> {
    let today = nz_date(call.now());
    call.run(About::Duty(*id), async |write, body| {
        let row = write.waive_obligation(*id, body.reason).await?;
        Ok(answer::done(row.version(), &ObligationView::of(&row, today)))
    })
    .await
}
