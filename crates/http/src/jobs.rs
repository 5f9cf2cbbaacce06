//! `/v1/jobs`: what is made behind the calls, how far it has come, and what came of it.

use actix_web::body::SizedStream;
use actix_web::http::header::{
    ACCEPT, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE, ETAG, VARY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse, get, post};
use ascms_domain::ids::JobId;
use ascms_persistence::rows::job::Model;
use ascms_persistence::{About, Store};
use futures_util::Stream;
use futures_util::stream::try_unfold;
use std::io;

use crate::auth::{CancelJobs, May, ReadJobs};
use crate::command::BodilessCommand;
use crate::incoming::{Path, header};
use crate::listing::Listing;
use crate::openapi::media_types::{BYTES, LINES};
use crate::page::{List, PageOptions};
use crate::problem::Refusal;
use crate::registration::ServiceConfig;
use crate::{AppState, answer, quality};

mod kinds;
mod part_error;
mod view;

pub use kinds::work_some;
pub use part_error::PartError;
pub(crate) use view::{JobView, accepted};

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_jobs).service(get_job).service(cancel_job).service(download_job_result);
}

/// List your jobs
///
/// Newest first; those that ended more than a day ago are gone.
#[utoipa::path(
    tag = "Jobs",
    security(("bearer" = ["jobs:read"])),
    params(PageOptions),
    responses((status = 200, description = "A page of jobs", body = List<JobView>)),
)]
#[get("/jobs")]
async fn list_jobs(list: Listing<ReadJobs>) -> Result<HttpResponse, Refusal> {
    let read = async |page| list.store().jobs(list.grant(), page).await;
    list.page(read, |row| JobView::of(&row)).await
}

/// Read how far a job is
///
/// A job belongs to who ordered it, for as long as they may have all of what it makes.
#[utoipa::path(
    tag = "Jobs",
    security(("bearer" = ["jobs:read"])),
    params(("id" = JobId, Path)),
    responses((status = 200, description = "The job", body = JobView)),
)]
#[get("/jobs/{id}")]
async fn get_job(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadJobs>,
    id: Path<JobId>,
) -> Result<HttpResponse, Refusal> {
    let row = app.store().job(&grant, *id).await?;
    Ok(answer::shown(&req, row.parts, &JobView::of(&row)))
}

/// Cancel a job
///
/// One that waits or runs; what it has made is gone with it.
#[utoipa::path(
    tag = "Jobs",
    security(("bearer" = ["jobs:cancel"])),
    params(("id" = JobId, Path)),
    responses((status = 200, description = "The cancelled job", body = JobView)),
)]
#[post("/jobs/{id}/cancellation")]
async fn cancel_job(
    call: BodilessCommand<CancelJobs>,
    id: Path<JobId>,
) -> Result<HttpResponse, Refusal> {
    call.run(About::Job(*id), async |write| {
        let job = write.cancel_job(*id).await?;
        Ok(answer::done(job.parts, &JobView::of(&job)))
    })
    .await
}

/// Fetch the result of a job
///
/// A line of JSON each, as `kind` says; of `measure_rows` the members of `listMeasureColumns`, of `performance_reviews`
/// a contract with its review (`contractId`, `performanceReviewId`, `refusal`).
#[utoipa::path(
    tag = "Jobs",
    security(("bearer" = ["jobs:read"])),
    params(("id" = JobId, Path)),
    responses((status = 200, description = "The lines", content_type = "application/x-ndjson", body = String)),
)]
#[get("/jobs/{id}/result")]
async fn download_job_result(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadJobs>,
    id: Path<JobId>,
) -> Result<HttpResponse, Refusal> {
    let job = app.store().job_to_fetch(&grant, *id, app.now(&req)?).await??;
    // A result that is there does not change.
    let etag = format!("\"{}\"", job.id);
    if let Some(unchanged) = answer::unchanged(&req, &etag) {
        return Ok(unchanged);
    }
    let length = u64::try_from(job.bytes).unwrap_or_default();
    let name = format!("{}-{}.ndjson", job.kind.as_str(), job.id);
    Ok(HttpResponse::Ok()
        .insert_header((ETAG, etag))
        .insert_header((CONTENT_TYPE, media_type(&req)))
        .insert_header((VARY, ACCEPT.as_str()))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((CONTENT_ENCODING, "identity"))
        .body(SizedStream::new(length, lines(app.store().clone(), job))))
}

/// As the caller asks for the lines: as such, or as bytes where `Accept` prefers bytes.
fn media_type(req: &HttpRequest) -> &'static str {
    let accept = header(req, ACCEPT.as_str()).unwrap_or_default();
    let weight = |media_type| quality::of_media_type(accept, media_type);
    if weight(BYTES) > weight(LINES) { BYTES } else { LINES }
}

/// The parts of a result in their order, each read when the one before it is on its way.
fn lines(store: Store, job: Model) -> impl Stream<Item = Result<Bytes, io::Error>> {
    Box::pin(try_unfold((store, job, 0), async |(store, job, position)| {
        if position >= job.parts {
            return Ok(None);
        }
        let body = store.job_part(&job, position).await.map_err(io::Error::other)?;
        Ok(Some((Bytes::from(body), (store, job, position + 1))))
    }))
}
