//! `/v1/funds`: unmet basic needs funds, one a contract and calendar year.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use ascms_domain::access::{Action, Grant};
use ascms_domain::funds::{
    DecideBudget, FundAction, FundStatus, OpenFund, OverrideFund, ProposeBudgetChange,
};
use ascms_domain::ids::{ContractId, FundId, UserId};
use ascms_persistence::About;
use ascms_persistence::funds::{FundFilter, FundRow};
use ascms_persistence::idempotency::Answer;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::allowed::{AllowedActionView, RecordAction, Viewer};
use crate::auth::{BudgetFunds, May, ReadFunds};
use crate::command::{BodilessCommand, Command, StepCommand};
use crate::incoming::{Path, WriteOptions};
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::Refusal;
use crate::registration::ServiceConfig;
use crate::students::views::ProviderSummary;
use crate::{AppState, answer};

mod report;

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_funds)
        .service(get_fund)
        .service(open_fund)
        .service(propose_budget_change)
        .service(decide_budget)
        .service(override_fund)
        .service(close_fund)
        .configure(report::routes);
}

/// The unmet basic needs fund of a contract, for one calendar year. Amounts are New Zealand cents with GST.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct FundView {
    /// Id of the fund.
    id: FundId,
    /// The contract whose fund it is.
    contract_id: ContractId,
    /// The Ministry's number of the contract.
    #[schema(max_length = 40)]
    contract_number: String,
    /// The provider of the contract.
    provider: ProviderSummary,
    /// The calendar year of the fund.
    #[schema(minimum = 2020, maximum = 2100)]
    year: i32,
    /// How the fund stands.
    status: FundStatus,
    /// The budget, with its changes.
    #[schema(minimum = 0)]
    budget_cents: i64,
    /// By how much the provider may go beyond the budget.
    #[schema(minimum = 0)]
    overrides_cents: i64,
    /// Promised to needs, and not spent yet.
    #[schema(minimum = 0)]
    committed_cents: i64,
    /// Spent, less what came back.
    #[schema(minimum = 0)]
    spent_cents: i64,
    /// What can be promised still: the budget and its overrides, less what is committed and spent.
    #[schema(minimum = 0)]
    left_cents: i64,
    /// The budget, or the change of it, that waits for a second person; null when none does.
    proposed: Option<ProposedBudgetView>,
    /// The actions on the fund: those that the caller may take now and, for the others, the code of the refusal. A budget
    /// changes by the least amount.
    #[schema(max_items = 20)]
    allowed_actions: Vec<AllowedFundAction>,
    /// The user who opened the fund.
    opened_by: UserId,
    /// When the fund was opened.
    opened_at: DateTime<Utc>,
    /// The user who closed the fund; null until then.
    closed_by: Option<UserId>,
    /// When the fund was closed; null until then.
    closed_at: Option<DateTime<Utc>>,
    /// Version of the fund.
    #[schema(minimum = 1)]
    version: i32,
    /// When the fund last changed.
    updated_at: DateTime<Utc>,
}

/// A budget, or a change of it, that waits for a second person of the Ministry.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ProposedBudgetView {
    /// Cents to add to the budget; below 0 to take from it.
    #[schema(minimum = -100_000_000, maximum = 100_000_000)]
    amount_cents: i64,
    /// Why the budget changes; null of the first budget, which is the contract year's.
    reason: Option<String>,
    /// The user who proposed it.
    proposed_by: UserId,
    /// When it was proposed.
    proposed_at: DateTime<Utc>,
}

type AllowedFundAction = AllowedActionView<FundAction>;

impl RecordAction for FundAction {
    const VIEW: &'static str = "AllowedFundActionView";

    fn all() -> &'static [Self] {
        Self::ALL
    }

    fn permission(self) -> Action {
        Self::permission(self)
    }
}

impl FundView {
    fn of(row: &FundRow, viewer: &Viewer) -> Self {
        let FundRow { fund, contract_number, provider_code, provider_name } = row;
        let proposed = fund.proposed_cents.zip(fund.proposed_by).zip(fund.proposed_at);
        let proposed =
            proposed.map(|((amount_cents, proposed_by), proposed_at)| ProposedBudgetView {
                amount_cents,
                reason: fund.proposed_reason.clone(),
                proposed_by,
                proposed_at,
            });
        Self {
            id: fund.id,
            contract_id: fund.contract_id,
            contract_number: contract_number.clone(),
            provider: ProviderSummary::new(provider_code, provider_name),
            year: fund.year,
            status: fund.status,
            budget_cents: fund.budget_cents,
            overrides_cents: fund.overrides_cents,
            committed_cents: fund.committed_cents,
            spent_cents: fund.spent_cents,
            left_cents: fund.balance().left_cents(),
            proposed,
            allowed_actions: viewer.allowed(|action, grant: &Grant| row.allows(action, grant)),
            opened_by: fund.opened_by,
            opened_at: fund.opened_at,
            closed_by: fund.closed_by,
            closed_at: fund.closed_at,
            version: fund.version,
            updated_at: fund.updated_at,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListFunds {
    /// Only funds of this contract.
    contract_id: Option<ContractId>,
    /// Only funds of this calendar year.
    #[param(minimum = 2020, maximum = 2100)]
    year: Option<i32>,
    /// Only funds that stand like this.
    status: Option<FundStatus>,
}

/// List funds
///
/// The newest first. The Ministry reads all of them, a provider its own.
#[utoipa::path(
    tag = "Funds",
    security(("bearer" = ["funds:read"])),
    params(ListFunds, PageOptions),
    responses((status = 200, description = "A page of funds", body = List<FundView>)),
)]
#[get("/funds")]
async fn list_funds(list: Listing<ReadFunds, ListFunds>) -> Result<HttpResponse, Refusal> {
    let ListFunds { contract_id, year, status } = *list.filter();
    let filter = FundFilter { contract: contract_id, year, status };
    let read = async |page| list.store().funds(list.grant(), filter, page, list.now()).await;
    let viewer = Viewer::of(list.request(), list.grant())?;
    list.page(read, |row| FundView::of(&row, &viewer)).await
}

/// Read a fund
#[utoipa::path(
    tag = "Funds",
    security(("bearer" = ["funds:read"])),
    params(("id" = FundId, Path)),
    responses((status = 200, description = "The fund", body = FundView)),
)]
#[get("/funds/{id}")]
async fn get_fund(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadFunds>,
    id: Path<FundId>,
) -> Result<HttpResponse, Refusal> {
    let row = app.store().fund(&grant, *id, app.now(&req)?).await?;
    let view = FundView::of(&row, &Viewer::of(&req, &grant)?);
    Ok(answer::shown(&req, row.fund.version, &view))
}

/// Open a fund
///
/// Its budget is the amount for basic needs of the contract's year, and waits for a second person of the
/// Ministry.
#[utoipa::path(
    tag = "Funds",
    security(("bearer" = ["funds:budget"])),
    params(WriteOptions),
    request_body = OpenFund,
    responses(
        (status = 201, description = "The fund", body = FundView),
        (status = 200, description = "It was only validated", body = FundView),
    ),
)]
#[post("/funds")]
async fn open_fund(call: Command<BudgetFunds, OpenFund>) -> Result<HttpResponse, Refusal> {
    let viewer = Viewer::of(call.request(), call.grant())?;
    call.run(About::FundMade, async |write, body| {
        let row = write.open_fund(body).await?;
        let location = format!("/v1/funds/{}", row.fund.id);
        Ok(answer::created(location, row.fund.version, &FundView::of(&row, &viewer)))
    })
    .await
}

/// Propose a change of a fund's budget
///
/// Another person of the Ministry decides on it. One proposal waits at a time.
#[utoipa::path(
    tag = "Funds",
    security(("bearer" = ["funds:budget"])),
    params(("id" = FundId, Path)),
    request_body = ProposeBudgetChange,
    responses((status = 200, description = "The fund with the proposal", body = FundView)),
)]
#[post("/funds/{id}/budget-change")]
async fn propose_budget_change(
    call: StepCommand<BudgetFunds, ProposeBudgetChange>,
    id: Path<FundId>,
) -> Result<HttpResponse, Refusal> {
    let viewer = Viewer::of(call.request(), call.grant())?;
    call.run(About::Fund(*id), async |write, body| {
        Ok(done(&write.propose_budget_change(*id, body).await?, &viewer))
    })
    .await
}

/// Decide on a proposed budget
///
/// By another person of the Ministry than the one who proposed it.
#[utoipa::path(
    tag = "Funds",
    security(("bearer" = ["funds:budget"])),
    params(("id" = FundId, Path)),
    request_body = DecideBudget,
    responses((status = 200, description = "The fund as decided", body = FundView)),
)]
#[post("/funds/{id}/budget-change/decision")]
async fn decide_budget(
    call: StepCommand<BudgetFunds, DecideBudget>,
    id: Path<FundId>,
) -> Result<HttpResponse, Refusal> {
    let viewer = Viewer::of(call.request(), call.grant())?;
    call.run(About::Fund(*id), async |write, body| {
        Ok(done(&write.decide_budget(*id, body.outcome).await?, &viewer))
    })
    .await
}

/// Let a provider go beyond a fund's budget
#[utoipa::path(
    tag = "Funds",
    security(("bearer" = ["funds:budget"])),
    params(("id" = FundId, Path)),
    request_body = OverrideFund,
    responses((status = 200, description = "The fund with the override", body = FundView)),
)]
#[post("/funds/{id}/overrides")]
async fn override_fund(
    call: StepCommand<BudgetFunds, OverrideFund>,
    id: Path<FundId>,
) -> Result<HttpResponse, Refusal> {
    let viewer = Viewer::of(call.request(), call.grant())?;
    call.run(About::Fund(*id), async |write, OverrideFund { amount_cents, reason }| {
        Ok(done(&write.override_fund(*id, amount_cents, reason).await?, &viewer))
    })
    .await
}

/// Close a fund
///
/// Once every need that it promised to pay for is settled. Its ledger takes no entry any longer.
#[utoipa::path(
    tag = "Funds",
    security(("bearer" = ["funds:budget"])),
    params(("id" = FundId, Path)),
    responses((status = 200, description = "The closed fund", body = FundView)),
)]
#[post("/funds/{id}/closure")]
async fn close_fund(
    call: BodilessCommand<BudgetFunds>,
    id: Path<FundId>,
) -> Result<HttpResponse, Refusal> {
    let viewer = Viewer::of(call.request(), call.grant())?;
    call.run(About::Fund(*id), async |write| Ok(done(&write.close_fund(*id).await?, &viewer))).await
}

fn done(row: &FundRow, viewer: &Viewer) -> Answer {
    answer::done(row.fund.version, &FundView::of(row, viewer))
}
