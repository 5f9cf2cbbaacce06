//! What people are told of the cases that concern them, and the messages that are sent of it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(notification()).await?;
        manager.create_index(by_person()).await?;
        manager.create_index(by_mail_due()).await
    }
}

/// Ids and a kind, never names or words.
fn notification() -> TableCreateStatement {
    Table::create()
        .table("notification")
        .col(uuid("id").primary_key())
        .col(uuid("user_id"))
        .col(timestamp_with_time_zone("at"))
        .col(text("kind").check(Expr::cust("kind <> ''")))
        .col(uuid("case_id"))
        .col(uuid("subject_id"))
        .col(timestamp_with_time_zone_null("read_at"))
        .col(integer("mail_attempts").check(Expr::col("mail_attempts").gte(0)))
        .col(timestamp_with_time_zone_null("mail_due_at"))
        .col(timestamp_with_time_zone_null("mailed_at"))
        .foreign_key(ForeignKey::create().from("notification", "user_id").to("user_account", "id"))
        .foreign_key(
            ForeignKey::create().from("notification", "case_id").to("attendance_case", "id"),
        )
        .check(Expr::cust("mailed_at IS NULL OR mail_due_at IS NULL"))
        .check(Expr::cust("mailed_at IS NULL OR mail_attempts > 0"))
        .to_owned()
}

/// A person's list, the newest first.
fn by_person() -> IndexCreateStatement {
    Index::create()
        .name("notification_by_person")
        .table("notification")
        .col("user_id")
        .col("id")
        .to_owned()
}

fn by_mail_due() -> IndexCreateStatement {
    Index::create()
        .name("notification_by_mail_due")
        .table("notification")
        .col("mail_due_at")
        .to_owned()
}
