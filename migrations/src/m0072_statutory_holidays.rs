//! A rule more may have versions: the holidays that Acts name. The names of rules are no longer a
//! list of the schema, since the program refuses every other; a release that knows fewer of them
//! reads the versions of its own.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        if manager.get_database_backend() == DbBackend::Postgres {
            db.execute_unprepared(POSTGRES).await?;
            return Ok(());
        }
        // SQLite changes no CHECK: the table is made anew, and what is in it moves over.
        let table = Table::create()
            .table("rule_version_anew")
            .col(text("rule").check(Expr::cust("length(rule) BETWEEN 1 AND 64")))
            .col(text("version"))
            .col(date("valid_from"))
            .col(text("parameters"))
            .col(text_null("whole"))
            .col(timestamp_with_time_zone("added_at").default("2020-01-01T00:00:00+00:00"))
            .col(uuid_null("id"))
            .primary_key(Index::create().col("rule").col("version"))
            .to_owned();
        manager.create_table(table).await?;
        for statement in SQLITE {
            db.execute_unprepared(statement).await?;
        }
        let dates = Index::create()
            .unique()
            .name("rule_version_dates")
            .table("rule_version")
            .col("rule")
            .col("valid_from")
            .to_owned();
        manager.create_index(dates).await
    }
}

/// Whatever the check is called that the table came with.
const POSTGRES: &str = "DO $$ DECLARE one text; BEGIN \
     FOR one IN SELECT conname FROM pg_constraint \
     WHERE conrelid = 'rule_version'::regclass AND contype = 'c' LOOP \
     EXECUTE format('ALTER TABLE rule_version DROP CONSTRAINT %I', one); END LOOP; END $$; \
     ALTER TABLE rule_version ADD CONSTRAINT rule_version_rule_check \
     CHECK (length(rule) BETWEEN 1 AND 64)";

const SQLITE: &[&str] = &[
    "INSERT INTO rule_version_anew (rule, version, valid_from, parameters, whole, added_at, id) \
     SELECT rule, version, valid_from, parameters, whole, added_at, id FROM rule_version",
    "DROP TABLE rule_version",
    "ALTER TABLE rule_version_anew RENAME TO rule_version",
];
