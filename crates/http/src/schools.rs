//! `/v1/schools`: the Ministry's directory, and who serves each school.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use ascms_domain::calendar::{Region, nz_date};
use ascms_domain::ids::SchoolId;
use ascms_domain::text::{Code, FullName, Line, SchoolNumber};
use ascms_persistence::catchments::ServedSchool;
use ascms_persistence::rows::school::Model;
use ascms_persistence::schools::SchoolFilter;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::auth::{May, ReadReference};
use crate::catchments::CatchmentSummary;
use crate::incoming::{Params, Path};
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::Refusal;
use crate::providers::ProviderView;
use crate::registration::ServiceConfig;
use crate::{AppState, answer};

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_schools).service(get_school);
}

/// A school, as the Ministry's directory has it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SchoolView {
    /// Id of the school.
    id: SchoolId,
    /// The Ministry's number, without leading zeros.
    number: SchoolNumber,
    /// Name of the school.
    #[schema(max_length = 200)]
    name: String,
    /// Type of the school in the directory's words, such as `Full Primary`.
    #[schema(max_length = 200)]
    kind: String,
    /// Authority of the school in the directory's words, such as `State : Integrated`.
    #[schema(max_length = 200)]
    authority: String,
    /// The regional council, as the directory names it; null where the directory has none.
    #[schema(max_length = 200)]
    regional_council: Option<String>,
    /// The Ministry's education region; null where the directory has none.
    #[schema(max_length = 200)]
    education_region: Option<String>,
    /// The city or district, as the directory names it; null where the directory has none.
    #[schema(max_length = 200)]
    territorial_authority: Option<String>,
    /// The region whose anniversary day the school keeps; null when it is not known.
    holiday_region: Option<Region>,
    /// Degrees north (WGS 84), negative in all of New Zealand; null when it is not known.
    #[schema(minimum = -90, maximum = 90)]
    latitude: Option<f64>,
    /// Degrees east (WGS 84), negative on the Chatham Islands; null when it is not known.
    #[schema(minimum = -180, maximum = 180)]
    longitude: Option<f64>,
    /// Students on the roll.
    roll: i32,
    /// The day on which the roll was counted; null when it is not known.
    roll_date: Option<NaiveDate>,
    /// The equity index as the directory has it, `not applicable` included; `decile 3` where an
    /// older directory had deciles.
    #[schema(max_length = 200)]
    equity_index: Option<String>,
    /// Status in the directory's words, such as `open` and `proposed`.
    #[schema(max_length = 200, pattern = "^[a-z_]+$")]
    status: String,
    /// The day on which the school opened, or a proposed school is to open; null when it is not
    /// known.
    opened_on: Option<NaiveDate>,
    /// The catchment and the provider of the school on the day that was asked about.
    served_by: ServiceView,
    /// Version of the school's record.
    version: i32,
    /// When the school's record last changed.
    updated_at: DateTime<Utc>,
}

/// Who serves a school on a day.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ServiceView {
    /// The day that was asked about.
    on: NaiveDate,
    /// The catchment; null when the school is in none and its referrals go to the Ministry's queue.
    catchment: Option<CatchmentSummary>,
    /// The provider contracted for the catchment; null without one.
    provider: Option<ProviderView>,
    /// The school's own funded team; null without one.
    in_school_provider: Option<ProviderView>,
}

impl SchoolView {
    fn of(served: ServedSchool, on: NaiveDate) -> Self {
        let ServedSchool { school, catchment, in_school_provider } = served;
        let (catchment, provider) = catchment
            .map(|found| (CatchmentSummary::from(found.catchment), found.provider))
            .unzip();
        let served_by = ServiceView {
            on,
            catchment,
            provider: provider.flatten().map(ProviderView::from),
            in_school_provider: in_school_provider.map(ProviderView::from),
        };
        Self::with_service(school, served_by)
    }

    fn with_service(school: Model, served_by: ServiceView) -> Self {
        let Model {
            id,
            number,
            name,
            folded_name: _,
            kind,
            authority,
            regional_council,
            education_region,
            territorial_authority,
            holiday_region,
            latitude,
            longitude,
            roll,
            roll_date,
            equity_index,
            status,
            opened_on,
            version,
            updated_at,
        } = school;
        Self {
            id,
            number: SchoolNumber::from(number),
            name,
            kind,
            authority,
            regional_council,
            education_region,
            territorial_authority,
            holiday_region,
            latitude,
            longitude,
            roll,
            roll_date,
            equity_index,
            status,
            opened_on,
            served_by,
            version,
            updated_at,
        }
    }
}

#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListSchools {
    /// How any word of the name begins; macrons, case and hyphens do not matter.
    #[param(inline)]
    name: Option<FullName>,
    /// Exactly this education region.
    #[param(inline)]
    education_region: Option<Line>,
    /// Exactly this status, such as `open`.
    #[param(max_length = 200, pattern = "^[a-z_]+$")]
    status: Option<String>,
    /// The code of the catchment that they belong to on the day.
    #[param(inline)]
    catchment: Option<Code>,
    /// The day by which catchments and providers are told; today when it is left out.
    on: Option<NaiveDate>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SchoolsOnDay {
    /// The day by which catchment and providers are told; today when it is left out.
    on: Option<NaiveDate>,
}

/// List schools
///
/// The Ministry's directory in the order of the schools' numbers, each with those who serve it.
#[utoipa::path(
    tag = "Reference data",
    security(("bearer" = ["reference:read"])),
    params(ListSchools, PageOptions),
    responses((status = 200, description = "A page of schools", body = List<SchoolView>)),
)]
#[get("/schools")]
async fn list_schools(list: Listing<ReadReference, ListSchools>) -> Result<HttpResponse, Refusal> {
    let ListSchools { name, education_region, status, catchment, on } = list.filter().clone();
    let filter = SchoolFilter {
        name: name.map(|name| name.0),
        education_region: education_region.map(|region| region.0),
        status,
        catchment: catchment.map(|code| code.0),
    };
    let on = on.unwrap_or(nz_date(list.now()));
    let read = async |page| list.store().schools(list.grant(), &filter, on, page).await;
    list.page(read, |row| SchoolView::of(row, on)).await
}

/// Read a school
///
/// By the Ministry's number, with or without leading zeros.
#[utoipa::path(
    tag = "Reference data",
    security(("bearer" = ["reference:read"])),
    params(("number" = inline(SchoolNumber), Path), SchoolsOnDay),
    responses((status = 200, description = "The school", body = SchoolView)),
)]
#[get("/schools/{number}")]
async fn get_school(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadReference>,
    number: Path<SchoolNumber>,
    query: Params<SchoolsOnDay>,
) -> Result<HttpResponse, Refusal> {
    let number = number.canonical().ok_or_else(Refusal::not_found)?;
    let on = query.on.unwrap_or(nz_date(app.now(&req)?));
    let view = SchoolView::of(app.store().school(&grant, number, on).await?, on);
    Ok(answer::shown(&req, view.version, &view))
}
