//! `/v1/match-reviews`: students whom intake could not recognise, put before a person.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use ascms_domain::body_faults::fault_at;
use ascms_domain::ids::{MatchReviewId, StudentMergeId, UserId};
use ascms_domain::match_reviews::{Finding, MatchOutcome, MatchReviewStatus};
use ascms_domain::matching::{MatchDoubt, MatchReason, ScoredCandidate};
use ascms_domain::text::LongText;
use ascms_persistence::About;
use ascms_persistence::rows::match_settlement;
use ascms_persistence::students::StudentFile;
use ascms_persistence::students::match_review::{MatchReviewFilter, ReviewFile, ReviewRow};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use crate::auth::{May, MergeStudents};
use crate::command::StepCommand;
use crate::incoming::Path;
use crate::listing::Listing;
use crate::page::{self, FollowedList, PageOptions};
use crate::problem::{Fault, Refusal};
use crate::registration::ServiceConfig;
use crate::students::views::{StudentSummary, StudentView};
use crate::{AppState, answer};

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_match_reviews).service(get_match_review).service(settle_match_review);
}

/// A student whom intake could not recognise, in short.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MatchReviewSummaryView {
    /// Id of the match review.
    id: MatchReviewId,
    /// Whether the review is open or settled.
    status: MatchReviewStatus,
    /// The record that intake made for the student as sent.
    student: StudentSummary,
    /// How many known students it might be; some may be out of the reader's reach.
    #[schema(minimum = 0, maximum = 20)]
    candidates: usize,
    /// When intake made the review.
    created_at: DateTime<Utc>,
    /// How the review was settled; null while it is open.
    settlement: Option<SettlementView>,
}

/// A student whom intake could not recognise, beside those who it might be.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MatchReviewView {
    /// Id of the match review.
    id: MatchReviewId,
    /// Whether the review is open or settled.
    status: MatchReviewStatus,
    /// The National Student Number as sent; null when none was sent. The record has it only where
    /// its sender may not know whose it is. Personal data.
    #[schema(max_length = 20, pattern = "^[ 0]*[0-9]( *[0-9]){0,9} *$")]
    sent_nsn: Option<String>,
    /// The record that intake made for the student as sent.
    student: StudentView,
    /// Known students who might be the one sent, the likeliest first.
    #[schema(max_items = 20)]
    candidates: Vec<CandidateView>,
    /// When intake made the review.
    created_at: DateTime<Utc>,
    /// How the review was settled; null while it is open.
    settlement: Option<SettlementView>,
}

/// A known student who might be the one sent.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CandidateView {
    /// Number of the candidate, from 1; a settlement names it.
    #[schema(minimum = 1, maximum = 20)]
    candidate: usize,
    /// How well the two agree, 0 to 100; null for a student out of the reader's reach.
    #[schema(minimum = 0, maximum = 100)]
    score: Option<u8>,
    /// The facts that agree and make the score.
    #[schema(max_items = 4)]
    reasons: Vec<MatchReason>,
    /// Further facts that speak against the candidate.
    #[schema(max_items = 4)]
    doubts: Vec<MatchDoubt>,
    /// The known student; null for one out of the reader's reach.
    student: Option<StudentView>,
}

/// What a person found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SettlementView {
    /// Whether the two are the same student.
    outcome: MatchOutcome,
    /// Number of the candidate who is the same student; null when none is.
    #[schema(minimum = 1, maximum = 20)]
    candidate: Option<i32>,
    /// The merge that joined the two records; null when they stay apart.
    merge_id: Option<StudentMergeId>,
    /// Why the review was settled so. Personal data.
    #[schema(max_length = 4000)]
    reason: String,
    /// When the review was settled.
    settled_at: DateTime<Utc>,
    /// The user who settled the review.
    settled_by: UserId,
}

impl MatchReviewSummaryView {
    fn of(row: ReviewRow) -> Self {
        let ReviewRow { review, sent, settlement } = row;
        Self {
            id: review.id,
            status: review.status,
            student: StudentSummary::of(&sent),
            candidates: review.candidates.0.len(),
            created_at: review.created_at,
            settlement: settlement.map(SettlementView::of),
        }
    }
}

impl MatchReviewView {
    fn of(file: &ReviewFile) -> Self {
        let ReviewFile { review, sent, candidates, settlement } = file;
        let candidates = (1..)
            .zip(candidates)
            .map(|(number, (scored, file))| CandidateView::of(number, scored, file.as_ref()));
        Self {
            id: review.id,
            status: review.status,
            sent_nsn: review.sent_nsn.clone(),
            student: StudentView::of(sent),
            candidates: candidates.collect(),
            created_at: review.created_at,
            settlement: settlement.clone().map(SettlementView::of),
        }
    }

    /// A review changes once.
    fn version(&self) -> i32 {
        match self.status {
            MatchReviewStatus::Open => 1,
            MatchReviewStatus::Settled => 2,
        }
    }
}

impl CandidateView {
    fn of(candidate: usize, scored: &ScoredCandidate, file: Option<&StudentFile>) -> Self {
        Self {
            candidate,
            score: file.map(|_| scored.score),
            reasons: file.map(|_| scored.reasons.clone()).unwrap_or_default(),
            doubts: file.map(|_| scored.doubts.clone()).unwrap_or_default(),
            student: file.map(StudentView::of),
        }
    }
}

impl SettlementView {
    fn of(row: match_settlement::Model) -> Self {
        let match_settlement::Model {
            match_review_id: _,
            outcome,
            candidate,
            merge_id,
            reason,
            settled_at,
            settled_by,
        } = row;
        Self { outcome, candidate, merge_id, reason, settled_at, settled_by }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListMatchReviews {
    status: Option<MatchReviewStatus>,
    /// Only those that were made or changed after an answer that gave this `position`.
    #[param(max_length = 1000, pattern = "^[A-Za-z0-9_-]+$")]
    changed_after: Option<String>,
}

/// What a person found, and how it is known.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[validate(schema(function = "complete"))]
struct SettleMatchReview {
    /// Whether one of the candidates is the same student.
    outcome: MatchOutcome,
    /// Number of the candidate who is the same student; required for `same_as`.
    #[schema(minimum = 1, maximum = 20)]
    candidate: Option<u8>,
    /// Why the review is settled so. Personal data.
    reason: LongText,
}

fn complete(body: &SettleMatchReview) -> Result<(), ValidationError> {
    let (code, words) = match (body.outcome, body.candidate) {
        (MatchOutcome::SameAs, Some(_)) | (MatchOutcome::Different, None) => return Ok(()),
        (MatchOutcome::SameAs, None) => ("required", "is missing for this outcome"),
        (MatchOutcome::Different, Some(_)) => ("not_allowed", "has no meaning for this outcome"),
    };
    Err(fault_at("/candidate", code, words))
}

impl SettleMatchReview {
    /// `None` when the candidate is missing, which the body's own rules have refused before.
    fn finding(&self) -> Option<Finding> {
        match self.outcome {
            MatchOutcome::SameAs => self.candidate.map(Finding::SameAs),
            MatchOutcome::Different => Some(Finding::Different),
        }
    }
}

/// List unclear matches
///
/// Students whom intake could not recognise, and whom the caller may join to others. Newest first.
#[utoipa::path(
    tag = "Students",
    security(("bearer" = ["students:merge"])),
    params(ListMatchReviews, PageOptions),
    responses((status = 200, description = "A page of reviews", body = FollowedList<MatchReviewSummaryView>)),
)]
#[get("/match-reviews")]
async fn list_match_reviews(
    list: Listing<MergeStudents, ListMatchReviews>,
) -> Result<HttpResponse, Refusal> {
    let ListMatchReviews { status, changed_after } = list.filter();
    let changed_after = page::changed_after(changed_after.as_deref())?;
    let fits = MatchReviewFilter { status: *status, changed_after: changed_after.as_ref() };
    let read = async |page| list.store().match_reviews(list.grant(), fits, page, list.now()).await;
    list.followed(read, MatchReviewSummaryView::of).await
}

/// Read an unclear match
///
/// What was sent and who it might be, side by side. Of a candidate out of the caller's reach there
/// is the number and nothing else.
#[utoipa::path(
    tag = "Students",
    security(("bearer" = ["students:merge"])),
    params(("id" = MatchReviewId, Path)),
    responses((status = 200, description = "The review", body = MatchReviewView)),
)]
#[get("/match-reviews/{id}")]
async fn get_match_review(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<MergeStudents>,
    id: Path<MatchReviewId>,
) -> Result<HttpResponse, Refusal> {
    let file = app.store().match_review(&grant, *id, app.now(&req)?).await?;
    let view = MatchReviewView::of(&file);
    Ok(answer::shown(&req, view.version(), &view))
}

/// Settle an unclear match
///
/// Once. `same_as` joins the record that was made to the candidate's, as `mergeStudents` does;
/// `different` leaves it as a student of its own.
#[utoipa::path(
    tag = "Students",
    security(("bearer" = ["students:merge"])),
    params(("id" = MatchReviewId, Path)),
    request_body = SettleMatchReview,
    responses((status = 200, description = "The settled review", body = MatchReviewView)),
)]
#[post("/match-reviews/{id}/settlement")]
async fn settle_match_review(
    call: StepCommand<MergeStudents, SettleMatchReview>,
    id: Path<MatchReviewId>,
) -> Result<HttpResponse, Refusal> {
    let missing = || Refusal::invalid(Fault::at("/candidate", "required", "is missing"));
    let finding = call.body().finding().ok_or_else(missing)?;
    call.run(About::Review(*id), async |write, body| {
        let file = write.settle_match_review(*id, finding, body.reason.as_str()).await?;
        let view = MatchReviewView::of(&file);
        Ok(answer::done(view.version(), &view).showing(file.shown()))
    })
    .await
}
