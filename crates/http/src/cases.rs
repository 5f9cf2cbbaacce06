//! `/v1/cases`: reading cases and giving them to case managers.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use ascms_domain::cases::{CaseError, CaseStatus};
use ascms_domain::ids::{CaseId, ReferralId, UserId};
use ascms_domain::measures::{ContactMeasure, Standing};
use ascms_domain::text::SchoolNumber;
use ascms_persistence::Call;
use ascms_persistence::cases::{AssignError, CaseFile, CaseFilter, CaseRow};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use validator::Validate;

use crate::auth::{AssignCases, May, ReadCases};
use crate::incoming::{Body, Params, Path};
use crate::page::{self, List, Paging};
use crate::problem::{Code, Fault, Refusal};
use crate::students::views::{ProviderSummary, SchoolSummary, StudentSummary};
use crate::{AppState, answer};

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_cases).service(get_case).service(assign_case);
}

/// A case as a list shows it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CaseSummaryView {
    id: CaseId,
    /// What people call it.
    #[schema(max_length = 14, pattern = "^AS-[0-9]{4}-[0-9]{6}$")]
    number: String,
    status: CaseStatus,
    /// Day 0 of the case's clocks.
    referral_date: NaiveDate,
    student: StudentSummary,
    /// The school that referred.
    school: SchoolSummary,
    provider: ProviderSummary,
    case_manager: Option<PersonSummary>,
    opened_at: DateTime<Utc>,
    #[schema(minimum = 1)]
    version: i32,
    updated_at: DateTime<Utc>,
}

/// A case.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CaseView {
    id: CaseId,
    /// What people call it.
    #[schema(max_length = 14, pattern = "^AS-[0-9]{4}-[0-9]{6}$")]
    number: String,
    status: CaseStatus,
    referral_id: ReferralId,
    /// Day 0 of the case's clocks.
    referral_date: NaiveDate,
    student: StudentSummary,
    /// The school that referred.
    school: SchoolSummary,
    provider: ProviderSummary,
    primary_contact_id: Option<UserId>,
    case_manager: Option<PersonSummary>,
    opened_at: DateTime<Utc>,
    /// While the case is paused.
    pause: Option<PauseView>,
    /// Once the case is closed.
    closure: Option<ClosureView>,
    /// The four contact deadlines of the contract, and how each stands today.
    #[schema(max_items = 10)]
    contact_deadlines: Vec<DeadlineView>,
    /// The calendar that counted the deadlines.
    #[schema(max_length = 100)]
    calendar_version: String,
    #[schema(minimum = 1)]
    version: i32,
    updated_at: DateTime<Utc>,
}

/// A person in short.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PersonSummary {
    id: UserId,
    #[schema(max_length = 200)]
    name: String,
}

/// Why and until when a case rests.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PauseView {
    /// Code of the set `case-pause-reasons`.
    #[schema(max_length = 64)]
    reason_code: String,
    from: NaiveDate,
    review_by: NaiveDate,
}

/// Why and when a case was closed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ClosureView {
    /// Code of the set `case-closure-reasons`.
    #[schema(max_length = 64)]
    reason_code: String,
    closed_at: DateTime<Utc>,
}

/// A contact deadline.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DeadlineView {
    measure: ContactMeasure,
    /// Business days from the referral date.
    #[schema(minimum = 1, maximum = 366)]
    within_days: u16,
    due_on: NaiveDate,
    /// The day of the first contact that reached somebody.
    reached_on: Option<NaiveDate>,
    standing: Standing,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListCases {
    #[param(inline)]
    status: Option<CaseStatus>,
    /// Only those of this case manager.
    case_manager_id: Option<uuid::Uuid>,
    /// Only those that this school referred.
    #[param(inline)]
    school_number: Option<SchoolNumber>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    #[param(max_length = 1000, pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
    include_total: Option<bool>,
}

/// To whom a case goes.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AssignCase {
    /// A case manager or workflow lead of the case's provider.
    case_manager_id: UserId,
}

/// List cases
///
/// Those within the caller's reach, newest first.
#[utoipa::path(
    tag = "Cases",
    security(("bearer" = ["cases:read"])),
    params(ListCases),
    responses((status = 200, description = "A page of cases", body = List<CaseSummaryView>)),
)]
#[get("/cases")]
async fn list_cases(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadCases>,
    query: Params<ListCases>,
) -> Result<HttpResponse, Refusal> {
    let ListCases { status, case_manager_id, school_number, limit, cursor, include_total } =
        query.0;
    let filter = CaseFilter {
        status,
        case_manager_id: case_manager_id.map(UserId),
        school_number: school_number.map(|number| number.canonical().unwrap_or(0)),
    };
    let page = page::request(&req, &app, &grant, Paging { limit, cursor, include_total })?;
    let found = app.store().cases(&grant, &filter, page, app.now(&req)?).await?;
    Ok(page::respond(&req, &app, &grant, found, |row| CaseSummaryView::of(&row)))
}

/// Read a case
#[utoipa::path(
    tag = "Cases",
    security(("bearer" = ["cases:read"])),
    params(("id" = CaseId, Path)),
    responses((status = 200, description = "The case", body = CaseView)),
)]
#[get("/cases/{id}")]
async fn get_case(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadCases>,
    id: Path<CaseId>,
) -> Result<HttpResponse, Refusal> {
    let file = app.store().case(&grant, *id, app.now(&req)?).await?;
    Ok(answer::shown(&req, file.row.case.version, &CaseView::of(&file)))
}

/// Assign a case
///
/// To one case manager at a time; the history is kept.
#[utoipa::path(
    tag = "Cases",
    security(("bearer" = ["cases:assign"])),
    params(("id" = CaseId, Path)),
    request_body = AssignCase,
    responses((status = 200, description = "The assigned case", body = CaseView)),
)]
#[post("/cases/{id}/assignment")]
async fn assign_case(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<AssignCases>,
    id: Path<CaseId>,
    body: Body<AssignCase>,
) -> Result<HttpResponse, Refusal> {
    let key = answer::idempotency_key(&req, &grant, body.digest())?;
    let call = Call { grant: &grant, now: app.now(&req)?, key: key.as_ref(), dry_run: false };
    let render = |file: &CaseFile| answer::done(file.row.case.version, &CaseView::of(file));
    let answer = app.store().assign_case(&call, *id, body.case_manager_id, render).await?;
    Ok(answer::reply(answer, false))
}

impl CaseSummaryView {
    fn of(row: &CaseRow) -> Self {
        Self {
            id: row.case.id,
            number: row.case.number.clone(),
            status: row.case.status,
            referral_date: row.case.referral_date,
            student: student(row),
            school: SchoolSummary::new(row.school_number, &row.school_name),
            provider: ProviderSummary::new(&row.provider_code, &row.provider_name),
            case_manager: case_manager(row),
            opened_at: row.case.opened_at,
            version: row.case.version,
            updated_at: row.case.updated_at,
        }
    }
}

impl CaseView {
    fn of(file: &CaseFile) -> Self {
        let CaseFile { row, deadlines, calendar_version } = file;
        let case = row.case.clone();
        let pause = case.pause_reason.zip(case.paused_from).zip(case.review_by);
        let deadlines = deadlines.iter().map(|deadline| DeadlineView {
            measure: deadline.measure,
            within_days: deadline.within_days,
            due_on: deadline.due_on,
            reached_on: deadline.reached_on,
            standing: deadline.standing,
        });
        Self {
            id: case.id,
            number: case.number,
            status: case.status,
            referral_id: case.referral_id,
            referral_date: case.referral_date,
            student: student(row),
            school: SchoolSummary::new(row.school_number, &row.school_name),
            provider: ProviderSummary::new(&row.provider_code, &row.provider_name),
            primary_contact_id: case.primary_contact_id,
            case_manager: case_manager(row),
            opened_at: case.opened_at,
            pause: pause.map(|((reason_code, from), review_by)| PauseView {
                reason_code,
                from,
                review_by,
            }),
            closure: case
                .closure_reason
                .zip(case.closed_at)
                .map(|(reason_code, closed_at)| ClosureView { reason_code, closed_at }),
            contact_deadlines: deadlines.collect(),
            calendar_version: calendar_version.clone(),
            version: case.version,
            updated_at: case.updated_at,
        }
    }
}

fn student(row: &CaseRow) -> StudentSummary {
    StudentSummary {
        id: row.case.student_id,
        given_names: row.preferred_given_names.as_ref().unwrap_or(&row.legal_given_names).clone(),
        family_name: row.preferred_family_name.as_ref().unwrap_or(&row.legal_family_name).clone(),
        birth_date: row.birth_date,
        year_level: row.year_level,
    }
}

fn case_manager(row: &CaseRow) -> Option<PersonSummary> {
    let (id, name) = row.case.case_manager_id.zip(row.case_manager_name.clone())?;
    Some(PersonSummary { id, name })
}

impl From<AssignError> for Refusal {
    fn from(err: AssignError) -> Self {
        let detail = err.to_string();
        let code = match err {
            AssignError::UnknownPerson => {
                return Self::invalid(Fault::at("/caseManagerId", "unknown", detail));
            }
            AssignError::Rule(CaseError::Closed) => Code::CaseClosed,
            AssignError::Rule(CaseError::AssigneeNotHere) => Code::AssigneeNotHere,
            AssignError::Rule(CaseError::AssigneeDisabled) => Code::AssigneeDisabled,
            AssignError::Rule(CaseError::AssigneeUntrained) => Code::AssigneeUntrained,
            AssignError::Rule(CaseError::AlreadyAssigned) => Code::AlreadyAssigned,
        };
        Self::new(code, detail)
    }
}
