//! What tells a database from a copy of it, and what time it has.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

/// Another text for another database, also for a copy that was made or restored; the same for a
/// standby that was promoted. `None` where it can not be told.
///
/// PostgreSQL has a number for the cluster and one for the database in it. SQLite's file has the
/// number that the file system gave it.
pub(crate) async fn place_of(db: &impl ConnectionTrait) -> Option<String> {
    if db.get_database_backend() == DbBackend::Postgres {
        let sql = "SELECT (SELECT system_identifier::text FROM pg_control_system()) || '/' || \
                   (SELECT oid::text FROM pg_database WHERE datname = current_database()) AS place";
        let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await;
        // A role may be kept from asking; then the installation's id alone has to do.
        let place: String = row.ok()??.try_get("", "place").ok()?;
        return Some(format!("postgres {place}"));
    }
    use std::os::unix::fs::MetadataExt;
    let sql = "SELECT file FROM pragma_database_list WHERE name = 'main'";
    let row = db.query_one_raw(Statement::from_string(DbBackend::Sqlite, sql)).await;
    let file: String = row.ok()??.try_get("", "file").ok()?;
    let file = tokio::fs::metadata(file).await.ok()?;
    Some(format!("sqlite {}", file.ino()))
}

/// The database's own time. `None` on SQLite, which has no clock but this machine's.
pub(crate) async fn now(db: &impl ConnectionTrait) -> Result<Option<DateTime<Utc>>, DbErr> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(None);
    }
    let sql = "SELECT clock_timestamp() AS now";
    let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    row.map(|row| row.try_get("", "now")).transpose()
}
