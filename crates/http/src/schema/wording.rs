//! Faults in words: what the schema says, never what was sent.

use std::borrow::Cow;

use ascms_domain::text::{NAME, VISIBLE};
use jsonschema::JsonType;
use jsonschema::error::{TypeKind, ValidationErrorKind};

/// The longest name of an unknown member for which the one that was meant is looked for.
const GUESSED: usize = 64;

/// Names the member that was probably meant.
pub fn unknown_member<'a>(member: &str, known: impl Iterator<Item = &'a str>) -> String {
    let sent = member.to_lowercase();
    let distance = |name: &str| strsim::damerau_levenshtein(&name.to_lowercase(), &sent);
    let nearest = known.map(|name| (distance(name), name));
    // No known name is so long that a longer one could be a slip of it.
    let nearest = if sent.len() > GUESSED { None } else { nearest.min() };
    match nearest {
        Some((distance, name)) if distance <= slips(name.len().min(sent.len())) => {
            format!("is not a member; `{name}` is")
        }
        _ => "is not a member".to_owned(),
    }
}

/// How many slips of the keyboard may lie between a name and what was sent for it: one in three to
/// seven letters, then one more in four, and three at most. With more, another name was meant.
fn slips(letters: usize) -> usize {
    if letters < 4 { letters / 3 } else { (letters / 4).min(3) }
}

/// A fault in words; only what the schema says, never what was sent.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the library's long list, of which few are told apart"
)]
pub(super) fn words(kind: &ValidationErrorKind) -> (&'static str, Cow<'static, str>) {
    use ValidationErrorKind as Kind;
    match kind {
        Kind::Type { kind: TypeKind::Single(wanted) } => {
            ("wrong_type", format!("is of another type than {wanted}").into())
        }
        Kind::Type { kind: TypeKind::Multiple(wanted) } => {
            let wanted: Vec<&str> = wanted.iter().map(JsonType::as_str).collect();
            ("wrong_type", format!("is of another type than {}", wanted.join(" or ")).into())
        }
        Kind::MaxLength { limit } => {
            ("too_long", format!("has more than {limit} characters").into())
        }
        Kind::MinLength { limit } => {
            ("too_short", format!("has fewer than {limit} characters").into())
        }
        Kind::Pattern { pattern } => ("pattern", format!("does not match {pattern}").into()),
        Kind::Format { format } if format == VISIBLE => {
            ("blank", Cow::Borrowed("has no visible character"))
        }
        Kind::Format { format } if format == NAME => {
            ("blank", Cow::Borrowed("has no letter and no digit"))
        }
        Kind::Format { format } => {
            let example = match format.as_str() {
                "date" => ", such as 2026-03-09",
                "date-time" => ", such as 2026-03-09T03:15:00Z",
                _ => "",
            };
            ("format", format!("is not a valid {format}{example}").into())
        }
        Kind::Enum { options } => ("not_one_of", format!("is none of {options}").into()),
        Kind::Minimum { limit } | Kind::ExclusiveMinimum { limit } => {
            ("too_small", format!("is smaller than {limit}").into())
        }
        Kind::Maximum { limit } | Kind::ExclusiveMaximum { limit } => {
            ("too_large", format!("is larger than {limit}").into())
        }
        Kind::MultipleOf { multiple_of } => {
            ("not_a_multiple", format!("is no multiple of {multiple_of}").into())
        }
        Kind::MaxItems { limit } => {
            ("too_many_items", format!("has more than {limit} items").into())
        }
        Kind::UniqueItems => ("repeated", Cow::Borrowed("holds something twice")),
        Kind::MinItems { limit } => {
            ("too_few_items", format!("has fewer than {limit} items").into())
        }
        _ => ("invalid", Cow::Borrowed("does not fit the schema")),
    }
}
