//! Text that people write: what it may hold, how long it may be, and how two texts are compared.

use unicode_normalization::UnicodeNormalization;

/// Everything but control characters and the marks that reorder text on a screen
/// (Unicode bidirectional embeddings, overrides and isolates).
pub const ONE_LINE: &str =
    "^[^\\u0000-\\u001f\\u007f-\\u009f\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]*$";

/// As [`ONE_LINE`], with tabs and line breaks.
pub const PARAGRAPHS: &str = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]*$";

/// Whether a character may never be part of a text: invisible controls, and marks that make a
/// text read differently from what it says.
pub fn is_forbidden(c: char) -> bool {
    let line_layout = matches!(c, '\t' | '\n' | '\r');
    let reorders =
        matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    (c.is_control() && !line_layout) || reorders
}

/// The text in Unicode's composed form (NFC), without space at its ends: how it is kept.
pub fn tidy(text: &str) -> String {
    text.trim().nfc().collect()
}

/// The text as it is compared: without case, macrons and other accents, apostrophes and hyphens;
/// inner space collapsed. `Ngā-Pō O’Brien` and `nga po obrien` are one name.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd() {
        match c {
            '\u{0300}'..='\u{036f}' | '\'' | '’' | '‘' | 'ʻ' | '`' | '.' => {}
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
    /// A part of a person's name, exactly as given.
    PersonName: 1..=100, ONE_LINE, None;
    /// A line of text: a title, a label, a name of a thing.
    Line: 1..=200, ONE_LINE, None;
    /// Words in sentences: a reason, a note.
    Words: 1..=4000, PARAGRAPHS, None;
    /// A code of one of the published code sets.
    Code: 1..=64, "^[A-Za-z0-9?][A-Za-z0-9_.-]*$", None;
    /// The National Student Number: up to ten digits, leading zeros kept, no public check digit.
    Nsn: 1..=10, "^[0-9]{1,10}$", None;
    /// A school's Ministry number: one to four digits. `0189` and `189` are one school.
    SchoolNumber: 1..=4, "^[0-9]{1,4}$", None;
    /// A phone number as people write it.
    Phone: 5..=25, "^[+(0-9][0-9 ()./-]*$", None;
    /// An e-mail address.
    Email: 3..=254, "^[^@\\s]+@[^@\\s]+$", Some("email");
    /// A postal or street address.
    Address: 1..=300, PARAGRAPHS, None;
    /// What a system calls itself or its record: visible ASCII.
    SourceText: 1..=100, "^[!-~]([ -~]*[!-~])?$", None;
    /// The readable number of a case.
    CaseNumber: 14..=14, "^AS-[0-9]{4}-[0-9]{6}$", None;
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
