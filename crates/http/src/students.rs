//! `/v1/students`: finding students, reading a file, correcting it. Finding people is a POST, so
//! that no name and no number ever stands in an address.

use std::convert::Infallible;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use ascms_domain::calendar::nz_date;
use ascms_domain::ids::StudentId;
use ascms_domain::patch::Patch;
use ascms_domain::students::{FindStudents, Implausible, YOUNGEST, implausible};
use ascms_domain::text::{Code as CodeText, Nsn, PersonName};
use ascms_persistence::scoped_rows::student;
use ascms_persistence::students::Codes;
use ascms_persistence::{About, CallError, StoreError};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::auth::{May, ReadStudents, SearchStudents, UpdateStudents};
use crate::command::Amendment;
use crate::incoming::{Body, Path};
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::{Code, Fault, Refusal};
use crate::registration::ServiceConfig;
use crate::{AppState, address_readers, answer, siblings, whanau_contacts};

mod school_change;
pub(crate) mod views;

use views::{StudentSummary, StudentView};

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(search_students)
        .service(get_student)
        .service(update_student)
        .service(school_change::record_school_change)
        .configure(whanau_contacts::routes)
        .configure(address_readers::routes)
        .configure(siblings::routes);
}

/// A merge patch (RFC 7396) of a student: absent keeps, null clears.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct UpdateStudent {
    /// National Student Number. Personal data.
    #[serde(default)]
    #[schema(required = false, value_type = Option<Nsn>)]
    nsn: Patch<Nsn>,
    /// Given names in law; empty for people of one name. Personal data.
    #[schema(nullable = false)]
    legal_given_names: Option<PersonName>,
    /// Family name in law. Personal data.
    #[schema(nullable = false)]
    legal_family_name: Option<PersonName>,
    /// Given names that the student goes by; null when they are the legal ones. Personal data.
    #[serde(default)]
    #[schema(required = false, value_type = Option<PersonName>)]
    preferred_given_names: Patch<PersonName>,
    /// Family name that the student goes by; null when it is the legal one. Personal data.
    #[serde(default)]
    #[schema(required = false, value_type = Option<PersonName>)]
    preferred_family_name: Patch<PersonName>,
    /// Date of birth. Personal data.
    #[schema(nullable = false)]
    birth_date: Option<NaiveDate>,
    /// Code of the set `genders`. Personal data.
    #[serde(default)]
    #[schema(required = false, value_type = Option<CodeText>)]
    gender: Patch<CodeText>,
    /// Up to three codes of the set `ethnicities`. Personal data.
    #[schema(max_items = 3, nullable = false)]
    ethnicities: Option<Vec<CodeText>>,
    /// Up to three codes of the set `iwi`. Personal data.
    #[schema(max_items = 3, nullable = false)]
    iwi: Option<Vec<CodeText>>,
    /// The language spoken at home, ISO 639-3. Personal data.
    #[serde(default)]
    #[schema(required = false, value_type = Option<CodeText>)]
    home_language: Patch<CodeText>,
    /// Whether the student or the whānau wants an interpreter.
    #[schema(nullable = false)]
    interpreter_wanted: Option<bool>,
    /// Whether the student or the whānau prefers to speak te reo Māori.
    #[schema(nullable = false)]
    te_reo_preferred: Option<bool>,
    /// Year of schooling, 1 to 13; null when it is not known.
    #[serde(default)]
    #[schema(required = false, value_type = Option<i32>, minimum = 1, maximum = 13)]
    year_level: Patch<i32>,
    /// Whether the address must be kept secret: only people who are named for it see it.
    #[schema(nullable = false)]
    address_protected: Option<bool>,
    /// Dangers that visitors should know of: codes of the set `safety-alerts`. Personal data.
    #[schema(max_items = 10, nullable = false)]
    safety_alerts: Option<Vec<CodeText>>,
}

/// Find students
///
/// Those within the caller's reach who fit every member of the body, in the order of their ids.
#[utoipa::path(
    tag = "Students",
    security(("bearer" = ["students:search"])),
    params(PageOptions),
    request_body = FindStudents,
    responses((status = 200, description = "A page of students", body = List<StudentSummary>)),
)]
#[post("/students/search")]
async fn search_students(
    list: Listing<SearchStudents>,
    body: Body<FindStudents>,
) -> Result<HttpResponse, Refusal> {
    let search = body.into_inner();
    let read =
        async |page| list.store().search_students(list.grant(), &search, page, list.now()).await;
    list.page(read, |row| StudentSummary::of(&row)).await
}

/// Read a student's file
#[utoipa::path(
    tag = "Students",
    security(("bearer" = ["students:read"])),
    params(("id" = StudentId, Path)),
    responses((status = 200, description = "The student", body = StudentView)),
)]
#[get("/students/{id}")]
async fn get_student(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadStudents>,
    id: Path<StudentId>,
) -> Result<HttpResponse, Refusal> {
    let file = app.store().student(&grant, *id, app.now(&req)?).await?;
    Ok(answer::shown(&req, file.student.version, &StudentView::of(&file)))
}

/// Correct a student's details
#[utoipa::path(
    tag = "Students",
    security(("bearer" = ["students:update"])),
    params(("id" = StudentId, Path)),
    request_body(content = UpdateStudent, content_type = "application/merge-patch+json"),
    responses((status = 200, description = "The student as changed", body = StudentView)),
)]
#[patch("/students/{id}")]
async fn update_student(
    call: Amendment<UpdateStudents, UpdateStudent>,
    id: Path<StudentId>,
) -> Result<HttpResponse, Refusal> {
    let today = nz_date(call.now());
    let birth = call.body().birth_date;
    if let Some(fault) = birth.and_then(|date| birth_fault("/birthDate", date, today)) {
        return Err(Refusal::invalid(fault));
    }
    call.run(About::Student(*id), async |write, edit, patch| {
        let change = |row: &mut student::Model| apply(patch, row);
        let file = write.change_student(&edit, *id, change).await.map_err(nsn_taken)?;
        Ok(answer::done(file.student.version, &StudentView::of(&file)))
    })
    .await
}

/// What is wrong with a date of birth, at its place.
pub(crate) fn birth_fault(place: &str, birth: NaiveDate, today: NaiveDate) -> Option<Fault> {
    Some(match implausible(birth, today)? {
        Implausible::InTheFuture => Fault::at(place, "in_the_future", "lies in the future"),
        Implausible::TooRecent => {
            Fault::at(place, "too_large", format!("is less than {YOUNGEST} years ago"))
        }
        Implausible::TooLongAgo => Fault::at(place, "too_small", "is too long ago"),
    })
}

fn nsn_taken(err: CallError<Infallible>) -> CallError<Refusal> {
    match err {
        CallError::Store(StoreError::Duplicate(what)) if what.contains("nsn") => {
            let detail = "another student has this number";
            CallError::Refused(Refusal::new(Code::NsnTaken, detail))
        }
        CallError::Store(err) => CallError::Store(err),
        CallError::Key(err) => CallError::Key(err),
        CallError::Refused(never) => match never {},
    }
}

fn apply(patch: UpdateStudent, row: &mut student::Model) {
    let UpdateStudent {
        nsn,
        legal_given_names,
        legal_family_name,
        preferred_given_names,
        preferred_family_name,
        birth_date,
        gender,
        ethnicities,
        iwi,
        home_language,
        interpreter_wanted,
        te_reo_preferred,
        year_level,
        address_protected,
        safety_alerts,
    } = patch;
    nsn.apply(&mut row.nsn);
    preferred_given_names.apply(&mut row.preferred_given_names);
    preferred_family_name.apply(&mut row.preferred_family_name);
    gender.apply(&mut row.gender);
    home_language.apply(&mut row.home_language);
    year_level.apply(&mut row.year_level);
    keep_or_set(legal_given_names.map(|name| name.0), &mut row.legal_given_names);
    keep_or_set(legal_family_name.map(|name| name.0), &mut row.legal_family_name);
    keep_or_set(birth_date, &mut row.birth_date);
    keep_or_set(interpreter_wanted, &mut row.interpreter_wanted);
    keep_or_set(te_reo_preferred, &mut row.te_reo_preferred);
    keep_or_set(address_protected, &mut row.address_protected);
    keep_or_set(ethnicities.map(codes), &mut row.ethnicities);
    keep_or_set(iwi.map(codes), &mut row.iwi);
    keep_or_set(safety_alerts.map(codes), &mut row.safety_alerts);
}

fn keep_or_set<T>(sent: Option<T>, to: &mut T) {
    if let Some(value) = sent {
        *to = value;
    }
}

fn codes(sent: Vec<CodeText>) -> Codes {
    Codes(sent.into_iter().map(|code| code.0).collect())
}
