//! What the Ministry adds to the calendar's rules: term dates, and holidays beyond the law's.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(term()).await?;
        manager.create_table(holiday()).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

/// First and last day of a term; without a school it is the nation's default.
fn term() -> TableCreateStatement {
    Table::create()
        .table("term")
        .col(uuid("id").primary_key())
        .col(integer("year").check(Expr::col("year").between(2000, 2100)))
        .col(integer("term").check(Expr::col("term").between(1, 4)))
        .col(uuid_null("school_id"))
        .col(date("starts_on"))
        .col(date("ends_on"))
        .foreign_key(ForeignKey::create().from("term", "school_id").to("school", "id"))
        .check(Expr::cust("ends_on >= starts_on"))
        .to_owned()
}

/// Without a region it is a holiday of the whole nation.
fn holiday() -> TableCreateStatement {
    Table::create()
        .table("holiday")
        .col(uuid("id").primary_key())
        .col(date("on_date"))
        .col(
            text_null("region")
                .check(Expr::col("region").is_in(super::m0003_schools::HOLIDAY_REGIONS)),
        )
        .col(text("name_en"))
        .col(text("name_mi"))
        .col(timestamp_with_time_zone("added_at"))
        .to_owned()
}

/// One default and one own term of each number, one holiday a day and region. NULL is never equal
/// to NULL in an index, hence a pair for each table.
fn indexes() -> [IndexCreateStatement; 4] {
    let on = |name: &'static str, table: &'static str, columns: &[&'static str]| {
        let mut index = Index::create().unique().name(name).table(table).to_owned();
        for column in columns {
            index.col(*column);
        }
        index
    };
    [
        on("term_national", "term", &["year", "term"])
            .and_where(Expr::cust("school_id IS NULL"))
            .to_owned(),
        on("term_of_school", "term", &["school_id", "year", "term"])
            .and_where(Expr::cust("school_id IS NOT NULL"))
            .to_owned(),
        on("holiday_national", "holiday", &["on_date"])
            .and_where(Expr::cust("region IS NULL"))
            .to_owned(),
        on("holiday_of_region", "holiday", &["on_date", "region"])
            .and_where(Expr::cust("region IS NOT NULL"))
            .to_owned(),
    ]
}
