//! The folder of a sandbox, which one server has at a time.

use std::fs::{DirBuilder, File, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// Locked by the server that has the folder. The file stays when the server has ended; the lock does not.
const LOCK: &str = "server.lock";

#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    #[error("it cannot be used: {0}")]
    Unusable(#[from] io::Error),
    #[error("another server has it: stop that one, or name another folder")]
    Busy,
}

/// The folder is this server's until this is dropped. The operating system lets go of it however the
/// process ends.
#[derive(Debug)]
pub struct OwnFolder {
    _lock: File,
}

impl OwnFolder {
    /// Makes the folder where it is missing.
    pub fn take(directory: &Path) -> Result<Self, FolderError> {
        make(directory)?;
        let lock = File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(directory.join(LOCK))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(FolderError::Busy),
            Err(TryLockError::Error(err)) => Err(err.into()),
        }
    }
}

/// Makes the folder, which nobody but its owner need look into, where it is missing.
pub fn make(directory: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(directory)
}
