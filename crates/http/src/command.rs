//! A change as a handler is asked for it: the permission, the body, the key by which a retry is
//! recognised, the clock and `validateOnly` in one. What it does is run in one transaction.

use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use ascms_domain::access::Grant;
use ascms_persistence::history::Edit;
use ascms_persistence::idempotency::{Answer, IdempotencyKey};
use ascms_persistence::{About, Call, CallError, Store, Write};
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use utoipa::ToSchema;
use validator::Validate;

use crate::auth::{self, May, Permission};
use crate::incoming::{BODY_LIMIT, BULK_LIMIT, Body, IfMatch, Params, Spoiled, WriteOptions};
use crate::problem::Refusal;
use crate::{AppState, answer};

/// A change that the caller may make, with its body. `DRY` says whether the operation offers
/// `validateOnly`.
pub struct Command<P, B, const DRY: bool = true, const LIMIT: usize = BODY_LIMIT> {
    req: HttpRequest,
    app: AppState,
    grant: May<P>,
    now: DateTime<Utc>,
    key: Option<IdempotencyKey>,
    dry_run: bool,
    body: Body<B, LIMIT>,
}

/// A change that cannot be tried out first.
pub type StepCommand<P, B> = Command<P, B, false>;

/// A change with many items at once, each of which is judged by itself.
pub type BulkCommand<P, B> = Command<P, B, true, BULK_LIMIT>;

impl<P, B, const DRY: bool, const LIMIT: usize> Command<P, B, DRY, LIMIT> {
    pub fn body(&self) -> &B {
        &self.body
    }

    pub fn grant(&self) -> &Grant {
        &self.grant
    }

    pub fn app(&self) -> &AppState {
        &self.app
    }

    pub fn request(&self) -> &HttpRequest {
        &self.req
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Whether everything is checked and nothing kept.
    pub fn dry_run(&self) -> bool {
        self.dry_run
    }

    /// The same change with what its body means.
    ///
    /// # Errors
    ///
    /// The refusal of `meaning`; nothing has asked the store yet.
    pub fn meaning<M>(
        self,
        meaning: impl FnOnce(B) -> Result<M, Refusal>,
    ) -> Result<Command<P, M, DRY, LIMIT>, Refusal> {
        let Self { req, app, grant, now, key, dry_run, body } = self;
        Ok(Command { req, app, grant, now, key, dry_run, body: body.meaning(meaning)? })
    }

    /// Runs `work` in a transaction and answers with what it made of it. A retry with the same key
    /// gets the same answer without a second effect; a refusal and `validateOnly` keep nothing.
    ///
    /// # Errors
    ///
    /// The refusal of a rule, of the key, or of the store.
    pub async fn run<E>(
        self,
        about: About,
        work: impl AsyncFnOnce(&Write<'_>, B) -> Result<Answer, CallError<E>>,
    ) -> Result<HttpResponse, Refusal>
    where
        Refusal: From<CallError<E>>,
    {
        self.run_or(about, work, async |_, err| err.into()).await
    }

    /// The same, where a refusal says more than the rule that refused: `refuse` makes it after the
    /// transaction was rolled back.
    ///
    /// # Errors
    ///
    /// What `refuse` makes of the refusal of a rule, of the key, or of the store.
    pub async fn run_or<E>(
        self,
        about: About,
        work: impl AsyncFnOnce(&Write<'_>, B) -> Result<Answer, CallError<E>>,
        refuse: impl AsyncFnOnce(&Store, CallError<E>) -> Refusal,
    ) -> Result<HttpResponse, Refusal> {
        let Self { req: _, app, grant, now, key, dry_run, body } = self;
        let ready = Ready { store: app.store(), grant: &grant, now, key, dry_run };
        let body = body.into_inner();
        match ready.write(about, async |write| work(write, body).await).await {
            Ok(answer) => Ok(answer::reply(answer, dry_run)),
            Err(err) => Err(refuse(app.store(), err).await),
        }
    }
}

impl<P, B: Send + 'static> BulkCommand<P, B> {
    /// Runs `work` as [`Command::run`] does, with what the body means and what was wrong with single
    /// items of it. A large body is turned into its meaning beside the thread that answers calls.
    ///
    /// # Errors
    ///
    /// The refusal of a rule, of the key, or of the store.
    pub async fn run_bulk<M, E>(
        self,
        about: About,
        meaning: impl FnOnce(B) -> M + Send + 'static,
        work: impl AsyncFnOnce(&Write<'_>, M, &Spoiled) -> Result<Answer, CallError<E>>,
    ) -> Result<HttpResponse, Refusal>
    where
        M: Send + 'static,
        Refusal: From<CallError<E>>,
    {
        let Self { req: _, app, grant, now, key, dry_run, body } = self;
        let (sent, spoiled) = body.into_meaning(meaning).await?;
        let ready = Ready { store: app.store(), grant: &grant, now, key, dry_run };
        let answer = ready.write(about, async |write| work(write, sent, &spoiled).await).await?;
        Ok(answer::reply(answer, dry_run))
    }
}

impl<P, B, const DRY: bool, const LIMIT: usize> FromRequest for Command<P, B, DRY, LIMIT>
where
    P: Permission + 'static,
    B: DeserializeOwned + ToSchema + Validate + Send + 'static,
{
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let grant = May::<P>::from_request(req, payload);
        let options = DRY.then(|| Params::<WriteOptions>::from_request(req, payload));
        let body = Body::<B, LIMIT>::from_request(req, payload);
        let req = req.clone();
        Box::pin(async move {
            let grant = grant.await?;
            let options = match options {
                Some(options) => options.await?.validate_only,
                None => None,
            };
            let body = body.await?;
            let key = answer::idempotency_key(&req, &grant, body.digest())?;
            let app = auth::state(&req)?.clone();
            let now = app.now(&req)?;
            Ok(Self { req, app, grant, now, key, dry_run: options.unwrap_or(false), body })
        })
    }
}

/// A change without a body of JSON: there is none, or the handler takes it in by itself.
pub struct BodilessCommand<P> {
    req: HttpRequest,
    app: AppState,
    grant: May<P>,
}

impl<P> BodilessCommand<P> {
    pub fn request(&self) -> &HttpRequest {
        &self.req
    }

    pub fn app(&self) -> &AppState {
        &self.app
    }

    pub fn grant(&self) -> &Grant {
        &self.grant
    }

    /// Runs `work` as [`Command::run`] does. There is no body: the key is held against method and
    /// address alone.
    ///
    /// # Errors
    ///
    /// The refusal of a rule, of the key, or of the store.
    pub async fn run<E>(
        self,
        about: About,
        work: impl AsyncFnOnce(&Write<'_>) -> Result<Answer, CallError<E>>,
    ) -> Result<HttpResponse, Refusal>
    where
        Refusal: From<CallError<E>>,
    {
        let answer = self.with_content("")?.write(about, work).await?;
        Ok(answer::reply(answer, false))
    }

    /// The change once its content has been taken in, whatever time that took. The key is held
    /// against the digest of the content.
    ///
    /// # Errors
    ///
    /// There is no key where one is needed, or it is none.
    pub fn with_content(&self, digest: &str) -> Result<Ready<'_>, Refusal> {
        let key = answer::idempotency_key(&self.req, &self.grant, digest)?;
        let now = self.app.now(&self.req)?;
        Ok(Ready { store: self.app.store(), grant: &self.grant, now, key, dry_run: false })
    }
}

/// A change whose content is there.
pub struct Ready<'a> {
    store: &'a Store,
    grant: &'a Grant,
    now: DateTime<Utc>,
    key: Option<IdempotencyKey>,
    dry_run: bool,
}

impl Ready<'_> {
    /// Runs `work` in a transaction; what follows from its failure is up to the handler.
    ///
    /// # Errors
    ///
    /// The refusal of `work`, of the key, or of the store.
    pub async fn write<E>(
        &self,
        about: About,
        work: impl AsyncFnOnce(&Write<'_>) -> Result<Answer, CallError<E>>,
    ) -> Result<Answer, CallError<E>> {
        let Self { store, grant, now, key, dry_run } = self;
        let call = Call { grant, now: *now, key: key.as_ref(), dry_run: *dry_run };
        store.write(&call, about, work).await
    }
}

impl<P: Permission + 'static> FromRequest for BodilessCommand<P> {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let grant = May::<P>::from_request(req, payload);
        let req = req.clone();
        Box::pin(async move {
            let grant = grant.await?;
            let app = auth::state(&req)?.clone();
            Ok(Self { req, app, grant })
        })
    }
}

/// An edit of a record: a merge patch (RFC 7396) and the version that it was made on.
pub struct Amendment<P, B> {
    req: HttpRequest,
    app: AppState,
    grant: May<P>,
    now: DateTime<Utc>,
    version: Option<i32>,
    body: Body<B>,
}

impl<P, B> Amendment<P, B> {
    pub fn body(&self) -> &B {
        &self.body
    }

    pub fn grant(&self) -> &Grant {
        &self.grant
    }

    pub fn request(&self) -> &HttpRequest {
        &self.req
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Runs `work` in a transaction and answers with the record as it is then.
    ///
    /// # Errors
    ///
    /// The refusal of a rule, of the store, or of the version.
    pub async fn run<E>(
        self,
        about: About,
        work: impl AsyncFnOnce(&Write<'_>, Edit<'_>, B) -> Result<Answer, CallError<E>>,
    ) -> Result<HttpResponse, Refusal>
    where
        Refusal: From<CallError<E>>,
    {
        let Self { req: _, app, grant, now, version, body } = self;
        let ready = Ready { store: app.store(), grant: &grant, now, key: None, dry_run: false };
        let (patch, members) = body.into_parts();
        let edit = Edit { grant: &grant, now, version, members: &members };
        let answer = ready.write(about, async |write| work(write, edit, patch).await).await?;
        Ok(answer::reply(answer, false))
    }
}

impl<P, B> FromRequest for Amendment<P, B>
where
    P: Permission + 'static,
    B: DeserializeOwned + ToSchema + Validate + Send + 'static,
{
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let grant = May::<P>::from_request(req, payload);
        let if_match = IfMatch::from_request(req, payload);
        let body = Body::<B>::from_request(req, payload);
        let req = req.clone();
        Box::pin(async move {
            let grant = grant.await?;
            let version = if_match.await?.version();
            let body = body.await?;
            let app = auth::state(&req)?.clone();
            let now = app.now(&req)?;
            Ok(Self { req, app, grant, now, version, body })
        })
    }
}
