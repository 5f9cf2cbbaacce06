//! What is too weak to keep children's records behind. Nothing here repeats a secret.

use ascms_http::tokens::is_loopback;
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use reqwest::Url;
use secrecy::SecretSlice;

use crate::config::parsed::{Parsed, wrong};

/// As long as the output of the hash that cursors are signed with (RFC 2104 §3).
const MIN_KEY_BYTES: usize = 32;

/// 32 random bytes have some 30 different values; fewer than 16 do not happen by chance.
const MIN_DIFFERENT_BYTES: usize = 16;

const MIN_PASSWORD_CHARS: usize = 8;

/// What installers, examples and guessers begin with.
const WELL_KNOWN: &[&str] = &[
    "12345678",
    "123456789",
    "1234567890",
    "administrator",
    "attendance",
    "changeit",
    "changeme",
    "change-me",
    "letmein1",
    "password",
    "password1",
    "passw0rd",
    "postgres",
    "postgresql",
    "qwertyuiop",
    "secretsecret",
];

/// Base64 with either alphabet, padded or not: as the tool at hand wrote it.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

pub fn cursor_key(text: &str) -> Parsed<SecretSlice<u8>> {
    const HOW: &str = "make one with `openssl rand -base64 32`";
    let Ok(key) = BASE64.decode(text.replace('-', "+").replace('_', "/")) else {
        return wrong(format!("it is not base64; {HOW}"));
    };
    if key.len() < MIN_KEY_BYTES {
        return wrong(format!("it has {} bytes and needs {MIN_KEY_BYTES}; {HOW}", key.len()));
    }
    if is_guessable(&key) {
        return wrong(format!("it is not random; {HOW}"));
    }
    Ok(key.into())
}

/// Whether someone thought the bytes up: few values, a pattern, a progression, or words.
fn is_guessable(key: &[u8]) -> bool {
    let mut values = key.to_vec();
    values.sort_unstable();
    values.dedup();
    let repeats = |period: usize| key.iter().zip(key.iter().skip(period)).all(|(a, b)| a == b);
    let steps = || key.iter().zip(key.iter().skip(1)).map(|(a, b)| b.wrapping_sub(*a));
    let is_text = key.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace());
    values.len() < MIN_DIFFERENT_BYTES
        || (1..=key.len() / 2).any(repeats)
        || steps().zip(steps().skip(1)).all(|(a, b)| a == b)
        || is_text
}

/// What is weak about a PostgreSQL address.
pub fn postgres(url: &Url) -> Vec<String> {
    let mut faults = Vec::new();
    if let Some(password) = url.password() {
        let plain = password.to_lowercase();
        let short = password.chars().count() < MIN_PASSWORD_CHARS;
        if short || plain == url.username().to_lowercase() || WELL_KNOWN.contains(&plain.as_str()) {
            faults.push(format!(
                "its password is easy to guess: one of at least {MIN_PASSWORD_CHARS} characters \
                 that is not well known is needed"
            ));
        }
    }
    let last = |name: &str| {
        url.query_pairs().filter(|(key, _)| key == name).last().map(|(_, value)| value.into_owned())
    };
    let host = last("host").or_else(|| url.host_str().map(str::to_owned)).unwrap_or_default();
    let socket = host.is_empty() || host.starts_with('/') || host.starts_with("%2F");
    let encrypted = last("sslmode").is_some_and(|mode| {
        ["require", "verify-ca", "verify-full"].iter().any(|strong| *strong == mode)
    });
    let here = socket || (last("host").is_none() && is_loopback(url));
    if !here && !encrypted {
        faults.push(
            "it crosses the network in the clear: add sslmode=verify-full (or require, verify-ca)"
                .to_owned(),
        );
    }
    faults
}

/// What is weak about a SQLite address.
pub fn sqlite(text: &str) -> Vec<String> {
    if text.contains(":memory:") || text.contains("mode=memory") {
        return vec!["a database in memory forgets everything at the next start".to_owned()];
    }
    Vec::new()
}
