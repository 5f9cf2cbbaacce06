//! `/v1/cases/{id}/contacts`: attempts to reach the school, the student, the whānau or an agency.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use ascms_domain::access::Grant;
use ascms_domain::contacts::{
    ContactChannel, ContactOutcome, ContactParty, CorrectContact, LogContact,
};
use ascms_domain::ids::{CaseId, ContactId, UserId};
use ascms_persistence::About;
use ascms_persistence::contacts::ContactRow;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::{LogContacts, May, ReadContacts};
use crate::command::{Command, StepCommand};
use crate::incoming::{Path, WriteOptions};
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::Refusal;
use crate::registration::ServiceConfig;
use crate::{AppState, answer};

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_contacts).service(get_contact).service(log_contact).service(correct_contact);
}

/// A contact.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ContactView {
    /// Id of the contact.
    id: ContactId,
    /// The case that the contact belongs to.
    case_id: CaseId,
    /// The party that was contacted.
    party: ContactParty,
    /// How the party was contacted.
    channel: ContactChannel,
    /// Whether the party was reached and, if not, why.
    outcome: ContactOutcome,
    /// When the contact happened.
    occurred_at: DateTime<Utc>,
    /// When the contact was logged.
    recorded_at: DateTime<Utc>,
    /// The user who logged the contact.
    recorded_by: UserId,
    /// Name of that user. Personal data.
    #[schema(max_length = 200)]
    recorded_by_name: Option<String>,
    /// When the risk of a home visit was assessed; null for other contacts.
    risk_assessed_at: Option<DateTime<Utc>>,
    /// The provider's notes; null for the school. Personal data.
    notes: Option<String>,
    /// The contact that this one corrects; null when it corrects none.
    corrects: Option<ContactId>,
    /// The contact that corrects this one; null when none does.
    corrected_by: Option<ContactId>,
    /// When the contact was corrected or withdrawn; until then it counts for the service levels.
    /// Null when it was not.
    corrected_at: Option<DateTime<Utc>>,
    /// Whether the contact was withdrawn because it never happened.
    withdrawn: bool,
    /// Why the contact was corrected or withdrawn; null for the school. Personal data.
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
    list: Listing<ReadContacts>,
    id: Path<CaseId>,
) -> Result<HttpResponse, Refusal> {
    let read = async |page| list.store().contacts(list.grant(), *id, page, list.now()).await;
    list.page(read, |row| ContactView::of(&row, list.grant())).await
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
    call: Command<LogContacts, LogContact>,
    id: Path<CaseId>,
) -> Result<HttpResponse, Refusal> {
    call.run(About::Case(*id), async |write, body| {
        let contact = write.log_contact(*id, body).await?;
        let location = format!("/v1/cases/{}/contacts/{}", *id, contact.contact.id);
        let view = ContactView::of(&contact, write.grant());
        Ok(answer::created(location, contact.version(), &view))
    })
    .await
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
    call: StepCommand<LogContacts, CorrectContact>,
    ids: Path<(CaseId, ContactId)>,
) -> Result<HttpResponse, Refusal> {
    call.run(About::Case(ids.0), async |write, body| {
        let wrong = write.correct_contact(*ids, body).await?;
        Ok(answer::done(wrong.version(), &ContactView::of(&wrong, write.grant())))
    })
    .await
}
