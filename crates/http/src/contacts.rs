//! `/v1/cases/{id}/contacts`: attempts to reach the school, the student, the whānau or an agency.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use ascms_domain::access::Grant;
use ascms_domain::contacts::{
    Contact, ContactChannel, ContactError, ContactOutcome, ContactParty, Correction,
};
use ascms_domain::ids::{CaseId, ContactId, UserId};
use ascms_domain::text::Words;
use ascms_persistence::Call;
use ascms_persistence::contacts::{ContactRow, CorrectionError};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use validator::Validate;

use crate::auth::{LogContacts, May, ReadContacts};
use crate::incoming::{Body, Params, Path, WriteOptions};
use crate::page::{self, List, PageOptions};
use crate::problem::{Code, Refusal};
use crate::{AppState, answer};

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_contacts).service(get_contact).service(log_contact).service(correct_contact);
}

/// A contact.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ContactView {
    id: ContactId,
    case_id: CaseId,
    party: ContactParty,
    channel: ContactChannel,
    outcome: ContactOutcome,
    /// When it happened.
    occurred_at: DateTime<Utc>,
    /// When it was written down.
    recorded_at: DateTime<Utc>,
    recorded_by: UserId,
    #[schema(max_length = 200)]
    recorded_by_name: Option<String>,
    /// When the risk assessment of a home visit was done.
    risk_assessed_at: Option<DateTime<Utc>>,
    /// The provider's own words; null for the school.
    notes: Option<String>,
    /// The contact that this one puts right.
    corrects: Option<ContactId>,
    /// The contact that puts this one right.
    corrected_by: Option<ContactId>,
    /// When it was corrected or withdrawn. It counts for the service levels while it was not.
    corrected_at: Option<DateTime<Utc>>,
    /// It never happened.
    withdrawn: bool,
    /// Why it was corrected or withdrawn; null for the school.
    correction_reason: Option<String>,
}

impl ContactView {
    fn of(row: &ContactRow, grant: &Grant) -> Self {
        let ContactRow { contact, recorded_by_name, corrected_by, provider_id, case_manager_id } =
            row.clone();
        let own_casework = grant.works_on(Some(provider_id), case_manager_id);
        Self {
            id: contact.id,
            case_id: contact.case_id,
            party: contact.party,
            channel: contact.channel,
            outcome: contact.outcome,
            occurred_at: contact.occurred_at,
            recorded_at: contact.recorded_at,
            recorded_by: contact.recorded_by,
            recorded_by_name,
            risk_assessed_at: contact.risk_assessed_at,
            notes: contact.notes.filter(|_| own_casework),
            corrects: contact.corrects,
            corrected_by,
            corrected_at: contact.corrected_at,
            withdrawn: contact.corrected_at.is_some() && corrected_by.is_none(),
            correction_reason: contact.correction_reason.filter(|_| own_casework),
        }
    }
}

/// A contact as it is logged.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LogContact {
    party: ContactParty,
    channel: ContactChannel,
    outcome: ContactOutcome,
    /// When it happened: not in the future, not before the referral.
    occurred_at: DateTime<Utc>,
    /// Needed for a home visit, and not later than it.
    risk_assessed_at: Option<DateTime<Utc>>,
    notes: Option<Words>,
}

impl From<LogContact> for Contact {
    fn from(body: LogContact) -> Self {
        let LogContact { party, channel, outcome, occurred_at, risk_assessed_at, notes } = body;
        Self { party, channel, outcome, occurred_at, risk_assessed_at, notes }
    }
}

/// What was wrong with a contact.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CorrectContact {
    /// The contact as it should read, whole; null when it never happened.
    #[schema(required)]
    contact: Option<LogContact>,
    reason: Words,
}

/// List the contacts of a case
///
/// The latest first, by when they happened.
#[utoipa::path(
    tag = "Cases",
    security(("bearer" = ["contacts:read"])),
    params(("id" = CaseId, Path), PageOptions),
    responses((status = 200, description = "A page of contacts", body = List<ContactView>)),
)]
#[get("/cases/{id}/contacts")]
async fn list_contacts(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadContacts>,
    id: Path<CaseId>,
    query: Params<PageOptions>,
) -> Result<HttpResponse, Refusal> {
    let page = page::request(&req, &app, &grant, query.0.into())?;
    let found = app.store().contacts(&grant, *id, page, app.now(&req)?).await?;
    Ok(page::respond(&req, &app, &grant, found, |row| ContactView::of(&row, &grant)))
}

/// Read a contact
#[utoipa::path(
    tag = "Cases",
    security(("bearer" = ["contacts:read"])),
    params(("id" = CaseId, Path), ("contactId" = ContactId, Path)),
    responses((status = 200, description = "The contact", body = ContactView)),
)]
#[get("/cases/{id}/contacts/{contactId}")]
async fn get_contact(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadContacts>,
    ids: Path<(CaseId, ContactId)>,
) -> Result<HttpResponse, Refusal> {
    let (case_id, id) = *ids;
    let row = app.store().contact(&grant, case_id, id, app.now(&req)?).await?;
    Ok(answer::shown(&req, row.version(), &ContactView::of(&row, &grant)))
}

/// Log a contact
///
/// The first one that reached the school, and the first that reached the student or the whānau,
/// stop the clocks of the service levels.
#[utoipa::path(
    tag = "Cases",
    security(("bearer" = ["contacts:log"])),
    params(("id" = CaseId, Path), WriteOptions),
    request_body = LogContact,
    responses(
        (status = 201, description = "The contact", body = ContactView),
        (status = 200, description = "It was only validated", body = ContactView),
    ),
)]
#[post("/cases/{id}/contacts")]
async fn log_contact(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<LogContacts>,
    id: Path<CaseId>,
    options: Params<WriteOptions>,
    body: Body<LogContact>,
) -> Result<HttpResponse, Refusal> {
    let key = answer::idempotency_key(&req, &grant, body.digest())?;
    let dry_run = options.validate_only.unwrap_or(false);
    let call = Call { grant: &grant, now: app.now(&req)?, key: key.as_ref(), dry_run };
    let render = |row: &ContactRow| {
        let view = ContactView::of(row, &grant);
        let location = format!("/v1/cases/{}/contacts/{}", view.case_id, view.id);
        answer::created(location, row.version(), &view)
    };
    let contact = body.into_inner().into();
    let answer = app.store().log_contact(&call, *id, contact, render).await?;
    Ok(answer::reply(answer, dry_run))
}

/// Correct a contact
///
/// One that was logged wrongly, or that never happened, by its author or a workflow lead, and once:
/// after that, correct the contact that `correctedBy` names. It stays in the list as it was and no
/// longer counts: the clocks of the service levels go by the contacts that stand.
#[utoipa::path(
    tag = "Cases",
    security(("bearer" = ["contacts:log"])),
    params(("id" = CaseId, Path), ("contactId" = ContactId, Path)),
    request_body = CorrectContact,
    responses((status = 200, description = "The contact that was wrong", body = ContactView)),
)]
#[post("/cases/{id}/contacts/{contactId}/correction")]
async fn correct_contact(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<LogContacts>,
    ids: Path<(CaseId, ContactId)>,
    body: Body<CorrectContact>,
) -> Result<HttpResponse, Refusal> {
    let key = answer::idempotency_key(&req, &grant, body.digest())?;
    let call = Call { grant: &grant, now: app.now(&req)?, key: key.as_ref(), dry_run: false };
    let CorrectContact { contact, reason } = body.into_inner();
    let correction = Correction { contact: contact.map(Contact::from), reason };
    let render = |row: &ContactRow| answer::done(row.version(), &ContactView::of(row, &grant));
    let answer = app.store().correct_contact(&call, *ids, correction, render).await?;
    Ok(answer::reply(answer, false))
}

impl From<ContactError> for Refusal {
    fn from(err: ContactError) -> Self {
        let code = match err {
            ContactError::InTheFuture => Code::ContactInFuture,
            ContactError::BeforeReferral => Code::ContactBeforeReferral,
            ContactError::NoRiskAssessment => Code::RiskAssessmentRequired,
            ContactError::CaseClosed => Code::CaseClosed,
        };
        Self::new(code, err.to_string())
    }
}

impl From<CorrectionError> for Refusal {
    fn from(err: CorrectionError) -> Self {
        match err {
            CorrectionError::Contact(err) => err.into(),
            CorrectionError::Entry(err) => err.into(),
        }
    }
}
