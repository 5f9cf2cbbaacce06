//! `/v1/providers`: the organisations contracted for catchments, and schools' own teams.

use actix_web::{HttpResponse, get};
use ascms_domain::ids::ProviderId;
use ascms_domain::organisations::{OrganisationKind, OrganisationStatus};
use ascms_persistence::providers::ProviderFilter;
use ascms_persistence::rows::organisation;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::auth::ReadReference;
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::Refusal;
use crate::registration::ServiceConfig;

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_providers);
}

/// An organisation that provides the service.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProviderView {
    /// Id of the organisation.
    id: ProviderId,
    /// Lasting and unique code of the organisation.
    #[schema(max_length = 64)]
    code: String,
    /// Whether it serves catchments or is a school's own team.
    kind: OrganisationKind,
    /// Name of the organisation.
    #[schema(max_length = 200)]
    name: String,
    /// Name of the organisation in te reo Māori; null without one.
    #[schema(max_length = 200)]
    name_mi: Option<String>,
    /// Whether the organisation is active. A suspended provider is sent nothing; its people have no
    /// access.
    status: OrganisationStatus,
}

impl From<organisation::Model> for ProviderView {
    fn from(row: organisation::Model) -> Self {
        let organisation::Model { id, kind, code, name, name_mi, status } = row;
        Self { id, code, kind, name, name_mi, status }
    }
}

#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListProviders {
    /// Catchment providers, or schools' own teams.
    kind: Option<OrganisationKind>,
    status: Option<OrganisationStatus>,
}

/// List providers
///
/// Catchment providers and schools' own teams, in the order in which they were added.
#[utoipa::path(
    tag = "Reference data",
    security(("bearer" = ["reference:read"])),
    params(ListProviders, PageOptions),
    responses((status = 200, description = "A page of providers", body = List<ProviderView>)),
)]
#[get("/providers")]
async fn list_providers(
    list: Listing<ReadReference, ListProviders>,
) -> Result<HttpResponse, Refusal> {
    let ListProviders { kind, status } = *list.filter();
    let filter = ProviderFilter { kind, status };
    let read = async |page| list.store().providers(list.grant(), filter, page).await;
    list.page(read, ProviderView::from).await
}
