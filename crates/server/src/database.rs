//! From the settings to an open database.

use std::path::{Path, PathBuf};

use ascms_persistence::{DatabaseFile, DatabaseSettings, Store, StoreError};
use secrecy::ExposeSecret;

use crate::causes;
use crate::config::{Database, DatabaseLocation};
use crate::sandbox::folder;

/// The sandbox's database, in its directory.
const SANDBOX_FILE: &str = "ascms.db";

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("{}: {source}", .path.display())]
    Directory { path: PathBuf, source: std::io::Error },
    #[error(
        "{} is not there. If it was moved, put it back; `ascms migrate` makes a new one, which is \
         empty", .0.display()
    )]
    Missing(PathBuf),
    #[error(
        "{} is not there, and what was written last stands in the -wal beside it: put the file \
         back. Nothing was changed", .0.display()
    )]
    LogWithoutFile(PathBuf),
    /// The whole chain: at this point no row was read that could show in it.
    #[error("the database cannot be opened: {}", causes::chain(.0))]
    Store(StoreError),
}

/// Opens the database that is there. A new file in the place of one that was moved would take its
/// log away.
pub async fn open(settings: &Database) -> Result<Store, OpenError> {
    let url = url(settings)?;
    match DatabaseFile::of(&url).filter(|file| !file.exists()) {
        Some(file) if file.has_log() => Err(OpenError::LogWithoutFile(file.path().to_owned())),
        Some(file) => Err(OpenError::Missing(file.path().to_owned())),
        None => connect(settings, url, true).await,
    }
}

/// The same, and makes SQLite's file where there is none.
pub async fn open_or_make(settings: &Database) -> Result<Store, OpenError> {
    make(settings, true).await
}

/// Opens a sandbox's database to fill it: thousands of commits that need not wait for the disk,
/// since all of it can be made again.
pub async fn open_to_fill(settings: &Database) -> Result<Store, OpenError> {
    make(settings, false).await
}

async fn make(settings: &Database, durable: bool) -> Result<Store, OpenError> {
    let url = url(settings)?;
    match DatabaseFile::of(&url).filter(|file| !file.exists() && file.has_log()) {
        Some(file) => Err(OpenError::LogWithoutFile(file.path().to_owned())),
        None => connect(settings, url, durable).await,
    }
}

fn url(settings: &Database) -> Result<String, OpenError> {
    match &settings.place {
        DatabaseLocation::Url(url) => Ok(url.expose_secret().to_owned()),
        DatabaseLocation::Sandbox(directory) => {
            let failed = |source| OpenError::Directory { path: directory.clone(), source };
            folder::make(directory).map_err(failed)?;
            Ok(sqlite_url(&directory.join(SANDBOX_FILE)))
        }
    }
}

async fn connect(settings: &Database, url: String, durable: bool) -> Result<Store, OpenError> {
    let (connections, limits) = (settings.connections, settings.limits);
    let settings = DatabaseSettings { url, connections, durable, limits };
    Store::connect(&settings).await.map_err(OpenError::Store)
}

/// The path as the address of a database; what means something in an address is written out.
fn sqlite_url(path: &Path) -> String {
    let path = path.to_string_lossy().replace('%', "%25").replace('?', "%3F").replace('#', "%23");
    format!("sqlite://{path}")
}

#[cfg(test)]
mod tests {
    use ascms_persistence::postgres::Limits;

    use super::{OpenError, open, open_or_make, sqlite_url};
    use crate::config::{Database, DatabaseLocation};

    #[actix_web::test]
    async fn only_who_is_told_to_makes_a_database_and_nobody_beside_a_log() {
        let folder = std::env::temp_dir().join(format!("ascms-file-{}", uuid::Uuid::now_v7()));
        std::fs::create_dir(&folder).unwrap();
        let (file, log) = (folder.join("ascms.db"), folder.join("ascms.db-wal"));
        let place = DatabaseLocation::Url(sqlite_url(&file).into());
        let settings = Database {
            place,
            connections: 1,
            limits: Limits::default(),
            application_role: None,
            one_role: false,
        };
        assert!(matches!(open(&settings).await, Err(OpenError::Missing(_))));
        assert!(!file.exists());
        // What a server left that was killed, whose file was moved away.
        std::fs::write(&log, "committed").unwrap();
        for found in [open(&settings).await, open_or_make(&settings).await] {
            assert!(matches!(found, Err(OpenError::LogWithoutFile(_))));
        }
        assert_eq!(std::fs::read_to_string(&log).unwrap(), "committed");
        assert!(!file.exists());
        std::fs::remove_file(&log).unwrap();
        open_or_make(&settings).await.unwrap().close().await.unwrap();
        open(&settings).await.unwrap().close().await.unwrap();
        std::fs::remove_dir_all(folder).unwrap();
    }
}
