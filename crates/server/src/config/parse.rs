//! From the text of a setting to its value, or to what is wrong with it.

use std::fmt::Display;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

use ascms_http::tokens::is_loopback;
use ascms_persistence::postgres::hosts::Hosts;
use reqwest::Url;
use secrecy::SecretString;

use crate::config::mode::Mode;
use crate::config::parsed::{Parsed, wrong};
use crate::config::strength;

/// A whole number within bounds.
pub fn count<T>(least: T, most: T) -> impl FnOnce(&str) -> Parsed<T>
where
    T: FromStr + PartialOrd + Display,
{
    move |text| match text.parse() {
        Ok(value) if value >= least && value <= most => Ok(value),
        Ok(_) | Err(_) => wrong(format!("it must be a whole number from {least} to {most}")),
    }
}

/// The name of a role of PostgreSQL, which cuts longer ones off.
pub fn role(text: &str) -> Parsed<String> {
    const LONGEST: usize = 63;
    if text.len() > LONGEST {
        return wrong(format!("it must have at most {LONGEST} bytes"));
    }
    Ok(text.to_owned())
}

pub fn allowed(text: &str) -> Parsed<bool> {
    match text {
        "allow" => Ok(true),
        "refuse" => Ok(false),
        _ => wrong("it must be refuse or allow"),
    }
}

pub fn address(text: &str) -> Parsed<SocketAddr> {
    text.parse().or_else(|_| wrong("it must be an IP address and a port, such as 127.0.0.1:8080"))
}

pub fn path(text: &str) -> Parsed<PathBuf> {
    Ok(PathBuf::from(text))
}

/// Words separated by commas or spaces.
pub fn list(text: &str) -> Parsed<Vec<String>> {
    Ok(words(text).map(str::to_owned).collect())
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ' ']).filter(|word| !word.is_empty())
}

/// Nothing in what it says shows any part of the address: it holds a password.
pub fn database(text: &str, mode: Mode) -> Parsed<SecretString> {
    const SHAPE: &str = "it must begin with postgres:// or sqlite://";
    let scheme = text.split_once(':').map(|(scheme, _)| scheme);
    let faults = match scheme {
        Some("postgres" | "postgresql") => match Hosts::of(text) {
            Ok(hosts) => hosts.each.iter().flat_map(|host| one_host(&host.url, mode)).collect(),
            Err(error) => vec![error.to_string()],
        },
        Some("sqlite") if mode == Mode::Production => strength::sqlite(text),
        Some("sqlite") => Vec::new(),
        Some(_) | None => vec![SHAPE.to_owned()],
    };
    if faults.is_empty() { Ok(text.into()) } else { Err(without_repetition(faults)) }
}

fn one_host(url: &str, mode: Mode) -> Vec<String> {
    match Url::parse(url) {
        Ok(url) if mode == Mode::Production => strength::postgres(&url),
        Ok(_) => Vec::new(),
        Err(error) => vec![format!("it is no address: {error}")],
    }
}

/// Several hosts have one password, and often one fault.
fn without_repetition(faults: Vec<String>) -> Vec<String> {
    let mut once = Vec::new();
    for fault in faults {
        if !once.contains(&fault) {
            once.push(fault);
        }
    }
    once
}

pub fn public_url(text: &str, mode: Mode) -> Parsed<String> {
    let url = web_address(text, mode)?;
    if url.query().is_some() || url.fragment().is_some() {
        return wrong("it must have no query and no fragment");
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// What the API is called from this machine.
pub fn local_url(listen: SocketAddr) -> String {
    let reachable = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => format!("127.0.0.1:{}", listen.port()),
        IpAddr::V6(ip) if ip.is_unspecified() => format!("[::1]:{}", listen.port()),
        IpAddr::V4(_) | IpAddr::V6(_) => listen.to_string(),
    };
    format!("http://{reachable}")
}

/// Origins (RFC 6454), each as a browser sends it.
pub fn origins(text: &str, mode: Mode) -> Parsed<Vec<String>> {
    let mut origins = Vec::new();
    let mut problems = Vec::new();
    for word in words(text) {
        match origin(word, mode) {
            Ok(origin) => origins.push(origin),
            Err(faults) => problems.extend(faults.iter().map(|fault| format!("{word}: {fault}"))),
        }
    }
    if problems.is_empty() { Ok(origins) } else { Err(problems) }
}

fn origin(text: &str, mode: Mode) -> Parsed<String> {
    if text == "*" {
        return wrong("every page there is would be let in; name the origins");
    }
    let url = web_address(text, mode)?;
    let origin = url.origin().ascii_serialization();
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return wrong(format!("an origin ends with the host or the port: {origin}"));
    }
    Ok(origin)
}

/// An address of the web that nobody can change on the way: https, or this machine.
fn web_address(text: &str, mode: Mode) -> Parsed<Url> {
    let url = Url::parse(text).or_else(|error| wrong(format!("it is no address: {error}")))?;
    if url.host_str().is_none_or(str::is_empty) || !url.username().is_empty() {
        return wrong("it must be an address of the web, without a user name");
    }
    match (url.scheme(), mode) {
        ("https", Mode::Production | Mode::Sandbox) | ("http", Mode::Sandbox) => Ok(url),
        ("http", Mode::Production) if is_loopback(&url) => Ok(url),
        (_, Mode::Production) => wrong("it must begin with https://"),
        (_, Mode::Sandbox) => wrong("it must begin with https:// or http://"),
    }
}
