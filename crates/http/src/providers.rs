//! `/v1/providers`: the organisations contracted for catchments, and schools' own teams.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use ascms_domain::ids::ProviderId;
use ascms_domain::organisations::{OrganisationKind, OrganisationStatus};
use ascms_persistence::organisations;
use ascms_persistence::providers::ProviderFilter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::AppState;
use crate::auth::{May, ReadReference};
use crate::incoming::Params;
use crate::page::{self, List, Paging};
use crate::problem::Refusal;

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_providers);
}

/// An organisation that provides the service.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProviderView {
    id: ProviderId,
    /// Lasting and unique.
    #[schema(max_length = 64)]
    code: String,
    kind: OrganisationKind,
    #[schema(max_length = 200)]
    name: String,
    /// The name in te reo Māori.
    #[schema(max_length = 200)]
    name_mi: Option<String>,
    /// A suspended provider is sent nothing; its people have no access.
    status: OrganisationStatus,
}

impl From<organisations::Model> for ProviderView {
    fn from(row: organisations::Model) -> Self {
        let organisations::Model { id, kind, code, name, name_mi, status } = row;
        Self { id, code, kind, name, name_mi, status }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListProviders {
    /// Catchment providers, or schools' own teams.
    #[param(inline)]
    kind: Option<OrganisationKind>,
    #[param(inline)]
    status: Option<OrganisationStatus>,
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    #[param(max_length = 1000, pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
    include_total: Option<bool>,
}

/// List providers
///
/// Catchment providers and schools' own teams, in the order in which they were added.
#[utoipa::path(
    tag = "Reference data",
    security(("bearer" = ["reference:read"])),
    params(ListProviders),
    responses((status = 200, description = "A page of providers", body = List<ProviderView>)),
)]
#[get("/providers")]
async fn list_providers(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadReference>,
    query: Params<ListProviders>,
) -> Result<HttpResponse, Refusal> {
    let ListProviders { kind, status, limit, cursor, include_total } = query.0;
    let page = page::request(&req, &app, &grant, Paging { limit, cursor, include_total })?;
    let found = app.store().providers(&grant, ProviderFilter { kind, status }, page).await?;
    Ok(page::respond(&req, &app, &grant, found, ProviderView::from))
}
