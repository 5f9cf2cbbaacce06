//! Faults of bodies of which one member alone tells nothing: what members say of each other.

use std::borrow::Cow;

use validator::ValidationError;

/// The name of the parameter that says where a fault of a body is.
pub const PLACE: &str = "at";

/// A fault of a body at the member of a JSON Pointer (RFC 6901): its code, and what is wrong in words that
/// follow the member's name.
pub fn fault_at(
    pointer: &str,
    code: &'static str,
    words: impl Into<Cow<'static, str>>,
) -> ValidationError {
    let mut fault = ValidationError::new(code).with_message(words.into());
    fault.add_param(PLACE.into(), &pointer);
    fault
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{PLACE, fault_at};

    #[test]
    fn a_fault_says_where_what_and_why() {
        let fault = fault_at("/dueOn", "required", "is needed");
        assert_eq!(fault.code, "required");
        assert_eq!(fault.message.as_deref(), Some("is needed"));
        assert_eq!(fault.params.get(PLACE), Some(&json!("/dueOn")));
        let counted = fault_at("", "too_many", format!("has {} items", 3));
        assert_eq!(counted.message.as_deref(), Some("has 3 items"));
        assert_eq!(counted.params.get(PLACE), Some(&json!("")));
    }
}
