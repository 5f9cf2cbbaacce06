//! Students, their names as they are compared, their enrolments, and whom to contact for them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(student()).await?;
        manager.create_table(student_nsn()).await?;
        manager.create_table(student_name()).await?;
        manager.create_table(enrolment()).await?;
        manager.create_table(whanau_contact()).await?;
        manager.create_table(match_review()).await?;
        for index in indexes() {
            manager.create_index(index).await?;
        }
        // A prefix search needs byte order, which PostgreSQL's own index has only on request.
        let postgres = manager.get_database_backend() == DbBackend::Postgres;
        let operators = if postgres { " text_pattern_ops" } else { "" };
        let prefix = format!(
            "CREATE INDEX student_name_by_family ON student_name (family_folded{operators})"
        );
        manager.get_connection().execute_unprepared(&prefix).await?;
        Ok(())
    }
}

fn student() -> TableCreateStatement {
    Table::create()
        .table("student")
        .col(uuid("id").primary_key())
        .col(text_null("nsn"))
        .col(text("legal_given_names"))
        .col(text("legal_family_name"))
        .col(text_null("preferred_given_names"))
        .col(text_null("preferred_family_name"))
        .col(date("birth_date"))
        .col(text_null("gender"))
        .col(json_binary("ethnicities"))
        .col(json_binary("iwi"))
        .col(text_null("home_language"))
        .col(boolean("interpreter_wanted"))
        .col(boolean("te_reo_preferred"))
        .col(integer_null("year_level").check(Expr::col("year_level").between(1, 13)))
        .col(boolean("address_protected"))
        .col(json_binary("safety_alerts"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .to_owned()
}

/// Every National Student Number that ever meant this student: the present one and, after a
/// national merge, the former ones.
fn student_nsn() -> TableCreateStatement {
    Table::create()
        .table("student_nsn")
        .col(text("nsn").primary_key())
        .col(uuid("student_id"))
        .foreign_key(ForeignKey::create().from("student_nsn", "student_id").to("student", "id"))
        .to_owned()
}

/// A name of a student in the forms in which it is compared and searched.
fn student_name() -> TableCreateStatement {
    Table::create()
        .table("student_name")
        .col(uuid("student_id"))
        .col(text("match_key"))
        .col(text("given_folded"))
        .col(text("family_folded"))
        .col(date("birth_date"))
        .primary_key(Index::create().col("student_id").col("match_key"))
        .foreign_key(ForeignKey::create().from("student_name", "student_id").to("student", "id"))
        .to_owned()
}

/// A time at a school; the last day is included. Open means: enrolled there now.
fn enrolment() -> TableCreateStatement {
    Table::create()
        .table("enrolment")
        .col(uuid("id").primary_key())
        .col(uuid("student_id"))
        .col(uuid("school_id"))
        .col(date_null("enrolled_on"))
        .col(date_null("left_on"))
        .col(text_null("leaving_reason"))
        .col(timestamp_with_time_zone("recorded_at"))
        .foreign_key(ForeignKey::create().from("enrolment", "student_id").to("student", "id"))
        .foreign_key(ForeignKey::create().from("enrolment", "school_id").to("school", "id"))
        .check(Expr::cust("left_on IS NULL OR enrolled_on IS NULL OR left_on >= enrolled_on"))
        .to_owned()
}

fn whanau_contact() -> TableCreateStatement {
    Table::create()
        .table("whanau_contact")
        .col(uuid("id").primary_key())
        .col(uuid("student_id"))
        .col(text("name"))
        .col(text("relationship"))
        .col(text_null("phone"))
        .col(text_null("other_phone"))
        .col(text_null("email"))
        .col(text_null("address"))
        .col(text_null("preferred_language"))
        .col(date_null("confirmed_on"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(ForeignKey::create().from("whanau_contact", "student_id").to("student", "id"))
        .to_owned()
}

/// An identity that intake could not settle: a person looks, nothing is guessed.
fn match_review() -> TableCreateStatement {
    Table::create()
        .table("match_review")
        .col(uuid("id").primary_key())
        .col(uuid("student_id"))
        .col(json_binary("candidates"))
        .col(text("status").check(Expr::col("status").is_in(["open", "settled"])))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(ForeignKey::create().from("match_review", "student_id").to("student", "id"))
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
    vec![
        on("student_nsn_by_student", "student_nsn", &["student_id"]),
        on("student_name_by_match", "student_name", &["birth_date", "match_key"]),
        on("enrolment_one_current", "enrolment", &["student_id"])
            .unique()
            .and_where(Expr::cust("left_on IS NULL"))
            .to_owned(),
        on("enrolment_current_by_school", "enrolment", &["school_id", "student_id"])
            .and_where(Expr::cust("left_on IS NULL"))
            .to_owned(),
        on("enrolment_by_student", "enrolment", &["student_id", "recorded_at"]),
        on("whanau_contact_by_student", "whanau_contact", &["student_id", "id"]),
        on("match_review_by_student", "match_review", &["student_id"]),
    ]
}
