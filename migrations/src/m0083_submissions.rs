//! Templates and submissions: what of them is looked up, the versions that were submitted, the decisions on them,
//! and the progress of milestones.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::growing;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [
            template(),
            submission(),
            submission_version(),
            submission_decision(),
            milestone_progress(),
        ];
        for table in tables {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        for table in ["submission_version", "submission_decision", "milestone_progress"] {
            growing::append_only(manager, table).await?;
        }
        Ok(())
    }
}

fn to(table: &'static str, column: &'static str, other: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, column).to(other, "id").to_owned()
}

fn filled(column: &'static str) -> ColumnDef {
    text(column).check(Expr::cust(format!("length({column}) BETWEEN 1 AND 64"))).to_owned()
}

/// What a template is known by: its code, and the number of the version.
fn template() -> TableCreateStatement {
    const TABLE: &str = "template";
    Table::create()
        .table(TABLE)
        .col(uuid("entry_id").primary_key())
        .col(filled("code"))
        .col(integer("template_version").check(Expr::cust("template_version BETWEEN 1 AND 1000")))
        .col(filled("kind"))
        .foreign_key(&mut to(TABLE, "entry_id", "register_entry"))
        .to_owned()
}

/// What a submission is about, and how far it has come. The row is changed with its entry.
fn submission() -> TableCreateStatement {
    const TABLE: &str = "submission";
    Table::create()
        .table(TABLE)
        .col(uuid("entry_id").primary_key())
        .col(uuid("contract_id"))
        .col(filled("kind"))
        .col(filled("period"))
        .col(uuid("template_id"))
        .col(date_null("due_on"))
        .col(date_null("first_submitted_on"))
        .col(integer("last_version").check(Expr::cust("last_version >= 0")))
        .col(
            integer_null("accepted_version")
                .check(Expr::cust("accepted_version BETWEEN 1 AND last_version")),
        )
        .col(boolean("figures_pending"))
        .foreign_key(&mut to(TABLE, "entry_id", "register_entry"))
        .foreign_key(&mut to(TABLE, "contract_id", "contract"))
        .foreign_key(&mut to(TABLE, "template_id", "register_entry"))
        .check(Expr::cust("(first_submitted_on IS NULL) = (last_version = 0)"))
        .to_owned()
}

/// A version as it was submitted.
fn submission_version() -> TableCreateStatement {
    const TABLE: &str = "submission_version";
    Table::create()
        .table(TABLE)
        .col(uuid("entry_id"))
        .col(integer("number").check(Expr::cust("number > 0")))
        .col(json_binary("frozen"))
        .col(integer("form").check(Expr::cust("form > 0")))
        .col(text("sha256").check(Expr::cust("length(sha256) = 64")))
        .col(timestamp_with_time_zone("submitted_at"))
        .col(uuid("submitted_by"))
        .primary_key(Index::create().col("entry_id").col("number"))
        .foreign_key(&mut to(TABLE, "entry_id", "register_entry"))
        .foreign_key(&mut to(TABLE, "submitted_by", "user_account"))
        .to_owned()
}

/// The Ministry's decision on a version: one.
fn submission_decision() -> TableCreateStatement {
    const TABLE: &str = "submission_decision";
    Table::create()
        .table(TABLE)
        .col(uuid("entry_id"))
        .col(integer("number"))
        .col(text("outcome").check(Expr::col("outcome").is_in(["accepted", "returned"])))
        .col(text_null("comment"))
        .col(timestamp_with_time_zone("decided_at"))
        .col(uuid("decided_by"))
        .primary_key(Index::create().col("entry_id").col("number"))
        .foreign_key(
            ForeignKey::create()
                .from(TABLE, ("entry_id", "number"))
                .to("submission_version", ("entry_id", "number")),
        )
        .foreign_key(&mut to(TABLE, "decided_by", "user_account"))
        .check(Expr::cust("outcome = 'accepted' OR comment IS NOT NULL"))
        .to_owned()
}

/// How a milestone of an accepted plan goes; the newest row counts.
fn milestone_progress() -> TableCreateStatement {
    const TABLE: &str = "milestone_progress";
    Table::create()
        .table(TABLE)
        .col(uuid("id").primary_key())
        .col(uuid("entry_id"))
        .col(filled("milestone"))
        .col(date("assessed_on"))
        .col(filled("standing"))
        .col(text("comment").check(Expr::cust("comment <> ''")))
        .col(timestamp_with_time_zone("recorded_at"))
        .col(uuid("recorded_by"))
        .foreign_key(&mut to(TABLE, "entry_id", "register_entry"))
        .foreign_key(&mut to(TABLE, "recorded_by", "user_account"))
        .to_owned()
}

fn indexes() -> [IndexCreateStatement; 3] {
    let one_version = Index::create()
        .unique()
        .name("template_one_version")
        .table("template")
        .col("code")
        .col("template_version")
        .to_owned();
    let one_of_a_period = Index::create()
        .unique()
        .name("submission_one_of_a_period")
        .table("submission")
        .col("contract_id")
        .col("kind")
        .col("period")
        .to_owned();
    let of_a_plan = Index::create()
        .name("milestone_progress_of_entry")
        .table("milestone_progress")
        .col("entry_id")
        .col("id")
        .to_owned();
    [one_version, one_of_a_period, of_a_plan]
}
