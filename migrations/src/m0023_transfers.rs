//! Cases that are to go, or went, from one provider to another.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(case_transfer()).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

fn case_transfer() -> TableCreateStatement {
    const STATUSES: [&str; 4] = ["requested", "accepted", "declined", "cancelled"];
    Table::create()
        .table("case_transfer")
        .col(uuid("id").primary_key())
        .col(uuid("case_id"))
        .col(uuid("school_id"))
        .col(uuid("from_provider_id"))
        .col(uuid("to_provider_id"))
        .col(text("status").check(Expr::col("status").is_in(STATUSES)))
        .col(text("reason"))
        .col(uuid("requested_by"))
        .col(timestamp_with_time_zone("requested_at"))
        .col(uuid_null("decided_by"))
        .col(timestamp_with_time_zone_null("decided_at"))
        .col(text_null("words"))
        .col(integer("version"))
        .foreign_key(
            ForeignKey::create().from("case_transfer", "case_id").to("attendance_case", "id"),
        )
        .foreign_key(
            ForeignKey::create().from("case_transfer", "from_provider_id").to("organisation", "id"),
        )
        .foreign_key(
            ForeignKey::create().from("case_transfer", "to_provider_id").to("organisation", "id"),
        )
        .check(Expr::cust("from_provider_id <> to_provider_id"))
        .check(Expr::cust("(status = 'requested') = (decided_by IS NULL)"))
        .check(Expr::cust("(status = 'requested') = (decided_at IS NULL)"))
        .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    let on = |name: &'static str, columns: &[&'static str]| {
        let mut index = Index::create().name(name).table("case_transfer").to_owned();
        for column in columns {
            index.col(*column);
        }
        index
    };
    vec![
        on("case_transfer_one_waiting", &["case_id"])
            .unique()
            .and_where(Expr::cust("status = 'requested'"))
            .to_owned(),
        on("case_transfer_by_case", &["case_id", "id"]),
        on("case_transfer_by_giver", &["from_provider_id", "id"]),
        on("case_transfer_by_receiver", &["to_provider_id", "id"]),
    ]
}
