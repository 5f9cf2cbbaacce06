//! Family names as they are searched: without spaces, whatever stands for an apostrophe, dashes and
//! doubled vowels, and with letters that have no accent to be taken away as others type them. The folded
//! names stay as they are, and so does what the release before writes: they are compared by a computed
//! value, of which the index is.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{DbBackend, Statement};

use crate::growing::{self, ComputedIndex};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Postgres {
            return in_steps(manager).await;
        }
        growing::computed_index(manager, index(&compared("family_folded"))).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }
}

/// SQLite before 3.46 reads no more than 30 calls within each other, and whoever opens the file with such
/// a program reads the whole schema. So the value is computed in columns that follow each other; none of
/// them is stored but in the index.
async fn in_steps(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let mut column = "family_folded".to_owned();
    for (step, some) in (1..).zip(replacements().chunks(25)) {
        let (from, name) = (column, format!("family_compared_{step}"));
        let known =
            format!("SELECT 1 FROM pragma_table_xinfo('student_name') WHERE name = '{name}'");
        if db.query_one_raw(Statement::from_string(DbBackend::Sqlite, known)).await?.is_none() {
            let value = replaced(&from, some);
            let add = format!(
                "ALTER TABLE student_name ADD COLUMN {name} TEXT GENERATED ALWAYS AS ({value}) VIRTUAL"
            );
            db.execute_unprepared(&add).await?;
        }
        column = name;
    }
    growing::computed_index(manager, index(&column)).await
}

const fn index(expression: &str) -> ComputedIndex<'_> {
    ComputedIndex {
        name: "student_name_by_compared_family",
        table: "student_name",
        expression,
        // A prefix search needs byte order, which PostgreSQL's own index has only on request.
        operators: "text_pattern_ops",
    }
}

fn compared(column: &str) -> String {
    replaced(column, &replacements())
}

fn replaced(column: &str, replacements: &[(String, String)]) -> String {
    replacements.iter().fold(column.to_owned(), |sql, (from, to)| {
        format!("replace({sql}, '{}', '{to}')", from.replace('\'', "''"))
    })
}

/// What is replaced by what, in this order.
fn replacements() -> Vec<(String, String)> {
    let removed = NOT_COMPARED.iter().map(|c| (c.to_string(), String::new()));
    let letters = LETTERS.iter().map(|(letter, typed)| (letter.to_string(), (*typed).to_owned()));
    let vowels = ["aeiou"; 3].concat();
    let vowels = vowels.chars().map(|vowel| (format!("{vowel}{vowel}"), vowel.to_string()));
    removed.chain(letters).chain(vowels).collect()
}

const NOT_COMPARED: &[char] = &[
    ' ', ',', '"', '/', '\'', '\u{b7}', '\u{2b9}', '\u{2bb}', '\u{2bc}', '\u{2bd}', '\u{2be}',
    '\u{2bf}', '\u{2c8}', '\u{2ca}', '\u{2cb}', '\u{2ee}', '\u{55a}', '\u{5f3}', '\u{2012}',
    '\u{2014}', '\u{2015}', '\u{201b}', '\u{201c}', '\u{201d}', '\u{2032}', '\u{2035}', '\u{2212}',
    '\u{a78c}',
];

const LETTERS: &[(char, &str)] = &[
    ('ß', "ss"),
    ('æ', "ae"),
    ('œ', "oe"),
    ('þ', "th"),
    ('ŋ', "ng"),
    ('ɲ', "ny"),
    ('ł', "l"),
    ('ø', "o"),
    ('đ', "d"),
    ('ð', "d"),
    ('ħ', "h"),
    ('ı', "i"),
    ('ŧ', "t"),
    ('ĸ', "k"),
    ('ə', "e"),
    ('ǝ', "e"),
    ('ɛ', "e"),
    ('ɔ', "o"),
    ('ƒ', "f"),
    ('ɓ', "b"),
    ('ɗ', "d"),
    ('ɖ', "d"),
    ('ƙ', "k"),
    ('ƴ', "y"),
    ('ǥ', "g"),
    ('ɨ', "i"),
    ('ʉ', "u"),
    ('ƶ', "z"),
    ('ȼ', "c"),
];
