//! Text that people write: what it may hold, how long it may be, and how two texts are compared.

use unicode_normalization::UnicodeNormalization;

/// What stands in no text, as ranges of a pattern: characters that show nothing, and marks that
/// reorder text on a screen (Unicode bidirectional embeddings, overrides and isolates). Those that
/// patterns of JSON Schema can not name portably (tags) are in [`is_forbidden`] alone.
macro_rules! unseen {
    () => {
        "\\u007f-\\u009f\\u00ad\\u061c\\u115f\\u1160\\u180e\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff9-\\ufffb"
    };
}

/// Everything but control characters and what is [forbidden](is_forbidden).
pub const ONE_LINE: &str = concat!("^[^\\u0000-\\u001f", unseen!(), "]*$");

/// As [`ONE_LINE`], with tabs and line breaks.
pub const PARAGRAPHS: &str =
    concat!("^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f", unseen!(), "]*$");

/// A code of a code set.
pub const CODE: &str = "^[A-Za-z0-9?][A-Za-z0-9_.-]*$";

/// A National Student Number: up to ten digits, with spaces between them.
pub const NSN: &str = "^[ 0]*[0-9]( *[0-9]){0,9} *$";

/// The format of a text in which there is something to see: [`is_blank`] is false.
pub const VISIBLE: &str = "visible-text";

/// The format of a person's name: [`is_name`].
pub const NAME: &str = "person-name";

/// Whether a character may never be part of a text: invisible controls and fillers, tags, and marks
/// that make a text read differently from what it says.
pub fn is_forbidden(c: char) -> bool {
    let line_layout = matches!(c, '\t' | '\n' | '\r');
    let unseen = matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    );
    (c.is_control() && !line_layout) || unseen
}

/// Whether a text holds what is [forbidden](is_forbidden), or a joiner where it means nothing.
pub fn is_unclean(text: &str) -> bool {
    text.chars().any(is_forbidden) || (text.contains(is_joiner) && has_stray_joiner(text))
}

/// The zero-width non-joiner and joiner: letters of some scripts, and parts of emoji, are written
/// with them.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// A joiner has its place between two characters that can be joined: none of ASCII.
fn has_stray_joiner(text: &str) -> bool {
    let joined = |c: Option<char>| {
        c.is_some_and(|c| !(c.is_ascii() || c.is_whitespace() || is_joiner(c) || is_forbidden(c)))
    };
    let before = std::iter::once(None).chain(text.chars().map(Some));
    let after = text.chars().skip(1).map(Some).chain([None]);
    let mut places = before.zip(text.chars()).zip(after);
    places.any(|((before, c), after)| is_joiner(c) && !(joined(before) && joined(after)))
}

/// Whether there is something to see of a character by itself.
fn is_visible(c: char) -> bool {
    let varies_the_one_before = matches!(c, '\u{34f}' | '\u{180b}'..='\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}');
    let braille_blank = c == '\u{2800}';
    !(c.is_whitespace()
        || is_forbidden(c)
        || is_joiner(c)
        || varies_the_one_before
        || braille_blank)
}

/// Whether a text shows nothing.
pub fn is_blank(text: &str) -> bool {
    !text.chars().any(is_visible)
}

/// Whether a text can be a person's name: something of it is left to compare it by, and that has a
/// letter or a digit. A hyphen alone is no name.
pub fn is_name(text: &str) -> bool {
    fold(text).chars().any(|c| c.is_alphanumeric() && !is_forbidden(c))
}

/// The text in Unicode's composed form (NFC), without space at its ends: how it is kept.
pub fn tidy(text: &str) -> String {
    text.trim().nfc().collect()
}

/// The text as it is compared: without case, macrons and other accents, apostrophes, hyphens and
/// joiners; inner space collapsed. `Ngā-Pō O’Brien` and `nga po obrien` are one name.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd() {
        match c {
            '\u{0300}'..='\u{036f}' | '\'' | '’' | '‘' | 'ʻ' | 'ʼ' | '`' | '.' => {}
            _ if is_joiner(c) => {}
            _ if c.is_whitespace() || matches!(c, '-' | '‐' | '‑' | '–' | '_') => {
                if !folded.is_empty() && !folded.ends_with(' ') {
                    folded.push(' ');
                }
            }
            _ => folded.extend(c.to_lowercase()),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// A full name as it is compared: its folded words in alphabetical order, so that the order in
/// which given and family names were typed does not matter.
pub fn name_key(given: &str, family: &str) -> String {
    let folded = format!("{} {}", fold(given), fold(family));
    let mut parts: Vec<&str> = folded.split_whitespace().collect();
    parts.sort_unstable();
    parts.join(" ")
}

impl SentNsn {
    /// What names a student; none when nothing was sent.
    pub fn sent(self) -> Option<String> {
        Some(self.0).filter(|number| !number.is_empty())
    }
}

/// Texts with a limit and a pattern, kept in NFC. The published schema carries the limits and
/// every request body is checked against it, so the type itself only tidies.
macro_rules! text_types {
    ($($(#[$meta:meta])* $name:ident: $min:literal..=$max:literal, $pattern:expr, $format:expr;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
        #[cfg_attr(feature = "columns", derive(sea_orm::DeriveValueType))]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The longest text there may be, in characters.
            pub const MAX: usize = $max;

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(tidy(text))
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(de: D) -> Result<Self, D::Error> {
                String::deserialize(de).map(|text| Self(tidy(&text)))
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                let format: Option<&str> = $format;
                utoipa::openapi::schema::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .min_length(Some($min))
                    .max_length(Some($max))
                    .pattern(Some($pattern))
                    .format(format.map(|f| utoipa::openapi::SchemaFormat::Custom(f.to_owned())))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }
    )*};
}

text_types! {
    /// A part of a person's name, exactly as given; it has a letter or a digit.
    PersonName: 1..=100, ONE_LINE, Some(NAME);
    /// A line of text: a title, a label, a name of a thing.
    Line: 1..=200, ONE_LINE, Some(VISIBLE);
    /// A person's whole name in one line.
    FullName: 1..=200, ONE_LINE, Some(NAME);
    /// Words in sentences: a reason, a note.
    LongText: 1..=4000, PARAGRAPHS, Some(VISIBLE);
    /// A text in Markdown (CommonMark).
    Markdown: 1..=20_000, PARAGRAPHS, Some(VISIBLE);
    /// A code of one of the published code sets.
    Code: 1..=64, CODE, None;
    /// The National Student Number: up to ten digits, as they were sent. Spaces and leading noughts do
    /// not count (ours): `0931284341` and `93 128 4341` are one number. There is no public check digit.
    Nsn: 1..=20, NSN, None;
    /// A National Student Number as a school's system sends it in bulk: empty where it has none. One
    /// that is no number names nobody, and is a fault of its item alone.
    SentNsn: 0..=20, "^[ -~]*$", None;
    /// A school's Ministry number: one to four digits. `0189` and `189` are one school.
    SchoolNumber: 1..=4, "^[0-9]{1,4}$", None;
    /// A phone number as people write it.
    Phone: 5..=25, "^[+(0-9][0-9 ()./-]*$", None;
    /// An e-mail address.
    Email: 3..=254, "^[^@\\s]+@[^@\\s]+$", Some("email");
    /// A postal or street address.
    Address: 1..=300, PARAGRAPHS, Some(VISIBLE);
    /// What a system calls itself or its record: visible ASCII.
    SourceText: 1..=100, "^[!-~]([ -~]*[!-~])?$", None;
    /// The readable number of a case.
    CaseNumber: 14..=14, "^AS-[0-9]{4}-[0-9]{6}$", None;
    /// The Ministry's number of a contract: visible ASCII.
    ContractNumber: 1..=40, "^[!-~]([ -~]*[!-~])?$", None;
}

impl SchoolNumber {
    /// The number without leading zeros, by which schools are told apart; 0 is no school.
    pub fn canonical(&self) -> Option<i32> {
        self.0.parse().ok().filter(|number| (1..=9999).contains(number))
    }
}

impl From<i32> for SchoolNumber {
    fn from(number: i32) -> Self {
        Self(number.to_string())
    }
}

#[cfg(test)]
mod tests;
