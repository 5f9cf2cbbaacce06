//! `/v1/catchments`: the areas of the service, their schools and their providers on a day.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use ascms_domain::calendar::nz_date;
use ascms_domain::ids::CatchmentId;
use ascms_domain::text::{Code, Line, SchoolNumber};
use ascms_persistence::catchments::{CatchmentOn, ServedSchool};
use ascms_persistence::rows::catchment::Model;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::auth::{May, ReadReference};
use crate::incoming::{Params, Path};
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::Refusal;
use crate::providers::ProviderView;
use crate::registration::ServiceConfig;
use crate::{AppState, answer};

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_catchments).service(get_catchment);
}

/// A catchment where it is only named.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CatchmentSummary {
    /// Id of the catchment.
    id: CatchmentId,
    /// Lasting and unique code of the catchment.
    #[schema(max_length = 64)]
    code: String,
    /// Name of the catchment.
    #[schema(max_length = 200)]
    name: String,
}

impl From<Model> for CatchmentSummary {
    fn from(row: Model) -> Self {
        let Model { id, code, name, education_region: _, version: _ } = row;
        Self { id, code, name }
    }
}

/// A catchment as it is on a day.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CatchmentView {
    /// Id of the catchment.
    id: CatchmentId,
    /// Lasting and unique code of the catchment.
    #[schema(max_length = 64)]
    code: String,
    /// Name of the catchment.
    #[schema(max_length = 200)]
    name: String,
    /// The Ministry's education region; null where the directory has none.
    #[schema(max_length = 200)]
    education_region: Option<String>,
    /// The day that was asked about.
    on: NaiveDate,
    /// The contracted provider; null when there is none and referrals go to the Ministry's queue.
    provider: Option<ProviderView>,
    /// Version of the catchment's record.
    version: i32,
}

impl CatchmentView {
    fn of(found: CatchmentOn, on: NaiveDate) -> Self {
        let CatchmentOn { catchment, provider } = found;
        let Model { id, code, name, education_region, version } = catchment;
        let provider = provider.map(ProviderView::from);
        Self { id, code, name, education_region, on, provider, version }
    }
}

/// A catchment with its schools, as they are on a day.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CatchmentWithSchools {
    /// Id of the catchment.
    id: CatchmentId,
    /// Lasting and unique code of the catchment.
    #[schema(max_length = 64)]
    code: String,
    /// Name of the catchment.
    #[schema(max_length = 200)]
    name: String,
    /// The Ministry's education region; null where the directory has none.
    #[schema(max_length = 200)]
    education_region: Option<String>,
    /// The day that was asked about.
    on: NaiveDate,
    /// The contracted provider; null when there is none and referrals go to the Ministry's queue.
    provider: Option<ProviderView>,
    /// The schools of the catchment, in the order of their numbers.
    #[schema(max_items = 3000)]
    schools: Vec<CatchmentSchool>,
    /// Version of the catchment's record.
    version: i32,
}

/// A school of a catchment.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CatchmentSchool {
    /// The Ministry's number, without leading zeros.
    number: SchoolNumber,
    /// Name of the school.
    #[schema(max_length = 200)]
    name: String,
    /// Type of the school in the directory's words, such as `Full Primary`.
    #[schema(max_length = 200)]
    kind: String,
    /// Status in the directory's words, such as `open` and `proposed`.
    #[schema(max_length = 200, pattern = "^[a-z_]+$")]
    status: String,
    /// Students on the roll.
    roll: i32,
    /// The school's own funded team; null without one.
    in_school_provider: Option<ProviderView>,
}

impl CatchmentSchool {
    fn of(served: ServedSchool) -> Self {
        let ServedSchool { school, catchment: _, in_school_provider } = served;
        Self {
            number: SchoolNumber::from(school.number),
            name: school.name,
            kind: school.kind,
            status: school.status,
            roll: school.roll,
            in_school_provider: in_school_provider.map(ProviderView::from),
        }
    }
}

impl CatchmentWithSchools {
    fn of(found: CatchmentOn, schools: Vec<ServedSchool>, on: NaiveDate) -> Self {
        let schools = schools.into_iter().map(CatchmentSchool::of).collect();
        let CatchmentView { id, code, name, education_region, on, provider, version } =
            CatchmentView::of(found, on);
        Self { id, code, name, education_region, on, provider, schools, version }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListCatchments {
    /// Exactly this education region.
    #[param(inline)]
    education_region: Option<Line>,
    /// The day by which providers are told; today when it is left out.
    on: Option<NaiveDate>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CatchmentsOnDay {
    /// The day by which schools and providers are told; today when it is left out.
    on: Option<NaiveDate>,
}

/// List catchments
///
/// Each with the provider contracted for it on the day, in the order in which they were added.
#[utoipa::path(
    tag = "Reference data",
    security(("bearer" = ["reference:read"])),
    params(ListCatchments, PageOptions),
    responses((status = 200, description = "A page of catchments", body = List<CatchmentView>)),
)]
#[get("/catchments")]
async fn list_catchments(
    list: Listing<ReadReference, ListCatchments>,
) -> Result<HttpResponse, Refusal> {
    let region = list.filter().education_region.as_ref().map(Line::as_str);
    let on = list.filter().on.unwrap_or(nz_date(list.now()));
    let read = async |page| list.store().catchments(list.grant(), region, on, page).await;
    list.page(read, |row| CatchmentView::of(row, on)).await
}

/// Read a catchment
///
/// With its schools and the provider contracted for it on the day.
#[utoipa::path(
    tag = "Reference data",
    security(("bearer" = ["reference:read"])),
    params(("code" = inline(Code), Path), CatchmentsOnDay),
    responses((status = 200, description = "The catchment", body = CatchmentWithSchools)),
)]
#[get("/catchments/{code}")]
async fn get_catchment(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadReference>,
    code: Path<String>,
    query: Params<CatchmentsOnDay>,
) -> Result<HttpResponse, Refusal> {
    let on = query.on.unwrap_or(nz_date(app.now(&req)?));
    let (found, schools) = app.store().catchment(&grant, plain(&code)?, on).await?;
    let view = CatchmentWithSchools::of(found, schools, on);
    Ok(answer::shown(&req, view.version, &view))
}

/// A code of an address, exactly as it stands there. Nothing has a code with other characters, and
/// a database might choke on them.
pub(crate) fn plain(code: &str) -> Result<&str, Refusal> {
    let visible = code.bytes().all(|byte| byte.is_ascii_graphic());
    if visible { Ok(code) } else { Err(Refusal::not_found()) }
}
