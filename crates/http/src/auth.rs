//! From a bearer token to an [`Actor`], and from an actor to a [`Grant`]. A permission is a type
//! in the handler's signature, and stands before the body: who may not ask hears so before
//! anything is said about what they asked.

use std::marker::PhantomData;
use std::ops::Deref;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use ascms_domain::access::{Action, Actor, Caller, Grant};
use ascms_domain::calendar::nz_date;
use ascms_persistence::Denial;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::task::yield_now;

use crate::incoming::{Gate, request_id};
use crate::problem::{Code, Refusal};
use crate::tokens::{Claims, TokenError};
use crate::{AppState, budget, running};

/// A permission as a type.
pub trait Permission {
    const ACTION: Action;
    /// Whether a person has to have signed in a short while ago.
    const LATELY: bool = false;
}

macro_rules! permissions {
    ($($name:ident)*) => {$(
        #[derive(Debug)]
        pub struct $name;

        impl Permission for $name {
            const ACTION: Action = Action::$name;
        }
    )*};
}

permissions! {
    ReadReference
    WriteReference
    SearchStudents
    ReadStudents
    UpdateStudents
    MergeStudents
    NameAddressReaders
    DeclareSiblings
    ReadWhanauContacts
    WriteWhanauContacts
    SubmitReferrals
    ReadReferrals
    DecideReferrals
    WithdrawReferrals
    ReadCases
    AssignCases
    LogContacts
    ReadContacts
    ReadCasework
    WorkOnCases
    CommentOnCases
    ProposeClosures
    DecideClosures
    ReadClosureReviews
    ConcludeClosureReviews
    TransferCases
    ReadTransfers
    DecideTransfers
    ReplacePrimaryContacts
    RecordSchoolChanges
    UploadDocuments
    ReadDocuments
    AskForNeeds
    ReadNeeds
    DecideNeeds
    ReviewNeeds
    ReadFunds
    BudgetFunds
    ReadWorkList
    SendAttendance
    ReadAttendance
    SendEnrolments
    ReadEnrolments
    ReadEnrolmentClaims
    AnswerEnrolmentClaims
    ReportNonEnrolment
    ReadAttendanceConcerns
    DraftReferrals
    ReadMeasures
    PublishMeasures
    ReadPublications
    ReadJobs
    CancelJobs
    ReadRecalculations
    ReadNotifications
    ReadHistory
    ListReads
    PublishBulletins
    WriteTemplates
    WriteSubmissions
    ReadSubmissions
    DecideSubmissions
    ReadPerformanceReviews
    ConductPerformanceReviews
    CommentPerformanceReviews
    DecideWithholding
    ReadContracts
    WriteContracts
    ReadDuties
    WaiveDuties
    ReadBulletins
}

/// The caller may do `P`, on the rows that the grant reaches.
#[derive(Debug)]
pub struct May<P>(Grant, PhantomData<P>);

impl<P> Deref for May<P> {
    type Target = Grant;

    fn deref(&self) -> &Grant {
        &self.0
    }
}

/// Who calls and what was asked: kept with the request, for the entry of a denial.
#[derive(Clone)]
pub struct Asked {
    pub actor: Actor,
    pub action: Action,
    /// When a person proved who they are, as far as the token says.
    signed_in_at: Option<DateTime<Utc>>,
}

impl<P: Permission + 'static> FromRequest for May<P> {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move {
            let grant = grant(&req, P::ACTION).await?;
            if P::LATELY {
                signed_in_lately(&req, &grant)?;
            }
            if let Some(gate) = req.extensions().get::<Gate>() {
                gate.open();
            }
            // The others of the handler have their turn before what waits for this permission in
            // the same extractor: an address that names nothing is refused before a body is.
            yield_now().await;
            Ok(Self(grant, PhantomData))
        })
    }
}

/// The same permission for what is sensitive: a person has signed in a short while ago, and not
/// left a screen to somebody else since. Machines do not sign in.
#[derive(Debug)]
pub struct Lately<P>(PhantomData<P>);

impl<P: Permission> Permission for Lately<P> {
    const ACTION: Action = P::ACTION;
    const LATELY: bool = true;
}

/// How long ago a sign-in may be for what is sensitive.
const LATELY: TimeDelta = TimeDelta::minutes(15);
/// RFC 9470, with [`LATELY`] in seconds.
const SIGN_IN_AGAIN: &str = "Bearer error=\"insufficient_user_authentication\", max_age=\"900\"";

fn signed_in_lately(req: &HttpRequest, grant: &Grant) -> Result<(), Refusal> {
    let signed_in = req.extensions().get::<Asked>().and_then(|asked| asked.signed_in_at);
    let since = state(req)?.clock().now() - LATELY;
    if matches!(grant.caller(), Caller::User(_)) && signed_in.is_none_or(|at| at < since) {
        let detail = "sign in again: this needs a sign-in of the last 15 minutes";
        let refusal = Refusal::new(Code::RecentSignInRequired, detail);
        return Err(refusal.with_challenge(SIGN_IN_AGAIN));
    }
    Ok(())
}

/// What the same caller may do beside what was asked, for an answer that shows more to some.
pub fn also<P: Permission>(req: &HttpRequest) -> Option<Grant> {
    let asked = req.extensions().get::<Asked>().cloned()?;
    asked.actor.may(P::ACTION).ok()
}

async fn grant(req: &HttpRequest, action: Action) -> Result<Grant, Refusal> {
    let app = state(req)?;
    let now = app.now(req)?;
    let claims = app.tokens().verify(bearer(req)?, app.clock().now()).await.map_err(refused)?;
    // Before the database is asked for anything.
    running::begin(req, app, &claims).await?;
    let (actor, active) = actor(req, app, &claims, now).await?;
    req.extensions_mut().insert(Asked {
        actor: actor.clone(),
        action,
        signed_in_at: claims.auth_time,
    });
    budget::spend(req, app, actor.caller)?;
    if !active {
        return Err(no_account());
    }
    if matches!(actor.caller, Caller::User(_)) && !is_multi_factor(app, &claims) {
        // RFC 9470: the sign-in was not strong enough for what it is used for.
        return Err(Refusal::new(Code::MultiFactorRequired, "sign in with a second factor")
            .with_challenge("Bearer error=\"insufficient_user_authentication\""));
    }
    Ok(actor.may(action)?)
}

/// The application's state, which every route has.
pub fn state(req: &HttpRequest) -> Result<&AppState, Refusal> {
    req.app_data::<Data<AppState>>()
        .map(Data::get_ref)
        .ok_or_else(|| Refusal::new(Code::Internal, "the request failed on our side"))
}

fn bearer(req: &HttpRequest) -> Result<&str, Refusal> {
    let mut sent = req.headers().get_all(AUTHORIZATION);
    let header = sent.next().and_then(|value| value.to_str().ok());
    if sent.next().is_some() {
        // A choice between two could be made to fall on the wrong one.
        return Err(refused(TokenError::Malformed));
    }
    let token = header.and_then(|header| {
        let (scheme, token) = header.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
    });
    token.ok_or_else(|| refused(TokenError::Missing))
}

fn refused(err: TokenError) -> Refusal {
    if err == TokenError::KeysUnavailable {
        return Refusal::new(Code::Unavailable, err.to_string());
    }
    // RFC 6750: a request without a token is told nothing but the scheme.
    let missing = err == TokenError::Missing;
    let challenge = if missing { "Bearer" } else { "Bearer error=\"invalid_token\"" };
    Refusal::new(Code::Unauthenticated, err.to_string()).with_challenge(challenge)
}

/// Who the claims' subject is to the service now, and whether the account is active. The database
/// decides; the token only narrows.
async fn actor(
    req: &HttpRequest,
    app: &AppState,
    claims: &Claims,
    now: DateTime<Utc>,
) -> Result<(Actor, bool), Refusal> {
    let known = app.store().caller(&claims.issuer, &claims.subject, nz_date(now)).await?;
    let known = known.ok_or_else(no_account)?;
    let actor = Actor {
        caller: known.caller,
        appointments: known.appointments.clone(),
        trained: known.trained,
        scope: claims.scope.iter().filter_map(|word| word.parse().ok()).collect(),
        request_id: request_id(req),
    };
    Ok((actor, known.active))
}

fn no_account() -> Refusal {
    let detail = "the service knows no active account for this sign-in";
    Refusal::new(Code::AccountDisabled, detail)
}

/// RFC 8176 `mfa`, or a class of sign-in that the operator trusts to be multi-factor.
fn is_multi_factor(app: &AppState, claims: &Claims) -> bool {
    claims.amr.iter().any(|method| method == "mfa")
        || claims.acr.as_ref().is_some_and(|acr| app.settings().mfa_acr_values.contains(acr))
}

/// Leaves the entry of a denial. Without it nothing is answered, not even the refusal.
pub async fn audit_denial(req: &HttpRequest, code: Code) -> Result<(), Refusal> {
    let denied = matches!(code.status_number(), 403 | 404);
    let asked = req.extensions().get::<Asked>().cloned();
    let (true, Some(Asked { actor, action, .. })) = (denied, asked) else { return Ok(()) };
    let app = state(req)?;
    let subject_id = req.match_info().iter().find_map(|(_, value)| value.parse().ok());
    let denial = Denial { action, rule: code.as_str(), subject_id };
    app.store().record_denial(&actor, &denial, app.clock().now()).await?;
    Ok(())
}
