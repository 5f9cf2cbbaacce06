//! The claims of a token: read as they may come, checked, and handed on as they must be.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::Number;

use crate::tokens::error::TokenError;
use crate::tokens::jws::{Jws, json_object};

/// How far the clocks of an issuer and of this server may be apart.
pub const LEEWAY: TimeDelta = TimeDelta::seconds(30);

/// The longest subject or client id, in bytes (OpenID Connect Core §2: 255 ASCII characters).
const MAX_NAME_BYTES: usize = 255;

/// What a verified token says. Reach and roles are never among it: they are the database's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    pub issuer: String,
    pub subject: String,
    pub client_id: Option<String>,
    /// The words of `scope` (RFC 8693 §4.2), or of `scp` where an issuer calls it so.
    pub scope: Vec<String>,
    /// How the person signed in (RFC 8176), such as `pwd`, `mfa`.
    pub amr: Vec<String>,
    /// The issuer's word for the strength of the sign-in.
    pub acr: Option<String>,
    /// When the person last signed in.
    pub auth_time: Option<DateTime<Utc>>,
    pub expires_at: DateTime<Utc>,
}

/// The payload as sent. Serde refuses a claim that is there twice (RFC 7519 §4).
#[derive(Deserialize)]
pub(super) struct Payload {
    iss: Option<String>,
    sub: Option<String>,
    aud: Option<LongText>,
    exp: Option<Number>,
    nbf: Option<Number>,
    iat: Option<Number>,
    auth_time: Option<Number>,
    client_id: Option<String>,
    scope: Option<LongText>,
    scp: Option<LongText>,
    /// An array, and nothing else (RFC 8176).
    amr: Option<Vec<String>>,
    acr: Option<String>,
}

/// One string or an array of them: issuers differ.
#[derive(Deserialize)]
#[serde(untagged)]
enum LongText {
    One(String),
    Many(Vec<String>),
}

/// Claims under a good signature; whether they hold now is [`Verified::at`].
pub(super) struct Verified {
    claims: Claims,
    not_before: Option<DateTime<Utc>>,
    issued_at: Option<DateTime<Utc>>,
}

impl Payload {
    pub(super) fn read(jws: &Jws<'_>) -> Result<Self, TokenError> {
        json_object(jws.payload)
    }

    pub(super) fn issuer(&self) -> Result<&str, TokenError> {
        self.iss.as_deref().ok_or(TokenError::MissingClaim("iss"))
    }
}

impl Verified {
    pub(super) fn new(payload: Payload, audience: &str) -> Result<Self, TokenError> {
        let Payload { iss, sub, aud, exp, nbf, iat, auth_time, .. } = payload;
        let Payload { client_id, scope, scp, amr, acr, .. } = payload;
        let issuer = iss.ok_or(TokenError::MissingClaim("iss"))?;
        let subject = sub.ok_or(TokenError::MissingClaim("sub"))?;
        if !is_name(&subject) || !client_id.as_deref().is_none_or(is_name) {
            return Err(TokenError::Malformed);
        }
        if !aud.ok_or(TokenError::MissingClaim("aud"))?.names(audience) {
            return Err(TokenError::WrongAudience);
        }
        let expires_at = instant(exp)?.ok_or(TokenError::MissingClaim("exp"))?;
        let claims = Claims {
            issuer,
            subject,
            client_id,
            scope: scope.or(scp).map(LongText::split).unwrap_or_default(),
            amr: amr.unwrap_or_default(),
            acr,
            auth_time: instant(auth_time)?,
            expires_at,
        };
        Ok(Self { claims, not_before: instant(nbf)?, issued_at: instant(iat)? })
    }

    /// The claims, if they hold at `now`. A sign-in or an issue in the future is refused too: it
    /// would make an old sign-in look recent.
    pub(super) fn at(&self, now: DateTime<Utc>) -> Result<Claims, TokenError> {
        if now - LEEWAY >= self.claims.expires_at {
            return Err(TokenError::Expired);
        }
        let starts = [self.not_before, self.issued_at, self.claims.auth_time];
        if starts.into_iter().flatten().any(|start| start > now + LEEWAY) {
            return Err(TokenError::NotYetValid);
        }
        Ok(self.claims.clone())
    }
}

impl LongText {
    fn names(&self, wanted: &str) -> bool {
        match self {
            Self::One(one) => one == wanted,
            Self::Many(many) => many.iter().any(|one| one == wanted),
        }
    }

    fn split(self) -> Vec<String> {
        match self {
            Self::One(text) => text.split_ascii_whitespace().map(str::to_owned).collect(),
            Self::Many(many) => many,
        }
    }
}

/// Control characters would reach the database as a value it refuses.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_NAME_BYTES && !text.chars().any(char::is_control)
}

/// A `NumericDate` (RFC 7519 §2): seconds since 1970, possibly with a fraction, which is dropped.
fn instant(seconds: Option<Number>) -> Result<Option<DateTime<Utc>>, TokenError> {
    let Some(seconds) = seconds else { return Ok(None) };
    let text = seconds.to_string();
    let whole = text.split_once('.').map_or(text.as_str(), |(whole, _)| whole);
    let parsed = whole.parse().ok().and_then(|whole| DateTime::from_timestamp(whole, 0));
    parsed.map(Some).ok_or(TokenError::Malformed)
}
