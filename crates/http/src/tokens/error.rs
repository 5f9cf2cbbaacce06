//! Why a token is refused, and why issuers or their keys cannot be used.

/// Why a token is refused. The words are safe to show: nothing in them comes from a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    #[error("a bearer token is needed")]
    Missing,
    #[error("the token is longer than 8 KiB")]
    TooLong,
    #[error("the token is not a readable JWT")]
    Malformed,
    #[error("the token's type is not that of an access token")]
    WrongType,
    #[error("the token's header brings keys or demands of its own")]
    ForbiddenHeader,
    #[error("the token's algorithm is not the one its key is for")]
    ForbiddenAlgorithm,
    #[error("the token has no usable `{0}`")]
    MissingClaim(&'static str),
    #[error("the token's issuer is not trusted here")]
    UnknownIssuer,
    #[error("the token is signed with a key that its issuer does not publish")]
    UnknownKey,
    #[error("the token's signature is wrong")]
    BadSignature,
    #[error("the token is meant for another audience")]
    WrongAudience,
    #[error("the token has expired")]
    Expired,
    #[error("the token is not valid yet")]
    NotYetValid,
    /// Ours to mend, not the caller's: 503, not 401.
    #[error("the issuer's keys cannot be had at the moment")]
    KeysUnavailable,
}

/// Why the issuers' settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum VerifierError {
    #[error("no issuer is configured: no token could be accepted")]
    NoIssuer,
    #[error("issuer {0} is configured twice")]
    IssuerTwice(String),
    #[error("the keys of issuer {0} must come over https")]
    Insecure(String),
    #[error("the keys of issuer {issuer} cannot be used")]
    Keys { issuer: String, source: LoadError },
}

/// Why keys could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error("the file cannot be read")]
    File(#[from] std::io::Error),
    #[error("the address cannot be reached")]
    Unreachable(#[from] reqwest::Error),
    #[error("the address answers with status {0}")]
    Status(u16),
    #[error("the answer is longer than 256 KiB")]
    TooLong,
    #[error("it is not a JWK Set")]
    NotJwks(#[from] serde_json::Error),
    #[error(
        "it holds no usable key: one with a `kid`, for signatures, and P-256, Ed25519 or RSA of \
         at least 2048 bits"
    )]
    NoUsableKey,
    #[error("they were given at start")]
    Fixed,
}
