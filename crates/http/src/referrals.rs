//! `/v1/referrals`: submitting requests for support, following them, deciding on them.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use ascms_domain::access::Caller;
use ascms_domain::body_faults::fault_at;
use ascms_domain::calendar::nz_date;
use ascms_domain::ids::{ProviderId, ReferralId, UserId};
use ascms_domain::referrals::{Decision, DecisionOutcome, SupportRequest};
use ascms_domain::students::SentStudent;
use ascms_domain::text::{Code, LongText, SchoolNumber, SourceText};
use ascms_persistence::referrals::NewReferral;
use ascms_persistence::{About, Store};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::auth::{DecideReferrals, May, ReadReferrals, SubmitReferrals, WithdrawReferrals};
use crate::command::{Command, StepCommand};
use crate::incoming::{Path, WriteOptions, hex};
use crate::problem::{Fault, Refusal};
use crate::registration::ServiceConfig;
use crate::{AppState, answer};

mod listing;
mod refusals;
mod views;

pub(crate) use refusals::content_faults;
use refusals::request_faults;
use views::ReferralView;
pub(crate) use views::placeholder;

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(create_referral)
        .service(listing::list_referrals)
        .service(get_referral)
        .service(decide_referral)
        .service(withdraw_referral)
        .service(resubmit_referral);
}

/// A request for support.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[validate(schema(function = "both_or_neither"))]
struct CreateReferral {
    /// The sending system, compared without case. Together with `sourceReference` it names the
    /// record for ever. Required of a machine.
    source: Option<SourceText>,
    /// The sending system's own name for the record, unique there. Required of a machine.
    source_reference: Option<SourceText>,
    /// The Ministry's number of the referring school, or of the last known school of a student who
    /// is enrolled nowhere.
    school_number: SchoolNumber,
    /// Whether the school's own funded team is to take the referral, when the school has one.
    #[serde(default)]
    in_school_provision: bool,
    /// The user of the school to talk to about this student.
    primary_contact_id: Option<UserId>,
    /// The student who is referred.
    student: SentStudent,
    /// The request for support, and why it is made.
    support_request: SupportRequest,
}

fn both_or_neither(body: &CreateReferral) -> Result<(), ValidationError> {
    if body.source.is_some() == body.source_reference.is_some() {
        return Ok(());
    }
    let missing = if body.source.is_none() { "/source" } else { "/sourceReference" };
    Err(fault_at(missing, "required", "source and sourceReference come together"))
}

/// A decision on a referral.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[validate(schema(function = "complete"))]
struct DecideReferral {
    /// Whether the referral is accepted, declined, returned or redirected.
    outcome: DecisionOutcome,
    /// Code of the set `referral-decline-reasons` or `referral-redirect-reasons`; required for
    /// both.
    reason_code: Option<Code>,
    /// Comment for the sender; required when the referral is returned because something is missing.
    /// Personal data.
    comment: Option<LongText>,
    /// The provider that should have the referral; required when it is redirected.
    provider_id: Option<ProviderId>,
}

fn complete(body: &DecideReferral) -> Result<(), ValidationError> {
    let missing = match body.outcome {
        DecisionOutcome::Accepted => None,
        DecisionOutcome::Declined => body.reason_code.is_none().then_some("/reasonCode"),
        DecisionOutcome::Returned => body.comment.is_none().then_some("/comment"),
        DecisionOutcome::Redirected if body.provider_id.is_none() => Some("/providerId"),
        DecisionOutcome::Redirected => body.reason_code.is_none().then_some("/reasonCode"),
    };
    let Some(member) = missing else { return Ok(()) };
    Err(fault_at(member, "required", "is missing for this outcome"))
}

impl DecideReferral {
    /// `None` when a member is missing, which the body's own rules have refused before.
    fn decision(self) -> Option<Decision> {
        let Self { outcome, reason_code, comment, provider_id } = self;
        Some(match outcome {
            DecisionOutcome::Accepted => Decision::Accept,
            DecisionOutcome::Declined => Decision::Decline { reason: reason_code?, comment },
            DecisionOutcome::Returned => Decision::Return { comment: comment? },
            DecisionOutcome::Redirected => {
                Decision::Redirect { to: provider_id?, reason: reason_code?, comment }
            }
        })
    }
}

/// Why a referral is taken back.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WithdrawReferral {
    /// Code of the set `referral-withdraw-reasons`.
    reason_code: Code,
}

/// A returned referral with what was missing.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ResubmitReferral {
    /// The request for support, complete.
    support_request: SupportRequest,
}

/// Submit a referral
///
/// Matches the student, assesses eligibility, routes to the responsible provider on the day of
/// receipt, and answers how. Of a student of whom the sender may not know, the answer says what it
/// says of somebody new; a person of the provider settles who is meant. The same `sourceReference`
/// with the same content again gives 200 and the record that is there.
#[utoipa::path(
    tag = "Referrals",
    security(("bearer" = ["referrals:submit"])),
    params(WriteOptions),
    request_body = CreateReferral,
    responses(
        (status = 201, description = "The referral, as it was received", body = ReferralView),
        (status = 200, description = "It was here before, or it was only validated", body = ReferralView),
    ),
)]
#[post("/referrals")]
async fn create_referral(
    call: Command<SubmitReferrals, CreateReferral>,
) -> Result<HttpResponse, Refusal> {
    let (req, grant, now) = (call.request().clone(), call.grant().clone(), call.now());
    let dry_run = call.dry_run();
    let call = call.meaning(|body| new_referral(body, grant.caller(), nz_date(now)))?;
    let about = About::Submission(call.body().school_number);
    let refuse =
        async |store: &Store, err| refusals::in_the_way(&req, store, &grant, err, now).await;
    call.run_or(
        about,
        async |write, new| {
            let submitted = write.submit_referral(new).await?;
            let view = ReferralView::receipt(&submitted, &grant, dry_run);
            if submitted.known {
                return Ok(answer::done(view.version(), &view));
            }
            let location = format!("/v1/referrals/{}", view.id());
            Ok(answer::created(location, view.version(), &view))
        },
        refuse,
    )
    .await
}

fn new_referral(
    body: CreateReferral,
    sender: Caller,
    today: NaiveDate,
) -> Result<NewReferral, Refusal> {
    let (fingerprint, ordered_fingerprint) = fingerprints(&body);
    let CreateReferral {
        source,
        source_reference,
        school_number,
        in_school_provision,
        primary_contact_id,
        student,
        support_request,
    } = body;
    let mut faults = content_faults(&student, &support_request, today);
    let number = school_number.canonical();
    if number.is_none() {
        faults.push(Fault::at("/schoolNumber", "unknown", "no school has this number"));
    }
    if source.is_none() && matches!(sender, Caller::Client(_)) {
        let detail = "a machine names each referral: send source and sourceReference";
        faults.push(Fault::at("/sourceReference", "required", detail));
    }
    match (number, faults.is_empty()) {
        (Some(school_number), true) => Ok(NewReferral {
            source: source.zip(source_reference).map(|(source, reference)| (source.0, reference.0)),
            school_number,
            wants_in_school: in_school_provision,
            primary_contact_id,
            student,
            request: support_request,
            fingerprint,
            ordered_fingerprint,
        }),
        _ => Err(refusals::invalid(faults)),
    }
}

/// What "the same content" means: every member of the body, however it was spaced and ordered. Lists
/// are sets: in what order they were sent says nothing. Beside it the digest of the order as it was
/// sent, by which referrals from before that are recognised.
fn fingerprints(body: &CreateReferral) -> (String, String) {
    let of = |student: &SentStudent, request: &SupportRequest| {
        digest(&(
            body.school_number.canonical(),
            body.in_school_provision,
            body.primary_contact_id,
            student,
            request,
        ))
    };
    let as_sets = of(&body.student.as_sets(), &body.support_request.as_sets());
    (as_sets, of(&body.student, &body.support_request))
}

pub(crate) fn digest(parts: &impl serde::Serialize) -> String {
    use sha2::{Digest, Sha256};
    hex(&Sha256::digest(serde_json::to_vec(parts).unwrap_or_default()))
}

/// Read a referral
#[utoipa::path(
    tag = "Referrals",
    security(("bearer" = ["referrals:read"])),
    params(("id" = ReferralId, Path)),
    responses((status = 200, description = "The referral", body = ReferralView)),
)]
#[get("/referrals/{id}")]
async fn get_referral(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadReferrals>,
    id: Path<ReferralId>,
) -> Result<HttpResponse, Refusal> {
    let file = app.store().referral(&grant, *id, app.now(&req)?).await?;
    let view = ReferralView::of(&file, &grant);
    Ok(answer::shown(&req, view.version(), &view))
}

/// Decide on a referral
///
/// Accepts, declines, returns or redirects it: once, with the reason. Accepting opens a case, or
/// joins the student's open one.
#[utoipa::path(
    tag = "Referrals",
    security(("bearer" = ["referrals:decide"])),
    params(("id" = ReferralId, Path)),
    request_body = DecideReferral,
    responses((status = 200, description = "The decided referral", body = ReferralView)),
)]
#[post("/referrals/{id}/decision")]
async fn decide_referral(
    call: StepCommand<DecideReferrals, DecideReferral>,
    id: Path<ReferralId>,
) -> Result<HttpResponse, Refusal> {
    let missing = || Refusal::invalid(Fault::at("", "required", "a member is missing"));
    let call = call.meaning(|body| body.decision().ok_or_else(missing))?;
    call.run(About::Referral(*id), async |write, decision| {
        Ok(views::done(&write.decide_referral(*id, decision).await?, write.grant()))
    })
    .await
}

/// Withdraw a referral
///
/// The sender takes it back while nobody works on it.
#[utoipa::path(
    tag = "Referrals",
    security(("bearer" = ["referrals:withdraw"])),
    params(("id" = ReferralId, Path)),
    request_body = WithdrawReferral,
    responses((status = 200, description = "The withdrawn referral", body = ReferralView)),
)]
#[post("/referrals/{id}/withdrawal")]
async fn withdraw_referral(
    call: StepCommand<WithdrawReferrals, WithdrawReferral>,
    id: Path<ReferralId>,
) -> Result<HttpResponse, Refusal> {
    call.run(About::Referral(*id), async |write, body| {
        let file = write.withdraw_referral(*id, body.reason_code.as_str()).await?;
        Ok(views::done(&file, write.grant()))
    })
    .await
}

/// Submit a returned referral again
///
/// With what was missing. Its clocks go on from the first day.
#[utoipa::path(
    tag = "Referrals",
    security(("bearer" = ["referrals:submit"])),
    params(("id" = ReferralId, Path)),
    request_body = ResubmitReferral,
    responses((status = 200, description = "The referral, submitted again", body = ReferralView)),
)]
#[post("/referrals/{id}/submission")]
async fn resubmit_referral(
    call: StepCommand<SubmitReferrals, ResubmitReferral>,
    id: Path<ReferralId>,
) -> Result<HttpResponse, Refusal> {
    let faults = request_faults(&call.body().support_request, nz_date(call.now()));
    if !faults.is_empty() {
        return Err(refusals::invalid(faults));
    }
    call.run(About::Referral(*id), async |write, body| {
        let file = write.resubmit_referral(*id, body.support_request).await?;
        Ok(views::done(&file, write.grant()))
    })
    .await
}
