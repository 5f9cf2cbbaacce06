//! Catchments, with their dated schools and their dated contracts. That periods never overlap is
//! the importer's rule; the schema keeps at most one of them open.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(catchment()).await?;
        manager.create_table(catchment_school()).await?;
        manager.create_table(catchment_contract()).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

fn catchment() -> TableCreateStatement {
    Table::create()
        .table("catchment")
        .col(uuid("id").primary_key())
        .col(text("code").unique_key())
        .col(text("name").check(Expr::cust("name <> ''")))
        .col(text_null("education_region"))
        .col(integer("version"))
        .to_owned()
}

/// Which catchment a school belongs to, from when to when (the last day included).
fn catchment_school() -> TableCreateStatement {
    Table::create()
        .table("catchment_school")
        .col(uuid("id").primary_key())
        .col(uuid("catchment_id"))
        .col(uuid("school_id"))
        .col(date("starts_on"))
        .col(date_null("ends_on"))
        .foreign_key(
            ForeignKey::create().from("catchment_school", "catchment_id").to("catchment", "id"),
        )
        .foreign_key(ForeignKey::create().from("catchment_school", "school_id").to("school", "id"))
        .check(Expr::cust("ends_on IS NULL OR ends_on >= starts_on"))
        .to_owned()
}

/// Which provider is contracted for a catchment, from when to when (the last day included).
fn catchment_contract() -> TableCreateStatement {
    Table::create()
        .table("catchment_contract")
        .col(uuid("id").primary_key())
        .col(uuid("catchment_id"))
        .col(uuid("provider_id"))
        .col(date("starts_on"))
        .col(date_null("ends_on"))
        .foreign_key(
            ForeignKey::create().from("catchment_contract", "catchment_id").to("catchment", "id"),
        )
        .foreign_key(
            ForeignKey::create().from("catchment_contract", "provider_id").to("organisation", "id"),
        )
        .check(Expr::cust("ends_on IS NULL OR ends_on >= starts_on"))
        .to_owned()
}

fn indexes() -> [IndexCreateStatement; 6] {
    let on = |name: &'static str, table: &'static str, columns: &[&'static str]| {
        let mut index = Index::create().name(name).table(table).to_owned();
        for column in columns {
            index.col(*column);
        }
        index
    };
    let open = || Expr::cust("ends_on IS NULL");
    [
        on("catchment_school_start", "catchment_school", &["school_id", "starts_on"])
            .unique()
            .to_owned(),
        on("catchment_school_one_open", "catchment_school", &["school_id"])
            .unique()
            .and_where(open())
            .to_owned(),
        on("catchment_school_by_catchment", "catchment_school", &["catchment_id", "starts_on"]),
        on("catchment_contract_start", "catchment_contract", &["catchment_id", "starts_on"])
            .unique()
            .to_owned(),
        on("catchment_contract_one_open", "catchment_contract", &["catchment_id"])
            .unique()
            .and_where(open())
            .to_owned(),
        on("catchment_contract_by_provider", "catchment_contract", &["provider_id"]),
    ]
}
