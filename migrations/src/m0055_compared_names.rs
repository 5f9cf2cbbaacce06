//! Family names as they are searched: without spaces, whatever stands for an apostrophe, dashes and
//! doubled vowels, and with letters that have no accent to be taken away as others type them. The folded
//! names stay as they are, and so does what the release before writes: they are compared by a computed
//! value, of which the index is.

use sea_orm_migration::prelude::*;

use crate::growing::{self, ComputedIndex};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = ComputedIndex {
            name: "student_name_by_compared_family",
            table: "student_name",
            expression: &compared("family_folded"),
            // A prefix search needs byte order, which PostgreSQL's own index has only on request.
            operators: "text_pattern_ops",
        };
        growing::computed_index(manager, index).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }
}

fn compared(column: &str) -> String {
    let removed = NOT_COMPARED.iter().map(|c| (c.to_string(), String::new()));
    let letters = LETTERS.iter().map(|(letter, typed)| (letter.to_string(), (*typed).to_owned()));
    let vowels = ["aeiou"; 3].concat();
    let vowels = vowels.chars().map(|vowel| (format!("{vowel}{vowel}"), vowel.to_string()));
    removed.chain(letters).chain(vowels).fold(column.to_owned(), |sql, (from, to)| {
        format!("replace({sql}, '{}', '{to}')", from.replace('\'', "''"))
    })
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
