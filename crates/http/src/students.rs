//! `/v1/students`: finding students, reading a file, correcting it. Finding people is a POST, so
//! that no name and no number ever stands in an address.

use std::convert::Infallible;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, patch, post};
use ascms_domain::calendar::nz_date;
use ascms_domain::ids::StudentId;
use ascms_domain::students::{Implausible, YOUNGEST, implausible};
use ascms_domain::text::{Code as CodeText, Nsn, PersonName, fold};
use ascms_persistence::scoped_rows::student;
use ascms_persistence::students::{Codes, StudentSearch};
use ascms_persistence::{About, CallError, StoreError};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use validator::{Validate, ValidationError};

use crate::auth::{May, ReadStudents, SearchStudents, UpdateStudents};
use crate::command::Amendment;
use crate::incoming::{Body, Path};
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::patch::Patch;
use crate::problem::{Code, Fault, Refusal};
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

/// Whom to find: at least one member, all given ones must fit. The beginning of a name has two
/// letters at least, unless another member narrows the search.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[validate(schema(function = "something_is_asked"))]
struct FindStudents {
    /// Exact; spaces and leading noughts do not count.
    nsn: Option<Nsn>,
    /// How the given names begin; macrons and double vowels, other accents, case, spaces, hyphens and
    /// apostrophes do not matter.
    given_names: Option<PersonName>,
    /// How the family name begins.
    family_name: Option<PersonName>,
    birth_date: Option<NaiveDate>,
}

fn something_is_asked(body: &FindStudents) -> Result<(), ValidationError> {
    let FindStudents { nsn, given_names, family_name, birth_date } = body;
    let asked =
        nsn.is_some() || given_names.is_some() || family_name.is_some() || birth_date.is_some();
    if !asked {
        let mut fault = ValidationError::new("required");
        fault.message = Some("at least one member is needed".into());
        fault.add_param("at".into(), &"");
        return Err(fault);
    }
    let narrowed = nsn.is_some() || birth_date.is_some();
    let names = [(given_names, "/givenNames"), (family_name, "/familyName")];
    let sent: Vec<_> = names.iter().filter_map(|(name, at)| Some((name.as_ref()?, at))).collect();
    if narrowed || sent.iter().any(|(name, _)| narrows(&name.0)) {
        return Ok(());
    }
    let mut fault = ValidationError::new("too_broad");
    fault.message = Some("has two letters at least, unless another member narrows it".into());
    fault.add_param("at".into(), &sent.first().map_or("", |(_, at)| at));
    Err(fault)
}

/// Whether few enough names begin so. One letter of Latin is the beginning of thousands; one of other
/// scripts can be a whole name.
fn narrows(beginning: &str) -> bool {
    let folded = fold(beginning);
    folded.chars().nth(1).is_some() || !folded.is_ascii()
}

/// A merge patch (RFC 7396) of a student: absent keeps, null clears.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct UpdateStudent {
    #[serde(default)]
    #[schema(required = false, value_type = Option<Nsn>)]
    nsn: Patch<Nsn>,
    #[schema(nullable = false)]
    legal_given_names: Option<PersonName>,
    #[schema(nullable = false)]
    legal_family_name: Option<PersonName>,
    #[serde(default)]
    #[schema(required = false, value_type = Option<PersonName>)]
    preferred_given_names: Patch<PersonName>,
    #[serde(default)]
    #[schema(required = false, value_type = Option<PersonName>)]
    preferred_family_name: Patch<PersonName>,
    #[schema(nullable = false)]
    birth_date: Option<NaiveDate>,
    #[serde(default)]
    #[schema(required = false, value_type = Option<CodeText>)]
    gender: Patch<CodeText>,
    #[schema(max_items = 3, nullable = false)]
    ethnicities: Option<Vec<CodeText>>,
    #[schema(max_items = 3, nullable = false)]
    iwi: Option<Vec<CodeText>>,
    #[serde(default)]
    #[schema(required = false, value_type = Option<CodeText>)]
    home_language: Patch<CodeText>,
    #[schema(nullable = false)]
    interpreter_wanted: Option<bool>,
    #[schema(nullable = false)]
    te_reo_preferred: Option<bool>,
    #[serde(default)]
    #[schema(required = false, value_type = Option<i32>, minimum = 1, maximum = 13)]
    year_level: Patch<i32>,
    #[schema(nullable = false)]
    address_protected: Option<bool>,
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
    let FindStudents { nsn, given_names, family_name, birth_date } = body.into_inner();
    let search = StudentSearch {
        nsn: nsn.map(|nsn| nsn.0),
        given_names: given_names.map(|name| name.0),
        family_name: family_name.map(|name| name.0),
        birth_date,
    };
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
