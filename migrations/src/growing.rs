//! Changes of tables that grow, made while callers read and write them. On PostgreSQL each step
//! commits by itself and holds up nobody for longer than a moment; on SQLite, which has one writer
//! anyway, they are plain statements.
//!
//! A migration that uses these says `use_transaction() == Some(false)`. It may be stopped between
//! two steps, and is then run from its beginning: every step finds out what is there already.

use std::collections::BTreeMap;

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{
    ConnectionTrait, DatabaseExecutor, DbBackend, Statement, TransactionTrait, TryGetable, Value,
};

use crate::patience::Attempts;

/// How long a step waits that nobody waits behind: for the transactions that began before it.
const UNHURRIED: &str = "SET lock_timeout = '15min'";
/// Rows that one piece of [`backfill`] changes and locks.
const PIECE: u64 = 1_000;
/// Pieces between two lines about the progress.
const TOLD_EVERY: u64 = 100;

/// Makes an index without stopping those who write. One that a stopped run left invalid is
/// removed and made again.
pub async fn index(manager: &SchemaManager<'_>, index: &IndexCreateStatement) -> Result<(), DbErr> {
    let db = manager.get_connection();
    if db.get_database_backend() != DbBackend::Postgres {
        return db.execute(index.clone().if_not_exists()).await.map(drop);
    }
    outside_a_transaction(db)?;
    let name = index.get_index_spec().get_name().unwrap_or_default();
    if !is_to_be_made(db, name).await? {
        return Ok(());
    }
    unhurried(db, &index.clone().concurrently().to_string(PostgresQueryBuilder)).await
}

/// An index of a value that is computed from a row, and the class of operators that PostgreSQL is to
/// use for it, if not its own.
pub struct ComputedIndex<'a> {
    pub name: &'a str,
    pub table: &'a str,
    /// In words that both databases have, and of the row alone.
    pub expression: &'a str,
    pub operators: &'a str,
}

/// The same as [`index()`] for a computed value.
pub async fn computed_index(
    manager: &SchemaManager<'_>,
    new: ComputedIndex<'_>,
) -> Result<(), DbErr> {
    let ComputedIndex { name, table, expression, operators } = new;
    let db = manager.get_connection();
    if db.get_database_backend() != DbBackend::Postgres {
        let sql = format!("CREATE INDEX IF NOT EXISTS \"{name}\" ON \"{table}\" ({expression})");
        return db.execute_unprepared(&sql).await.map(drop);
    }
    outside_a_transaction(db)?;
    if !is_to_be_made(db, name).await? {
        return Ok(());
    }
    let on = format!("ON \"{table}\" (({expression}) {operators})");
    unhurried(db, &format!("CREATE INDEX CONCURRENTLY \"{name}\" {on}")).await
}

/// Whether an index is missing; one that a stopped run left invalid is removed.
async fn is_to_be_made(db: &DatabaseExecutor<'_>, name: &str) -> Result<bool, DbErr> {
    match index_is_valid(db, name).await? {
        Some(true) => return Ok(false),
        Some(false) => unhurried(db, &format!("DROP INDEX CONCURRENTLY \"{name}\"")).await?,
        None => {}
    }
    Ok(true)
}

/// A column that is added to a table that has rows.
pub struct NewColumn<'a> {
    pub table: &'a str,
    /// May be empty or has a constant default; without its check.
    pub definition: ColumnDef,
    pub check: Option<&'a str>,
    /// The table whose `id` it names.
    pub references: Option<&'a str>,
}

/// Adds a column, then has its check and its foreign key validated while callers go on.
pub async fn column(manager: &SchemaManager<'_>, new: NewColumn<'_>) -> Result<(), DbErr> {
    let NewColumn { table, mut definition, check: condition, references } = new;
    let db = manager.get_connection();
    let name = definition.get_column_name();
    if db.get_database_backend() != DbBackend::Postgres {
        if manager.has_column(table, &name).await? {
            return Ok(());
        }
        if let Some(condition) = condition {
            definition.check(Expr::cust(condition.to_owned()));
        }
        if let Some(other) = references {
            definition.extra(format!("REFERENCES \"{other}\" (\"id\")"));
        }
        return manager
            .alter_table(Table::alter().table(table.to_owned()).add_column(definition).take())
            .await;
    }
    outside_a_transaction(db)?;
    let added = Table::alter().table(table.to_owned()).add_column_if_not_exists(definition).take();
    briefly(db, &added.to_string(PostgresQueryBuilder)).await?;
    if let Some(condition) = condition {
        check(manager, table, &format!("{table}_{name}_check"), condition).await?;
    }
    if let Some(other) = references {
        foreign_key(manager, table, &name, other).await?;
    }
    Ok(())
}

/// Adds a check to a table that has rows. New rows are checked at once, the old ones while callers
/// go on. SQLite cannot add a check to a table: there the table is made anew, or the check comes
/// with a new [`column()`].
pub async fn check(
    manager: &SchemaManager<'_>,
    table: &str,
    name: &str,
    condition: &str,
) -> Result<(), DbErr> {
    constraint(manager.get_connection(), table, name, &format!("CHECK ({condition})")).await
}

/// Adds a foreign key to the `id` of another table; the rows that are there are validated while
/// callers go on. SQLite can add one only with a new [`column()`].
pub async fn foreign_key(
    manager: &SchemaManager<'_>,
    table: &str,
    column: &str,
    other: &str,
) -> Result<(), DbErr> {
    let name = format!("{table}_{column}_fkey");
    let key = format!("FOREIGN KEY (\"{column}\") REFERENCES \"{other}\" (\"id\")");
    constraint(manager.get_connection(), table, &name, &key).await
}

async fn constraint(
    db: &DatabaseExecutor<'_>,
    table: &str,
    name: &str,
    words: &str,
) -> Result<(), DbErr> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Err(DbErr::Migration(format!("SQLite adds no constraint to a table: {name}")));
    }
    outside_a_transaction(db)?;
    let there = "SELECT convalidated AS valid FROM pg_constraint \
                 WHERE conrelid = to_regclass(quote_ident($1)) AND conname = $2";
    let there = asked(db, there, [table, name]).await?;
    if there.is_none() {
        let add = format!("ALTER TABLE \"{table}\" ADD CONSTRAINT \"{name}\" {words} NOT VALID");
        briefly(db, &add).await?;
    }
    if there != Some(true) {
        let validate = format!("ALTER TABLE \"{table}\" VALIDATE CONSTRAINT \"{name}\"");
        unhurried(db, &validate).await?;
    }
    Ok(())
}

/// The database itself refuses that a row of the table is changed, deleted or replaced. For a table
/// that grows, or for one that the same migration makes, when its unique indexes are there. The
/// table is also named in [`crate::append_only::APPEND_ONLY`].
pub async fn append_only(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    let db = manager.get_connection();
    if db.get_database_backend() == DbBackend::Postgres {
        let trigger = format!(
            "CREATE OR REPLACE TRIGGER \"{table}_append_only\" \
             BEFORE UPDATE OR DELETE OR TRUNCATE ON \"{table}\" \
             FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        );
        return briefly(db, &trigger).await;
    }
    for what in ["update", "delete"] {
        let trigger = format!(
            "CREATE TRIGGER IF NOT EXISTS \"{table}_no_{what}\" BEFORE {what} ON \"{table}\" \
             BEGIN SELECT RAISE(ABORT, 'append-only table {table}'); END"
        );
        db.execute_unprepared(&trigger).await?;
    }
    // SQLite runs no trigger for a row that `INSERT OR REPLACE` takes away: the insert itself is
    // refused when there is such a row.
    let trigger = format!(
        "CREATE TRIGGER IF NOT EXISTS \"{table}_no_replace\" BEFORE INSERT ON \"{table}\" \
         WHEN EXISTS (SELECT 1 FROM \"{table}\" WHERE {}) \
         BEGIN SELECT RAISE(ABORT, 'append-only table {table}'); END",
        like_the_new_one(db, table).await?
    );
    db.execute_unprepared(&trigger).await.map(drop)
}

/// That a row of a table of SQLite has a key or a unique value of the one that is inserted.
async fn like_the_new_one(db: &DatabaseExecutor<'_>, table: &str) -> Result<String, DbErr> {
    const UNIQUE: &str = "SELECT 'key' AS index_name, name FROM pragma_table_info($1) WHERE pk > 0 \
         UNION ALL SELECT l.name, i.name FROM pragma_index_list($1) l, pragma_index_info(l.name) i \
         WHERE l.\"unique\" = 1 AND l.origin <> 'pk'";
    let asked = Statement::from_sql_and_values(DbBackend::Sqlite, UNIQUE, [Value::from(table)]);
    let mut unique: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in db.query_all_raw(asked).await? {
        let (index, column): (String, String) =
            (row.try_get("", "index_name")?, row.try_get("", "name")?);
        unique.entry(index).or_default().push(format!("\"{column}\" = NEW.\"{column}\""));
    }
    let each: Vec<String> =
        unique.into_values().map(|columns| format!("({})", columns.join(" AND "))).collect();
    Ok(each.join(" OR "))
}

/// Changes the rows of a table in pieces by its key, each piece with its own commit. `update` is
/// run again from the first row when the migration was stopped: its condition leaves out the rows
/// that are done.
pub async fn backfill<K>(
    manager: &SchemaManager<'_>,
    (table, key): (&str, &str),
    update: &UpdateStatement,
) -> Result<u64, DbErr>
where
    K: TryGetable + Into<Value> + Clone + Send,
{
    let db = manager.get_connection();
    if db.get_database_backend() == DbBackend::Postgres {
        outside_a_transaction(db)?;
    }
    let (mut after, mut pieces, mut changed): (Option<K>, u64, u64) = (None, 0, 0);
    loop {
        let mut last = Query::select();
        last.column(key.to_owned()).from(table.to_owned()).order_by(key.to_owned(), Order::Asc);
        last.and_where_option(after.clone().map(|after| Expr::col(key.to_owned()).gt(after)));
        let last = db.query_one(last.offset(PIECE - 1).limit(1)).await?;
        let last = last.map(|row| row.try_get_by_index::<K>(0)).transpose()?;
        let mut piece = update.clone();
        piece.and_where_option(after.map(|after| Expr::col(key.to_owned()).gt(after)));
        piece.and_where_option(last.clone().map(|last| Expr::col(key.to_owned()).lte(last)));
        changed += changed_by(db, &piece).await?;
        pieces += 1;
        if pieces.is_multiple_of(TOLD_EVERY) {
            tracing::info!(table, rows = pieces * PIECE, "rows are gone through");
        }
        after = last;
        if after.is_none() {
            return Ok(changed);
        }
    }
}

async fn changed_by(db: &DatabaseExecutor<'_>, piece: &UpdateStatement) -> Result<u64, DbErr> {
    let mut attempts = Attempts::default();
    loop {
        match db.execute(piece).await {
            Ok(done) => return Ok(done.rows_affected()),
            Err(err) if may_try_again(db) && attempts.go_on(&err).await => {}
            Err(err) => return Err(err),
        }
    }
}

/// Runs a statement that others wait behind. Within a transaction the runner sets the limit, and
/// tries the whole of it again.
pub async fn briefly(db: &DatabaseExecutor<'_>, sql: &str) -> Result<(), DbErr> {
    if !may_try_again(db) {
        return db.execute_unprepared(sql).await.map(drop);
    }
    let mut attempts = Attempts::default();
    loop {
        match within(db, attempts.lock_timeout(), sql).await {
            Ok(()) => return Ok(()),
            Err(err) if attempts.go_on(&err).await => {}
            Err(err) => return Err(err),
        }
    }
}

async fn within(db: &DatabaseExecutor<'_>, lock_timeout: u32, sql: &str) -> Result<(), DbErr> {
    let txn = db.begin().await?;
    txn.execute_unprepared(&format!("SET LOCAL lock_timeout = {lock_timeout}")).await?;
    match txn.execute_unprepared(sql).await {
        Ok(_) => txn.commit().await,
        Err(err) => {
            txn.rollback().await.ok();
            Err(err)
        }
    }
}

/// Runs a statement that nobody waits behind, however long it takes.
async fn unhurried(db: &DatabaseExecutor<'_>, sql: &str) -> Result<(), DbErr> {
    db.execute_unprepared(UNHURRIED).await?;
    let done = db.execute_unprepared(sql).await;
    db.execute_unprepared("RESET lock_timeout").await?;
    done.map(drop)
}

/// A statement that failed has spoilt the transaction it was in.
fn may_try_again(db: &DatabaseExecutor<'_>) -> bool {
    matches!(db, DatabaseExecutor::Connection(_))
}

fn outside_a_transaction(db: &DatabaseExecutor<'_>) -> Result<(), DbErr> {
    if may_try_again(db) {
        return Ok(());
    }
    let words = "a change of a table that grows needs `use_transaction() == Some(false)`";
    Err(DbErr::Migration(words.to_owned()))
}

async fn index_is_valid(db: &DatabaseExecutor<'_>, name: &str) -> Result<Option<bool>, DbErr> {
    let sql = "SELECT indisvalid AS valid FROM pg_index \
               WHERE indexrelid = to_regclass(quote_ident($1))";
    asked(db, sql, [name]).await
}

async fn asked<const N: usize>(
    db: &DatabaseExecutor<'_>,
    sql: &str,
    values: [&str; N],
) -> Result<Option<bool>, DbErr> {
    let values = values.map(Value::from);
    let row = db.query_one_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, values));
    row.await?.map(|row| row.try_get("", "valid")).transpose()
}
