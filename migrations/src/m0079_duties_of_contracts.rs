//! Entries of registers and duties that belong to a contract; whether it was told that a duty is overdue.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::growing::{self, NewColumn};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["register_entry", "duty"] {
            let contract = NewColumn {
                table,
                definition: uuid_null("contract_id"),
                check: None,
                references: Some("contract"),
            };
            growing::column(manager, contract).await?;
        }
        let told = NewColumn {
            table: "duty",
            definition: date_null("overdue_told_on"),
            check: Some("overdue_told_on > due_on"),
            references: None,
        };
        growing::column(manager, told).await?;
        for index in indexes() {
            growing::index(manager, &index).await?;
        }
        Ok(())
    }
}

fn indexes() -> [IndexCreateStatement; 3] {
    let of_a_contract = Index::create()
        .unique()
        .name("duty_of_contract")
        .table("duty")
        .col("contract_id")
        .col("kind")
        .col("period")
        .to_owned();
    let of_an_organisation = Index::create()
        .name("duty_by_organisation")
        .table("duty")
        .col("organisation_id")
        .col("due_on")
        .col("id")
        .to_owned();
    let entries = Index::create()
        .name("register_entry_by_organisation")
        .table("register_entry")
        .col("organisation_id")
        .col("kind")
        .col("id")
        .and_where(Expr::cust("organisation_id IS NOT NULL"))
        .to_owned();
    [of_a_contract, of_an_organisation, entries]
}
