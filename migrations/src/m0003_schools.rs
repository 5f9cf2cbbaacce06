//! Schools as the Ministry's directory lists them, and those with a support team of their own.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(school()).await?;
        manager.create_index(school_by_education_region()).await?;
        manager.create_table(in_school_provision()).await?;
        for index in in_school_provision_indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

/// The regions that keep an anniversary day: the domain's words.
pub(crate) const HOLIDAY_REGIONS: [&str; 18] = [
    "northland",
    "auckland",
    "waikato",
    "bay_of_plenty",
    "gisborne",
    "hawkes_bay",
    "taranaki",
    "manawatu_whanganui",
    "wellington",
    "tasman",
    "nelson",
    "marlborough",
    "westland",
    "canterbury",
    "south_canterbury",
    "otago",
    "southland",
    "chatham_islands",
];

/// Kinds, authorities and statuses are the directory's words, which change without notice: they
/// are not closed lists here.
fn school() -> TableCreateStatement {
    Table::create()
        .table("school")
        .col(uuid("id").primary_key())
        .col(integer("number").unique_key().check(Expr::col("number").between(1, 9999)))
        .col(text("name").check(Expr::cust("name <> ''")))
        .col(text("folded_name"))
        .col(text("kind"))
        .col(text("authority"))
        .col(text_null("regional_council"))
        .col(text_null("education_region"))
        .col(text_null("territorial_authority"))
        .col(text_null("holiday_region").check(Expr::col("holiday_region").is_in(HOLIDAY_REGIONS)))
        .col(double_null("latitude").check(Expr::col("latitude").between(-90, 90)))
        .col(double_null("longitude").check(Expr::col("longitude").between(-180, 180)))
        .col(integer("roll").check(Expr::col("roll").gte(0)))
        .col(date_null("roll_date"))
        .col(text_null("equity_index"))
        .col(text("status").check(Expr::cust("status <> ''")))
        .col(date_null("opened_on"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("updated_at"))
        .check(Expr::cust("(latitude IS NULL) = (longitude IS NULL)"))
        .to_owned()
}

fn school_by_education_region() -> IndexCreateStatement {
    Index::create()
        .name("school_by_education_region")
        .table("school")
        .col("education_region")
        .col("number")
        .to_owned()
}

/// From when to when (the last day included) a school has a team of its own.
fn in_school_provision() -> TableCreateStatement {
    Table::create()
        .table("in_school_provision")
        .col(uuid("id").primary_key())
        .col(uuid("school_id"))
        .col(uuid("provider_id"))
        .col(date("starts_on"))
        .col(date_null("ends_on"))
        .foreign_key(
            ForeignKey::create().from("in_school_provision", "school_id").to("school", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("in_school_provision", "provider_id")
                .to("organisation", "id"),
        )
        .check(Expr::cust("ends_on IS NULL OR ends_on >= starts_on"))
        .to_owned()
}

fn in_school_provision_indexes() -> [IndexCreateStatement; 3] {
    let on =
        |name: &'static str| Index::create().name(name).table("in_school_provision").to_owned();
    [
        on("in_school_provision_start").unique().col("school_id").col("starts_on").to_owned(),
        on("in_school_provision_one_open")
            .unique()
            .col("school_id")
            .and_where(Expr::cust("ends_on IS NULL"))
            .to_owned(),
        on("in_school_provision_by_provider").col("provider_id").to_owned(),
    ]
}
