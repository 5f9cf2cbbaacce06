//! What stands for "not known" in names, birth dates and National Student Numbers: three code sets,
//! which later come by `ascms import reference-data` like the others. Their first contents are ours.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::prelude::DateTimeUtc;

#[derive(DeriveMigrationName)]
pub struct Migration;

type Code = (String, String, Option<&'static str>);

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let names = NAMES.iter().map(|(code, en, mi)| ((*code).into(), (*en).into(), *mi));
        let dates = BIRTH_DATES.iter().map(|(code, en)| ((*code).into(), (*en).into(), None));
        for (name, label_en, label_mi, codes) in [
            (
                "placeholder-names",
                "Words that are no names",
                "Ngā kupu ehara i te ingoa",
                names.collect::<Vec<Code>>(),
            ),
            (
                "placeholder-birth-dates",
                "Dates that are no birth dates",
                "Ngā rā ehara i te rā whānau",
                dates.collect(),
            ),
            (
                "placeholder-nsns",
                "Numbers that are no National Student Numbers",
                "Ngā tau ehara i te Tau Ākonga ā-Motu",
                numbers(),
            ),
        ] {
            // A set of this name may have been imported: then it stays, and so do its codes.
            manager.execute(set(name, label_en, label_mi)).await?;
            manager.execute(codes_of(name, codes)).await?;
        }
        Ok(())
    }
}

fn set(name: &str, label_en: &str, label_mi: &str) -> InsertStatement {
    // A migration has no clock: the day on which these lists were written.
    let written = DateTimeUtc::from_timestamp_nanos(1_795_996_800_000_000_000);
    let mut insert = Query::insert()
        .into_table("code_set")
        .columns(["name", "label_en", "label_mi", "source", "version", "updated_at"])
        .to_owned();
    insert.values_panic([
        name.into(),
        label_en.into(),
        label_mi.into(),
        "ours".into(),
        1.into(),
        written.into(),
    ]);
    insert.on_conflict(OnConflict::column("name").do_nothing().to_owned()).to_owned()
}

fn codes_of(set: &str, codes: Vec<Code>) -> InsertStatement {
    let mut insert = Query::insert()
        .into_table("code")
        .columns(["code_set", "code", "label_en", "label_mi", "position"])
        .to_owned();
    for (position, (code, label_en, label_mi)) in (1..).zip(codes) {
        insert.values_panic([
            set.into(),
            code.into(),
            label_en.into(),
            label_mi.into(),
            i32::into(position),
        ]);
    }
    let known = OnConflict::columns(["code_set", "code"]).do_nothing().to_owned();
    insert.on_conflict(known).to_owned()
}

/// One digit again and again, in each length that is typed to fill a field, and digits in a row.
fn numbers() -> Vec<Code> {
    let repeated = ('0'..='9').flat_map(|digit| {
        (6..=10).map(move |length| std::iter::repeat_n(digit, length).collect::<String>())
    });
    let in_a_row = ["123456", "1234567", "12345678", "123456789", "1234567890", "0123456789"];
    let back = ["654321", "7654321", "87654321", "987654321", "9876543210"];
    let in_a_row = in_a_row.into_iter().chain(back).map(str::to_owned);
    repeated.chain(in_a_row).map(|number| (number.clone(), number, None)).collect()
}

/// What systems write who know no date. 1 January of other years is a birthday like others.
const BIRTH_DATES: &[(&str, &str)] = &[
    ("1900-01-01", "1 January 1900"),
    ("1901-01-01", "1 January 1901"),
    ("1970-01-01", "1 January 1970"),
    ("1980-01-01", "1 January 1980"),
    ("1990-01-01", "1 January 1990"),
    ("1999-01-01", "1 January 1999"),
    ("1999-12-31", "31 December 1999"),
    ("2000-01-01", "1 January 2000"),
    ("2001-01-01", "1 January 2001"),
];

const NAMES: &[(&str, &str, Option<&str>)] = &[
    ("unknown", "Unknown", Some("Kāore i te mōhiotia")),
    ("unk", "Unk", None),
    ("not-known", "Not known", None),
    ("not-given", "Not given", None),
    ("not-provided", "Not provided", None),
    ("not-supplied", "Not supplied", None),
    ("not-stated", "Not stated", None),
    ("not-specified", "Not specified", None),
    ("not-recorded", "Not recorded", None),
    ("not-available", "Not available", None),
    ("not-applicable", "Not applicable", None),
    ("n-a", "N/A", None),
    ("unspecified", "Unspecified", None),
    ("undefined", "Undefined", None),
    ("null", "Null", None),
    ("nil", "Nil", None),
    ("none", "None", None),
    ("missing", "Missing", None),
    ("no-name", "No name", Some("Kore ingoa")),
    ("no-first-name", "No first name", None),
    ("no-last-name", "No last name", None),
    ("no-surname", "No surname", None),
    ("unnamed", "Unnamed", None),
    ("anonymous", "Anonymous", None),
    ("anon", "Anon", None),
    ("to-be-advised", "To be advised", None),
    ("to-be-confirmed", "To be confirmed", None),
    ("to-be-determined", "To be determined", None),
    ("tba", "TBA", None),
    ("tbc", "TBC", None),
    ("tbd", "TBD", None),
    ("baby", "Baby", Some("Pēpi")),
    ("baby-boy", "Baby boy", None),
    ("baby-girl", "Baby girl", None),
    ("baby-of", "Baby of", None),
    ("infant", "Infant", None),
    ("newborn", "Newborn", None),
    ("test", "Test", Some("Whakamātau")),
    ("testing", "Testing", None),
    ("tester", "Tester", None),
    ("test-student", "Test student", None),
    ("test-pupil", "Test pupil", None),
    ("student", "Student", Some("Ākonga")),
    ("pupil", "Pupil", None),
    ("new-student", "New student", None),
    ("dummy", "Dummy", None),
    ("fake", "Fake", None),
    ("placeholder", "Placeholder", None),
    ("temp", "Temp", None),
    ("temporary", "Temporary", None),
    ("duplicate", "Duplicate", None),
    ("do-not-use", "Do not use", None),
    ("delete", "Delete", None),
    ("deleted", "Deleted", None),
    ("name", "Name", Some("Ingoa")),
    ("first-name", "First name", None),
    ("given-name", "Given name", None),
    ("last-name", "Last name", None),
    ("family-name", "Family name", None),
    ("surname", "Surname", None),
    ("full-name", "Full name", None),
    ("x", "X", None),
    ("xx", "XX", None),
    ("xxx", "XXX", None),
    ("xxxx", "XXXX", None),
    ("zzz", "ZZZ", None),
    ("zzzz", "ZZZZ", None),
    ("abc", "ABC", None),
    ("asdf", "ASDF", None),
    ("qwerty", "Qwerty", None),
];
