//! Two records that mean one student: who settled an unclear match, which records were joined, and
//! exactly what moved, so that they can be parted again. Beside them who may see a protected
//! address, and which students are siblings.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(student_merge()).await?;
        manager.create_table(match_settlement()).await?;
        manager.create_table(protected_address_reader()).await?;
        manager.create_table(sibling()).await?;
        let number = Table::alter().table("match_review").add_column(text_null("sent_nsn")).take();
        manager.alter_table(number).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

/// One record joined to another. Nothing of either record's own row, names and numbers moves; what
/// hangs on the first (referrals, cases, enrolments, contacts) does, and `moved` lists it.
fn student_merge() -> TableCreateStatement {
    Table::create()
        .table("student_merge")
        .col(uuid("id").primary_key())
        .col(uuid("from_student_id"))
        .col(uuid("into_student_id"))
        // Where the old id leads now: the end of the chain, when the other was joined to a third.
        .col(uuid("survivor_id"))
        .col(text("reason"))
        .col(json_binary("moved"))
        // The survivor's own particulars before its first edit after the merge.
        .col(json_binary_null("own_before"))
        .col(timestamp_with_time_zone("merged_at"))
        .col(uuid("merged_by"))
        .col(timestamp_with_time_zone_null("undone_at"))
        .col(uuid_null("undone_by"))
        .col(text_null("undo_reason"))
        .foreign_key(
            ForeignKey::create().from("student_merge", "from_student_id").to("student", "id"),
        )
        .foreign_key(
            ForeignKey::create().from("student_merge", "into_student_id").to("student", "id"),
        )
        .foreign_key(ForeignKey::create().from("student_merge", "survivor_id").to("student", "id"))
        .check(Expr::cust("from_student_id <> into_student_id"))
        .check(Expr::cust("from_student_id <> survivor_id"))
        .check(Expr::cust("(undone_at IS NULL) = (undone_by IS NULL)"))
        .check(Expr::cust("(undone_at IS NULL) = (undo_reason IS NULL)"))
        .to_owned()
}

/// What a person found of an unclear match: once, since a review has one row at the most.
fn match_settlement() -> TableCreateStatement {
    Table::create()
        .table("match_settlement")
        .col(uuid("match_review_id").primary_key())
        .col(text("outcome").check(Expr::col("outcome").is_in(["same_as", "different"])))
        .col(integer_null("candidate").check(Expr::col("candidate").gte(1)))
        .col(uuid_null("merge_id"))
        .col(text("reason"))
        .col(timestamp_with_time_zone("settled_at"))
        .col(uuid("settled_by"))
        .foreign_key(
            ForeignKey::create()
                .from("match_settlement", "match_review_id")
                .to("match_review", "id"),
        )
        .foreign_key(
            ForeignKey::create().from("match_settlement", "merge_id").to("student_merge", "id"),
        )
        .check(Expr::cust("(outcome = 'same_as') = (merge_id IS NOT NULL)"))
        .check(Expr::cust("(outcome = 'same_as') = (candidate IS NOT NULL)"))
        .to_owned()
}

/// Somebody of a provider who may see how a protected student's whānau are to be reached.
fn protected_address_reader() -> TableCreateStatement {
    Table::create()
        .table("protected_address_reader")
        .col(uuid("id").primary_key())
        .col(uuid("student_id"))
        .col(uuid("user_id"))
        .col(uuid("provider_id"))
        .col(timestamp_with_time_zone("named_at"))
        .col(uuid("named_by"))
        .col(timestamp_with_time_zone_null("ended_at"))
        .col(uuid_null("ended_by"))
        .foreign_key(
            ForeignKey::create().from("protected_address_reader", "student_id").to("student", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("protected_address_reader", "user_id")
                .to("user_account", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("protected_address_reader", "provider_id")
                .to("organisation", "id"),
        )
        .check(Expr::cust("(ended_at IS NULL) = (ended_by IS NULL)"))
        .to_owned()
}

/// Two students of one family, as somebody of a provider declared. The smaller id stands first, so
/// that a pair is one row.
fn sibling() -> TableCreateStatement {
    Table::create()
        .table("sibling")
        .col(uuid("id").primary_key())
        .col(uuid("first_student_id"))
        .col(uuid("second_student_id"))
        .col(timestamp_with_time_zone("declared_at"))
        .col(uuid("declared_by"))
        .col(timestamp_with_time_zone_null("ended_at"))
        .col(uuid_null("ended_by"))
        .foreign_key(ForeignKey::create().from("sibling", "first_student_id").to("student", "id"))
        .foreign_key(ForeignKey::create().from("sibling", "second_student_id").to("student", "id"))
        .check(Expr::cust("first_student_id < second_student_id"))
        .check(Expr::cust("(ended_at IS NULL) = (ended_by IS NULL)"))
        .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    let on = |name: &'static str, table: &'static str, columns: &[&'static str]| {
        let mut index = Index::create().name(name).table(table).to_owned();
        for column in columns {
            index.col(*column);
        }
        index
    };
    let while_it_holds = "ended_at IS NULL";
    vec![
        on("student_merge_one_active", "student_merge", &["from_student_id"])
            .unique()
            .and_where(Expr::cust("undone_at IS NULL"))
            .to_owned(),
        on("student_merge_by_survivor", "student_merge", &["survivor_id"])
            .and_where(Expr::cust("undone_at IS NULL"))
            .to_owned(),
        on("student_merge_by_target", "student_merge", &["into_student_id", "id"]),
        on("referral_by_match_review", "referral", &["match_review_id"])
            .and_where(Expr::cust("match_review_id IS NOT NULL"))
            .to_owned(),
        on(
            "protected_address_reader_once",
            "protected_address_reader",
            &["student_id", "user_id", "provider_id"],
        )
        .unique()
        .and_where(Expr::cust(while_it_holds))
        .to_owned(),
        on("sibling_once", "sibling", &["first_student_id", "second_student_id"])
            .unique()
            .and_where(Expr::cust(while_it_holds))
            .to_owned(),
        on("sibling_by_second", "sibling", &["second_student_id"]),
    ]
}
