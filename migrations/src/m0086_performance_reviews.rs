//! Performance reviews: what each was opened with, its findings and agreed actions, and the decisions on the
//! withholding payment. Jobs may be of a kind more: one that opens the reviews of a term.
//!
//! A program of the release before meets such a job only while it is not finished, and leaves it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::{anew, growing};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [
            performance_review(),
            review_finding(),
            review_action(),
            withholding_decision(),
            withholding_step(),
        ];
        for table in tables {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        for table in
            ["performance_review", "review_finding", "withholding_decision", "withholding_step"]
        {
            growing::append_only(manager, table).await?;
        }
        jobs_of_any_kind(manager).await
    }
}

fn to(table: &'static str, column: &'static str, other: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, column).to(other, "id").to_owned()
}

fn of_review(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, "entry_id").to("performance_review", "entry_id").to_owned()
}

fn filled(column: &'static str) -> ColumnDef {
    text(column).check(Expr::cust(format!("length({column}) BETWEEN 1 AND 64"))).to_owned()
}

fn written(column: &'static str) -> ColumnDef {
    text(column).check(Expr::cust(format!("{column} <> ''"))).to_owned()
}

/// What a review was opened with.
fn performance_review() -> TableCreateStatement {
    const TABLE: &str = "performance_review";
    Table::create()
        .table(TABLE)
        .col(uuid("entry_id").primary_key())
        .col(uuid("contract_id"))
        .col(filled("term"))
        .col(json_binary("frozen"))
        .col(integer("form").check(Expr::cust("form > 0")))
        .col(text("sha256").check(Expr::cust("length(sha256) = 64")))
        .foreign_key(&mut to(TABLE, "entry_id", "register_entry"))
        .foreign_key(&mut to(TABLE, "contract_id", "contract"))
        .to_owned()
}

fn review_finding() -> TableCreateStatement {
    const TABLE: &str = "review_finding";
    Table::create()
        .table(TABLE)
        .col(uuid("id").primary_key())
        .col(uuid("entry_id"))
        .col(filled("grade"))
        .col(written("comment"))
        .col(timestamp_with_time_zone("added_at"))
        .col(uuid("added_by"))
        .foreign_key(&mut of_review(TABLE))
        .foreign_key(&mut to(TABLE, "added_by", "user_account"))
        .to_owned()
}

fn review_action() -> TableCreateStatement {
    const TABLE: &str = "review_action";
    Table::create()
        .table(TABLE)
        .col(uuid("id").primary_key())
        .col(uuid("entry_id"))
        .col(uuid_null("finding_id"))
        .col(written("action"))
        .col(written("owner"))
        .col(date("due_on"))
        .col(filled("status"))
        .col(timestamp_with_time_zone("status_since"))
        .col(uuid("status_by"))
        .col(text_null("reason"))
        .col(timestamp_with_time_zone("agreed_at"))
        .col(uuid("agreed_by"))
        .col(integer("version").check(Expr::cust("version > 0")))
        .foreign_key(&mut of_review(TABLE))
        .foreign_key(&mut to(TABLE, "finding_id", "review_finding"))
        .foreign_key(&mut to(TABLE, "status_by", "user_account"))
        .foreign_key(&mut to(TABLE, "agreed_by", "user_account"))
        .check(Expr::cust("status <> 'dropped' OR reason IS NOT NULL"))
        .to_owned()
}

/// A decision on the withholding payment of a review; the one with the highest number counts.
fn withholding_decision() -> TableCreateStatement {
    const TABLE: &str = "withholding_decision";
    Table::create()
        .table(TABLE)
        .col(uuid("id").primary_key())
        .col(uuid("entry_id"))
        .col(integer("number").check(Expr::cust("number > 0")))
        .col(text("outcome").check(Expr::col("outcome").is_in(["released", "withheld"])))
        .col(big_integer("amount_cents").check(Expr::cust("amount_cents > 0")))
        .col(text_null("reason"))
        .col(json_binary("accepted_despite"))
        .col(boolean("needs_second"))
        .col(timestamp_with_time_zone("proposed_at"))
        .col(uuid("proposed_by"))
        .foreign_key(&mut of_review(TABLE))
        .foreign_key(&mut to(TABLE, "proposed_by", "user_account"))
        .check(Expr::cust("reason IS NOT NULL OR (outcome = 'released' AND number = 1)"))
        .to_owned()
}

/// A step that was taken on a decision.
fn withholding_step() -> TableCreateStatement {
    const TABLE: &str = "withholding_step";
    Table::create()
        .table(TABLE)
        .col(uuid("decision_id"))
        .col(text("step").check(Expr::col("step").is_in(["confirm", "pay"])))
        .col(uuid("entry_id"))
        .col(timestamp_with_time_zone("taken_at"))
        .col(uuid("taken_by"))
        .primary_key(Index::create().col("decision_id").col("step"))
        .foreign_key(&mut of_review(TABLE))
        .foreign_key(&mut to(TABLE, "decision_id", "withholding_decision"))
        .foreign_key(&mut to(TABLE, "taken_by", "user_account"))
        .to_owned()
}

fn indexes() -> [IndexCreateStatement; 4] {
    let one_of_a_term = Index::create()
        .unique()
        .name("performance_review_one_of_a_term")
        .table("performance_review")
        .col("contract_id")
        .col("term")
        .to_owned();
    let of_entry = |name: &'static str, table: &'static str| {
        Index::create().name(name).table(table).col("entry_id").col("id").to_owned()
    };
    let one_number = Index::create()
        .unique()
        .name("withholding_decision_number")
        .table("withholding_decision")
        .col("entry_id")
        .col("number")
        .to_owned();
    [
        one_of_a_term,
        of_entry("review_finding_of_entry", "review_finding"),
        of_entry("review_action_of_entry", "review_action"),
        one_number,
    ]
}

/// The kinds of jobs were a list of the schema. The program refuses every other.
async fn jobs_of_any_kind(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    if db.get_database_backend() == DbBackend::Postgres {
        let any = "ALTER TABLE job DROP CONSTRAINT IF EXISTS job_kind_check";
        return growing::briefly(db, any).await;
    }
    // The parts refer to their job, so they step aside while its table is made anew.
    let parts = Table::create()
        .table("job_part_anew")
        .col(uuid("job_id"))
        .col(integer("position").check(Expr::cust("position >= 0")))
        .col(text("body"))
        .primary_key(Index::create().col("job_id").col("position"))
        .foreign_key(ForeignKey::create().from("job_part_anew", "job_id").to("job", "id"))
        .to_owned();
    db.execute_unprepared("CREATE TABLE job_part_aside AS SELECT * FROM job_part").await?;
    db.execute_unprepared("DROP TABLE job_part").await?;
    anew::with(db, "job", (" CHECK (\"kind\" IN ('measure_rows'))", "")).await?;
    manager.create_table(parts).await?;
    for statement in [
        "INSERT INTO job_part_anew (job_id, position, body) \
         SELECT job_id, position, body FROM job_part_aside",
        "DROP TABLE job_part_aside",
        "ALTER TABLE job_part_anew RENAME TO job_part",
    ] {
        db.execute_unprepared(statement).await?;
    }
    Ok(())
}
