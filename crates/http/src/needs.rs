//! `/v1/needs`: what unmet basic needs funds are asked to pay for on cases. Schools do not see it.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use ascms_domain::ids::{
    BarrierId, CaseId, ContractId, DocumentId, FundId, NeedId, ProviderId, UserId,
};
use ascms_domain::needs::{
    AskForNeed, CancelNeed, DecideNeed, NeedReviewOutcome, NeedStatus, RecordRefund,
    RecordSpending, ReviewNeed,
};
use ascms_domain::text::Code;
use ascms_persistence::About;
use ascms_persistence::idempotency::Answer;
use ascms_persistence::needs::{NeedFilter, NeedRow};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::auth::{AskForNeeds, DecideNeeds, May, ReadNeeds, ReviewNeeds};
use crate::command::{BodilessCommand, Command, StepCommand};
use crate::incoming::{Path, WriteOptions};
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::Refusal;
use crate::registration::ServiceConfig;
use crate::{AppState, answer};

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

/// Something that a fund is asked to pay for on a case. Amounts are New Zealand cents with GST.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct NeedView {
    /// Id of the need.
    id: NeedId,
    /// The case for which it was asked.
    case_id: CaseId,
    /// The contract by which the provider works on the case.
    contract_id: ContractId,
    /// The provider whose people asked.
    provider_id: ProviderId,
    /// The fund that promised to pay for it; null until it is approved.
    fund_id: Option<FundId>,
    /// How the need stands.
    status: NeedStatus,
    /// Code of the set `need-categories`. Personal data.
    #[schema(max_length = 64)]
    category: String,
    /// What was asked for.
    #[schema(minimum = 1, maximum = 100_000_000)]
    amount_cents: i64,
    /// What of the commitment is neither spent nor released.
    #[schema(minimum = 0)]
    committed_cents: i64,
    /// What was spent, less what came back.
    #[schema(minimum = 0)]
    spent_cents: i64,
    /// What is to be paid for, and how it helps. The Ministry reads it too. Personal data.
    purpose: String,
    /// The barrier of the case that it removes; null without one.
    barrier_id: Option<BarrierId>,
    /// The day by which it is needed; null without one.
    needed_by: Option<NaiveDate>,
    /// Further cases whose students it helps.
    #[schema(max_items = 50)]
    further_case_ids: Vec<CaseId>,
    /// How many people without a case it helps too.
    #[schema(minimum = 0, maximum = 100_000)]
    others_supported: i32,
    /// Documents of the case that belong to the request.
    #[schema(max_items = 20)]
    document_ids: Vec<DocumentId>,
    /// The user who asked.
    asked_by: UserId,
    /// When it was asked.
    asked_at: DateTime<Utc>,
    /// The last day on which the decision is in time: the third business day after the request.
    decide_by: NaiveDate,
    /// The user who decided; null until then.
    decided_by: Option<UserId>,
    /// When it was decided; null until then.
    decided_at: Option<DateTime<Utc>>,
    /// Comment of the user who decided or cancelled; null without one. Personal data.
    comment: Option<String>,
    /// The last day on which it is settled in time: the thirtieth business day after the approval. Null
    /// until it is approved.
    settle_by: Option<NaiveDate>,
    /// The user who settled it; null until then.
    settled_by: Option<UserId>,
    /// When it was settled; null until then.
    settled_at: Option<DateTime<Utc>>,
    /// Version of the calendar that counted the days.
    #[schema(max_length = 100)]
    calendar_version: String,
    /// The Ministry's review of an approval that one person gave alone; null where none is due.
    review: Option<NeedReviewView>,
    /// Version of the need.
    #[schema(minimum = 1)]
    version: i32,
    /// When the need last changed.
    updated_at: DateTime<Utc>,
}

/// The Ministry's review of an approval that one person gave alone.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct NeedReviewView {
    /// The last day on which the review is in time: the tenth business day after the approval.
    due_on: NaiveDate,
    /// Whether the Ministry confirmed or questioned the approval; null until the review.
    outcome: Option<NeedReviewOutcome>,
    /// Comment of the reviewer; null without one. Personal data.
    comment: Option<String>,
    /// The user who reviewed it; null until the review.
    reviewed_by: Option<UserId>,
    /// When it was reviewed; null until the review.
    reviewed_at: Option<DateTime<Utc>>,
}

impl NeedView {
    fn of(row: NeedRow) -> Self {
        let NeedRow { need, further_cases } = row;
        let review = need.review_by.map(|due_on| NeedReviewView {
            due_on,
            outcome: need.review_outcome,
            comment: need.review_comment,
            reviewed_by: need.reviewed_by,
            reviewed_at: need.reviewed_at,
        });
        Self {
            id: need.id,
            case_id: need.case_id,
            contract_id: need.contract_id,
            provider_id: need.provider_id,
            fund_id: need.fund_id,
            status: need.status,
            category: need.category,
            amount_cents: need.amount_cents,
            committed_cents: need.committed_cents,
            spent_cents: need.spent_cents,
            purpose: need.purpose,
            barrier_id: need.barrier_id,
            needed_by: need.needed_by,
            further_case_ids: further_cases,
            others_supported: need.others_supported,
            document_ids: need.documents.0,
            asked_by: need.asked_by,
            asked_at: need.asked_at,
            decide_by: need.decide_by,
            decided_by: need.decided_by,
            decided_at: need.decided_at,
            comment: need.comment,
            settle_by: need.settle_by,
            settled_by: need.settled_by,
            settled_at: need.settled_at,
            calendar_version: need.calendar_version,
            review,
            version: need.version,
            updated_at: need.updated_at,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListNeeds {
    /// Only needs of this case.
    #[param(inline)]
    case_id: Option<CaseId>,
    /// Only needs of this contract's cases.
    #[param(inline)]
    contract_id: Option<ContractId>,
    /// Only needs that this fund promised to pay for.
    #[param(inline)]
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
/// The newest first. The Ministry reads all of them, a provider its own, and a case manager those of the
/// cases that they manage.
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
    list.page(read, NeedView::of).await
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
    Ok(answer::shown(&req, row.need.version, &NeedView::of(row)))
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
    call.run(About::Case(*id), async |write, body| {
        let row = write.ask_for_need(*id, body).await?;
        let (location, version) = (format!("/v1/needs/{}", row.need.id), row.need.version);
        Ok(answer::created(location, version, &NeedView::of(row)))
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
    call.run(About::Need(*id), async |write, body| Ok(done(write.decide_need(*id, body).await?)))
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
    call.run(About::Need(*id), async |write, body| {
        Ok(done(write.cancel_need(*id, body.comment).await?))
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
    call.run(About::Need(*id), async |write, body| {
        Ok(done(write.record_spending(*id, body).await?))
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
    call.run(About::Need(*id), async |write, body| Ok(done(write.record_refund(*id, body).await?)))
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
    call.run(About::Need(*id), async |write| Ok(done(write.settle_need(*id).await?))).await
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
    call.run(About::Need(*id), async |write, body| Ok(done(write.review_need(*id, body).await?)))
        .await
}

fn done(row: NeedRow) -> Answer {
    answer::done(row.need.version, &NeedView::of(row))
}
