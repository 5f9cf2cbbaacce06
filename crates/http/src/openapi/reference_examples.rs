//! Examples of the reference data's schemas and parameters.

use serde_json::Value;

/// The example of a schema, by its name.
pub(super) fn of(_schema: &str) -> Option<Value> {
    None
}

/// The example of a parameter, where a call with it works on the sandbox.
pub(super) fn parameter(_name: &str) -> Option<Value> {
    None
}
