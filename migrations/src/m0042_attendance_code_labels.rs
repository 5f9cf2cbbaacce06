//! The attendance codes are a code set like the others: they get te reo Māori labels, and the set
//! a name.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let label =
            Table::alter().table("attendance_code").add_column(text_null("label_mi")).take();
        manager.alter_table(label).await?;
        for (code, label) in LABELS {
            let update = Query::update()
                .table("attendance_code")
                .value("label_mi", label)
                .and_where(Expr::col("code").eq(String::from(code)))
                .take();
            manager.execute(update).await?;
        }
        // A set of this name may have been imported: then it stays, and shows these codes.
        let set = "INSERT INTO code_set (name, label_en, label_mi, source, version, updated_at) \
                   VALUES ('attendance-codes', 'Attendance codes', 'Ngā tohu tae ā-kura', \
                   'Ministry of Education; partly unconfirmed', 1, '2026-11-23 00:00:00+00:00') \
                   ON CONFLICT (name) DO NOTHING";
        manager.get_connection().execute_unprepared(set).await?;
        Ok(())
    }
}

const LABELS: [(char, &str); 26] = [
    ('?', "Kāore i te akomanga, kāore anō te take kia mōhiotia"),
    ('A', "Te mātauranga kē"),
    ('C', "Ngā whakahaere a te kōti"),
    ('D', "He whakaritenga i waho kua whakaaetia"),
    ('E', "I ngaro, kāore i whakaaetia te whakamārama"),
    ('F', "He akoranga i waho i te kura"),
    ('G', "He hararei i te wā o te kura"),
    ('H', "He puni hauora, he kura hauora ā-rohe, he kura noho rānei"),
    ('I', "He whakaritenga, he ngohe rānei i roto i te kura"),
    ('J', "He ngarohanga whai take"),
    ('K', "Te wāhanga mō ngā mātua taiohi"),
    ('L', "I tōmuri ki te akomanga"),
    ('M', "He māuiui, he take hauora rānei"),
    ('N', "He ngohe a te kura, i te kura tonu"),
    ('O', "Kei tāwāhi mō tētahi take tika"),
    ('P', "I tae mai"),
    ('Q', "He haerenga, he kaupapa hākinakina rānei a te kura"),
    ('R', "I tangohia i te akomanga, i roto tonu i te kura"),
    ('S', "Kei te rūma tūroro"),
    ('T', "I ngaro, kāore he whakamārama"),
    ('U', "Kua āraia mō te wā poto, kua tārewahia rānei"),
    ('V', "He ako i te kura, kāore he kaitirotiro"),
    ('W', "He wheako mahi"),
    ('X', "He wā whakamātautau"),
    ('Y', "He pokapū ngohe"),
    ('Z', "He hōtaka kura tuarua, mātauranga matua"),
];
