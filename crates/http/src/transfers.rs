//! `/v1/transfers`: cases on their way from one provider to another.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use ascms_domain::ids::{CaseId, ProviderId, TransferId, UserId};
use ascms_domain::text::LongText;
use ascms_domain::transfers::{TransferAnswer, TransferOutcome, TransferStatus};
use ascms_persistence::About;
use ascms_persistence::idempotency::Answer;
use ascms_persistence::transfers::{TransferFilter, TransferRow};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::auth::{DecideTransfers, May, ReadTransfers, TransferCases};
use crate::command::StepCommand;
use crate::incoming::Path;
use crate::listing::Listing;
use crate::page::{self, FollowedList, PageOptions};
use crate::problem::Refusal;
use crate::registration::ServiceConfig;
use crate::students::views::{ProviderSummary, SchoolSummary};
use crate::{AppState, answer};

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(request_transfer)
        .service(list_transfers)
        .service(get_transfer)
        .service(decide_transfer)
        .service(cancel_transfer);
}

/// A transfer, as both sides see it: nothing of the student.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TransferView {
    /// Id of the transfer.
    id: TransferId,
    /// The case that is transferred.
    case_id: CaseId,
    /// The readable number of the case.
    #[schema(max_length = 14, pattern = "^AS-[0-9]{4}-[0-9]{6}$")]
    case_number: String,
    /// The school that referred the student.
    school: SchoolSummary,
    /// The provider that has the case until the transfer is accepted.
    from_provider: ProviderSummary,
    /// The provider that has the case once the transfer is accepted.
    to_provider: ProviderSummary,
    /// Whether the transfer is requested, accepted, declined or cancelled.
    status: TransferStatus,
    /// Why the case is to be transferred. Personal data.
    reason: String,
    /// The user who requested the transfer.
    requested_by: UserId,
    /// When the transfer was requested.
    requested_at: DateTime<Utc>,
    /// The user who accepted, declined or cancelled the transfer; null until then.
    decided_by: Option<UserId>,
    /// When the transfer was accepted, declined or cancelled; null until then.
    decided_at: Option<DateTime<Utc>>,
    /// Comment of that user; null without one. Personal data.
    comment: Option<String>,
    /// Version of the transfer.
    #[schema(minimum = 1)]
    version: i32,
}

impl TransferView {
    fn of(row: &TransferRow) -> Self {
        let TransferRow { transfer, case_number, .. } = row.clone();
        Self {
            id: transfer.id,
            case_id: transfer.case_id,
            case_number,
            school: SchoolSummary::new(row.school_number, &row.school_name),
            from_provider: ProviderSummary::new(&row.from_code, &row.from_name),
            to_provider: ProviderSummary::new(&row.to_code, &row.to_name),
            status: transfer.status,
            reason: transfer.reason,
            requested_by: transfer.requested_by,
            requested_at: transfer.requested_at,
            decided_by: transfer.decided_by,
            decided_at: transfer.decided_at,
            comment: transfer.comment,
            version: transfer.version,
        }
    }
}

/// To whom a case is offered, and why.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RequestTransfer {
    /// The provider that is to have the case.
    to_provider_id: ProviderId,
    /// Why the case is to be transferred, without personal detail: the receiver reads it and does
    /// not see the case yet. Personal data.
    reason: LongText,
}

/// What the receiver answers.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DecideTransfer {
    /// Whether the transfer is accepted or declined.
    outcome: TransferOutcome,
    /// Comment; required where the transfer is declined. Personal data.
    comment: Option<LongText>,
}

/// Why the giver takes the offer back.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CancelTransfer {
    /// Comment for the receiver. Personal data.
    comment: Option<LongText>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListTransfers {
    status: Option<TransferStatus>,
    /// Only those that were made or changed after an answer that gave this `position`.
    #[param(max_length = 1000, pattern = "^[A-Za-z0-9_-]+$")]
    changed_after: Option<String>,
}

/// Request the transfer of a case
///
/// The case stays with its provider until the receiver accepts it.
#[utoipa::path(
    tag = "Transfers",
    security(("bearer" = ["transfers:write"])),
    params(("id" = CaseId, Path)),
    request_body = RequestTransfer,
    responses((status = 201, description = "Requested", body = TransferView)),
)]
#[post("/cases/{id}/transfers")]
async fn request_transfer(
    call: StepCommand<TransferCases, RequestTransfer>,
    id: Path<CaseId>,
) -> Result<HttpResponse, Refusal> {
    call.run(About::TransferOf(*id), async |write, body| {
        let RequestTransfer { to_provider_id, reason } = body;
        let row = write.request_transfer(*id, to_provider_id, reason).await?;
        let location = format!("/v1/transfers/{}", row.transfer.id);
        Ok(answer::created(location, row.transfer.version, &TransferView::of(&row)))
    })
    .await
}

/// List transfers
///
/// Those that the caller's provider asked for or is asked to answer, newest first.
#[utoipa::path(
    tag = "Transfers",
    security(("bearer" = ["transfers:read"])),
    params(ListTransfers, PageOptions),
    responses((status = 200, description = "A page of transfers", body = FollowedList<TransferView>)),
)]
#[get("/transfers")]
async fn list_transfers(
    list: Listing<ReadTransfers, ListTransfers>,
) -> Result<HttpResponse, Refusal> {
    let ListTransfers { status, changed_after } = list.filter();
    let changed_after = page::changed_after(changed_after.as_deref())?;
    let fits = TransferFilter { status: *status, changed_after: changed_after.as_ref() };
    let read = async |page| list.store().transfers(list.grant(), fits, page, list.now()).await;
    list.followed(read, |row| TransferView::of(&row)).await
}

/// Read a transfer
#[utoipa::path(
    tag = "Transfers",
    security(("bearer" = ["transfers:read"])),
    params(("id" = TransferId, Path)),
    responses((status = 200, description = "The transfer", body = TransferView)),
)]
#[get("/transfers/{id}")]
async fn get_transfer(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadTransfers>,
    id: Path<TransferId>,
) -> Result<HttpResponse, Refusal> {
    let row = app.store().transfer(&grant, *id, app.now(&req)?).await?;
    Ok(answer::shown(&req, row.transfer.version, &TransferView::of(&row)))
}

/// Accept or decline a transfer
///
/// By the receiver. Accepted, the case is the receiver's in one instant.
#[utoipa::path(
    tag = "Transfers",
    security(("bearer" = ["transfers:decide"])),
    params(("id" = TransferId, Path)),
    request_body = DecideTransfer,
    responses((status = 200, description = "The decided transfer", body = TransferView)),
)]
#[post("/transfers/{id}/decision")]
async fn decide_transfer(
    call: StepCommand<DecideTransfers, DecideTransfer>,
    id: Path<TransferId>,
) -> Result<HttpResponse, Refusal> {
    let DecideTransfer { outcome, comment } = call.body();
    let answer = TransferAnswer::of(*outcome, comment.clone())?;
    call.run(About::Transfer(*id), async |write, _| {
        Ok(done(&write.decide_transfer(*id, answer).await?))
    })
    .await
}

/// Cancel a transfer
///
/// By the giver, before it is answered.
#[utoipa::path(
    tag = "Transfers",
    security(("bearer" = ["transfers:write"])),
    params(("id" = TransferId, Path)),
    request_body = CancelTransfer,
    responses((status = 200, description = "The cancelled transfer", body = TransferView)),
)]
#[post("/transfers/{id}/cancellation")]
async fn cancel_transfer(
    call: StepCommand<TransferCases, CancelTransfer>,
    id: Path<TransferId>,
) -> Result<HttpResponse, Refusal> {
    call.run(About::Transfer(*id), async |write, CancelTransfer { comment }| {
        Ok(done(&write.cancel_transfer(*id, comment).await?))
    })
    .await
}

fn done(row: &TransferRow) -> Answer {
    answer::done(row.transfer.version, &TransferView::of(row))
}
