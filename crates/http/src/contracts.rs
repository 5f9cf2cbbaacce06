//! `/v1/contracts`: what the Ministry and an organisation agreed, and what it pays in a calendar year.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use ascms_domain::access::{Action, Grant};
use ascms_domain::calendar::Region;
use ascms_domain::contracts::{
    AddContract, ContractAction, ContractContact, ContractKind, ContractStatus, EndContract,
    SetContractYear, UpdateContract, WithholdingPeriod,
};
use ascms_domain::ids::{ContractId, ProviderId, UserId};
use ascms_domain::second_person::ApprovalPolicy;
use ascms_persistence::About;
use ascms_persistence::contracts::{ContractFilter, ContractRow};
use ascms_persistence::idempotency::Answer;
use ascms_persistence::rows::contract_year;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::allowed::{AllowedActionView, RecordAction, Viewer};
use crate::auth::{May, ReadContracts, WriteContracts};
use crate::command::{Amendment, BodilessCommand, Command, StepCommand};
use crate::incoming::{Path, WriteOptions};
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::Refusal;
use crate::registration::ServiceConfig;
use crate::students::views::ProviderSummary;
use crate::{AppState, answer};

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_contracts)
        .service(get_contract)
        .service(add_contract)
        .service(update_contract)
        .service(activate_contract)
        .service(end_contract)
        .service(set_contract_year);
}

/// A contract of the Ministry with an organisation.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ContractView {
    /// Id of the contract.
    id: ContractId,
    /// The Ministry's number of the contract.
    #[schema(max_length = 40)]
    number: String,
    /// Id of the organisation.
    organisation_id: ProviderId,
    /// The organisation that provides the service.
    organisation: ProviderSummary,
    /// Whether the contract is for catchments or for a school's own team.
    kind: ContractKind,
    /// Codes of the catchments; none of a contract for a school's own team.
    #[schema(max_items = 20)]
    catchments: Vec<String>,
    /// Ministry number of the school; null of a contract for catchments.
    school_number: Option<i32>,
    /// The first day of the contract.
    starts_on: NaiveDate,
    /// The last day of the contract; null where it goes on until it is ended.
    ends_on: Option<NaiveDate>,
    /// Whether the contract is a draft, active or ended.
    status: ContractStatus,
    /// Since when it has its status.
    status_since: DateTime<Utc>,
    /// The user who took the last step; null where the operator of the service imported the contract.
    status_by: Option<UserId>,
    /// Why the contract ended; null until then.
    #[schema(max_length = 4000)]
    comment: Option<String>,
    /// The people to whom the Ministry turns about the contract.
    #[schema(max_items = 10)]
    contacts: Vec<ContractContact>,
    /// Holiday region of the provider's main office; null where the national holidays alone count.
    holiday_region: Option<Region>,
    /// How steps are approved that need a second person.
    approval_policy: ApprovalPolicy,
    /// Code of the profile of duties.
    #[schema(max_length = 64)]
    duty_profile: String,
    /// The calendar years that are set, the earliest first.
    #[schema(max_items = 81)]
    years: Vec<ContractYearView>,
    /// The actions on the contract: those that the caller may take now and, for the others, the code of the refusal.
    #[schema(max_items = 20)]
    allowed_actions: Vec<AllowedContractAction>,
    /// The user who added the contract; null where the operator of the service imported it.
    added_by: Option<UserId>,
    /// When the contract was added.
    added_at: DateTime<Utc>,
    /// Version of the contract and its years; an edit names the version that it was made on.
    #[schema(minimum = 1)]
    version: i32,
    /// When the contract last changed.
    updated_at: DateTime<Utc>,
}

/// A calendar year of a contract. Amounts are in New Zealand cents with GST.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ContractYearView {
    /// The calendar year.
    #[schema(minimum = 2020, maximum = 2100)]
    year: i32,
    /// Amount of the contract in the year, in cents.
    #[schema(minimum = 1)]
    amount_cents: i64,
    /// The share of the amount that is withheld until the review, in percent.
    #[schema(minimum = 0, maximum = 100)]
    withholding_percent: i32,
    /// Whether the withheld share is paid once a year or once a term.
    withholding_per: WithholdingPeriod,
    /// Budget of the unmet basic needs fund in the year, in cents.
    #[schema(minimum = 0)]
    basic_needs_cents: i64,
    /// When the year was last set.
    updated_at: DateTime<Utc>,
}

type AllowedContractAction = AllowedActionView<ContractAction>;

impl RecordAction for ContractAction {
    const VIEW: &'static str = "AllowedContractActionView";

    fn all() -> &'static [Self] {
        Self::ALL
    }

    fn permission(self) -> Action {
        Self::permission(self)
    }
}

impl ContractView {
    fn of(row: ContractRow, viewer: &Viewer) -> Self {
        let allows = |action, grant: &Grant| row.allows(action, grant, viewer.today);
        let allowed_actions = viewer.allowed(allows);
        let ContractRow {
            contract,
            catchments,
            school_number,
            years,
            organisation_code,
            organisation_name,
            others: _,
        } = row;
        Self {
            id: contract.id,
            number: contract.number,
            organisation_id: contract.organisation_id,
            organisation: ProviderSummary::new(&organisation_code, &organisation_name),
            kind: contract.kind,
            catchments,
            school_number,
            starts_on: contract.starts_on,
            ends_on: contract.ends_on,
            status: contract.status,
            status_since: contract.status_since,
            status_by: contract.status_by,
            comment: contract.comment,
            contacts: contract.contacts.0,
            holiday_region: contract.holiday_region,
            approval_policy: contract.approval_policy,
            duty_profile: contract.duty_profile,
            years: years.iter().map(ContractYearView::of).collect(),
            allowed_actions,
            added_by: contract.added_by,
            added_at: contract.added_at,
            version: contract.version,
            updated_at: contract.updated_at,
        }
    }

    /// The answer to a step or an edit.
    fn done(row: ContractRow, viewer: &Viewer) -> Answer {
        let view = Self::of(row, viewer);
        answer::done(view.version, &view)
    }
}

impl ContractYearView {
    fn of(row: &contract_year::Model) -> Self {
        Self {
            year: row.year,
            amount_cents: row.amount_cents,
            withholding_percent: row.withholding_percent,
            withholding_per: row.withholding_per,
            basic_needs_cents: row.basic_needs_cents,
            updated_at: row.updated_at,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListContracts {
    /// Only contracts of this organisation.
    organisation_id: Option<ProviderId>,
    /// Only contracts of this kind.
    kind: Option<ContractKind>,
    /// Only contracts that stand like this.
    status: Option<ContractStatus>,
}

/// List contracts
///
/// The newest first. A provider reads its own.
#[utoipa::path(
    tag = "Contracts",
    security(("bearer" = ["contracts:read"])),
    params(ListContracts, PageOptions),
    responses((status = 200, description = "A page of contracts", body = List<ContractView>)),
)]
#[get("/contracts")]
async fn list_contracts(
    list: Listing<ReadContracts, ListContracts>,
) -> Result<HttpResponse, Refusal> {
    let &ListContracts { organisation_id, kind, status } = list.filter();
    let filter = ContractFilter { organisation: organisation_id, kind, status };
    let read = async |page| list.store().contracts(list.grant(), filter, page, list.now()).await;
    let viewer = Viewer::of(list.request(), list.grant())?;
    list.page(read, |row| ContractView::of(row, &viewer)).await
}

/// Read a contract
#[utoipa::path(
    tag = "Contracts",
    security(("bearer" = ["contracts:read"])),
    params(("id" = ContractId, Path)),
    responses((status = 200, description = "The contract", body = ContractView)),
)]
#[get("/contracts/{id}")]
async fn get_contract(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadContracts>,
    id: Path<ContractId>,
) -> Result<HttpResponse, Refusal> {
    let row = app.store().contract(&grant, *id, app.now(&req)?).await?;
    let view = ContractView::of(row, &Viewer::of(&req, &grant)?);
    Ok(answer::shown(&req, view.version, &view))
}

/// Add a contract
///
/// As a draft, which has no duties and holds no catchment.
#[utoipa::path(
    tag = "Contracts",
    security(("bearer" = ["contracts:write"])),
    params(WriteOptions),
    request_body = AddContract,
    responses(
        (status = 201, description = "The draft", body = ContractView),
        (status = 200, description = "It was only validated", body = ContractView),
    ),
)]
#[post("/contracts")]
async fn add_contract(call: Command<WriteContracts, AddContract>) -> Result<HttpResponse, Refusal> {
    let viewer = Viewer::of(call.request(), call.grant())?;
    call.run(About::ContractMade, async |write, body| {
        let view = ContractView::of(write.add_contract(body).await?, &viewer);
        Ok(answer::created(format!("/v1/contracts/{}", view.id), view.version, &view))
    })
    .await
}

/// Change a contract
///
/// Catchments and the first day change as long as it is a draft, everything else until it has ended. The
/// duties that are open follow.
#[utoipa::path(
    tag = "Contracts",
    security(("bearer" = ["contracts:write"])),
    params(("id" = ContractId, Path)),
    request_body(content = UpdateContract, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The contract as changed", body = ContractView)),
)]
#[patch("/contracts/{id}")]
async fn update_contract(
    call: Amendment<WriteContracts, UpdateContract>,
    id: Path<ContractId>,
) -> Result<HttpResponse, Refusal> {
    let viewer = Viewer::of(call.request(), call.grant())?;
    call.run(About::Contract(*id), async |write, edit, patch| {
        Ok(ContractView::done(write.change_contract(*id, &edit, patch).await?, &viewer))
    })
    .await
}

/// Activate a contract
///
/// It is in force on the days of its term, and its duties are made. Refused where another contract has
/// one of its catchments, or its school, at the same time.
#[utoipa::path(
    tag = "Contracts",
    security(("bearer" = ["contracts:write"])),
    params(("id" = ContractId, Path)),
    responses((status = 200, description = "The active contract", body = ContractView)),
)]
#[post("/contracts/{id}/activation")]
async fn activate_contract(
    call: BodilessCommand<WriteContracts>,
    id: Path<ContractId>,
) -> Result<HttpResponse, Refusal> {
    let viewer = Viewer::of(call.request(), call.grant())?;
    call.run(About::Contract(*id), async |write| {
        Ok(ContractView::done(write.activate_contract(*id).await?, &viewer))
    })
    .await
}

/// End a contract
///
/// On a day that is over, or today. The duties of periods that begin later lapse; the others stay.
#[utoipa::path(
    tag = "Contracts",
    security(("bearer" = ["contracts:write"])),
    params(("id" = ContractId, Path)),
    request_body = EndContract,
    responses((status = 200, description = "The ended contract", body = ContractView)),
)]
#[post("/contracts/{id}/ending")]
async fn end_contract(
    call: StepCommand<WriteContracts, EndContract>,
    id: Path<ContractId>,
) -> Result<HttpResponse, Refusal> {
    let viewer = Viewer::of(call.request(), call.grant())?;
    call.run(About::Contract(*id), async |write, body| {
        Ok(ContractView::done(write.end_contract(*id, body).await?, &viewer))
    })
    .await
}

/// Set a year of a contract
///
/// What the contract pays in a calendar year. `If-Match` names the version of the contract. The first time,
/// every member but `withholdingPercent` is needed.
#[utoipa::path(
    tag = "Contracts",
    security(("bearer" = ["contracts:write"])),
    params(
        ("id" = ContractId, Path),
        ("year" = i32, Path, description = "The calendar year.", minimum = 2020, maximum = 2100, example = 2026),
    ),
    request_body(content = SetContractYear, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The contract with the year", body = ContractView)),
)]
#[patch("/contracts/{id}/years/{year}")]
async fn set_contract_year(
    call: Amendment<WriteContracts, SetContractYear>,
    ids: Path<(ContractId, i32)>,
) -> Result<HttpResponse, Refusal> {
    let viewer = Viewer::of(call.request(), call.grant())?;
    call.run(About::Contract(ids.0), async |write, edit, patch| {
        Ok(ContractView::done(write.set_contract_year(*ids, &edit, patch).await?, &viewer))
    })
    .await
}
