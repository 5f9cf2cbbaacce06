//! Alternative education pathways: what schools say of them, what closures name, and their kinds.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

use crate::growing::{self, NewColumn};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(pathway_report()).await?;
        let by_student = Index::create()
            .if_not_exists()
            .name("pathway_report_by_student")
            .table("pathway_report")
            .col("student_id")
            .col("sent_at")
            .to_owned();
        manager.create_index(by_student).await?;
        growing::append_only(manager, "pathway_report").await?;
        let columns = [
            (text_null("pathway"), None),
            (date_null("pathway_from"), Some("(pathway IS NULL) = (pathway_from IS NULL)")),
        ];
        for (definition, check) in columns {
            let table = "case_closure";
            let column = NewColumn { table, definition, check, references: None };
            growing::column(manager, column).await?;
        }
        kinds(manager).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }
}

/// Statements, as `enrolment_report` has them. In a table of their own: a program of the release
/// before would take one for a time at the school.
fn pathway_report() -> TableCreateStatement {
    let to = |column: &'static str, table: &'static str| {
        ForeignKey::create().from("pathway_report", column).to(table, "id").to_owned()
    };
    Table::create()
        .if_not_exists()
        .table("pathway_report")
        .col(uuid("id").primary_key())
        .col(uuid("student_id"))
        .col(uuid("school_id"))
        .col(text("pathway").check(Expr::cust("pathway <> ''")))
        .col(date("first_day"))
        .col(timestamp_with_time_zone("sent_at"))
        .col(timestamp_with_time_zone("received_at"))
        .foreign_key(&mut to("student_id", "student"))
        .foreign_key(&mut to("school_id", "school"))
        .to_owned()
}

/// The public documents name no list of appropriate pathways: this one is ours. One of this name may
/// have been imported, and then stays.
async fn kinds(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let set = "INSERT INTO code_set (name, label_en, label_mi, source, version, updated_at) \
               VALUES ('alternative-pathways', 'Alternative education pathways', \
               'Ngā ara mātauranga kē', 'ours', 1, '2026-11-30 00:00:00+00:00') \
               ON CONFLICT (name) DO NOTHING";
    manager.get_connection().execute_unprepared(set).await?;
    for (position, (code, label_en, label_mi)) in (1..).zip(KINDS) {
        let insert = Query::insert()
            .into_table("code")
            .columns(["code_set", "code", "label_en", "label_mi", "position"])
            .values([
                "alternative-pathways".into(),
                (*code).into(),
                (*label_en).into(),
                (*label_mi).into(),
                i32::into(position),
            ])
            .map_err(|err| DbErr::Migration(err.to_string()))?
            .on_conflict(OnConflict::columns(["code_set", "code"]).do_nothing().to_owned())
            .to_owned();
        manager.execute(insert).await?;
    }
    Ok(())
}

const KINDS: &[(&str, &str, &str)] = &[
    ("te_kura", "Te Kura (distance learning)", "Te Aho o Te Kura Pounamu"),
    ("alternative_education", "Alternative education", "Te mātauranga kē"),
    ("activity_centre", "Activity centre", "He pokapū ngohe"),
    ("teen_parent_unit", "Teen parent unit", "Te wāhanga mō ngā mātua taiohi"),
    ("health_school", "Regional health school", "He kura hauora ā-rohe"),
    (
        "specialist_school",
        "Specialist or residential school",
        "He kura motuhake, he kura noho rānei",
    ),
    (
        "secondary_tertiary",
        "Secondary-tertiary programme",
        "He hōtaka kura tuarua, mātauranga matua",
    ),
    (
        "tertiary_training",
        "Tertiary study or training",
        "Te mātauranga matua, te whakangungu rānei",
    ),
    (
        "home_education",
        "Home education with a certificate of exemption",
        "Te mātauranga i te kāinga i raro i te tiwhikete whakawātea",
    ),
    ("other", "Another pathway that the Ministry accepts", "Tētahi atu ara e whakaae ai te Tāhuhu"),
];
