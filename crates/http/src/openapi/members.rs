//! The members of a value of the document.

use serde_json::{Map, Value};

/// Sets a member of an object; other values have none.
pub(super) fn set(value: &mut Value, member: &str, to: Value) {
    if let Value::Object(members) = value {
        members.insert(member.to_owned(), to);
    }
}

/// An object's members; `None` for any other value.
pub(super) fn members<'a>(value: &'a mut Value, name: &str) -> Option<&'a mut Map<String, Value>> {
    value.get_mut(name).and_then(Value::as_object_mut)
}
