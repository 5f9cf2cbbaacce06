//! The Ministry's reviews of closures that one person decided alone.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, Statement};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        if manager.get_database_backend() == DbBackend::Postgres {
            db.execute_unprepared(ALONE_ON_POSTGRES).await?;
        } else {
            alone_on_sqlite(db).await?;
        }
        manager.create_table(closure_review()).await?;
        let by_provider = Index::create()
            .name("closure_review_by_provider")
            .table("closure_review")
            .col("provider_id")
            .col("id")
            .to_owned();
        manager.create_index(by_provider).await
    }
}

/// The person who proposed a closure could not approve it. A team of one does both; everybody else is held by
/// the rule of the case's life.
const NOT_ALONE: &str = "status <> 'approved' OR decided_by <> proposed_by";

const ALONE_ON_POSTGRES: &str = "DO $$ DECLARE found text; BEGIN \
    SELECT conname INTO found FROM pg_constraint WHERE conrelid = 'case_closure'::regclass \
    AND contype = 'c' AND pg_get_constraintdef(oid) LIKE '%decided_by <> proposed_by%'; \
    IF found IS NOT NULL THEN EXECUTE format('ALTER TABLE case_closure DROP CONSTRAINT %I', found); \
    END IF; END $$";

/// SQLite changes no CHECK: the table is made anew from its own words without this one, and what is
/// in it and beside it moves over. Nothing refers to it yet.
async fn alone_on_sqlite(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    let all =
        "SELECT type, sql FROM sqlite_master WHERE tbl_name = 'case_closure' AND sql IS NOT NULL";
    let found = db.query_all_raw(Statement::from_string(DbBackend::Sqlite, all)).await?;
    let (mut table, mut beside) = (String::new(), Vec::new());
    for row in found {
        let (kind, sql): (String, String) = (row.try_get("", "type")?, row.try_get("", "sql")?);
        if kind == "table" { table = sql } else { beside.push(sql) }
    }
    let check = format!("CHECK ({NOT_ALONE})");
    if !table.contains(&check) {
        return Err(DbErr::Custom("case_closure is not as m0019 made it".to_owned()));
    }
    let anew =
        table.replace(&format!(", {check}"), "").replacen("case_closure", "case_closure_anew", 1);
    for sql in [
        anew.as_str(),
        "INSERT INTO case_closure_anew SELECT * FROM case_closure",
        "DROP TABLE case_closure",
        "ALTER TABLE case_closure_anew RENAME TO case_closure",
    ] {
        db.execute_unprepared(sql).await?;
    }
    for sql in &beside {
        db.execute_unprepared(sql).await?;
    }
    Ok(())
}

fn closure_review() -> TableCreateStatement {
    let to = |column: &'static str, table: &'static str| {
        ForeignKey::create().from("closure_review", column).to(table, "id").to_owned()
    };
    let with_outcome = |column: &str| Expr::cust(format!("(outcome IS NULL) = ({column} IS NULL)"));
    Table::create()
        .table("closure_review")
        .col(uuid("id").primary_key())
        .col(uuid("closure_id").unique_key())
        .col(uuid("case_id"))
        .col(uuid("provider_id"))
        .col(uuid("decided_by"))
        .col(timestamp_with_time_zone("decided_at"))
        .col(date("due_on"))
        .col(text("calendar_version"))
        .col(text_null("outcome").check(Expr::col("outcome").is_in(["confirmed", "questioned"])))
        .col(text_null("words").check(Expr::cust("words IS NULL OR outcome IS NOT NULL")))
        .col(uuid_null("reviewed_by").check(with_outcome("reviewed_by")))
        .col(timestamp_with_time_zone_null("reviewed_at").check(with_outcome("reviewed_at")))
        .foreign_key(&mut to("closure_id", "case_closure"))
        .foreign_key(&mut to("case_id", "attendance_case"))
        .foreign_key(&mut to("provider_id", "organisation"))
        .foreign_key(&mut to("decided_by", "user_account"))
        .foreign_key(&mut to("reviewed_by", "user_account"))
        .to_owned()
}
