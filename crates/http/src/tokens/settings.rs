//! Whose tokens are accepted, and where their keys come from.

use std::path::PathBuf;

use jsonwebtoken::jwk::JwkSet;

/// Someone whose tokens are accepted.
#[derive(Clone, Debug)]
pub struct IssuerSettings {
    /// The exact `iss` of its tokens.
    pub issuer: String,
    /// What its tokens must name in `aud`: this API.
    pub audience: String,
    pub jwks: JwksSource,
}

/// Where an issuer's public keys (a JWK Set, RFC 7517) come from.
#[derive(Clone, Debug)]
pub enum JwksSource {
    File(PathBuf),
    /// `https`, or `http` on this machine.
    Url(String),
    /// Given at start and never read again.
    Keys(JwkSet),
}
