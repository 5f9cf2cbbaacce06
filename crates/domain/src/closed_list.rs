//! Words that mean the same in every room: one spelling for the column, the API and the rules.

/// A closed list of words: an enum whose spelling is snake_case in JSON and in its column.
#[macro_export]
macro_rules! closed_list {
    ($($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $text:literal,)* })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[derive(serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "columns", derive(sea_orm::DeriveActiveEnum, sea_orm::EnumIter))]
        #[cfg_attr(feature = "columns", sea_orm(rs_type = "String", db_type = "Text"))]
        pub enum $name {
            $(
                $(#[$vmeta])*
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

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::schema::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .enum_values(Some(Self::ALL.iter().map(|word| word.as_str())))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
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
    )*};
}

/// The text is none of the list's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a word of this list")]
pub struct UnknownWord;
