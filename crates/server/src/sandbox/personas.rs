//! One persona for each role, two more at a second provider, one more of the Ministry, and the tokens that
//! let a newcomer be any of them.

use ascms_domain::access::{Action, Role};
use ascms_http::sandbox::{Persona, Sandbox};
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

/// The name of the first persona with this role.
pub fn name(role: Role) -> String {
    role.as_str().replace('_', "-")
}

/// The same role at a second provider, to which a case can be transferred; or another person of the Ministry, who
/// decides on what the first one prepared.
pub fn second_name(role: Role) -> String {
    format!("{}-2", name(role))
}

/// Every persona; the second ones of a role last.
pub fn all() -> impl Iterator<Item = Persona> {
    let first = Role::ALL.iter().map(|role| {
        let (role, name, about) = (*role, name(*role), about(*role).to_owned());
        Persona { name, role, about }
    });
    let second = [Role::WorkflowLead, Role::CaseManager].map(|role| {
        let about = format!("the same at a second provider: {}", about(role));
        Persona { name: second_name(role), role, about }
    });
    let ministry = Persona {
        name: second_name(Role::MinistryAdmin),
        role: Role::MinistryAdmin,
        about: format!("another person of the Ministry: {}", about(Role::MinistryAdmin)),
    };
    first.chain(second).chain([ministry])
}

/// The persona of this name; otherwise the names that there are, in words.
pub fn parse(name: &str) -> Result<Persona, String> {
    all().find(|persona| persona.name == name).ok_or_else(|| {
        let known: Vec<String> = all().map(|persona| persona.name).collect();
        format!("no persona has this name; there are {}", known.join(", "))
    })
}

/// What somebody with this role does in the service, in a few words.
pub fn about(role: Role) -> &'static str {
    match role {
        Role::MinistryAdmin => "runs the service for the Ministry: rules, calendars, publications",
        Role::MinistryAnalyst => "reads the numbers of the nation",
        Role::PrivacyOfficer => "looks up who has read which records",
        Role::Auditor => "checks numbers, closures, and who has read which records",
        Role::WorkflowLead => "leads a provider's team: decides referrals, assigns cases",
        Role::CaseManager => "works on the cases that a provider's lead assigns to them",
        Role::AttendanceLead => "leads attendance at a school: refers students, follows cases",
        Role::PrimaryContact => "a school's contact for the students of some cases",
        Role::OfficeSupport => "sends referrals and attendance from a school's office",
        Role::SmsClient => "a machine: the management system of some schools",
        Role::ReportingClient => "a machine: reads the published numbers",
        Role::EnrolmentRegister => "a machine: the Ministry's register of enrolments",
    }
}

fn is_machine(role: Role) -> bool {
    matches!(role, Role::SmsClient | Role::ReportingClient | Role::EnrolmentRegister)
}

/// A token that allows the persona all that its role allows.
pub fn token(
    keys: &SandboxKeys,
    persona: &Persona,
    now: DateTime<Utc>,
) -> Result<String, KeyError> {
    let mut header = Header::new(Algorithm::ES256);
    header.typ = Some("at+jwt".to_owned());
    header.kid = Some(keys.id.clone());
    let scope: Vec<&str> = Action::ALL.iter().map(|action| action.as_str()).collect();
    let Persona { name, role, about: _ } = persona;
    let person = !is_machine(*role);
    let claims = Claims {
        iss: ISSUER,
        sub: name.clone(),
        aud: AUDIENCE,
        iat: now.timestamp(),
        exp: (now + TOKEN_LIFETIME).timestamp(),
        jti: Uuid::now_v7(),
        scope: scope.join(" "),
        client_id: (!person).then(|| name.clone()),
        amr: person.then_some(["pwd", "mfa"]),
        auth_time: person.then(|| now.timestamp()),
    };
    encode(&header, &claims, &keys.signing).map_err(KeyError::Sign)
}

impl Sandbox for SandboxKeys {
    fn personas(&self) -> Vec<Persona> {
        all().collect()
    }

    fn token(&self, persona: &Persona, now: DateTime<Utc>) -> Option<String> {
        token(self, persona, now).ok()
    }
}
