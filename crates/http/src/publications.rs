//! `/v1/publications`: a measure of a term for everybody outside, frozen for good, in numbers that
//! tell nothing about one child.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use ascms_domain::calendar::CalendarName;
use ascms_domain::ids::PublicationId;
use ascms_domain::measures::{Breakdown, Level, Measure};
use ascms_domain::terms::TermKey;
use ascms_persistence::About;
use ascms_persistence::publications::{self, PublishedRow, RowFilter};
use ascms_persistence::rows::publication::Model;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::auth::{May, PublishMeasures, ReadPublications};
use crate::command::StepCommand;
use crate::incoming::Path;
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::Refusal;
use crate::registration::ServiceConfig;
use crate::{AppState, answer};

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(publish_measure)
        .service(list_publications)
        .service(get_publication)
        .service(list_published_rows);
}

/// What is to be published.
#[derive(Clone, Copy, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PublishMeasure {
    /// The school term whose referrals are counted.
    term: TermKey,
    /// The measure that is published.
    measure: Measure,
}

/// One measure of one term, as it was published.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PublicationView {
    /// Id of the publication.
    id: PublicationId,
    /// The school term whose referrals are counted, by the nation's dates.
    #[schema(max_length = 6, pattern = "^[0-9]{4}-[1-4]$")]
    term: String,
    /// The measure that is published.
    measure: Measure,
    /// The publication counts what was known at this instant, judged by its day.
    as_of: DateTime<Utc>,
    /// When it was published; it never changes.
    published_at: DateTime<Utc>,
    /// Counts below this are hidden, 0 too, and so are others that would reveal a hidden one.
    #[schema(minimum = 1)]
    threshold: i32,
    /// Every count that is shown is a multiple of this: the one above or the one below, by chance.
    #[schema(minimum = 1)]
    base: i32,
    /// Version of the rule that judged.
    #[schema(max_length = 100)]
    rule_version: String,
    /// The calendar that counted business days.
    calendar: CalendarName,
    /// Version of that calendar.
    #[schema(max_length = 100)]
    calendar_version: String,
}

impl PublicationView {
    fn of(row: &Model) -> Self {
        let Model {
            id,
            term,
            measure,
            as_of,
            published_at,
            published_by: _,
            threshold,
            base,
            rule_version,
            calendar_version,
        } = row.clone();
        Self {
            id,
            term,
            measure,
            as_of,
            published_at,
            threshold,
            base,
            rule_version,
            calendar: CalendarName::Contract2026,
            calendar_version,
        }
    }
}

/// The figures of a place, or of one category of it, for one limit of the measure.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PublishedRowView {
    /// The level of the group.
    level: Level,
    /// Key of the group: a region's name or a code; `unassigned` for referrals that belong to none.
    #[schema(max_length = 100)]
    key: String,
    /// Name of the group; null for a group without one.
    #[schema(max_length = 200)]
    name: Option<String>,
    /// The classification that `category` belongs to; null for everybody together.
    classification: Option<Breakdown>,
    /// Category of students; `not_stated` when it is not known, null for everybody together.
    #[schema(max_length = 100)]
    category: Option<String>,
    /// The limit, in business days from the referral date; null for improved attendance, which has
    /// a term.
    #[schema(minimum = 1, maximum = 366)]
    within_days: Option<i32>,
    /// Referrals that met the limit.
    met: FigureView,
    /// Referrals that missed the limit.
    missed: FigureView,
    /// Referrals that met and those that missed; rounded on its own, so that it need not be their
    /// sum.
    denominator: FigureView,
    /// Met divided by denominator, both as shown, four decimals; null when either is hidden.
    #[schema(minimum = 0, maximum = 1)]
    rate: Option<f64>,
}

/// A published count.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct FigureView {
    /// The rounded count; null when it is hidden.
    #[schema(minimum = 0)]
    count: Option<i32>,
    /// Whether the count is hidden, to protect people.
    hidden: bool,
}

impl FigureView {
    fn of(count: Option<i32>) -> Self {
        Self { count, hidden: count.is_none() }
    }
}

impl PublishedRowView {
    fn of(row: PublishedRow) -> Self {
        let rate = answer::rate(row.share_met());
        let PublishedRow {
            publication_id: _,
            position: _,
            level,
            key,
            name,
            classification,
            category,
            within_days,
            met,
            missed,
            denominator,
        } = row;
        Self {
            level,
            key,
            name,
            classification,
            category,
            within_days,
            met: FigureView::of(met),
            missed: FigureView::of(missed),
            denominator: FigureView::of(denominator),
            rate,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListPublishedRows {
    /// Only places of this level. Schools and students are not published.
    level: Option<Level>,
    /// Only the place of this key: a region's name, or a code.
    #[param(max_length = 100)]
    key: Option<String>,
    /// Only categories of this: `ethnic_group` or `year_level`.
    classification: Option<Breakdown>,
}

/// Publish a measure of a term
///
/// For good, and once: of two editions, one could be subtracted from the other. When the term is
/// over and nothing of it is pending any more. Contact with the school and with the whānau are
/// counted of the same referrals and published at once: publishing one publishes the other.
#[utoipa::path(
    tag = "Publications",
    security(("bearer" = ["measures:publish"])),
    request_body = PublishMeasure,
    responses((status = 201, description = "Published", body = PublicationView)),
)]
#[post("/publications")]
async fn publish_measure(
    call: StepCommand<PublishMeasures, PublishMeasure>,
) -> Result<HttpResponse, Refusal> {
    let PublishMeasure { term, measure } = *call.body();
    let (store, protected) = (call.app().store(), call.app().settings().published);
    let (grant, now) = (call.grant(), call.now());
    let prepared = store.prepare_publication(grant, term, measure, protected, now).await?;
    call.run(About::Named(publications::about(term)), async |write, _body| {
        let row = write.publish_measure(prepared).await?;
        let place = format!("/v1/publications/{}", row.id);
        Ok(answer::created(place, 1, &PublicationView::of(&row)))
    })
    .await
}

/// List publications
///
/// Newest first.
#[utoipa::path(
    tag = "Publications",
    security(("bearer" = ["publications:read"])),
    params(PageOptions),
    responses((status = 200, description = "A page of publications", body = List<PublicationView>)),
)]
#[get("/publications")]
async fn list_publications(list: Listing<ReadPublications>) -> Result<HttpResponse, Refusal> {
    let read = async |page| list.store().publications(list.grant(), page).await;
    list.page(read, |row| PublicationView::of(&row)).await
}

/// Read a publication
#[utoipa::path(
    tag = "Publications",
    security(("bearer" = ["publications:read"])),
    params(("id" = PublicationId, Path)),
    responses((status = 200, description = "The publication", body = PublicationView)),
)]
#[get("/publications/{id}")]
async fn get_publication(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadPublications>,
    id: Path<PublicationId>,
) -> Result<HttpResponse, Refusal> {
    let row = app.store().publication(&grant, *id).await?;
    Ok(answer::shown(&req, 1, &PublicationView::of(&row)))
}

/// List the rows of a publication
///
/// Nation, regions, catchments and providers, each whole and by ethnic group and year level. The
/// same on every call.
#[utoipa::path(
    tag = "Publications",
    security(("bearer" = ["publications:read"])),
    params(("id" = PublicationId, Path), ListPublishedRows, PageOptions),
    responses((status = 200, description = "A page of rows", body = List<PublishedRowView>)),
)]
#[get("/publications/{id}/rows")]
async fn list_published_rows(
    list: Listing<ReadPublications, ListPublishedRows>,
    id: Path<PublicationId>,
) -> Result<HttpResponse, Refusal> {
    let ListPublishedRows { level, ref key, classification } = *list.filter();
    let filter = RowFilter { level, key: key.clone(), classification };
    let read = async |page| list.store().published_rows(list.grant(), *id, &filter, page).await;
    list.page(read, PublishedRowView::of).await
}
