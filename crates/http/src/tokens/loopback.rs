//! Addresses that lead nowhere else.

use std::net::IpAddr;

use reqwest::Url;

/// Whether an address is on this machine, where nobody can listen in between.
pub fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}
