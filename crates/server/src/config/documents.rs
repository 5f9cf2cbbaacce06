//! Where documents are, how large and of which types they may be, and who scans them.

use std::path::PathBuf;
use std::time::Duration;

use ascms_domain::documents::MediaType;
use ascms_http::documents::objects::{Bucket, Credentials};
use secrecy::SecretString;

use crate::config::mode::Mode;
use crate::config::parsed::{Parsed, wrong};
use crate::config::reader::Reader;
use crate::config::{parse, table};

/// A caller waits no longer than this for a bucket that is away.
const BUCKET_PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub struct Documents {
    pub place: DocumentPlace,
    pub scanner: ScannerChoice,
    pub max_bytes: u64,
    pub types: Vec<MediaType>,
    /// How long content is kept that belongs to no document.
    pub grace_days: u32,
}

#[derive(Debug)]
pub enum DocumentPlace {
    Folder(PathBuf),
    Bucket(Bucket),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScannerChoice {
    /// Everything stays in quarantine.
    None,
    /// `host:port`
    Clamav(String),
    FakePass,
    FakeRefuse,
}

impl Documents {
    pub fn assemble(reader: &mut Reader) -> Option<Self> {
        let mode = reader.mode();
        let place = DocumentPlace::assemble(reader);
        let scanner = reader.read(&table::DOCUMENT_SCANNER, |text| scanner(text, mode));
        let max_bytes = reader.read(&table::DOCUMENT_MAX_BYTES, parse::count(1, 1 << 30));
        let types = reader.read(&table::DOCUMENT_TYPES, types);
        let grace_days = reader.read(&table::DOCUMENT_GRACE_DAYS, parse::count(1, 3650));
        Some(Self {
            place: place?,
            scanner: scanner.unwrap_or(ScannerChoice::None),
            max_bytes: max_bytes?,
            types: types?,
            grace_days: grace_days?,
        })
    }
}

impl DocumentPlace {
    fn assemble(reader: &mut Reader) -> Option<Self> {
        let mode = reader.mode();
        let folder = reader.read(&table::DOCUMENT_DIR, parse::path);
        let sandbox =
            reader.read(&table::SANDBOX_DIR, parse::path).filter(|_| mode == Mode::Sandbox);
        let name = reader.read(&table::DOCUMENT_BUCKET, word);
        let endpoint = reader.read(&table::S3_ENDPOINT, |text| parse::public_url(text, mode));
        let region = reader.read(&table::S3_REGION, word);
        let key_id = reader.read(&table::S3_ACCESS_KEY_ID, word);
        let secret = reader.read(&table::S3_SECRET_ACCESS_KEY, secret);
        if key_id.is_some() != secret.is_some() {
            reader.fault(
                &table::S3_ACCESS_KEY_ID,
                "it comes with ASCMS_S3_SECRET_ACCESS_KEY or not at all",
            );
        }
        let credentials = key_id.zip(secret).map(|(key_id, secret)| Credentials { key_id, secret });
        match name {
            Some(name) => {
                let (region, patience) = (region?, BUCKET_PATIENCE);
                Some(Self::Bucket(Bucket { name, endpoint, region, credentials, patience }))
            }
            None => folder.or_else(|| Some(sandbox?.join("documents"))).map(Self::Folder),
        }
    }
}

fn word(text: &str) -> Parsed<String> {
    if text.contains(char::is_whitespace) {
        wrong("it must be one word")
    } else {
        Ok(text.to_owned())
    }
}

fn secret(text: &str) -> Parsed<SecretString> {
    Ok(text.into())
}

/// The fakes look at nothing: in production nobody would know that nothing is scanned.
fn scanner(text: &str, mode: Mode) -> Parsed<ScannerChoice> {
    match (text, mode) {
        ("fake-pass", Mode::Sandbox) => Ok(ScannerChoice::FakePass),
        ("fake-refuse", Mode::Sandbox) => Ok(ScannerChoice::FakeRefuse),
        ("fake-pass" | "fake-refuse", Mode::Production) => wrong("it is for the sandbox only"),
        (_, Mode::Production | Mode::Sandbox) => {
            let address = text.strip_prefix("clamav:tcp://").unwrap_or_default();
            let port = address.rsplit_once(':').filter(|(host, _)| !host.is_empty());
            match port.map(|(_, port)| port.parse::<u16>()) {
                Some(Ok(_)) => Ok(ScannerChoice::Clamav(address.to_owned())),
                Some(Err(_)) | None => wrong("it must be such as clamav:tcp://127.0.0.1:3310"),
            }
        }
    }
}

fn types(text: &str) -> Parsed<Vec<MediaType>> {
    let (mut types, mut problems) = (Vec::new(), Vec::new());
    for word in parse::list(text)? {
        match MediaType::of_ending(&word) {
            Some(media) => types.push(media),
            None => problems.push(format!("{word}: no such type can be told by its content")),
        }
    }
    if problems.is_empty() { Ok(types) } else { Err(problems) }
}
