//! The issuers of production, as a JSON array in one setting.

use std::path::PathBuf;

use ascms_http::tokens::{IssuerSettings, JwksSource, TokenVerifier, is_loopback};
use reqwest::Url;
use serde::Deserialize;

use crate::causes;
use crate::config::parse::wrong;
use crate::config::reader::Parsed;
use crate::sandbox::{AUDIENCE, ISSUER};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawIssuer {
    issuer: String,
    audience: String,
    jwks: String,
}

pub fn parse(text: &str) -> Parsed<Vec<IssuerSettings>> {
    let raw: Vec<RawIssuer> = serde_json::from_str(text).or_else(|error| {
        wrong(format!("it must be a JSON array of {{issuer, audience, jwks}}: {error}"))
    })?;
    let mut problems = Vec::new();
    if raw.is_empty() {
        problems.push("it names no issuer, so that nobody could sign in".to_owned());
    }
    let mut issuers: Vec<IssuerSettings> = Vec::new();
    for (number, one) in (1..).zip(raw) {
        let mut faults = faults(&one);
        if issuers.iter().any(|known| known.issuer == one.issuer) {
            faults.push("it is there twice".to_owned());
        }
        let settings = settings(one);
        if faults.is_empty()
            && let Err(error) = TokenVerifier::new(vec![settings.clone()])
        {
            faults.push(causes::chain(&error));
        }
        problems.extend(faults.iter().map(|fault| format!("issuer {number}: {fault}")));
        issuers.push(settings);
    }
    if problems.is_empty() { Ok(issuers) } else { Err(problems) }
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

fn faults(raw: &RawIssuer) -> Vec<String> {
    let mut faults = Vec::new();
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
    faults
}
