//! `/v1/needs`: what unmet basic needs funds are asked to pay for on cases. Schools do not see it.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use ascms_domain::ids::{CaseId, ContractId, FundId, NeedId};
use ascms_domain::needs::{
    AskForNeed, CancelNeed, DecideNeed, NeedStatus, RecordRefund, RecordSpending, ReviewNeed,
};
use ascms_domain::text::Code;
use ascms_persistence::About;
use ascms_persistence::idempotency::Answer;
use ascms_persistence::needs::{NeedFilter, NeedRow};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::allowed::Viewer;
use crate::auth::{AskForNeeds, DecideNeeds, May, ReadNeeds, ReviewNeeds};
use crate::command::{BodilessCommand, Command, StepCommand};
use crate::incoming::{Path, WriteOptions};
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::Refusal;
use crate::registration::ServiceConfig;
use crate::{AppState, answer};

mod views;

use views::NeedView;

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_needs)
        .service(get_need)
        .service(ask_for_need)
        .service(decide_need)
        .service(cancel_need)
        .service(record_spending)
        .service(record_refund)
        .service(settle_need)
        .service(review_need);
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListNeeds {
    /// Only needs of this case.
    case_id: Option<CaseId>,
    /// Only needs of this contract's cases.
    contract_id: Option<ContractId>,
    /// Only needs that this fund promised to pay for.
    fund_id: Option<FundId>,
    /// Only needs that stand like this.
    status: Option<NeedStatus>,
    /// Only needs of this category, a code of the set `need-categories`.
    #[param(inline)]
    category: Option<Code>,
    /// Only needs of which the Ministry's review is to come, or only the others.
    review_to_come: Option<bool>,
}

/// List needs
///
/// The newest first. The Ministry reads all of them, without the text that the provider wrote; a provider its own,
/// and a case manager those of the cases that they manage.
#[utoipa::path(
    tag = "Funds",
    security(("bearer" = ["needs:read"])),
    params(ListNeeds, PageOptions),
    responses((status = 200, description = "A page of needs", body = List<NeedView>)),
)]
#[get("/needs")]
async fn list_needs(list: Listing<ReadNeeds, ListNeeds>) -> Result<HttpResponse, Refusal> {
    let ListNeeds { case_id, contract_id, fund_id, status, category, review_to_come } =
        list.filter();
    let filter = NeedFilter {
        case: *case_id,
        contract: *contract_id,
        fund: *fund_id,
        status: *status,
        category: category.clone().map(|category| category.0),
        review_to_come: *review_to_come,
    };
    let read = async |page| list.store().needs(list.grant(), filter, page, list.now()).await;
    let viewer = Viewer::of(list.request(), list.grant())?;
    list.page(read, |row| NeedView::of(row, &viewer)).await
}

/// Read a need
#[utoipa::path(
    tag = "Funds",
    security(("bearer" = ["needs:read"])),
    params(("id" = NeedId, Path)),
    responses((status = 200, description = "The need", body = NeedView)),
)]
#[get("/needs/{id}")]
async fn get_need(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadNeeds>,
    id: Path<NeedId>,
) -> Result<HttpResponse, Refusal> {
    let row = app.store().need(&grant, *id, app.now(&req)?).await?;
    let viewer = Viewer::of(&req, &grant)?;
    Ok(answer::shown(&req, row.need.version, &NeedView::of(row, &viewer)))
}

/// Ask for a need
///
/// On an open case. The provider's workflow leads are notified.
#[utoipa::path(
    tag = "Funds",
    security(("bearer" = ["needs:ask"])),
    params(("id" = CaseId, Path), WriteOptions),
    request_body = AskForNeed,
    responses(
        (status = 201, description = "The need", body = NeedView),
        (status = 200, description = "It was only validated", body = NeedView),
    ),
)]
#[post("/cases/{id}/needs")]
async fn ask_for_need(
    call: Command<AskForNeeds, AskForNeed>,
    id: Path<CaseId>,
) -> Result<HttpResponse, Refusal> {
    let viewer = Viewer::of(call.request(), call.grant())?;
    call.run(About::Case(*id), async |write, body| {
        let row = write.ask_for_need(*id, body).await?;
        let (location, version) = (format!("/v1/needs/{}", row.need.id), row.need.version);
        Ok(answer::created(location, version, &NeedView::of(row, &viewer)))
    })
    .await
}

/// Decide on a need
///
/// An approval commits the money of the contract's fund of this year. Who decides is the contract's
/// approval policy: another person than the one who asked; the Ministry; or, in a team of one, the same
/// person, whose approval the Ministry reviews afterwards.
#[utoipa::path(
    tag = "Funds",
    security(("bearer" = ["needs:decide"])),
    params(("id" = NeedId, Path)),
    request_body = DecideNeed,
    responses((status = 200, description = "The need as decided", body = NeedView)),
)]
#[post("/needs/{id}/decision")]
async fn decide_need(
    call: StepCommand<DecideNeeds, DecideNeed>,
    id: Path<NeedId>,
) -> Result<HttpResponse, Refusal> {
    let viewer = Viewer::of(call.request(), call.grant())?;
    call.run(About::Need(*id), async |write, body| {
        Ok(done(write.decide_need(*id, body).await?, &viewer))
    })
    .await
}

/// Cancel a need
///
/// As long as its decision is to come.
#[utoipa::path(
    tag = "Funds",
    security(("bearer" = ["needs:ask"])),
    params(("id" = NeedId, Path)),
    request_body = CancelNeed,
    responses((status = 200, description = "The cancelled need", body = NeedView)),
)]
#[post("/needs/{id}/cancellation")]
async fn cancel_need(
    call: StepCommand<AskForNeeds, CancelNeed>,
    id: Path<NeedId>,
) -> Result<HttpResponse, Refusal> {
    let viewer = Viewer::of(call.request(), call.grant())?;
    call.run(About::Need(*id), async |write, body| {
        Ok(done(write.cancel_need(*id, body.comment).await?, &viewer))
    })
    .await
}

/// Record spending on a need
///
/// Its commitment pays first. What goes beyond the commitment is recorded by a workflow lead who might have
/// approved it, and the fund has to cover it.
#[utoipa::path(
    tag = "Funds",
    security(("bearer" = ["needs:ask"])),
    params(("id" = NeedId, Path)),
    request_body = RecordSpending,
    responses((status = 200, description = "The need after the spending", body = NeedView)),
)]
#[post("/needs/{id}/spending")]
async fn record_spending(
    call: StepCommand<AskForNeeds, RecordSpending>,
    id: Path<NeedId>,
) -> Result<HttpResponse, Refusal> {
    let viewer = Viewer::of(call.request(), call.grant())?;
    call.run(About::Need(*id), async |write, body| {
        Ok(done(write.record_spending(*id, body).await?, &viewer))
    })
    .await
}

/// Record a refund of a need
///
/// Money that came back goes to the fund, and not to the commitment of the need.
#[utoipa::path(
    tag = "Funds",
    security(("bearer" = ["needs:ask"])),
    params(("id" = NeedId, Path)),
    request_body = RecordRefund,
    responses((status = 200, description = "The need after the refund", body = NeedView)),
)]
#[post("/needs/{id}/refunds")]
async fn record_refund(
    call: StepCommand<AskForNeeds, RecordRefund>,
    id: Path<NeedId>,
) -> Result<HttpResponse, Refusal> {
    let viewer = Viewer::of(call.request(), call.grant())?;
    call.run(About::Need(*id), async |write, body| {
        Ok(done(write.record_refund(*id, body).await?, &viewer))
    })
    .await
}

/// Settle a need
///
/// Nothing more is spent on it: the rest of its commitment goes back to the fund.
#[utoipa::path(
    tag = "Funds",
    security(("bearer" = ["needs:ask"])),
    params(("id" = NeedId, Path)),
    responses((status = 200, description = "The settled need", body = NeedView)),
)]
#[post("/needs/{id}/settlement")]
async fn settle_need(
    call: BodilessCommand<AskForNeeds>,
    id: Path<NeedId>,
) -> Result<HttpResponse, Refusal> {
    let viewer = Viewer::of(call.request(), call.grant())?;
    call.run(About::Need(*id), async |write| Ok(done(write.settle_need(*id).await?, &viewer))).await
}

/// Review a need that was approved alone
///
/// Once, by the Ministry. The provider reads what was found.
#[utoipa::path(
    tag = "Funds",
    security(("bearer" = ["needs:review"])),
    params(("id" = NeedId, Path)),
    request_body = ReviewNeed,
    responses((status = 200, description = "The reviewed need", body = NeedView)),
)]
#[post("/needs/{id}/review")]
async fn review_need(
    call: StepCommand<ReviewNeeds, ReviewNeed>,
    id: Path<NeedId>,
) -> Result<HttpResponse, Refusal> {
    let viewer = Viewer::of(call.request(), call.grant())?;
    call.run(About::Need(*id), async |write, body| {
        Ok(done(write.review_need(*id, body).await?, &viewer))
    })
    .await
}

fn done(row: NeedRow, viewer: &Viewer) -> Answer {
    answer::done(row.need.version, &NeedView::of(row, viewer))
}
