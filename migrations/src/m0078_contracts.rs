//! Contracts of the Ministry with organisations: what each covers, and what it pays in a calendar year.
//!
//! That two contracts for one catchment never overlap is a rule that is asked under a lock: no constraint
//! that both databases have says it of periods.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [contract(), contract_catchment(), contract_year()] {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

fn to(table: &'static str, column: &'static str, other: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create().from(table, column).to(other, "id").to_owned()
}

fn contract() -> TableCreateStatement {
    const TABLE: &str = "contract";
    const POLICIES: [&str; 3] = ["second_person", "ministry_second", "self_with_review"];
    Table::create()
        .table(TABLE)
        .col(uuid("id").primary_key())
        .col(text("number").unique_key().check(Expr::cust("length(number) BETWEEN 1 AND 40")))
        .col(uuid("organisation_id"))
        .col(text("kind").check(Expr::col("kind").is_in(["catchment", "in_school"])))
        .col(uuid_null("school_id"))
        .col(date("starts_on"))
        .col(date_null("ends_on"))
        .col(text("status").check(Expr::col("status").is_in(["draft", "active", "ended"])))
        .col(uuid_null("status_by"))
        .col(timestamp_with_time_zone("status_since"))
        .col(text_null("comment"))
        .col(json_binary("contacts"))
        .col(text_null("holiday_region"))
        .col(text("approval_policy").check(Expr::col("approval_policy").is_in(POLICIES)))
        .col(text("duty_profile").check(Expr::cust("length(duty_profile) BETWEEN 1 AND 64")))
        .col(uuid_null("added_by"))
        .col(timestamp_with_time_zone("added_at"))
        .col(integer("version").check(Expr::cust("version > 0")))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut to(TABLE, "organisation_id", "organisation"))
        .foreign_key(&mut to(TABLE, "school_id", "school"))
        .foreign_key(&mut to(TABLE, "status_by", "user_account"))
        .foreign_key(&mut to(TABLE, "added_by", "user_account"))
        .check(Expr::cust("(kind = 'in_school') = (school_id IS NOT NULL)"))
        .check(Expr::cust("ends_on IS NULL OR ends_on >= starts_on"))
        .check(Expr::cust("status <> 'ended' OR ends_on IS NOT NULL"))
        .to_owned()
}

fn contract_catchment() -> TableCreateStatement {
    const TABLE: &str = "contract_catchment";
    Table::create()
        .table(TABLE)
        .col(uuid("contract_id"))
        .col(uuid("catchment_id"))
        .primary_key(Index::create().col("contract_id").col("catchment_id"))
        .foreign_key(&mut to(TABLE, "contract_id", "contract"))
        .foreign_key(&mut to(TABLE, "catchment_id", "catchment"))
        .to_owned()
}

/// Amounts are in New Zealand cents with GST.
fn contract_year() -> TableCreateStatement {
    const TABLE: &str = "contract_year";
    Table::create()
        .table(TABLE)
        .col(uuid("contract_id"))
        .col(integer("year").check(Expr::cust("year BETWEEN 2020 AND 2100")))
        .col(
            big_integer("amount_cents").check(Expr::cust("amount_cents BETWEEN 1 AND 10000000000")),
        )
        .col(
            integer("withholding_percent")
                .check(Expr::cust("withholding_percent BETWEEN 0 AND 100")),
        )
        .col(text("withholding_per").check(Expr::col("withholding_per").is_in(["year", "term"])))
        .col(
            big_integer("basic_needs_cents")
                .check(Expr::cust("basic_needs_cents BETWEEN 0 AND 100000000")),
        )
        .col(uuid_null("set_by"))
        .col(timestamp_with_time_zone("updated_at"))
        .primary_key(Index::create().col("contract_id").col("year"))
        .foreign_key(&mut to(TABLE, "contract_id", "contract"))
        .foreign_key(&mut to(TABLE, "set_by", "user_account"))
        .to_owned()
}

fn indexes() -> [IndexCreateStatement; 3] {
    let of_an_organisation = Index::create()
        .name("contract_by_organisation")
        .table("contract")
        .col("organisation_id")
        .col("id")
        .to_owned();
    let of_a_school = Index::create()
        .name("contract_by_school")
        .table("contract")
        .col("school_id")
        .and_where(Expr::cust("school_id IS NOT NULL"))
        .to_owned();
    let of_a_catchment = Index::create()
        .name("contract_catchment_by_catchment")
        .table("contract_catchment")
        .col("catchment_id")
        .to_owned();
    [of_an_organisation, of_a_school, of_a_catchment]
}
