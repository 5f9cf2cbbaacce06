//! The issuers of production, as a JSON array in one setting.

use std::path::PathBuf;

use ascms_http::tokens::{IssuerSettings, JwksSource, TokenVerifier, is_loopback};
use reqwest::Url;
use serde_json::{Map, Value};

use crate::causes;
use crate::config::parsed::{Parsed, wrong};
use crate::sandbox::{AUDIENCE, ISSUER};

/// An issuer as it is written; what is missing is empty, once that has been said.
struct RawIssuer {
    issuer: String,
    audience: String,
    jwks: String,
}

pub fn parse(text: &str) -> Parsed<Vec<IssuerSettings>> {
    let raw: Vec<Map<String, Value>> = serde_json::from_str(text).or_else(|error| {
        wrong(format!("it must be a JSON array of {{issuer, audience, jwks}}: {error}"))
    })?;
    let mut problems = Vec::new();
    if raw.is_empty() {
        problems.push("it names no issuer, so that nobody could sign in".to_owned());
    }
    let mut issuers: Vec<IssuerSettings> = Vec::new();
    for (number, members) in (1..).zip(raw) {
        let mut faults = Vec::new();
        let Some(one) = read(members, &mut faults) else {
            problems.extend(faults.iter().map(|fault| format!("issuer {number}: {fault}")));
            continue;
        };
        weaknesses(&one, &mut faults);
        if issuers.iter().any(|known| known.issuer == one.issuer) {
            faults.push("it is there twice".to_owned());
        }
        let settings = settings(one);
        if let Err(error) = TokenVerifier::new(vec![settings.clone()]) {
            faults.push(causes::chain(&error));
        }
        problems.extend(faults.iter().map(|fault| format!("issuer {number}: {fault}")));
        issuers.push(settings);
    }
    if problems.is_empty() { Ok(issuers) } else { Err(problems) }
}

/// The members of an issuer; `None` when one is missing or no text, each of which is said.
fn read(mut members: Map<String, Value>, faults: &mut Vec<String>) -> Option<RawIssuer> {
    let mut text = |name: &str| match members.remove(name) {
        Some(Value::String(text)) => Some(text),
        Some(_) => {
            faults.push(format!("`{name}` must be a text"));
            None
        }
        None => {
            faults.push(format!("missing field `{name}`"));
            None
        }
    };
    let (issuer, audience, jwks) = (text("issuer"), text("audience"), text("jwks"));
    let unknown = members.keys().map(|name| format!("unknown field `{name}`"));
    faults.extend(unknown);
    Some(RawIssuer { issuer: issuer?, audience: audience?, jwks: jwks? })
}

fn settings(raw: RawIssuer) -> IssuerSettings {
    let RawIssuer { issuer, audience, jwks } = raw;
    let jwks = if jwks.contains("://") {
        JwksSource::Url(jwks)
    } else {
        JwksSource::File(PathBuf::from(jwks))
    };
    IssuerSettings { issuer, audience, jwks }
}

fn weaknesses(raw: &RawIssuer, faults: &mut Vec<String>) {
    let mut say = |problem: &str| faults.push(problem.to_owned());
    // RFC 8414 §2: an issuer is an https address without query and fragment.
    match Url::parse(&raw.issuer) {
        Ok(url) if url.query().is_some() || url.fragment().is_some() => {
            say("`issuer` must have no query and no fragment");
        }
        Ok(url) if url.scheme() == "https" || is_loopback(&url) => {}
        Ok(_) | Err(_) => say("`issuer` must be an https address"),
    }
    if raw.issuer.trim_end_matches('/') == ISSUER || raw.audience == AUDIENCE {
        say("the sandbox's issuer and audience are never accepted outside the sandbox");
    }
    if raw.audience.trim().is_empty() {
        say("`audience` is empty: tokens made for others would be accepted");
    }
    if raw.jwks.trim().is_empty() {
        say("`jwks` is empty");
    }
}
