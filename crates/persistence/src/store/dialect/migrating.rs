//! What migrating is on PostgreSQL alone: a session of its own that holds a lock, under which no
//! other program migrates. On SQLite the write lock of each transaction does it.

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, Statement,
};

/// Releases before this one lock the same number.
const MIGRATIONS: i64 = 0x4153_434d_5300;

/// Whether this session is the one that migrates from now on. It does not wait in the database:
/// an index that is made concurrently would wait for everybody who waits there.
pub(crate) async fn begins(db: &DatabaseConnection) -> Result<bool, DbErr> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(true);
    }
    // Migrations may take longer than a request may.
    db.execute_unprepared("SET statement_timeout = 0").await?;
    locked(db, "SELECT pg_try_advisory_lock($1) AS locked").await
}

/// Who migrates just now, as the database tells it.
pub(crate) async fn at_work(db: &DatabaseConnection) -> Result<Option<String>, DbErr> {
    const HOLDER: &str = "SELECT format('%s, process %s of the database, connected since %s', \
         nullif(application_name, ''), pid, to_char(backend_start, 'HH24:MI:SS TZ')) AS holder \
         FROM pg_locks JOIN pg_stat_activity USING (pid) \
         WHERE locktype = 'advisory' AND granted AND pg_locks.database = \
         (SELECT oid FROM pg_database WHERE datname = current_database()) \
         AND (classid::bigint << 32) | objid::bigint = $1";
    let row = db.query_one_raw(with_number(HOLDER)).await?;
    row.map(|row| row.try_get("", "holder")).transpose()
}

/// Begins a migration under its name, which others see while they wait for it. False when the
/// session has lost its lock, with its connection.
pub(crate) async fn goes_on(db: &DatabaseConnection, migration: &str) -> Result<bool, DbErr> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(true);
    }
    let name = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT set_config('application_name', $1, false)",
        [format!("ascms migrate {migration}").into()],
    );
    db.execute_raw(name).await?;
    const OWN: &str = "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' \
         AND granted AND pid = pg_backend_pid() \
         AND (classid::bigint << 32) | objid::bigint = $1) AS locked";
    locked(db, OWN).await
}

/// Whether there is a table of this name.
pub(crate) async fn has_table(db: &impl ConnectionTrait, name: &str) -> Result<bool, DbErr> {
    let backend = db.get_database_backend();
    let sql = if backend == DbBackend::Postgres {
        "SELECT 1 WHERE to_regclass($1) IS NOT NULL"
    } else {
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1"
    };
    let asked = Statement::from_sql_and_values(backend, sql, [name.into()]);
    Ok(db.query_one_raw(asked).await?.is_some())
}

/// How long each lock of this transaction may be waited for.
pub(crate) async fn limit_locks(txn: &DatabaseTransaction, milliseconds: u32) -> Result<(), DbErr> {
    if txn.get_database_backend() == DbBackend::Postgres {
        let limit = format!("SET LOCAL lock_timeout = {milliseconds}");
        txn.execute_unprepared(&limit).await?;
    }
    Ok(())
}

/// The parts of the tables of attendance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttendanceParts {
    /// The last year for which there are some.
    pub last_year: i32,
    /// Whether rows lie in none of them.
    pub rows_outside: bool,
}

/// What parts there are; SQLite has none.
pub(crate) async fn attendance_parts(
    db: &impl ConnectionTrait,
) -> Result<Option<AttendanceParts>, DbErr> {
    const PARTS: &str = "SELECT substring(max(relname) FROM '[0-9]+$')::int AS last_year, \
         EXISTS (SELECT 1 FROM attendance_month_other) \
         OR EXISTS (SELECT 1 FROM attendance_report_other) AS rows_outside \
         FROM pg_class WHERE relname ~ '^attendance_month_y[0-9]{4}$' AND relkind = 'r'";
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(None);
    }
    let Some(row) = db.query_one_raw(Statement::from_string(DbBackend::Postgres, PARTS)).await?
    else {
        return Ok(None);
    };
    let last_year: Option<i32> = row.try_get("", "last_year")?;
    let rows_outside = row.try_get("", "rows_outside")?;
    Ok(Some(AttendanceParts { last_year: last_year.unwrap_or_default(), rows_outside }))
}

async fn locked(db: &DatabaseConnection, sql: &str) -> Result<bool, DbErr> {
    let row = db.query_one_raw(with_number(sql)).await?;
    row.map_or(Ok(false), |row| row.try_get("", "locked"))
}

fn with_number(sql: &str) -> Statement {
    Statement::from_sql_and_values(DbBackend::Postgres, sql, [MIGRATIONS.into()])
}
