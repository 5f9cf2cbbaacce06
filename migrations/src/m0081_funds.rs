//! Unmet basic needs funds: the needs that cases ask for, and the ledger of each contract's year. Amounts
//! are in New Zealand cents with GST.
//!
//! The row of a fund has its balance, which is the fold over the entries of its ledger: the rule is asked
//! of it under its lock. Entries are never changed.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::growing;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [fund(), need(), need_case(), fund_entry(), fund_figure(), fund_student()];
        for table in tables {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        growing::append_only(manager, "fund_entry").await
    }
}

fn to(table: &'static str, column: &'static str, other: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, column).to(other, "id").to_owned()
}

fn together(one: &str, other: &str) -> SimpleExpr {
    Expr::cust(format!("({one} IS NULL) = ({other} IS NULL)"))
}

fn fund() -> TableCreateStatement {
    const TABLE: &str = "fund";
    const STATUSES: [&str; 3] = ["proposed", "open", "closed"];
    Table::create()
        .table(TABLE)
        .col(uuid("id").primary_key())
        .col(uuid("contract_id"))
        .col(uuid("provider_id"))
        .col(integer("year").check(Expr::cust("year BETWEEN 2020 AND 2100")))
        .col(text("status").check(Expr::col("status").is_in(STATUSES)))
        .col(big_integer("budget_cents").check(Expr::cust("budget_cents >= 0")))
        .col(big_integer("overrides_cents").check(Expr::cust("overrides_cents >= 0")))
        .col(big_integer("committed_cents").check(Expr::cust("committed_cents >= 0")))
        .col(big_integer("spent_cents").check(Expr::cust("spent_cents >= 0")))
        .col(big_integer("others_supported").check(Expr::cust("others_supported >= 0")))
        .col(big_integer_null("proposed_cents"))
        .col(text_null("proposed_reason"))
        .col(uuid_null("proposed_by"))
        .col(timestamp_with_time_zone_null("proposed_at"))
        .col(uuid("opened_by"))
        .col(timestamp_with_time_zone("opened_at"))
        .col(uuid_null("closed_by"))
        .col(timestamp_with_time_zone_null("closed_at"))
        .col(integer("version").check(Expr::cust("version > 0")))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut to(TABLE, "contract_id", "contract"))
        .foreign_key(&mut to(TABLE, "provider_id", "organisation"))
        .foreign_key(&mut to(TABLE, "proposed_by", "user_account"))
        .foreign_key(&mut to(TABLE, "opened_by", "user_account"))
        .foreign_key(&mut to(TABLE, "closed_by", "user_account"))
        .check(Expr::cust("committed_cents + spent_cents <= budget_cents + overrides_cents"))
        .check(together("proposed_cents", "proposed_by"))
        .check(together("proposed_cents", "proposed_at"))
        .check(Expr::cust("(status = 'closed') = (closed_by IS NOT NULL)"))
        .check(together("closed_by", "closed_at"))
        .check(Expr::cust("status <> 'closed' OR committed_cents = 0"))
        .to_owned()
}

fn need() -> TableCreateStatement {
    const TABLE: &str = "need";
    const STATUSES: [&str; 6] =
        ["requested", "approved", "declined", "cancelled", "part_spent", "settled"];
    Table::create()
        .table(TABLE)
        .col(uuid("id").primary_key())
        .col(uuid("case_id"))
        .col(uuid("contract_id"))
        .col(uuid("provider_id"))
        .col(uuid("school_id"))
        .col(uuid_null("fund_id"))
        .col(text("category").check(Expr::cust("length(category) BETWEEN 1 AND 64")))
        .col(big_integer("amount_cents").check(Expr::cust("amount_cents BETWEEN 1 AND 100000000")))
        .col(text("purpose").check(Expr::cust("purpose <> ''")))
        .col(uuid_null("barrier_id"))
        .col(date_null("needed_by"))
        .col(integer("others_supported").check(Expr::cust("others_supported BETWEEN 0 AND 100000")))
        .col(json_binary("documents"))
        .col(text("status").check(Expr::col("status").is_in(STATUSES)))
        .col(big_integer("committed_cents").check(Expr::cust("committed_cents >= 0")))
        .col(big_integer("spent_cents").check(Expr::cust("spent_cents >= 0")))
        .col(uuid("asked_by"))
        .col(timestamp_with_time_zone("asked_at"))
        .col(date("decide_by"))
        .col(text("calendar_version"))
        .col(uuid_null("decided_by"))
        .col(timestamp_with_time_zone_null("decided_at"))
        .col(text_null("comment"))
        .col(date_null("settle_by"))
        .col(uuid_null("settled_by"))
        .col(timestamp_with_time_zone_null("settled_at"))
        .col(date_null("review_by"))
        .col(
            text_null("review_outcome")
                .check(Expr::col("review_outcome").is_in(["confirmed", "questioned"])),
        )
        .col(text_null("review_comment"))
        .col(uuid_null("reviewed_by"))
        .col(timestamp_with_time_zone_null("reviewed_at"))
        .col(integer("version").check(Expr::cust("version > 0")))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut to(TABLE, "case_id", "attendance_case"))
        .foreign_key(&mut to(TABLE, "contract_id", "contract"))
        .foreign_key(&mut to(TABLE, "provider_id", "organisation"))
        .foreign_key(&mut to(TABLE, "school_id", "school"))
        .foreign_key(&mut to(TABLE, "fund_id", "fund"))
        .foreign_key(&mut to(TABLE, "barrier_id", "barrier"))
        .foreign_key(&mut to(TABLE, "asked_by", "user_account"))
        .foreign_key(&mut to(TABLE, "decided_by", "user_account"))
        .foreign_key(&mut to(TABLE, "settled_by", "user_account"))
        .foreign_key(&mut to(TABLE, "reviewed_by", "user_account"))
        // Money is of a fund, and of a need that was approved.
        .check(Expr::cust(
            "(fund_id IS NOT NULL) = (status IN ('approved', 'part_spent', 'settled'))",
        ))
        .check(Expr::cust("fund_id IS NOT NULL OR committed_cents + spent_cents = 0"))
        .check(together("fund_id", "settle_by"))
        .check(together("decided_by", "decided_at"))
        .check(Expr::cust("(status IN ('requested', 'cancelled')) = (decided_by IS NULL)"))
        .check(Expr::cust("(status = 'settled') = (settled_by IS NOT NULL)"))
        .check(together("settled_by", "settled_at"))
        .check(Expr::cust("status <> 'settled' OR committed_cents = 0"))
        .check(together("review_outcome", "reviewed_by"))
        .check(together("review_outcome", "reviewed_at"))
        .check(Expr::cust("review_outcome IS NULL OR review_by IS NOT NULL"))
        .to_owned()
}

/// The cases whose students a need helps, its own with them; each with the student of when it was asked.
fn need_case() -> TableCreateStatement {
    const TABLE: &str = "need_case";
    Table::create()
        .table(TABLE)
        .col(uuid("need_id"))
        .col(uuid("case_id"))
        .col(uuid("student_id"))
        .primary_key(Index::create().col("need_id").col("case_id"))
        .foreign_key(&mut to(TABLE, "need_id", "need"))
        .foreign_key(&mut to(TABLE, "case_id", "attendance_case"))
        .foreign_key(&mut to(TABLE, "student_id", "student"))
        .to_owned()
}

/// The ledger. Category and school are the need's, so that a figure of the report can be listed.
fn fund_entry() -> TableCreateStatement {
    const TABLE: &str = "fund_entry";
    const KINDS: [&str; 7] =
        ["budget", "budget_change", "commitment", "release", "spend", "refund", "override"];
    Table::create()
        .table(TABLE)
        .col(uuid("id").primary_key())
        .col(uuid("fund_id"))
        .col(uuid_null("need_id"))
        .col(text("kind").check(Expr::col("kind").is_in(KINDS)))
        .col(big_integer("amount_cents"))
        .col(big_integer("drawn_cents").check(Expr::cust("drawn_cents >= 0")))
        .col(text_null("category"))
        .col(uuid_null("school_id"))
        .col(date_null("spent_on"))
        .col(text_null("supplier"))
        .col(uuid_null("receipt_id"))
        .col(text_null("reason"))
        .col(uuid("recorded_by"))
        .col(timestamp_with_time_zone("recorded_at"))
        .foreign_key(&mut to(TABLE, "fund_id", "fund"))
        .foreign_key(&mut to(TABLE, "need_id", "need"))
        .foreign_key(&mut to(TABLE, "school_id", "school"))
        .foreign_key(&mut to(TABLE, "receipt_id", "document"))
        .foreign_key(&mut to(TABLE, "recorded_by", "user_account"))
        .check(Expr::cust(
            "CASE WHEN kind IN ('release', 'refund') THEN amount_cents < 0 \
             WHEN kind IN ('commitment', 'spend', 'override') THEN amount_cents > 0 \
             WHEN kind = 'budget' THEN amount_cents >= 0 ELSE amount_cents <> 0 END",
        ))
        .check(Expr::cust("drawn_cents = 0 OR (kind = 'spend' AND drawn_cents <= amount_cents)"))
        .check(Expr::cust(
            "(need_id IS NOT NULL) = (kind IN ('commitment', 'release', 'spend', 'refund'))",
        ))
        .check(together("need_id", "category"))
        .check(together("need_id", "school_id"))
        .check(Expr::cust("(spent_on IS NOT NULL) = (kind IN ('spend', 'refund'))"))
        .to_owned()
}

/// What was spent in a month on a category for a school's students: sums of the ledger, for the report.
fn fund_figure() -> TableCreateStatement {
    const TABLE: &str = "fund_figure";
    Table::create()
        .table(TABLE)
        .col(uuid("fund_id"))
        .col(text("category"))
        .col(integer("month").check(Expr::cust("month BETWEEN 1 AND 12")))
        .col(uuid("school_id"))
        .col(big_integer("cents"))
        .col(big_integer("entries").check(Expr::cust("entries > 0")))
        .primary_key(Index::create().col("fund_id").col("category").col("month").col("school_id"))
        .foreign_key(&mut to(TABLE, "fund_id", "fund"))
        .foreign_key(&mut to(TABLE, "school_id", "school"))
        .to_owned()
}

/// The students for whom a fund paid, by the needs that it did so for.
fn fund_student() -> TableCreateStatement {
    const TABLE: &str = "fund_student";
    Table::create()
        .table(TABLE)
        .col(uuid("fund_id"))
        .col(uuid("student_id"))
        .col(integer("needs").check(Expr::cust("needs >= 0")))
        .primary_key(Index::create().col("fund_id").col("student_id"))
        .foreign_key(&mut to(TABLE, "fund_id", "fund"))
        .foreign_key(&mut to(TABLE, "student_id", "student"))
        .to_owned()
}

fn index(
    name: &'static str,
    table: &'static str,
    columns: &[&'static str],
) -> IndexCreateStatement {
    let mut index = Index::create().name(name).table(table).to_owned();
    for column in columns {
        index.col(*column);
    }
    index
}

fn indexes() -> [IndexCreateStatement; 7] {
    [
        index("fund_of_contract", "fund", &["contract_id", "year"]).unique().to_owned(),
        index("fund_by_provider", "fund", &["provider_id", "id"]),
        index("need_by_provider", "need", &["provider_id", "id"]),
        index("need_by_case", "need", &["case_id", "id"]),
        index("need_by_fund", "need", &["fund_id", "id"]),
        index("fund_entry_by_fund", "fund_entry", &["fund_id", "id"]),
        index("fund_entry_by_need", "fund_entry", &["need_id", "id"]),
    ]
}
