//! People and machines that call the API, and what they are to it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(user_account()).await?;
        manager.create_table(api_client()).await?;
        manager.create_table(api_client_school()).await?;
        manager.create_index(api_client_school_by_school()).await?;
        manager.create_table(appointment()).await?;
        for (name, column) in [
            ("appointment_by_user", "user_id"),
            ("appointment_by_client", "client_id"),
            ("appointment_by_provider", "provider_id"),
            ("appointment_by_school", "school_id"),
        ] {
            let index = Index::create().name(name).table("appointment").col(column).to_owned();
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

/// A person, known by the issuer and subject of the sign-in.
fn user_account() -> TableCreateStatement {
    Table::create()
        .table("user_account")
        .col(uuid("id").primary_key())
        .col(text("issuer"))
        .col(text("subject"))
        .col(text("name"))
        .col(text_null("email"))
        .col(text("status").check(Expr::col("status").is_in(["active", "disabled"])))
        .col(date_null("training_completed_on"))
        .index(Index::create().unique().name("user_account_sign_in").col("issuer").col("subject"))
        .to_owned()
}

/// A machine: a school system's vendor or a reporting tool.
fn api_client() -> TableCreateStatement {
    Table::create()
        .table("api_client")
        .col(uuid("id").primary_key())
        .col(text("issuer"))
        .col(text("subject"))
        .col(text("name"))
        .col(uuid("organisation_id"))
        .col(text("status").check(Expr::col("status").is_in(["active", "disabled"])))
        .index(Index::create().unique().name("api_client_sign_in").col("issuer").col("subject"))
        .foreign_key(
            ForeignKey::create().from("api_client", "organisation_id").to("organisation", "id"),
        )
        .to_owned()
}

/// The schools that a machine may act for.
fn api_client_school() -> TableCreateStatement {
    Table::create()
        .table("api_client_school")
        .col(uuid("client_id"))
        .col(uuid("school_id"))
        .primary_key(Index::create().col("client_id").col("school_id"))
        .foreign_key(
            ForeignKey::create().from("api_client_school", "client_id").to("api_client", "id"),
        )
        .foreign_key(ForeignKey::create().from("api_client_school", "school_id").to("school", "id"))
        .to_owned()
}

fn api_client_school_by_school() -> IndexCreateStatement {
    Index::create()
        .name("api_client_school_by_school")
        .table("api_client_school")
        .col("school_id")
        .to_owned()
}

const ROLES: [&str; 11] = [
    "ministry_admin",
    "ministry_analyst",
    "privacy_officer",
    "auditor",
    "workflow_lead",
    "case_manager",
    "attendance_lead",
    "primary_contact",
    "office_support",
    "sms_client",
    "reporting_client",
];

/// A role, where it is held, from when to when (the last day included).
fn appointment() -> TableCreateStatement {
    Table::create()
        .table("appointment")
        .col(uuid("id").primary_key())
        .col(uuid_null("user_id"))
        .col(uuid_null("client_id"))
        .col(text("role").check(Expr::col("role").is_in(ROLES)))
        .col(uuid_null("organisation_id"))
        .col(uuid_null("school_id"))
        .col(uuid_null("provider_id"))
        .col(date("starts_on"))
        .col(date_null("ends_on"))
        .foreign_key(ForeignKey::create().from("appointment", "user_id").to("user_account", "id"))
        .foreign_key(ForeignKey::create().from("appointment", "client_id").to("api_client", "id"))
        .foreign_key(ForeignKey::create().from("appointment", "provider_id").to("organisation", "id"))
        .foreign_key(ForeignKey::create().from("appointment", "organisation_id").to("organisation", "id"))
        .foreign_key(ForeignKey::create().from("appointment", "school_id").to("school", "id"))
        .check(Expr::cust("(user_id IS NULL) <> (client_id IS NULL)"))
        .check(Expr::cust("ends_on IS NULL OR ends_on >= starts_on"))
        .check(Expr::cust("(role IN ('workflow_lead', 'case_manager')) = (provider_id IS NOT NULL)"))
        .check(Expr::cust(
            "(role IN ('attendance_lead', 'primary_contact', 'office_support')) = (school_id IS NOT NULL)",
        ))
        .to_owned()
}
