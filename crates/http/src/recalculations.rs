//! `/v1/recalculations`: what of the numbers is counted anew, why, and how far it has come.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use ascms_domain::ids::{RecalculationId, ReferralId, UserId};
use ascms_domain::recalculations::RecalculationCause;
use ascms_persistence::rows::recalculation::Model;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::{May, ReadRecalculations};
use crate::incoming::Path;
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::Refusal;
use crate::registration::ServiceConfig;
use crate::{AppState, answer};

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_recalculations).service(get_recalculation);
}

/// A counting anew of numbers.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RecalculationView {
    /// Id of the recalculation.
    id: RecalculationId,
    /// The kind of change that set it off.
    cause: RecalculationCause,
    /// The change that set it off: a day and its region, a term or the first and last of several, a
    /// rule and its version.
    #[schema(max_length = 100)]
    subject: String,
    /// The user who ordered it; null when it came from the command line or with a release.
    ordered_by: Option<UserId>,
    /// When the recalculation was ordered.
    ordered_at: DateTime<Utc>,
    /// The first referral date that is counted anew; null when there is nothing to count.
    from: Option<NaiveDate>,
    /// The last referral date that is counted anew; null when there is nothing to count.
    to: Option<NaiveDate>,
    /// How many referrals are counted anew; null until it starts.
    #[schema(minimum = 0)]
    total: Option<i32>,
    /// How many of these referrals are done.
    #[schema(minimum = 0)]
    done: i32,
    /// The last referral that was done; null until the first one is.
    last_referral_id: Option<ReferralId>,
    /// When the recalculation started, at least 30 seconds after the order, when every server knows
    /// the change; null while it waits.
    started_at: Option<DateTime<Utc>>,
    /// When the recalculation ended; null until then.
    finished_at: Option<DateTime<Utc>>,
}

impl From<Model> for RecalculationView {
    fn from(row: Model) -> Self {
        let Model {
            id,
            cause,
            subject,
            ordered_by,
            ordered_at,
            from_date,
            to_date,
            total,
            done,
            last_referral_date: _,
            last_referral_id,
            started_at,
            finished_at,
        } = row;
        Self {
            id,
            cause,
            subject,
            ordered_by,
            ordered_at,
            from: from_date,
            to: to_date,
            total,
            done,
            last_referral_id,
            started_at,
            finished_at,
        }
    }
}

/// List recalculations
///
/// Newest first. Each was ordered by a holiday, by dates of terms, by a version of a rule or by a
/// release.
#[utoipa::path(
    tag = "Measures",
    security(("bearer" = ["recalculations:read"])),
    params(PageOptions),
    responses((status = 200, description = "A page of them", body = List<RecalculationView>)),
)]
#[get("/recalculations")]
async fn list_recalculations(list: Listing<ReadRecalculations>) -> Result<HttpResponse, Refusal> {
    let read = async |page| list.store().recalculations(list.grant(), page).await;
    list.page(read, RecalculationView::from).await
}

/// Read how far a recalculation has come
#[utoipa::path(
    tag = "Measures",
    security(("bearer" = ["recalculations:read"])),
    params(("id" = RecalculationId, Path)),
    responses((status = 200, description = "The recalculation", body = RecalculationView)),
)]
#[get("/recalculations/{id}")]
async fn get_recalculation(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadRecalculations>,
    id: Path<RecalculationId>,
) -> Result<HttpResponse, Refusal> {
    let row = app.store().recalculation(&grant, *id).await?;
    Ok(answer::shown(&req, 1, &RecalculationView::from(row)))
}
