//! From the settings to an open database.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use ascms_persistence::{DatabaseSettings, Store, StoreError};
use secrecy::ExposeSecret;

use crate::causes;
use crate::config::{Database, Place};

/// The sandbox's database, in its directory.
const SANDBOX_FILE: &str = "ascms.db";

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("{}: {source}", .path.display())]
    Directory { path: PathBuf, source: std::io::Error },
    /// The whole chain: at this point no row was read that could show in it.
    #[error("the database cannot be opened: {}", causes::chain(.0))]
    Store(StoreError),
}

pub async fn open(settings: &Database) -> Result<Store, OpenError> {
    connect(settings, true).await
}

/// Opens a sandbox's database to fill it: thousands of commits that need not wait for the disk,
/// since all of it can be made again.
pub async fn open_to_fill(settings: &Database) -> Result<Store, OpenError> {
    connect(settings, false).await
}

async fn connect(settings: &Database, durable: bool) -> Result<Store, OpenError> {
    let url = match &settings.place {
        Place::Url(url) => url.expose_secret().to_owned(),
        Place::Sandbox(directory) => {
            make_private(directory)?;
            sqlite_url(&directory.join(SANDBOX_FILE))
        }
    };
    let (connections, limits) = (settings.connections, settings.limits);
    let settings = DatabaseSettings { url, connections, durable, limits };
    Store::connect(&settings).await.map_err(OpenError::Store)
}

/// Nobody but the owner need look into a sandbox.
fn make_private(directory: &Path) -> Result<(), OpenError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(directory);
    made.map_err(|source| OpenError::Directory { path: directory.to_owned(), source })
}

/// The path as the address of a database; what means something in an address is written out.
fn sqlite_url(path: &Path) -> String {
    let path = path.to_string_lossy().replace('%', "%25").replace('?', "%3F").replace('#', "%23");
    format!("sqlite://{path}")
}
