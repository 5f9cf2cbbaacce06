//! `/v1/reference-data`: the code sets that forms offer and bodies name, and the closed lists.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use ascms_domain::access::Grant;
use ascms_domain::attendance::HalfDay;
use ascms_domain::closed_list::{self, ClosedList, LabelledValue};
use ascms_domain::reference_data::{CLOSED_LISTS, is_reviewed, list_named};
use ascms_domain::text::Code;
use ascms_persistence::page::{Page, PageRequest};
use ascms_persistence::reference_data::ListedCode;
use ascms_persistence::rows::code_set::Model;
use ascms_persistence::{Store, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::{May, ReadReference};
use crate::catchments::plain;
use crate::incoming::Path;
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::Refusal;
use crate::registration::ServiceConfig;
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

impl From<closed_list::Labels> for Labels {
    fn from(labels: closed_list::Labels) -> Self {
        let closed_list::Labels { en, mi } = labels;
        Self { en: en.to_owned(), mi: Some(mi.to_owned()) }
    }
}

/// The source of lists that the public documents do not give.
const OURS: &str = "ours";

/// A code set, or a closed list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CodeSetSummary {
    /// Name of the code set. A closed list has the name of its schema in the OpenAPI document.
    #[schema(max_length = 64, pattern = "^[A-Za-z0-9-]+$")]
    name: String,
    /// Label of the code set.
    labels: Labels,
    /// Whether the list is closed: its codes are the values of the schema of its name, and change
    /// with a release alone. Codes are added to an open set at any time.
    closed: bool,
    /// Whether a speaker of te reo Māori has read the labels in that language.
    mi_reviewed: bool,
    /// The publisher; `ours` where the public documents give no such list.
    #[schema(max_length = 200)]
    source: String,
    /// Counts the changes of the set and its codes; null for a closed list.
    version: Option<i32>,
    /// When the code set last changed; null for a closed list.
    updated_at: Option<DateTime<Utc>>,
}

impl From<Model> for CodeSetSummary {
    fn from(row: Model) -> Self {
        let Model { name, label_en, label_mi, mi_reviewed, source, version, updated_at } = row;
        let labels = Labels { en: label_en, mi: Some(label_mi) };
        let (version, updated_at) = (Some(version), Some(updated_at));
        Self { name, labels, closed: false, mi_reviewed, source, version, updated_at }
    }
}

impl From<&ClosedList> for CodeSetSummary {
    fn from(list: &ClosedList) -> Self {
        Self {
            name: list.name.to_owned(),
            labels: list.labels.into(),
            closed: true,
            mi_reviewed: is_reviewed(list),
            source: OURS.to_owned(),
            version: None,
            updated_at: None,
        }
    }
}

/// A code set or a closed list, with its codes.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CodeSet {
    /// Name of the code set. A closed list has the name of its schema in the OpenAPI document.
    #[schema(max_length = 64, pattern = "^[A-Za-z0-9-]+$")]
    name: String,
    /// Label of the code set.
    labels: Labels,
    /// Whether the list is closed: its codes are the values of the schema of its name, and change
    /// with a release alone. Codes are added to an open set at any time.
    closed: bool,
    /// Whether a speaker of te reo Māori has read the labels in that language.
    mi_reviewed: bool,
    /// The publisher; `ours` where the public documents give no such list.
    #[schema(max_length = 200)]
    source: String,
    /// Counts the changes of the set and its codes; null for a closed list.
    version: Option<i32>,
    /// When the code set last changed; null for a closed list.
    updated_at: Option<DateTime<Utc>>,
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
    #[schema(max_length = 128)]
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

impl From<&LabelledValue> for CodeView {
    fn from(value: &LabelledValue) -> Self {
        Self {
            code: value.value.to_owned(),
            labels: value.labels.into(),
            parent: None,
            valid_from: None,
            valid_to: None,
            counts_as: None,
        }
    }
}

impl CodeSet {
    fn of(set: impl Into<CodeSetSummary>, codes: Vec<CodeView>) -> Self {
        let summary = set.into();
        let CodeSetSummary { name, labels, closed, mi_reviewed, source, version, updated_at } =
            summary;
        Self { name, labels, closed, mi_reviewed, source, version, updated_at, codes }
    }
}

/// Where a page of the list ends: the code sets come first, then the closed lists, each by name.
#[derive(Debug, Serialize, Deserialize)]
enum Listed {
    CodeSet(String),
    ClosedList(String),
}

/// A page of the code sets and the closed lists.
async fn sets_and_lists(
    store: &Store,
    grant: &Grant,
    page: PageRequest<Listed>,
) -> Result<Page<CodeSetSummary, Listed>, StoreError> {
    let PageRequest { after, limit, with_total } = page;
    let (set, list) = match after {
        None => (None, None),
        Some(Listed::CodeSet(name)) => (Some(name), None),
        Some(Listed::ClosedList(name)) => (None, Some(name)),
    };
    // Past the sets, they are only counted.
    let is_past_sets = list.is_some();
    let sets = if is_past_sets && !with_total {
        Page { items: Vec::new(), next: None, total: None }
    } else {
        store.code_sets(grant, PageRequest { after: set, limit, with_total }).await?
    };
    let lists_in_all = u64::try_from(CLOSED_LISTS.len()).unwrap_or(u64::MAX);
    let total = sets.total.map(|total| total.saturating_add(lists_in_all));
    let mut items = Vec::new();
    if !is_past_sets {
        items.extend(sets.items.into_iter().map(CodeSetSummary::from));
        if let Some(name) = sets.next {
            return Ok(Page { items, next: Some(Listed::CodeSet(name)), total });
        }
    }
    let room = usize::try_from(limit).unwrap_or(usize::MAX).saturating_sub(items.len());
    let is_ahead = |closed: &&&ClosedList| list.as_deref().is_none_or(|name| closed.name > name);
    let mut ahead = CLOSED_LISTS.iter().filter(is_ahead).copied();
    items.extend(ahead.by_ref().take(room).map(CodeSetSummary::from));
    let end = |summary: &CodeSetSummary| {
        let name = summary.name.clone();
        if summary.closed { Listed::ClosedList(name) } else { Listed::CodeSet(name) }
    };
    let next = ahead.next().and_then(|_| items.last().map(end));
    Ok(Page { items, next, total })
}

/// List code sets
///
/// The code sets that forms offer, by name, each with its version; after them the closed lists, by
/// name: the values of the document's enums, each with its labels.
#[utoipa::path(
    tag = "Reference data",
    security(("bearer" = ["reference:read"])),
    params(PageOptions),
    responses((status = 200, description = "A page of code sets", body = List<CodeSetSummary>)),
)]
#[get("/reference-data")]
async fn list_reference_data(list: Listing<ReadReference>) -> Result<HttpResponse, Refusal> {
    let read = async |page| sets_and_lists(list.store(), list.grant(), page).await;
    list.page(read, |set| set).await
}

/// Read a code set
///
/// All codes of a code set or a closed list, with labels in English and te reo Māori. They change
/// rarely: keep them, and ask with `If-None-Match`.
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
    let view = match list_named(&name) {
        Some(list) => CodeSet::of(list, list.values.iter().map(CodeView::from).collect()),
        None => {
            let (set, codes) = app.store().code_set(&grant, plain(&name)?).await?;
            CodeSet::of(set, codes.into_iter().map(CodeView::from).collect())
        }
    };
    // The tag has a digest too: of a closed list, that alone tells its versions apart.
    Ok(answer::shown_publicly(&req, view.version.unwrap_or_default(), &view))
}
