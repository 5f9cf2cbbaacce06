use ascms_domain::text::{CODE, PARAGRAPHS};
use serde_json::{Value, json};

use super::complete;

/// Of each kind of value: the schema that a type states, and the one that is published.
#[test]
fn what_a_type_does_not_limit_its_kind_does() {
    let text = |more: Value| {
        let mut schema = json!({ "type": "string" });
        schema.as_object_mut().expect("members").extend(more.as_object().expect("members").clone());
        schema
    };
    for (stated, published) in [
        (json!({ "type": "string" }), text(json!({ "pattern": PARAGRAPHS, "maxLength": 4000 }))),
        (text(json!({ "format": "date" })), text(json!({ "format": "date", "maxLength": 10 }))),
        (
            text(json!({ "format": "date-time" })),
            text(json!({ "format": "date-time", "maxLength": 35 })),
        ),
        (text(json!({ "format": "uuid" })), text(json!({ "format": "uuid", "maxLength": 36 }))),
        (text(json!({ "format": "email" })), text(json!({ "format": "email", "maxLength": 2000 }))),
        (
            json!({ "type": "integer" }),
            json!({ "type": "integer", "format": "int32", "minimum": 0, "maximum": i32::MAX }),
        ),
        (
            json!({ "type": "integer", "format": "int64" }),
            json!({
                "type": "integer", "format": "int64", "minimum": 0,
                "maximum": 9_007_199_254_740_991_i64,
            }),
        ),
        (
            json!({ "type": "array", "items": { "$ref": "#/components/schemas/Line" } }),
            json!({
                "type": "array", "items": { "$ref": "#/components/schemas/Line" },
                "maxItems": 500,
            }),
        ),
        (json!({ "type": "boolean" }), json!({ "type": "boolean" })),
    ] {
        assert_eq!(complete(stated.clone()), published, "{stated}");
        assert_eq!(complete(published.clone()), published, "a second time nothing is added");
    }
}

#[test]
fn what_a_type_limits_is_left_as_it_is() {
    for stated in [
        json!({ "type": "string", "maxLength": 25, "pattern": "^[0-9]*$" }),
        json!({ "type": "integer", "format": "int32", "minimum": -5, "maximum": 5 }),
        json!({ "type": "array", "maxItems": 3, "items": { "type": "boolean" } }),
        json!({ "type": "string", "enum": ["rain", "wind"] }),
        json!({ "type": "string", "const": "rain" }),
    ] {
        assert_eq!(complete(stated.clone()), stated);
    }
}

/// A code said twice says nothing more, whether its schema is named or written out.
#[test]
fn codes_of_a_list_are_unique() {
    for items in [
        json!({ "$ref": "#/components/schemas/Code" }),
        json!({ "type": "string", "pattern": CODE, "maxLength": 64 }),
    ] {
        let list = complete(json!({ "type": "array", "items": items }));
        assert_eq!(list["uniqueItems"], true, "{list}");
    }
}

/// Limits are set at every depth, and in a value that can be null; examples are no schemas.
#[test]
fn limits_reach_everything_but_examples() {
    let schema = complete(json!({
        "type": "object",
        "properties": {
            "plan": {
                "oneOf": [
                    { "type": "null" },
                    {
                        "type": "object",
                        "properties": { "goals": { "type": "array", "items": { "type": "string" } } },
                    },
                ],
            },
            "note": { "type": ["string", "null"] },
        },
        "example": { "type": "string" },
        "default": { "type": "integer" },
    }));
    let goals = &schema["properties"]["plan"]["oneOf"][1]["properties"]["goals"];
    assert_eq!((&goals["maxItems"], &goals["items"]["maxLength"]), (&json!(500), &json!(4000)));
    assert_eq!(schema["properties"]["note"]["maxLength"], 4000);
    assert_eq!(schema["example"], json!({ "type": "string" }));
    assert_eq!(schema["default"], json!({ "type": "integer" }));
}
