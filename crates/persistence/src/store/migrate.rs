//! Bringing the schema up to date: one program at a time, one migration after the other, each with
//! a commit of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ascms_migrations::patience::Attempts;
use ascms_migrations::{Migrator, compatibility, partitions};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseExecutor, DatabaseTransaction, DbBackend, DbErr,
    Set, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::{MigrationTrait, MigratorTrait, SchemaManager, seaql_migrations};
use tokio::time::Instant;

use crate::Store;
use crate::rows::schema_compatibility::{ActiveModel, Column, Entity};
use crate::store::dialect::migrating::{self, AttendanceParts};
use crate::store::dialect::roles::{self, Rights};
use crate::store::error::StoreError;

/// How long another program that migrates is waited for.
const PATIENCE: Duration = Duration::from_secs(15 * 60);
const LOOK_AGAIN: Duration = Duration::from_millis(200);
const TELL_EVERY: Duration = Duration::from_secs(5);

#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    #[error(
        "the migration {migration} failed: {cause}; the ones before it are applied, and `ascms \
         migrate` begins with it again"
    )]
    Failed { migration: String, cause: StoreError },
    #[error("another program has been migrating for {0:?} ({1}): run `ascms migrate` again later")]
    Waited(Duration, String),
    #[error("the connection was lost before {0}: run `ascms migrate` again")]
    Lost(String),
    #[error("PostgreSQL has no role {0}: make it (CREATE ROLE … LOGIN), then run this again")]
    NoRole(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<DbErr> for MigrateError {
    fn from(err: DbErr) -> Self {
        Self::Store(err.into())
    }
}

/// How the schema stands to this program.
#[derive(Debug, Default)]
pub struct SchemaStanding {
    /// The program's migrations that the database does not have, in their order.
    pub pending: Vec<String>,
    /// Those of a newer release, with which this program may run.
    pub later: Vec<String>,
}

impl Store {
    /// Applies the migrations that are missing, and returns their names. Safe when several
    /// programs start it at once: they wait for each other.
    pub async fn migrate(&self) -> Result<Vec<String>, MigrateError> {
        self.migrate_for(None).await
    }

    /// The same, and gives the application's role on PostgreSQL its rights on every table.
    pub async fn migrate_for(
        &self,
        application: Option<&str>,
    ) -> Result<Vec<String>, MigrateError> {
        let db = self.write.for_migrations().await?;
        let applied = bring_up(&db, application).await;
        // On PostgreSQL a session of its own, which holds the lock; on SQLite the one that writes.
        if db.get_database_backend() == DbBackend::Postgres {
            db.close().await?;
        }
        applied
    }

    /// What the schema lacks, and what it has beyond this program. An error when a newer release
    /// has left this program behind.
    pub async fn schema_standing(&self) -> Result<SchemaStanding, StoreError> {
        standing(&self.read).await
    }

    /// What the role of this program's connections may do; `None` on SQLite, which has no roles.
    pub async fn rights(&self) -> Result<Option<Rights>, StoreError> {
        Ok(roles::rights(&self.read).await?)
    }

    /// For which years the tables of attendance have parts; `None` on SQLite, which has none.
    pub async fn attendance_parts(&self) -> Result<Option<AttendanceParts>, StoreError> {
        Ok(migrating::attendance_parts(&self.read).await?)
    }

    /// How many migrations this program knows that the database does not have yet.
    pub async fn migrations_pending(&self) -> Result<usize, StoreError> {
        Ok(self.schema_standing().await?.pending.len())
    }
}

async fn bring_up(
    db: &DatabaseConnection,
    application: Option<&str>,
) -> Result<Vec<String>, MigrateError> {
    take_turn(db).await?;
    let application = application.filter(|_| db.get_database_backend() == DbBackend::Postgres);
    if let Some(role) = application
        && !roles::exists(db, role).await?
    {
        return Err(MigrateError::NoRole(role.to_owned()));
    }
    install(db).await?;
    let pending: BTreeSet<String> = standing(db).await?.pending.into_iter().collect();
    let mut applied = Vec::new();
    for migration in Migrator::migrations() {
        let name = migration.name();
        if !pending.contains(name) {
            continue;
        }
        if !migrating::goes_on(db, name).await? {
            return Err(MigrateError::Lost(name.to_owned()));
        }
        let done = apply(db, migration.as_ref()).await;
        let failed =
            |err: DbErr| MigrateError::Failed { migration: name.to_owned(), cause: err.into() };
        if done.map_err(failed)? {
            tracing::info!(migration = name, "a migration is applied");
            applied.push(name.to_owned());
        }
    }
    partitions::provide(&DatabaseExecutor::Connection(db)).await?;
    if let Some(role) = application {
        roles::grant(db, role).await?;
    }
    Ok(applied)
}

/// Waits until no other program migrates.
async fn take_turn(db: &DatabaseConnection) -> Result<(), MigrateError> {
    let began = Instant::now();
    let mut told = None;
    while !migrating::begins(db).await? {
        let waited = began.elapsed();
        if told.is_none_or(|told: Instant| told.elapsed() >= TELL_EVERY) {
            let other = migrating::at_work(db).await?.unwrap_or_default();
            if waited >= PATIENCE {
                return Err(MigrateError::Waited(waited, other));
            }
            tracing::info!(other, seconds = waited.as_secs(), "another program migrates: waiting");
            told = Some(Instant::now());
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    Ok(())
}

/// Makes the table of what is applied. On SQLite another program may just have the file.
async fn install(db: &DatabaseConnection) -> Result<(), DbErr> {
    let mut attempts = Attempts::default();
    loop {
        match Migrator::install(db).await {
            Err(err) if attempts.go_on(&err).await => {}
            done => return done,
        }
    }
}

/// False when another program was first.
async fn apply(db: &DatabaseConnection, migration: &dyn MigrationTrait) -> Result<bool, DbErr> {
    // SQLite has one writer whatever it does: there a migration is always whole.
    let whole = migration.use_transaction() != Some(false);
    if !whole && db.get_database_backend() == DbBackend::Postgres {
        migration.up(&SchemaManager::new(db)).await?;
        record(db, migration.name()).await?;
        return Ok(true);
    }
    let mut attempts = Attempts::default();
    loop {
        match attempt(db, migration, attempts.lock_timeout()).await {
            Err(err) if attempts.go_on(&err).await => {}
            done => return done,
        }
    }
}

async fn attempt(
    db: &DatabaseConnection,
    migration: &dyn MigrationTrait,
    lock_timeout: u32,
) -> Result<bool, DbErr> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..Default::default()
    };
    let txn = db.begin_with_options(options).await?;
    match within(&txn, migration, lock_timeout).await {
        Ok(applied) => txn.commit().await.map(|()| applied),
        Err(err) => {
            // What failed is what counts; a connection that cannot roll back is not used again.
            txn.rollback().await.ok();
            Err(err)
        }
    }
}

async fn within(
    txn: &DatabaseTransaction,
    migration: &dyn MigrationTrait,
    lock_timeout: u32,
) -> Result<bool, DbErr> {
    if seaql_migrations::Entity::find_by_id(migration.name()).one(txn).await?.is_some() {
        return Ok(false);
    }
    migrating::limit_locks(txn, lock_timeout).await?;
    migration.up(&SchemaManager::new(txn)).await?;
    record(txn, migration.name()).await?;
    Ok(true)
}

/// That it is applied, and what it asks of programs that do not know it.
async fn record(db: &impl ConnectionTrait, name: &str) -> Result<(), DbErr> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let applied = seaql_migrations::ActiveModel {
        version: Set(name.to_owned()),
        applied_at: Set(i64::try_from(since.as_secs()).unwrap_or_default()),
    };
    seaql_migrations::Entity::insert(applied).exec_without_returning(db).await?;
    if !migrating::has_table(db, "schema_compatibility").await? {
        return Ok(());
    }
    let needs = compatibility::needs(name).map(str::to_owned);
    Entity::insert(ActiveModel { migration: Set(name.to_owned()), needs: Set(needs) })
        .on_conflict(OnConflict::column(Column::Migration).update_column(Column::Needs).to_owned())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

async fn standing(db: &impl ConnectionTrait) -> Result<SchemaStanding, StoreError> {
    let mut applied = BTreeSet::new();
    if migrating::has_table(db, "seaql_migrations").await? {
        let rows = seaql_migrations::Entity::find().all(db).await?;
        applied.extend(rows.into_iter().map(|row| row.version));
    }
    let migrations = Migrator::migrations();
    let known: BTreeSet<&str> = migrations.iter().map(|migration| migration.name()).collect();
    let pending = migrations.iter().map(|migration| migration.name().to_owned());
    let pending = pending.filter(|name| !applied.contains(name)).collect();
    let later: Vec<String> =
        applied.into_iter().filter(|name| !known.contains(name.as_str())).collect();
    if later.is_empty() {
        return Ok(SchemaStanding { pending, later });
    }
    let mut asks: BTreeMap<String, Option<String>> = BTreeMap::new();
    if migrating::has_table(db, "schema_compatibility").await? {
        let rows = Entity::find().filter(Column::Migration.is_in(&later)).all(db).await?;
        asks.extend(rows.into_iter().map(|row| (row.migration, row.needs)));
    }
    for migration in &later {
        match asks.get(migration) {
            Some(None) => {}
            Some(Some(needs)) if known.contains(needs.as_str()) => {}
            Some(Some(needs)) => {
                let (migration, needs) = (migration.clone(), needs.clone());
                return Err(StoreError::LeftBehind { migration, needs });
            }
            None => return Err(StoreError::UnknownMigration(migration.clone())),
        }
    }
    Ok(SchemaStanding { pending, later })
}
