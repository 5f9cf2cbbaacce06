//! Registers: one table for the entries of all of them, whom an entry is addressed to, and what is due
//! because of it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

use crate::growing;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [register_entry(), broadcast(), broadcast_audience(), duty()] {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        freeze(manager).await
    }
}

fn to(table: &'static str, column: &'static str, other: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, column).to(other, "id").to_owned()
}

/// The header that all registers share, and the content of the entry, kept whole. Which registers
/// there are, and which states each has, is the program's word: a release adds some without a
/// migration.
fn register_entry() -> TableCreateStatement {
    const TABLE: &str = "register_entry";
    Table::create()
        .table(TABLE)
        .col(uuid("id").primary_key())
        .col(text("kind").check(Expr::cust("length(kind) BETWEEN 1 AND 64")))
        .col(uuid_null("organisation_id"))
        .col(integer_null("contract_year").check(Expr::cust("contract_year BETWEEN 2020 AND 2100")))
        .col(uuid_null("case_id"))
        .col(text("status").check(Expr::cust("length(status) BETWEEN 1 AND 64")))
        .col(uuid("status_by"))
        .col(timestamp_with_time_zone("status_since"))
        .col(text_null("comment"))
        .col(date_null("due_on"))
        .col(json_binary("content"))
        .col(integer("form").check(Expr::cust("form > 0")))
        .col(boolean("frozen"))
        .col(uuid("opened_by"))
        .col(timestamp_with_time_zone("opened_at"))
        .col(uuid("edited_by"))
        .col(integer("version").check(Expr::cust("version > 0")))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut to(TABLE, "organisation_id", "organisation"))
        .foreign_key(&mut to(TABLE, "case_id", "attendance_case"))
        .foreign_key(&mut to(TABLE, "status_by", "user_account"))
        .foreign_key(&mut to(TABLE, "opened_by", "user_account"))
        .foreign_key(&mut to(TABLE, "edited_by", "user_account"))
        .to_owned()
}

/// From when to when an entry is read by those to whom it is addressed.
fn broadcast() -> TableCreateStatement {
    Table::create()
        .table("broadcast")
        .col(uuid("entry_id").primary_key())
        .col(date("valid_from"))
        .col(date_null("valid_to"))
        .foreign_key(&mut to("broadcast", "entry_id", "register_entry"))
        .check(Expr::cust("valid_to >= valid_from"))
        .to_owned()
}

/// Whom an entry is addressed to. A dimension without a row leaves nobody out.
fn broadcast_audience() -> TableCreateStatement {
    const DIMENSIONS: [&str; 4] = ["organisation_kind", "role", "catchment", "education_region"];
    Table::create()
        .table("broadcast_audience")
        .col(uuid("entry_id"))
        .col(text("dimension").check(Expr::col("dimension").is_in(DIMENSIONS)))
        .col(text("value").check(Expr::cust("value <> ''")))
        .primary_key(Index::create().col("entry_id").col("dimension").col("value"))
        .foreign_key(&mut to("broadcast_audience", "entry_id", "register_entry"))
        .to_owned()
}

/// What is due, by when, and how it ended.
fn duty() -> TableCreateStatement {
    const OUTCOMES: [&str; 3] = ["done", "waived", "lapsed"];
    let with_outcome = |column: &str| Expr::cust(format!("(outcome IS NULL) = ({column} IS NULL)"));
    Table::create()
        .table("duty")
        .col(uuid("id").primary_key())
        .col(text("kind").check(Expr::cust("length(kind) BETWEEN 1 AND 64")))
        .col(uuid_null("entry_id"))
        .col(uuid_null("organisation_id"))
        .col(text("period").check(Expr::cust("period <> ''")))
        .col(date("opens_on"))
        .col(date("due_on").check(Expr::cust("due_on >= opens_on")))
        .col(text_null("calendar_version"))
        .col(text_null("outcome").check(Expr::col("outcome").is_in(OUTCOMES)))
        .col(date_null("outcome_on").check(with_outcome("outcome_on")))
        .col(uuid_null("outcome_by").check(with_outcome("outcome_by")))
        .col(text_null("outcome_reason"))
        .foreign_key(&mut to("duty", "entry_id", "register_entry"))
        .foreign_key(&mut to("duty", "organisation_id", "organisation"))
        .foreign_key(&mut to("duty", "outcome_by", "user_account"))
        .to_owned()
}

fn indexes() -> [IndexCreateStatement; 3] {
    let of_a_register = Index::create()
        .name("register_entry_by_kind")
        .table("register_entry")
        .col("kind")
        .col("id")
        .to_owned();
    let of_an_entry = Index::create()
        .unique()
        .name("duty_of_entry")
        .table("duty")
        .col("entry_id")
        .col("kind")
        .col("period")
        .to_owned();
    let by_day =
        Index::create().name("duty_by_day").table("duty").col("due_on").col("id").to_owned();
    [of_a_register, of_an_entry, by_day]
}

/// The database itself refuses that what was frozen gets another content, or thaws.
async fn freeze(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    if db.get_database_backend() == DbBackend::Postgres {
        let trigger = "CREATE OR REPLACE TRIGGER register_entry_frozen \
             BEFORE UPDATE ON register_entry FOR EACH ROW \
             WHEN (OLD.frozen AND (NOT NEW.frozen OR OLD.content IS DISTINCT FROM NEW.content)) \
             EXECUTE FUNCTION refuse_change()";
        return growing::briefly(db, trigger).await;
    }
    let trigger = "CREATE TRIGGER IF NOT EXISTS register_entry_frozen \
         BEFORE UPDATE ON register_entry \
         WHEN OLD.frozen AND (NOT NEW.frozen OR OLD.content IS NOT NEW.content) \
         BEGIN SELECT RAISE(ABORT, 'frozen row of register_entry'); END";
    db.execute_unprepared(trigger).await.map(drop)
}
