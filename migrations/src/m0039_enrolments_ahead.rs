//! First days at a school that were told and have not come yet. Those told before this migration
//! take effect with the next statement on the student, as they did.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(enrolment_ahead()).await?;
        let by_day = Index::create()
            .name("enrolment_ahead_by_day")
            .table("enrolment_ahead")
            .col("first_day")
            .take();
        manager.create_index(by_day).await
    }
}

/// Gone when the day has come and is taken up. The person or machine that told it last acts then.
fn enrolment_ahead() -> TableCreateStatement {
    let to = |column: &'static str, table: &'static str| {
        ForeignKey::create().from("enrolment_ahead", column).to(table, "id").to_owned()
    };
    Table::create()
        .table("enrolment_ahead")
        .col(uuid("student_id"))
        .col(date("first_day"))
        .col(uuid_null("user_id"))
        .col(uuid_null("client_id"))
        .col(uuid("request_id"))
        .primary_key(Index::create().col("student_id").col("first_day"))
        .foreign_key(&mut to("student_id", "student"))
        .foreign_key(&mut to("user_id", "user_account"))
        .foreign_key(&mut to("client_id", "api_client"))
        .check(Expr::cust("(user_id IS NULL) <> (client_id IS NULL)"))
        .to_owned()
}
