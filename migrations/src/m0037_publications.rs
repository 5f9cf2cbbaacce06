//! Numbers that were published: an edition is written once and stays as it is.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(publication()).await?;
        manager.create_index(one_edition()).await?;
        manager.create_table(published_row()).await?;
        let postgres = manager.get_database_backend() == DbBackend::Postgres;
        let guards = if postgres { POSTGRES } else { SQLITE };
        for guard in guards {
            manager.get_connection().execute_unprepared(guard).await?;
        }
        Ok(())
    }
}

const MEASURES: [&str; 4] = ["school_contact", "whanau_contact", "improved_attendance", "enrolled"];
/// Schools and students are not published.
const LEVELS: [&str; 4] = ["national", "region", "catchment", "provider"];
const CLASSIFICATIONS: [&str; 2] = ["ethnic_group", "year_level"];

/// One measure of one term. The key that its numbers were rounded by is not kept.
fn publication() -> TableCreateStatement {
    Table::create()
        .table("publication")
        .col(uuid("id").primary_key())
        .col(text("term"))
        .col(text("measure").check(Expr::col("measure").is_in(MEASURES)))
        .col(timestamp_with_time_zone("as_of"))
        .col(timestamp_with_time_zone("published_at"))
        .col(uuid("published_by"))
        .col(integer("threshold").check(Expr::cust("threshold > 0")))
        .col(integer("base").check(Expr::cust("base > 0")))
        .col(text("rule_version"))
        .col(text("calendar_version"))
        .to_owned()
}

/// A second edition could be subtracted from the first.
fn one_edition() -> IndexCreateStatement {
    Index::create()
        .unique()
        .name("publication_one_edition")
        .table("publication")
        .col("term")
        .col("measure")
        .to_owned()
}

/// The figures of one place, one category and one limit; a figure that is hidden is null.
fn published_row() -> TableCreateStatement {
    let figure = |name: &'static str| {
        integer_null(name).check(Expr::cust(format!("{name} >= 0"))).to_owned()
    };
    Table::create()
        .table("published_row")
        .col(uuid("publication_id"))
        .col(integer("position").check(Expr::cust("position >= 0")))
        .col(text("level").check(Expr::col("level").is_in(LEVELS)))
        .col(text("key"))
        .col(text_null("name"))
        .col(text_null("classification").check(Expr::col("classification").is_in(CLASSIFICATIONS)))
        .col(text_null("category"))
        .col(integer_null("within_days"))
        .col(figure("met"))
        .col(figure("missed"))
        .col(figure("excluded"))
        .col(figure("denominator"))
        .primary_key(Index::create().col("publication_id").col("position"))
        .foreign_key(
            ForeignKey::create().from("published_row", "publication_id").to("publication", "id"),
        )
        .check(Expr::cust("(classification IS NULL) = (category IS NULL)"))
        .to_owned()
}

const POSTGRES: &[&str] = &[
    "CREATE TRIGGER publication_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON publication \
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER published_row_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON published_row \
     FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
];

const SQLITE: &[&str] = &[
    "CREATE TRIGGER publication_no_update BEFORE UPDATE ON publication \
     BEGIN SELECT RAISE(ABORT, 'append-only table publication'); END",
    "CREATE TRIGGER publication_no_delete BEFORE DELETE ON publication \
     BEGIN SELECT RAISE(ABORT, 'append-only table publication'); END",
    "CREATE TRIGGER published_row_no_update BEFORE UPDATE ON published_row \
     BEGIN SELECT RAISE(ABORT, 'append-only table published_row'); END",
    "CREATE TRIGGER published_row_no_delete BEFORE DELETE ON published_row \
     BEGIN SELECT RAISE(ABORT, 'append-only table published_row'); END",
];
