//! `/v1/enrolment-claims`: schools' words that another school's student is theirs.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use ascms_domain::access::{Grant, Span};
use ascms_domain::enrolment_claims::{ClaimAnswerer, ClaimStanding, ClaimWord};
use ascms_domain::ids::{EnrolmentClaimId, StudentId};
use ascms_domain::text::LongText;
use ascms_persistence::About;
use ascms_persistence::enrolment_claims::{ClaimAnswer, ClaimRow};
use ascms_persistence::idempotency::Answer;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::auth::{AnswerEnrolmentClaims, May, ReadEnrolmentClaims};
use crate::command::StepCommand;
use crate::incoming::Path;
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::Refusal;
use crate::registration::ServiceConfig;
use crate::students::views::SchoolSummary;
use crate::{AppState, answer};

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_enrolment_claims)
        .service(get_enrolment_claim)
        .service(agree_to_enrolment_claim)
        .service(oppose_enrolment_claim);
}

/// A school's word that a student is theirs whom another school has, or had last. While it is
/// `waiting` or `opposed`, it opens nothing of the student to that school.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct EnrolmentClaimView {
    /// Id of the claim.
    id: EnrolmentClaimId,
    /// The student whom the school claims.
    student_id: StudentId,
    /// The school that claims.
    school: SchoolSummary,
    /// The school that has the student, or had them last; null for the school that claims.
    from_school: Option<SchoolSummary>,
    /// Whether a referral or an enrolment made the claim.
    word: ClaimWord,
    /// When the claim was made.
    made_at: DateTime<Utc>,
    /// Whether the claim waits, and how it was answered or ended.
    standing: ClaimStanding,
    /// The day on which the claim opens, if nobody opposes it.
    opens_on: NaiveDate,
    /// When the claim was last answered, or ended; null while it waits.
    answered_at: Option<DateTime<Utc>>,
    /// Role of the caller who agreed or opposed; null where nobody did.
    answered_as: Option<ClaimAnswerer>,
    /// Why the claim was opposed; null where it was not. Personal data.
    #[schema(max_length = 5000)]
    comment: Option<String>,
    /// Version of the claim.
    #[schema(minimum = 1)]
    version: i32,
}

impl EnrolmentClaimView {
    fn of(row: &ClaimRow, grant: &Grant) -> Self {
        let ClaimRow { claim, school_number, school_name, from_number, from_name } = row.clone();
        let beyond = |span: &Span| *span != Span::School(claim.school_id);
        let from_school = grant.reach().iter().any(beyond);
        Self {
            id: claim.id,
            student_id: claim.student_id,
            school: SchoolSummary::new(school_number, &school_name),
            from_school: from_school.then(|| SchoolSummary::new(from_number, &from_name)),
            word: claim.word,
            made_at: claim.made_at,
            standing: claim.standing,
            opens_on: claim.opens_on,
            answered_at: claim.answered_at,
            answered_as: claim.answered_as,
            comment: claim.comment,
            version: claim.version,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListEnrolmentClaims {
    standing: Option<ClaimStanding>,
}

/// Nothing is said beside the agreement.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AgreeToClaim {}

/// Why a claim is opposed.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OpposeClaim {
    /// Why the claim is opposed, without personal detail: the school that claims reads it and does
    /// not see the student. Personal data.
    comment: Option<LongText>,
}

/// List the claims on students
///
/// Those that one's own school made or is asked about, and those on the students of one's cases; for
/// the Ministry all. Newest first.
#[utoipa::path(
    tag = "Enrolments",
    security(("bearer" = ["enrolment-claims:read"])),
    params(ListEnrolmentClaims, PageOptions),
    responses((status = 200, description = "A page of claims", body = List<EnrolmentClaimView>)),
)]
#[get("/enrolment-claims")]
async fn list_enrolment_claims(
    list: Listing<ReadEnrolmentClaims, ListEnrolmentClaims>,
) -> Result<HttpResponse, Refusal> {
    let standing = list.filter().standing;
    let read =
        async |page| list.store().enrolment_claims(list.grant(), standing, page, list.now()).await;
    list.page(read, |row| EnrolmentClaimView::of(&row, list.grant())).await
}

/// Read a claim on a student
#[utoipa::path(
    tag = "Enrolments",
    security(("bearer" = ["enrolment-claims:read"])),
    params(("id" = EnrolmentClaimId, Path)),
    responses((status = 200, description = "The claim", body = EnrolmentClaimView)),
)]
#[get("/enrolment-claims/{id}")]
async fn get_enrolment_claim(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadEnrolmentClaims>,
    id: Path<EnrolmentClaimId>,
) -> Result<HttpResponse, Refusal> {
    let row = app.store().enrolment_claim(&grant, *id, app.now(&req)?).await?;
    Ok(answer::shown(&req, row.claim.version, &EnrolmentClaimView::of(&row, &grant)))
}

/// Agree to a claim on a student
///
/// By the school that has the student, the provider of the open case, or the Ministry. The school that
/// claims sees the student from then on, and the other one no longer.
#[utoipa::path(
    tag = "Enrolments",
    security(("bearer" = ["enrolment-claims:answer"])),
    params(("id" = EnrolmentClaimId, Path)),
    request_body = AgreeToClaim,
    responses((status = 200, description = "The claim, agreed to", body = EnrolmentClaimView)),
)]
#[post("/enrolment-claims/{id}/agreement")]
async fn agree_to_enrolment_claim(
    call: StepCommand<AnswerEnrolmentClaims, AgreeToClaim>,
    id: Path<EnrolmentClaimId>,
) -> Result<HttpResponse, Refusal> {
    call.run(About::Claim(*id), async |write, AgreeToClaim {}| {
        Ok(done(&write.answer_claim(*id, ClaimAnswer::Agree).await?, write.grant()))
    })
    .await
}

/// Oppose a claim on a student
///
/// By the school that has the student, the provider of the open case, or the Ministry. It stays
/// closed until the provider or the Ministry agrees.
#[utoipa::path(
    tag = "Enrolments",
    security(("bearer" = ["enrolment-claims:answer"])),
    params(("id" = EnrolmentClaimId, Path)),
    request_body = OpposeClaim,
    responses((status = 200, description = "The claim, opposed", body = EnrolmentClaimView)),
)]
#[post("/enrolment-claims/{id}/opposition")]
async fn oppose_enrolment_claim(
    call: StepCommand<AnswerEnrolmentClaims, OpposeClaim>,
    id: Path<EnrolmentClaimId>,
) -> Result<HttpResponse, Refusal> {
    call.run(About::Claim(*id), async |write, OpposeClaim { comment }| {
        let claim = write.answer_claim(*id, ClaimAnswer::Oppose(comment)).await?;
        Ok(done(&claim, write.grant()))
    })
    .await
}

fn done(row: &ClaimRow, grant: &Grant) -> Answer {
    answer::done(row.claim.version, &EnrolmentClaimView::of(row, grant))
}
