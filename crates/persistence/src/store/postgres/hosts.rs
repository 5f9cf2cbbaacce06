//! Several hosts in one address, as libpq writes it:
//! `postgres://USER:PASSWORD@HOST1:PORT1,HOST2:PORT2/NAME?target_session_attrs=read-write`.

use std::fmt;

/// The hosts of an address, in its order.
#[derive(Clone, PartialEq, Eq)]
pub struct Hosts {
    pub each: Vec<Host>,
    /// Only a host that takes writes will do.
    pub must_write: bool,
}

/// One of them.
#[derive(Clone, PartialEq, Eq)]
pub struct Host {
    /// Name and port, or the folder of a socket: for people.
    pub name: String,
    /// The address with this host alone. It holds the password.
    pub url: String,
}

/// What is wrong with an address, without any part of it that could be secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostsError {
    #[error("it is no address of a database")]
    NoAddress,
    #[error("one of its hosts has no name")]
    NoName,
    #[error("it has {hosts} hosts and {ports} ports: one port for all, or one for each, is needed")]
    Ports { hosts: usize, ports: usize },
    #[error("target_session_attrs must be read-write, primary or any: what is kept is written")]
    Target,
}

const TARGET: &str = "target_session_attrs";

impl Hosts {
    /// With several hosts, one that takes writes is looked for unless the address says `any`.
    pub fn of(url: &str) -> Result<Self, HostsError> {
        let (scheme, rest) = url.split_once("://").ok_or(HostsError::NoAddress)?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = match rest.split_once('/') {
            Some((authority, path)) => (authority, format!("/{path}")),
            None => (rest, String::new()),
        };
        let (user, places) = match authority.rsplit_once('@') {
            Some((user, places)) => (format!("{user}@"), places),
            None => (String::new(), authority),
        };
        let pairs: Vec<(&str, &str)> = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .collect();
        let last = |name: &str| pairs.iter().rev().find(|(key, _)| *key == name).map(|pair| pair.1);
        let several = |list: &str| list.replace("%2C", ",").replace("%2c", ",");
        let kept: Vec<String> = pairs
            .iter()
            .filter(|(key, _)| !["host", "port", TARGET].contains(key))
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        let each = match last("host").map(several) {
            Some(hosts) => {
                hosts_with_ports(&hosts, &last("port").map(several).unwrap_or_default())?
            }
            None => places.split(',').map(|place| (place.to_owned(), Vec::new())).collect(),
        };
        if each.len() > 1 && each.iter().any(|(name, _)| name.is_empty()) {
            return Err(HostsError::NoName);
        }
        let from_query = last("host").is_some();
        let port = last("port").filter(|_| !from_query).map(|port| format!("port={port}"));
        let host = |(name, own): (String, Vec<String>)| {
            let place = if from_query { places } else { name.as_str() };
            let query: Vec<String> = kept.iter().cloned().chain(port.clone()).chain(own).collect();
            let mark = if query.is_empty() { "" } else { "?" };
            let url = format!("{scheme}://{user}{place}{path}{mark}{}", query.join("&"));
            Host { name, url }
        };
        let must_write = match last(TARGET) {
            None => each.len() > 1,
            Some("read-write" | "primary") => true,
            Some("any") => false,
            Some(_) => return Err(HostsError::Target),
        };
        Ok(Self { each: each.into_iter().map(host).collect(), must_write })
    }
}

/// The hosts and ports of a query: each host's name, and what its own query says of it.
fn hosts_with_ports(hosts: &str, ports: &str) -> Result<Vec<(String, Vec<String>)>, HostsError> {
    let hosts: Vec<&str> = hosts.split(',').collect();
    let ports: Vec<&str> = ports.split(',').filter(|port| !port.is_empty()).collect();
    if ports.len() > 1 && ports.len() != hosts.len() {
        return Err(HostsError::Ports { hosts: hosts.len(), ports: ports.len() });
    }
    let one = |(place, host): (usize, &&str)| {
        let port = ports.get(place).or_else(|| ports.first());
        let name = port.map_or_else(|| (*host).to_owned(), |port| format!("{host}:{port}"));
        let own = [("host", Some(*host)), ("port", port.copied())];
        let own = own.into_iter().filter_map(|(key, value)| Some(format!("{key}={}", value?)));
        (name, own.collect())
    };
    Ok(hosts.iter().enumerate().map(one).collect())
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl fmt::Debug for Hosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.each).finish()
    }
}

#[cfg(test)]
mod tests;
