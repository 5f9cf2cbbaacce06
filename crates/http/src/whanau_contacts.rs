//! `/v1/students/{id}/whanau-contacts`: the people to contact for a student. How to reach those of
//! an address-protected student is shown to people who are named for it only.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use ascms_domain::calendar::nz_date;
use ascms_domain::ids::{StudentId, WhanauContactId};
use ascms_domain::patch::Patch;
use ascms_domain::students::SentWhanauContact;
use ascms_domain::text::{Address, Code as CodeText, Email, FullName, Phone};
use ascms_persistence::About;
use ascms_persistence::rows::whanau_contact::Model;
use ascms_persistence::students::whanau_contact::AddedContact;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::auth::{May, ReadWhanauContacts, WriteWhanauContacts};
use crate::command::{Amendment, Command};
use crate::incoming::{Path, WriteOptions};
use crate::problem::{Fault, Refusal};
use crate::registration::ServiceConfig;
use crate::{AppState, answer};

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_whanau_contacts)
        .service(get_whanau_contact)
        .service(add_whanau_contact)
        .service(update_whanau_contact);
}

/// A person to contact for a student.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct WhanauContactView {
    /// Id of the whānau contact.
    id: WhanauContactId,
    /// The student whom the contact belongs to.
    student_id: StudentId,
    /// Full name of the contact. Personal data.
    #[schema(max_length = 200)]
    name: String,
    /// Relationship to the student, a code of the set `whanau-relationships`. Personal data.
    #[schema(max_length = 64)]
    relationship: String,
    /// Telephone number; null without one, or when it is withheld. Personal data.
    #[schema(max_length = 25)]
    phone: Option<String>,
    /// Second telephone number; null without one, or when it is withheld. Personal data.
    #[schema(max_length = 25)]
    other_phone: Option<String>,
    /// E-mail address; null without one, or when it is withheld. Personal data.
    #[schema(max_length = 254)]
    email: Option<String>,
    /// Home address, as on an envelope; null without one, or when it is withheld. Personal data.
    #[schema(max_length = 300)]
    address: Option<String>,
    /// Whether `phone`, `otherPhone`, `email` and `address` are withheld: the student's address is
    /// protected, and this reader is not named to see it.
    address_withheld: bool,
    /// The language that the contact prefers, ISO 639-3; null when it is not known. Personal data.
    #[schema(max_length = 64)]
    preferred_language: Option<String>,
    /// The day on which somebody last made sure that these details are right; null when nobody has.
    confirmed_on: Option<NaiveDate>,
    /// Version of the contact; an edit names the version that it was made on.
    #[schema(minimum = 1)]
    version: i32,
    /// When the contact last changed.
    updated_at: DateTime<Utc>,
}

/// The contacts of a student; few enough for one answer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct WhanauContactsView {
    /// The contacts, the oldest first.
    #[schema(max_items = 100)]
    items: Vec<WhanauContactView>,
}

impl WhanauContactView {
    fn of(row: &Model, withheld: bool) -> Self {
        let Model {
            id,
            student_id,
            name,
            relationship,
            phone,
            other_phone,
            email,
            address,
            preferred_language,
            confirmed_on,
            version,
            created_at: _,
            updated_at,
        } = row.clone();
        Self {
            id,
            student_id,
            name,
            relationship,
            phone: phone.filter(|_| !withheld),
            other_phone: other_phone.filter(|_| !withheld),
            email: email.filter(|_| !withheld),
            address: address.filter(|_| !withheld),
            address_withheld: withheld,
            preferred_language,
            confirmed_on,
            version,
            updated_at,
        }
    }
}

/// A merge patch (RFC 7396) of a contact: absent keeps, null clears.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct UpdateWhanauContact {
    /// Full name of the contact. Personal data.
    #[schema(nullable = false)]
    name: Option<FullName>,
    /// Relationship to the student, a code of the set `whanau-relationships`. Personal data.
    #[schema(nullable = false)]
    relationship: Option<CodeText>,
    /// Telephone number. Personal data.
    #[serde(default)]
    #[schema(required = false, value_type = Option<Phone>)]
    phone: Patch<Phone>,
    /// Second telephone number. Personal data.
    #[serde(default)]
    #[schema(required = false, value_type = Option<Phone>)]
    other_phone: Patch<Phone>,
    /// E-mail address. Personal data.
    #[serde(default)]
    #[schema(required = false, value_type = Option<Email>)]
    email: Patch<Email>,
    /// Home address, as on an envelope. Personal data.
    #[serde(default)]
    #[schema(required = false, value_type = Option<Address>)]
    address: Patch<Address>,
    /// The language that the contact prefers, ISO 639-3. Personal data.
    #[serde(default)]
    #[schema(required = false, value_type = Option<CodeText>)]
    preferred_language: Patch<CodeText>,
    /// The day on which somebody last made sure that these details are right.
    #[serde(default)]
    #[schema(required = false, value_type = Option<NaiveDate>)]
    confirmed_on: Patch<NaiveDate>,
}

/// List a student's whānau contacts
#[utoipa::path(
    tag = "Students",
    security(("bearer" = ["whanau-contacts:read"])),
    params(("id" = StudentId, Path)),
    responses((status = 200, description = "The contacts", body = WhanauContactsView)),
)]
#[get("/students/{id}/whanau-contacts")]
async fn list_whanau_contacts(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadWhanauContacts>,
    id: Path<StudentId>,
) -> Result<HttpResponse, Refusal> {
    let (rows, withheld) = app.store().whanau_contacts(&grant, *id, app.now(&req)?).await?;
    let items = rows.iter().map(|row| WhanauContactView::of(row, withheld)).collect();
    Ok(answer::shown(&req, 1, &WhanauContactsView { items }))
}

/// Read a whānau contact
#[utoipa::path(
    tag = "Students",
    security(("bearer" = ["whanau-contacts:read"])),
    params(("id" = StudentId, Path), ("contactId" = WhanauContactId, Path)),
    responses((status = 200, description = "The contact", body = WhanauContactView)),
)]
#[get("/students/{id}/whanau-contacts/{contactId}")]
async fn get_whanau_contact(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadWhanauContacts>,
    ids: Path<(StudentId, WhanauContactId)>,
) -> Result<HttpResponse, Refusal> {
    let (student, contact) = *ids;
    let (row, withheld) =
        app.store().whanau_contact(&grant, student, contact, app.now(&req)?).await?;
    Ok(answer::shown(&req, row.version, &WhanauContactView::of(&row, withheld)))
}

/// Add a whānau contact
#[utoipa::path(
    tag = "Students",
    security(("bearer" = ["whanau-contacts:write"])),
    params(("id" = StudentId, Path), WriteOptions),
    request_body = SentWhanauContact,
    responses(
        (status = 201, description = "The contact", body = WhanauContactView),
        (status = 200, description = "It was only validated", body = WhanauContactView),
    ),
)]
#[post("/students/{id}/whanau-contacts")]
async fn add_whanau_contact(
    call: Command<WriteWhanauContacts, SentWhanauContact>,
    id: Path<StudentId>,
) -> Result<HttpResponse, Refusal> {
    check_confirmation(call.body().confirmed_on, call.now())?;
    call.run(About::Student(*id), async |write, sent| {
        let AddedContact { contact, withheld, shows } = write.add_whanau_contact(*id, sent).await?;
        let Model { id, student_id, version, .. } = &contact;
        let location = format!("/v1/students/{student_id}/whanau-contacts/{id}");
        let view = WhanauContactView::of(&contact, withheld);
        Ok(answer::created(location, *version, &view).showing(shows))
    })
    .await
}

/// Change a whānau contact
#[utoipa::path(
    tag = "Students",
    security(("bearer" = ["whanau-contacts:write"])),
    params(("id" = StudentId, Path), ("contactId" = WhanauContactId, Path)),
    request_body(content = UpdateWhanauContact, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The contact as changed", body = WhanauContactView)),
)]
#[patch("/students/{id}/whanau-contacts/{contactId}")]
async fn update_whanau_contact(
    call: Amendment<WriteWhanauContacts, UpdateWhanauContact>,
    ids: Path<(StudentId, WhanauContactId)>,
) -> Result<HttpResponse, Refusal> {
    if let Patch::Set(date) = &call.body().confirmed_on {
        check_confirmation(Some(*date), call.now())?;
    }
    call.run(About::Student(ids.0), async |write, edit, patch| {
        let change = |row: &mut Model| apply(patch, row);
        let (row, withheld) = write.change_whanau_contact(&edit, *ids, change).await?;
        Ok(answer::done(row.version, &WhanauContactView::of(&row, withheld)))
    })
    .await
}

fn check_confirmation(on: Option<NaiveDate>, now: DateTime<Utc>) -> Result<(), Refusal> {
    if on.is_some_and(|date| date > nz_date(now)) {
        let fault = Fault::at("/confirmedOn", "in_the_future", "lies in the future");
        return Err(Refusal::invalid(fault));
    }
    Ok(())
}

fn apply(patch: UpdateWhanauContact, row: &mut Model) {
    let UpdateWhanauContact {
        name,
        relationship,
        phone,
        other_phone,
        email,
        address,
        preferred_language,
        confirmed_on,
    } = patch;
    if let Some(name) = name {
        row.name = name.0;
    }
    if let Some(relationship) = relationship {
        row.relationship = relationship.0;
    }
    phone.apply(&mut row.phone);
    other_phone.apply(&mut row.other_phone);
    email.apply(&mut row.email);
    address.apply(&mut row.address);
    preferred_language.apply(&mut row.preferred_language);
    confirmed_on.apply(&mut row.confirmed_on);
}
