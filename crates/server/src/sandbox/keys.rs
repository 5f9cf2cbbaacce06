//! The sandbox's own keys, made at the first start and kept in its directory.

use std::fmt;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand::{self, SystemRandom};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey};
use secrecy::SecretSlice;

use crate::sandbox::folder;

/// The private key, PKCS#8 in PEM, readable by its owner alone.
const SIGNING_KEY: &str = "signing-key.pem";

/// The public key as an issuer would publish it.
const JWKS: &str = "jwks.json";

/// What cursors are signed with: base64, readable by its owner alone.
const CURSOR_KEY: &str = "cursor-key";

const CURSOR_KEY_BYTES: usize = 32;

/// Base64 columns in a PEM file (RFC 7468 §2).
const PEM_COLUMNS: usize = 64;

#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("{}: {source}", .path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("{}: it is no ES256 key: {source}", .path.display())]
    NotAKey { path: PathBuf, source: jsonwebtoken::errors::Error },
    #[error("{}: it is not base64: {source}", .path.display())]
    NotBase64 { path: PathBuf, source: base64::DecodeError },
    #[error("there is no sandbox in {}: start one with `ascms serve --sandbox`", .0.display())]
    NoSandbox(PathBuf),
    #[error("a token could not be signed: {0}")]
    Sign(jsonwebtoken::errors::Error),
    #[error("no random key could be made")]
    Random(#[from] Unspecified),
}

pub struct SandboxKeys {
    pub signing: EncodingKey,
    /// The thumbprint of the key (RFC 7638).
    pub id: String,
    pub published: JwkSet,
}

/// Without the private key.
impl fmt::Debug for SandboxKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SandboxKeys").field("id", &self.id).finish_non_exhaustive()
    }
}

impl SandboxKeys {
    /// The keys in this directory, made when they are missing.
    pub fn open_or_make(directory: &Path) -> Result<Self, KeyError> {
        folder::make(directory)
            .map_err(|source| KeyError::File { path: directory.to_owned(), source })?;
        let path = directory.join(SIGNING_KEY);
        if !exists(&path)? {
            let key = EcdsaKeyPair::generate_pkcs8(
                &ECDSA_P256_SHA256_FIXED_SIGNING,
                &SystemRandom::new(),
            )?;
            write(&path, 0o600, &pem(key.as_ref()))?;
        }
        let keys = Self::read(&path)?;
        let published = serde_json::to_string_pretty(&keys.published).unwrap_or_default();
        let jwks = directory.join(JWKS);
        if !exists(&jwks)? {
            write(&jwks, 0o644, &published)?;
        }
        Ok(keys)
    }

    /// The keys of a sandbox that was started before.
    pub fn open(directory: &Path) -> Result<Self, KeyError> {
        let path = directory.join(SIGNING_KEY);
        if !exists(&path)? {
            return Err(KeyError::NoSandbox(directory.to_owned()));
        }
        Self::read(&path)
    }

    fn read(path: &Path) -> Result<Self, KeyError> {
        let not_a_key = |source| KeyError::NotAKey { path: path.to_owned(), source };
        let signing = EncodingKey::from_ec_pem(&read(path)?).map_err(not_a_key)?;
        let mut jwk = Jwk::from_encoding_key(&signing, Algorithm::ES256).map_err(not_a_key)?;
        let id = jwk.thumbprint(ThumbprintHash::SHA256).map_err(not_a_key)?;
        jwk.common.key_id = Some(id.clone());
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        Ok(Self { signing, id, published: JwkSet { keys: vec![jwk] } })
    }
}

/// The key for cursors in this directory, made when it is missing.
pub fn cursor_key(directory: &Path) -> Result<SecretSlice<u8>, KeyError> {
    let path = directory.join(CURSOR_KEY);
    if !exists(&path)? {
        let mut key = [0; CURSOR_KEY_BYTES];
        rand::fill(&mut key)?;
        write(&path, 0o600, &STANDARD.encode(key))?;
    }
    let text = read(&path)?;
    let key = STANDARD.decode(text.trim_ascii());
    Ok(key.map_err(|source| KeyError::NotBase64 { path, source })?.into())
}

fn pem(der: &[u8]) -> String {
    let mut lines = String::from("-----BEGIN PRIVATE KEY-----\n");
    for (column, letter) in STANDARD.encode(der).chars().enumerate() {
        if column > 0 && column % PEM_COLUMNS == 0 {
            lines.push('\n');
        }
        lines.push(letter);
    }
    lines.push_str("\n-----END PRIVATE KEY-----\n");
    lines
}

fn exists(path: &Path) -> Result<bool, KeyError> {
    path.try_exists().map_err(|source| KeyError::File { path: path.to_owned(), source })
}

fn read(path: &Path) -> Result<Vec<u8>, KeyError> {
    std::fs::read(path).map_err(|source| KeyError::File { path: path.to_owned(), source })
}

/// Never over a file that is there: someone else may be starting the same sandbox.
fn write(path: &Path, mode: u32, text: &str) -> Result<(), KeyError> {
    let opened = OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    let written = opened.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|source| KeyError::File { path: path.to_owned(), source })
}
