//! The tables of attendance come in parts on PostgreSQL, before they have 150 million rows a year.
//! The table that is there becomes the first part, so that no row moves: what takes time is done
//! while callers go on, and what takes a lock changes the catalogue alone. A program of the release
//! before reads and writes the table under its old name, and knows of no parts.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseExecutor, DbBackend, Statement};

use crate::{growing, partitions};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        for table in &TABLES {
            if !partitions::is_parted(manager.get_connection(), table.name).await? {
                part(manager, table).await?;
            }
        }
        partitions::provide(manager.get_connection()).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }
}

/// A table that is parted by the first day of the month.
struct Whole {
    name: &'static str,
    /// The key has to name the month, so that each part can hold it by itself.
    key: &'static [&'static str],
    index: (&'static str, &'static [&'static str]),
}

const TABLES: [Whole; 2] = [
    Whole {
        name: "attendance_month",
        key: &["student_id", "month", "school_id"],
        index: ("attendance_month_by_school", &["school_id", "month"]),
    },
    Whole {
        name: "attendance_report",
        key: &["id", "month"],
        index: ("attendance_report_by_month", &["student_id", "month"]),
    },
];

async fn part(manager: &SchemaManager<'_>, table: &Whole) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let name = table.name;
    if !has_rows(db, name).await? {
        return growing::briefly(db, &replaced(table)).await;
    }
    // Schools send no days to come: nothing of that year is written before the table is in parts.
    let year = format!(
        "SELECT extract(year FROM greatest(max(month), current_date + 60))::int + 1 AS year \
         FROM {name}"
    );
    let year = partitions::year(db, &year).await?.unwrap_or_default();
    let first = format!("{name}_until_{year}");
    growing::check(manager, name, &first, &format!("month < '{year}-01-01'")).await?;
    let key = format!("{first}_pkey");
    let mut unique = Index::create().name(key.clone()).table(name).unique().to_owned();
    for column in table.key {
        unique.col(*column);
    }
    growing::index(manager, &unique).await?;
    growing::briefly(db, &attached(table, year, &first)).await
}

/// An empty table goes, and the one in parts takes its place. Rows that came in meanwhile stop it;
/// the next `migrate` finds them.
fn replaced(table: &Whole) -> String {
    let name = table.name;
    format!(
        "LOCK TABLE {name} IN ACCESS EXCLUSIVE MODE; \
         DO $$ BEGIN IF EXISTS (SELECT 1 FROM {name}) THEN \
         RAISE EXCEPTION '{name} is not empty any more'; END IF; END $$; \
         ALTER TABLE {name} RENAME TO {name}_before; {} \
         DROP TABLE {name}_before; {} \
         CREATE TABLE {name}_until_2025 PARTITION OF {name} \
         FOR VALUES FROM (MINVALUE) TO ('2025-01-01'); {}",
        like(table, &format!("{name}_before")),
        keyed(table),
        other(name),
    )
}

/// The table becomes the first part of one that takes its name. Its key, its index and its foreign
/// keys are those of the whole, and none is made anew.
fn attached(table: &Whole, year: i32, first: &str) -> String {
    let Whole { name, index: (index, _), .. } = table;
    format!(
        "LOCK TABLE {name} IN ACCESS EXCLUSIVE MODE; \
         ALTER TABLE {name} RENAME TO {first}; \
         ALTER TABLE {first} DROP CONSTRAINT {name}_pkey, \
         ADD CONSTRAINT {first}_key PRIMARY KEY USING INDEX {first}_pkey; \
         ALTER INDEX {index} RENAME TO {first}_index; {} {} \
         ALTER TABLE {name} ATTACH PARTITION {first} \
         FOR VALUES FROM (MINVALUE) TO ('{year}-01-01'); {}",
        like(table, first),
        keyed(table),
        other(name),
    )
}

fn like(table: &Whole, before: &str) -> String {
    let name = table.name;
    format!("CREATE TABLE {name} (LIKE {before}) PARTITION BY RANGE (month);")
}

fn keyed(table: &Whole) -> String {
    let Whole { name, key, index: (index, columns) } = table;
    format!(
        "ALTER TABLE {name} ADD CONSTRAINT {name}_pkey PRIMARY KEY ({}), \
         ADD CONSTRAINT {name}_student_id_fkey FOREIGN KEY (student_id) REFERENCES student (id), \
         ADD CONSTRAINT {name}_school_id_fkey FOREIGN KEY (school_id) REFERENCES school (id); \
         CREATE INDEX {index} ON {name} ({});",
        key.join(", "),
        columns.join(", "),
    )
}

/// What lies in no part finds a place, and `doctor` tells of it.
fn other(name: &str) -> String {
    format!("CREATE TABLE {name}_other PARTITION OF {name} DEFAULT")
}

async fn has_rows(db: &DatabaseExecutor<'_>, name: &str) -> Result<bool, DbErr> {
    let any = format!("SELECT 1 FROM {name} LIMIT 1");
    let any = Statement::from_string(DbBackend::Postgres, any);
    Ok(db.query_one_raw(any).await?.is_some())
}
