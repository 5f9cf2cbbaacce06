//! One persona for each role, two more at a second provider, and the tokens that let a newcomer be
//! any of them.

use ascms_domain::access::{Action, Role};
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, Header, encode};
use serde::Serialize;
use uuid::Uuid;

use crate::sandbox::keys::{KeyError, SandboxKeys};
use crate::sandbox::{AUDIENCE, ISSUER, TOKEN_LIFETIME};

/// What a sandbox token says; see `ascms_http::tokens::Claims`.
#[derive(Serialize)]
struct Claims {
    iss: &'static str,
    sub: String,
    aud: &'static str,
    iat: i64,
    exp: i64,
    jti: Uuid,
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    amr: Option<[&'static str; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
}

/// The persona's name, which is the subject of its tokens: `case-manager`.
pub fn name(role: Role) -> String {
    role.as_str().replace('_', "-")
}

/// The same role at a second provider, to which a case can be transferred.
pub fn second_name(role: Role) -> String {
    format!("{}-2", name(role))
}

/// Every persona's name, with the role that it has.
pub fn all() -> impl Iterator<Item = (String, Role)> {
    let first = Role::ALL.iter().map(|role| (name(*role), *role));
    let second = [Role::WorkflowLead, Role::CaseManager].map(|role| (second_name(role), role));
    first.chain(second)
}

/// The role that a persona has.
pub fn role(persona: &str) -> Option<Role> {
    all().find(|(name, _)| name == persona).map(|(_, role)| role)
}

fn is_machine(role: Role) -> bool {
    matches!(role, Role::SmsClient | Role::ReportingClient | Role::EnrolmentRegister)
}

/// A token that allows the persona all that its role allows.
pub fn token(
    keys: &SandboxKeys,
    persona: &str,
    role: Role,
    now: DateTime<Utc>,
) -> Result<String, KeyError> {
    let mut header = Header::new(Algorithm::ES256);
    header.typ = Some("at+jwt".to_owned());
    header.kid = Some(keys.id.clone());
    let scope: Vec<&str> = Action::ALL.iter().map(|action| action.as_str()).collect();
    let person = !is_machine(role);
    let claims = Claims {
        iss: ISSUER,
        sub: persona.to_owned(),
        aud: AUDIENCE,
        iat: now.timestamp(),
        exp: (now + TOKEN_LIFETIME).timestamp(),
        jti: Uuid::now_v7(),
        scope: scope.join(" "),
        client_id: (!person).then(|| persona.to_owned()),
        amr: person.then_some(["pwd", "mfa"]),
        auth_time: person.then(|| now.timestamp()),
    };
    encode(&header, &claims, &keys.signing).map_err(KeyError::Sign)
}
