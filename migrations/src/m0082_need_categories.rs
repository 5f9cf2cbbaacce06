//! The categories of needs: a code set, which the Ministry imports anew when it changes.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::ConnectionTrait;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// The public documents speak of categories and list none: this one is ours. One of this name may have
    /// been imported, and then stays.
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let set = "INSERT INTO code_set (name, label_en, label_mi, source, version, updated_at) \
                   VALUES ('need-categories', 'Categories of unmet basic needs', \
                   'Ngā kāwai o ngā hiahia matua', 'ours', 1, '2026-12-01 00:00:00+00:00') \
                   ON CONFLICT (name) DO NOTHING";
        manager.get_connection().execute_unprepared(set).await?;
        for (position, (code, label_en, label_mi)) in (1..).zip(CATEGORIES) {
            let insert = Query::insert()
                .into_table("code")
                .columns(["code_set", "code", "label_en", "label_mi", "position"])
                .values([
                    "need-categories".into(),
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
}

const CATEGORIES: &[(&str, &str, &str)] = &[
    ("transport", "Transport", "Ngā waka kawe"),
    ("clothing", "Clothing and uniform", "Ngā kākahu me te kākahu kura"),
    ("footwear", "Footwear", "Ngā hū"),
    ("food", "Food", "Te kai"),
    ("hygiene", "Hygiene products", "Ngā taputapu akuaku"),
    ("stationery", "Stationery", "Ngā taputapu tuhi"),
    ("device_connectivity", "Device or internet", "Te pūrere, te ipurangi rānei"),
    ("school_costs", "School costs", "Ngā utu kura"),
    ("health_glasses", "Health and glasses", "Te hauora me ngā mōhiti"),
    ("household", "Household items", "Ngā taputapu whare"),
    ("other", "Something else", "He mea kē"),
];
