//! The document's outline: its operations and schemas by name, without their content. The page of the
//! operations shows the outline at once, and loads the document when somebody opens one of them.

use serde_json::{Map, Value, json};

use super::members::set;

/// What a list of operations needs of each.
const SHOWN: [&str; 5] = ["deprecated", "operationId", "security", "summary", "tags"];

pub(super) fn of(document: &Value) -> Value {
    let part = |pointer: &str| document.pointer(pointer).cloned().unwrap_or_default();
    json!({
        "openapi": part("/openapi"),
        "info": part("/info"),
        "servers": part("/servers"),
        "tags": part("/tags"),
        "paths": mapped(&part("/paths"), |item| mapped(item, operation)),
        "components": {
            "securitySchemes": part("/components/securitySchemes"),
            "schemas": mapped(&part("/components/schemas"), schema),
        },
    })
}

/// An object with what becomes of each of its members.
fn mapped(object: &Value, each: impl Fn(&Value) -> Value) -> Value {
    let members = object.as_object().into_iter().flatten();
    Value::Object(members.map(|(name, value)| (name.clone(), each(value))).collect())
}

fn operation(whole: &Value) -> Value {
    let shown =
        SHOWN.into_iter().filter_map(|name| Some((name.to_owned(), whole.get(name)?.clone())));
    let mut shown = Value::Object(shown.collect::<Map<String, Value>>());
    // Swagger UI looks here, and not at what it loaded later, for whether a call needs a body.
    if let Some(required) = whole.pointer("/requestBody/required") {
        set(&mut shown, "requestBody", json!({ "required": required }));
    }
    shown
}

/// The schema's type, and members to come: Swagger UI can only open what seems to have some.
fn schema(whole: &Value) -> Value {
    let mut shown = json!({ "properties": {} });
    if let Some(kind) = whole.get("type") {
        set(&mut shown, "type", kind.clone());
    }
    shown
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::of;

    #[test]
    fn an_outline_names_all_and_describes_nothing() {
        let outline = of(&json!({
            "openapi": "3.1.0",
            "info": { "title": "T" },
            "servers": [{ "url": "/" }],
            "tags": [{ "name": "Cases" }],
            "paths": { "/v1/cases": {
                "get": {
                    "operationId": "listCases",
                    "summary": "Cases",
                    "tags": ["Cases"],
                    "security": [{ "bearer": [] }],
                    "description": "Long.",
                    "parameters": [{ "name": "limit" }],
                    "responses": { "200": {} },
                    "x-codeSamples": [{ "lang": "Shell" }],
                },
                "post": { "operationId": "openCase", "requestBody": { "required": true, "content": {} } },
            } },
            "components": {
                "securitySchemes": { "bearer": { "type": "http" } },
                "responses": { "404": {} },
                "schemas": {
                    "Case": { "type": "object", "properties": { "id": {} }, "description": "Long." },
                    "Any": { "description": "Long." },
                },
            },
        }));
        let expected = json!({
            "openapi": "3.1.0",
            "info": { "title": "T" },
            "servers": [{ "url": "/" }],
            "tags": [{ "name": "Cases" }],
            "paths": { "/v1/cases": {
                "get": {
                    "operationId": "listCases",
                    "summary": "Cases",
                    "tags": ["Cases"],
                    "security": [{ "bearer": [] }],
                },
                "post": { "operationId": "openCase", "requestBody": { "required": true } },
            } },
            "components": {
                "securitySchemes": { "bearer": { "type": "http" } },
                "schemas": {
                    "Case": { "type": "object", "properties": {} },
                    "Any": { "properties": {} },
                },
            },
        });
        assert_eq!(outline, expected);
    }
}
