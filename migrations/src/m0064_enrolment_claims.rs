//! Schools' claims on students whom another school has, or had last: what of the student is closed to
//! the school that claims until somebody agrees.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(enrolment_claim()).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

const STANDINGS: [&str; 5] = ["waiting", "agreed", "opposed", "unopposed", "lapsed"];
const WORDS: [&str; 2] = ["referral", "enrolment"];
const ANSWERERS: [&str; 4] = ["giving_school", "provider", "ministry", "enrolment_register"];

fn enrolment_claim() -> TableCreateStatement {
    let to = |column: &'static str, table: &'static str| {
        ForeignKey::create().from("enrolment_claim", column).to(table, "id").to_owned()
    };
    Table::create()
        .table("enrolment_claim")
        .col(uuid("id").primary_key())
        // The record that the school's word was on; who the student is now, the enrolment tells.
        .col(uuid("student_id"))
        // Without a key: an enrolment that is taken back is gone, and the claim with it is over.
        .col(uuid("enrolment_id"))
        .col(uuid("school_id"))
        .col(uuid("from_school_id"))
        // Whether the student was enrolled there when it was claimed, or had been there last.
        .col(boolean("from_enrolled"))
        .col(text("word").check(Expr::col("word").is_in(WORDS)))
        .col(timestamp_with_time_zone("made_at"))
        .col(uuid_null("user_id"))
        .col(uuid_null("client_id"))
        .col(uuid("request_id"))
        .col(date("opens_on"))
        .col(text("standing").check(Expr::col("standing").is_in(STANDINGS)))
        .col(timestamp_with_time_zone_null("answered_at"))
        .col(uuid_null("answered_by"))
        .col(text_null("answered_as").check(Expr::col("answered_as").is_in(ANSWERERS)))
        .col(text_null("words"))
        .col(integer("version"))
        .foreign_key(&mut to("student_id", "student"))
        .foreign_key(&mut to("school_id", "school"))
        .foreign_key(&mut to("from_school_id", "school"))
        .check(Expr::cust("school_id <> from_school_id"))
        .check(Expr::cust("standing NOT IN ('agreed', 'opposed') OR answered_as IS NOT NULL"))
        .check(Expr::cust("(standing = 'waiting') = (answered_at IS NULL)"))
        .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    let on = |name: &'static str, columns: &[&'static str]| {
        let mut index = Index::create().name(name).table("enrolment_claim").to_owned();
        for column in columns {
            index.col(*column);
        }
        index
    };
    let closed = || Expr::cust("standing IN ('waiting', 'opposed')");
    vec![
        on("enrolment_claim_one_closed", &["enrolment_id"]).unique().and_where(closed()).to_owned(),
        on("enrolment_claim_kept", &["from_school_id", "enrolment_id"])
            .and_where(closed())
            .to_owned(),
        on("enrolment_claim_by_school", &["school_id", "id"]),
        on("enrolment_claim_by_giver", &["from_school_id", "id"]),
        on("enrolment_claim_by_student", &["student_id", "id"]),
        on("enrolment_claim_due", &["opens_on"])
            .and_where(Expr::cust("standing = 'waiting'"))
            .to_owned(),
    ]
}
