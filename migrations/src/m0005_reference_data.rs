//! Code sets: the growing lists of words that forms offer. Their first contents are data of this
//! release; later ones come by `ascms import reference-data`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use sea_orm_migration::sea_orm::prelude::DateTimeUtc;

mod cases;
mod people;
mod referrals;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(code_set()).await?;
        manager.create_table(code()).await?;
        let sets: Vec<&CodeSet> =
            [referrals::SETS, cases::SETS, people::SETS].into_iter().flatten().collect();
        manager.execute(insert_sets(&sets)).await?;
        for set in sets {
            manager.execute(insert_codes(set)).await?;
        }
        Ok(())
    }
}

/// A list as it is first delivered.
struct CodeSet {
    name: &'static str,
    label_en: &'static str,
    label_mi: &'static str,
    source: &'static str,
    /// Whether a code of two characters belongs to the group that its first one names.
    grouped: bool,
    /// Code, English label, te reo Māori label; in the order in which a form shows them.
    codes: &'static [(&'static str, &'static str, &'static str)],
}

/// The public documents do not give these lists.
const OURS: &str = "ours";

fn code_set() -> TableCreateStatement {
    Table::create()
        .table("code_set")
        .col(text("name").primary_key())
        .col(text("label_en").check(Expr::cust("label_en <> ''")))
        .col(text("label_mi").check(Expr::cust("label_mi <> ''")))
        .col(text("source").check(Expr::cust("source <> ''")))
        .col(integer("version"))
        .col(timestamp_with_time_zone("updated_at"))
        .to_owned()
}

/// A code is never deleted, since rows everywhere hold it: it ends with `valid_to`, its last day.
fn code() -> TableCreateStatement {
    Table::create()
        .table("code")
        .col(text("code_set"))
        .col(text("code").check(Expr::cust("code <> ''")))
        .col(text("label_en").check(Expr::cust("label_en <> ''")))
        .col(text_null("label_mi"))
        .col(text_null("parent"))
        .col(integer("position"))
        .col(date_null("valid_from"))
        .col(date_null("valid_to"))
        .primary_key(Index::create().col("code_set").col("code"))
        .foreign_key(ForeignKey::create().from("code", "code_set").to("code_set", "name"))
        .check(Expr::cust("valid_from IS NULL OR valid_to IS NULL OR valid_to >= valid_from"))
        .to_owned()
}

fn insert_sets(sets: &[&CodeSet]) -> InsertStatement {
    // A migration has no clock: the day on which the first of these lists was written.
    let written = DateTimeUtc::from_timestamp_nanos(1_795_305_600_000_000_000);
    let mut insert = Query::insert()
        .into_table("code_set")
        .columns(["name", "label_en", "label_mi", "source", "version", "updated_at"])
        .to_owned();
    for set in sets {
        insert.values_panic([
            set.name.into(),
            set.label_en.into(),
            set.label_mi.into(),
            set.source.into(),
            1.into(),
            written.into(),
        ]);
    }
    insert
}

fn insert_codes(set: &CodeSet) -> InsertStatement {
    let mut insert = Query::insert()
        .into_table("code")
        .columns(["code_set", "code", "label_en", "label_mi", "parent", "position"])
        .to_owned();
    for (position, (code, label_en, label_mi)) in (1..).zip(set.codes) {
        let parent = if set.grouped && code.len() > 1 { code.get(..1) } else { None };
        insert.values_panic([
            set.name.into(),
            (*code).into(),
            (*label_en).into(),
            (*label_mi).into(),
            parent.into(),
            i32::into(position),
        ]);
    }
    insert
}
