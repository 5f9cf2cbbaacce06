//! `/v1/reference-data`: the code sets that forms offer and bodies name.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use ascms_domain::attendance::HalfDay;
use ascms_domain::text::Code;
use ascms_persistence::reference_data::ListedCode;
use ascms_persistence::rows::code_set::Model;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::auth::{May, ReadReference};
use crate::catchments::plain;
use crate::incoming::Path;
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::Refusal;
use crate::{AppState, answer};

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_reference_data).service(get_reference_data);
}

/// What something is called, in both languages.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Labels {
    /// The label in English.
    #[schema(max_length = 200)]
    pub en: String,
    /// The label in te reo Māori; null where the publisher gives none.
    #[schema(max_length = 200)]
    pub mi: Option<String>,
}

/// A code set.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CodeSetSummary {
    /// Name of the code set.
    #[schema(max_length = 64, pattern = "^[a-z0-9-]+$")]
    name: String,
    /// Label of the code set.
    labels: Labels,
    /// The publisher; `ours` where the public documents give no such list.
    #[schema(max_length = 200)]
    source: String,
    /// Counts the changes of the set and its codes.
    version: i32,
    /// When the code set last changed.
    updated_at: DateTime<Utc>,
}

impl From<Model> for CodeSetSummary {
    fn from(row: Model) -> Self {
        let Model { name, label_en, label_mi, source, version, updated_at } = row;
        let labels = Labels { en: label_en, mi: Some(label_mi) };
        Self { name, labels, source, version, updated_at }
    }
}

/// A code set with its codes.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CodeSet {
    /// Name of the code set.
    #[schema(max_length = 64, pattern = "^[a-z0-9-]+$")]
    name: String,
    /// Label of the code set.
    labels: Labels,
    /// The publisher; `ours` where the public documents give no such list.
    #[schema(max_length = 200)]
    source: String,
    /// Counts the changes of the set and its codes.
    version: i32,
    /// When the code set last changed.
    updated_at: DateTime<Utc>,
    /// The codes in the order of a form, former codes too. An attendance code whose meaning changed
    /// on a day is listed once for each meaning.
    #[schema(max_items = 10000)]
    codes: Vec<CodeView>,
}

/// One code of a set.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CodeView {
    /// The code itself: lasting, for programs.
    #[schema(max_length = 64)]
    code: String,
    /// Label of the code.
    labels: Labels,
    /// The code of its group; null without one.
    #[schema(max_length = 64)]
    parent: Option<String>,
    /// The first day on which a form offers the code; null when it always did.
    valid_from: Option<NaiveDate>,
    /// The last day on which a form offers the code; null while it still does.
    valid_to: Option<NaiveDate>,
    /// How a half-day with this code counts; null outside `attendance-codes`. It need not be the
    /// Ministry's truancy category.
    counts_as: Option<HalfDay>,
}

impl From<ListedCode> for CodeView {
    fn from(row: ListedCode) -> Self {
        let ListedCode { code, label_en, label_mi, parent, valid_from, valid_to, counts_as } = row;
        let labels = Labels { en: label_en, mi: label_mi };
        Self { code, labels, parent, valid_from, valid_to, counts_as }
    }
}

impl CodeSet {
    fn of(set: Model, codes: Vec<ListedCode>) -> Self {
        let CodeSetSummary { name, labels, source, version, updated_at } = set.into();
        let codes = codes.into_iter().map(CodeView::from).collect();
        Self { name, labels, source, version, updated_at, codes }
    }
}

/// List code sets
///
/// The lists of codes that forms offer, by name, each with its version.
#[utoipa::path(
    tag = "Reference data",
    security(("bearer" = ["reference:read"])),
    params(PageOptions),
    responses((status = 200, description = "A page of code sets", body = List<CodeSetSummary>)),
)]
#[get("/reference-data")]
async fn list_reference_data(list: Listing<ReadReference>) -> Result<HttpResponse, Refusal> {
    let read = async |page| list.store().code_sets(list.grant(), page).await;
    list.page(read, CodeSetSummary::from).await
}

/// Read a code set
///
/// All its codes with labels in English and te reo Māori. It changes rarely: keep it, and ask
/// with `If-None-Match`.
#[utoipa::path(
    tag = "Reference data",
    security(("bearer" = ["reference:read"])),
    params(("codeSet" = inline(Code), Path)),
    responses((status = 200, description = "The code set", body = CodeSet)),
)]
#[get("/reference-data/{codeSet}")]
async fn get_reference_data(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadReference>,
    name: Path<String>,
) -> Result<HttpResponse, Refusal> {
    let (set, codes) = app.store().code_set(&grant, plain(&name)?).await?;
    let view = CodeSet::of(set, codes);
    Ok(answer::shown_publicly(&req, view.version, &view))
}
