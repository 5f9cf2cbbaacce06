//! Closed lists: words that mean the same in every room, with one spelling for the column, the API
//! and the rules, and the labels by which people read them.

use utoipa::openapi::RefOr;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};

/// A text in both languages of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Labels {
    /// In English.
    pub en: &'static str,
    /// In te reo Māori.
    pub mi: &'static str,
}

/// A value of a closed list, and the labels by which people read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LabelledValue {
    /// The value as it is written in JSON and in the database.
    pub value: &'static str,
    pub labels: Labels,
}

/// A closed list that clients see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClosedList {
    /// Name of the list's schema in the published document.
    pub name: &'static str,
    pub labels: Labels,
    /// The lines of the list's doc comment, which is its description in the published document.
    pub doc: &'static [&'static str],
    /// The values in the order of their definition.
    pub values: &'static [LabelledValue],
}

impl ClosedList {
    /// The list's schema: its values, and the English label of each.
    pub fn schema(&self) -> RefOr<Schema> {
        let lines: Vec<&str> = self.doc.iter().map(|line| line.trim()).collect();
        let labels: Vec<&str> = self.values.iter().map(|value| value.labels.en).collect();
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(lines.join("\n").trim()))
            .enum_values(Some(self.values.iter().map(|value| value.value)))
            .extensions(Some(Extensions::from_iter([("x-enum-descriptions", labels)])))
            .into()
    }
}

/// A closed list of words: an enum whose spelling is snake_case in JSON and in its column.
///
/// A list that clients see has labels in English and te reo Māori, and so has each of its values:
/// without them it has no schema, and a member of its type does not compile. Its doc comment is its
/// description in the published document. A list without labels stays inside the program.
#[macro_export]
macro_rules! closed_list {
    ($(
        $(#[doc = $doc:literal])*
        $(#[derive($derived:ident)])?
        $name:ident: $en:literal / $mi:literal {
            $(
                $(#[$vmeta:meta])*
                $variant:ident = $text:literal: $ven:literal / $vmi:literal,
            )*
        }
    )*) => {$(
        $crate::closed_list! { @spelled
            [$(#[doc = $doc])* $(#[derive($derived)])?]
            $name { $([$(#[$vmeta])*] $variant = $text,)* }
        }

        impl $name {
            /// The list as it is published.
            pub const LIST: &'static $crate::closed_list::ClosedList =
                &$crate::closed_list::ClosedList {
                    name: stringify!($name),
                    labels: $crate::closed_list::Labels { en: $en, mi: $mi },
                    doc: &[$($doc),*],
                    values: &[$(
                        $crate::closed_list::LabelledValue {
                            value: $text,
                            labels: $crate::closed_list::Labels { en: $ven, mi: $vmi },
                        }
                    ),*],
                };

            /// The labels by which people read the word.
            pub const fn labels(self) -> $crate::closed_list::Labels {
                match self {
                    $(Self::$variant => $crate::closed_list::Labels { en: $ven, mi: $vmi },)*
                }
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                Self::LIST.schema()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }
    )*};
    (@spelled
        [$($meta:tt)*]
        $name:ident { $([$($vmeta:tt)*] $variant:ident = $text:literal,)* }
    ) => {
        $($meta)*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[derive(serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "columns", derive(sea_orm::DeriveActiveEnum, sea_orm::EnumIter))]
        #[cfg_attr(feature = "columns", sea_orm(rs_type = "String", db_type = "Text"))]
        pub enum $name {
            $(
                $($vmeta)*
                #[serde(rename = $text)]
                #[cfg_attr(feature = "columns", sea_orm(string_value = $text))]
                $variant,
            )*
        }

        impl $name {
            /// Every word of the list, in the order of its definition.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word as it is written in JSON and in the database.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::closed_list::UnknownWord;

            fn from_str(text: &str) -> Result<Self, $crate::closed_list::UnknownWord> {
                match text {
                    $($text => Ok(Self::$variant),)*
                    _ => Err($crate::closed_list::UnknownWord),
                }
            }
        }
    };
    ($(
        $(#[$meta:meta])*
        $name:ident { $($(#[$vmeta:meta])* $variant:ident = $text:literal,)* }
    )*) => {$(
        $crate::closed_list! { @spelled
            [$(#[$meta])*]
            $name { $([$(#[$vmeta])*] $variant = $text,)* }
        }
    )*};
}

/// The text is none of the list's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a word of this list")]
pub struct UnknownWord;

#[cfg(test)]
mod tests;
