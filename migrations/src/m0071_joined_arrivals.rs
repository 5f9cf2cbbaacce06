//! What came in of a student while two records were joined, and under which of the two: so that it
//! goes back to its own when they are parted. Days and statements on enrolments need no row here:
//! they stand under the record that was named.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::growing;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("joined_arrival")
            // A referral or a whānau contact.
            .col(uuid("subject_id").primary_key())
            .col(uuid("record_id"))
            .foreign_key(
                ForeignKey::create().from("joined_arrival", "record_id").to("student", "id"),
            )
            .to_owned();
        manager.create_table(table).await?;
        growing::append_only(manager, "joined_arrival").await
    }
}
