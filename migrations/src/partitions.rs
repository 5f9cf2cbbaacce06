//! The tables of attendance on PostgreSQL are in parts, so that none of what is made for a term
//! grows without end: an index, a vacuum, a backup's copy. SQLite has no partitions and keeps the
//! tables whole.
//!
//! Months and terms do not end on the same days: April and July have days of two terms. So the
//! days as they stand (`attendance_month`, 9 million rows a year) are parted by the year, in which
//! every term lies whole; what schools sent (`attendance_report`, 150 million rows a year, read by
//! the month) is parted four times a year, between the months in which terms begin.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseExecutor, DbBackend, Statement, Value};

use crate::{append_only, growing};

/// How many years beyond the present one there are parts for.
const YEARS_AHEAD: i32 = 5;

/// The trigger by which a part of an append-only table can not be emptied.
pub(crate) const NOT_EMPTIED: &str = "not_emptied";

/// A table in parts by its column `month`.
pub struct Parted {
    pub table: &'static str,
    /// The months of a year with which a part begins.
    first_months: &'static [u32],
}

/// All of them.
pub const PARTED: [Parted; 2] = [
    Parted { table: "attendance_month", first_months: &[1] },
    Parted { table: "attendance_report", first_months: &[1, 5, 8, 10] },
];

/// A part: its name, the first month in it, and the first after it.
struct Part {
    name: String,
    from: String,
    to: String,
}

impl Parted {
    fn of_year(&self, year: i32) -> Vec<Part> {
        let months = self.first_months.iter().zip(1..);
        let parts = months.map(|(month, n)| {
            let next = self.first_months.iter().find(|next| *next > month);
            let to = match next {
                Some(next) => format!("{year}-{next:02}-01"),
                None => format!("{}-01-01", year + 1),
            };
            let mut name = format!("{}_y{year}", self.table);
            if self.first_months.len() > 1 {
                name = format!("{name}_{n}");
            }
            Part { name, from: format!("{year}-{month:02}-01"), to }
        });
        parts.collect()
    }
}

/// Makes the parts that are missing for the present year and those ahead; nothing on SQLite, and
/// nothing before the tables are in parts.
pub async fn provide(db: &DatabaseExecutor<'_>) -> Result<(), DbErr> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let this_year = year(db, "SELECT extract(year FROM current_date)::int AS year").await?;
    let this_year = this_year.unwrap_or_default();
    for parted in &PARTED {
        if !is_parted(db, parted.table).await? {
            continue;
        }
        // A table that had rows when it was parted keeps those in a part of their own.
        let first = year(db, &first_free(parted.table)).await?.unwrap_or(this_year);
        for part in (first..=this_year + YEARS_AHEAD).flat_map(|year| parted.of_year(year)) {
            add(db, parted.table, &part).await?;
        }
    }
    // Before the migration that guards them there is nothing to guard the new ones by.
    if has_trigger(db, "attendance_report", NOT_EMPTIED).await? {
        append_only::guard_parts(db).await?;
    }
    Ok(())
}

/// A table and its parts, those alone that lack a trigger of this name.
pub(crate) async fn without_trigger(
    db: &DatabaseExecutor<'_>,
    table: &str,
    trigger: &str,
) -> Result<Vec<String>, DbErr> {
    let sql = "SELECT relname::text AS name FROM pg_class WHERE (oid = to_regclass($1) OR oid IN \
               (SELECT inhrelid FROM pg_inherits WHERE inhparent = to_regclass($1))) \
               AND oid NOT IN (SELECT tgrelid FROM pg_trigger WHERE tgname = $2) ORDER BY 1";
    let values = [Value::from(table), Value::from(trigger)];
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
    let rows = db.query_all_raw(statement).await?;
    rows.iter().map(|row| row.try_get("", "name")).collect()
}

async fn has_trigger(db: &DatabaseExecutor<'_>, table: &str, trigger: &str) -> Result<bool, DbErr> {
    Ok(!without_trigger(db, table, trigger).await?.iter().any(|lacking| lacking == table))
}

async fn add(db: &DatabaseExecutor<'_>, table: &str, part: &Part) -> Result<(), DbErr> {
    let Part { name, from, to } = part;
    // Rows that had no part of their own stay where they are.
    let inside = format!(
        "SELECT 1 WHERE to_regclass($1) IS NOT NULL OR EXISTS \
         (SELECT 1 FROM {table}_other WHERE month >= '{from}' AND month < '{to}')"
    );
    if asked(db, &inside, name).await? {
        return Ok(());
    }
    let made = format!(
        "CREATE TABLE \"{name}\" PARTITION OF \"{table}\" FOR VALUES FROM ('{from}') TO ('{to}')"
    );
    growing::briefly(db, &made).await
}

/// The year with which the part ends that has everything before.
fn first_free(table: &str) -> String {
    format!(
        "SELECT substring(max(relname) FROM '[0-9]+$')::int AS year FROM pg_class \
         WHERE relname LIKE '{table}_until_%' AND relkind = 'r'"
    )
}

pub(crate) async fn is_parted(db: &DatabaseExecutor<'_>, table: &str) -> Result<bool, DbErr> {
    asked(db, "SELECT 1 FROM pg_partitioned_table WHERE partrelid = to_regclass($1)", table).await
}

async fn asked(db: &DatabaseExecutor<'_>, sql: &str, table: &str) -> Result<bool, DbErr> {
    let values = [Value::from(table)];
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
    Ok(db.query_one_raw(statement).await?.is_some())
}

pub(crate) async fn year(db: &DatabaseExecutor<'_>, sql: &str) -> Result<Option<i32>, DbErr> {
    let statement = Statement::from_string(DbBackend::Postgres, sql);
    db.query_one_raw(statement).await?.map_or(Ok(None), |row| row.try_get("", "year"))
}
