//! What is made of the registry of codes: the list of them, and what is said of each.

macro_rules! codes {
    ($($variant:ident $status:literal $code:literal, $en:literal, $mi:literal, $cause:literal, $fix:literal;)*) => {
        /// What went wrong, for programs. Never translated, never reused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
        pub enum Code {
            $(#[serde(rename = $code)] $variant,)*
        }

        impl Code {
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            pub const fn status_number(self) -> u16 {
                match self { $(Self::$variant => $status,)* }
            }

            pub const fn title_en(self) -> &'static str {
                match self { $(Self::$variant => $en,)* }
            }

            pub const fn title_mi(self) -> &'static str {
                match self { $(Self::$variant => $mi,)* }
            }

            /// What leads to it.
            pub const fn cause(self) -> &'static str {
                match self { $(Self::$variant => $cause,)* }
            }

            /// What to do about it.
            pub const fn fix(self) -> &'static str {
                match self { $(Self::$variant => $fix,)* }
            }
        }
    };
}
