use serde_json::{Value, json};

use super::Shape;

fn shape(schema: Value) -> Shape {
    let components = json!({
        "schemas": {
            "Line": { "type": "string", "maxLength": 200 },
            "Word": { "type": "string", "enum": ["rain", "cold_wind"] },
            "Goal": {
                "type": "object", "additionalProperties": false,
                "properties": { "what": { "$ref": "#/components/schemas/Line" } },
            },
            // Of itself: followed as deep as a body can be, and no deeper.
            "Nest": {
                "type": "object", "additionalProperties": false,
                "properties": { "inner": { "$ref": "#/components/schemas/Nest" } },
            },
        },
    });
    Shape::of(&schema, &components)
}

/// In words, so that a whole shape can be compared.
fn words(shape: &Shape) -> String {
    match shape {
        Shape::Open => "open".to_owned(),
        Shape::Text(usize::MAX) => "text".to_owned(),
        Shape::Text(most) => format!("text {most}"),
        Shape::Instant(most) => format!("instant {most}"),
        Shape::Array { items, most: usize::MAX } => format!("[{}]", words(items)),
        Shape::Array { items, most } => format!("[{}; {most}]", words(items)),
        Shape::Object(members) => {
            let known = members.known.iter();
            let mut known: Vec<String> =
                known.map(|(name, shape)| format!("{name}: {}", words(shape))).collect();
            known.sort();
            let more = if members.open { ", …" } else { "" };
            format!("{{{}{more}}}", known.join(", "))
        }
    }
}

#[test]
fn a_shape_keeps_what_the_schema_has_a_place_for() {
    let line = json!({ "$ref": "#/components/schemas/Line" });
    for (schema, expected) in [
        (json!({ "type": "string", "maxLength": 5 }), "text 5"),
        (json!({ "type": "string" }), "text"),
        (json!({ "type": ["string", "null"], "maxLength": 5 }), "text 5"),
        (json!({ "type": "string", "format": "date-time", "maxLength": 35 }), "instant 35"),
        // The longest of its words.
        (json!({ "$ref": "#/components/schemas/Word" }), "text 9"),
        // No text fits a number or a truth value.
        (json!({ "type": "integer" }), "text 0"),
        (json!({ "type": "boolean" }), "text 0"),
        (line.clone(), "text 200"),
        (json!({ "oneOf": [{ "type": "null" }, line.clone()] }), "text 200"),
        (json!({ "anyOf": [line.clone(), { "type": "null" }] }), "text 200"),
        (json!({ "oneOf": [line.clone(), { "type": "integer" }] }), "open"),
        (json!({ "type": "array", "items": line, "maxItems": 3 }), "[text 200; 3]"),
        (json!({ "type": "array" }), "[open]"),
        (json!({ "type": "object" }), "open"),
        (json!({ "type": "object", "additionalProperties": false }), "{}"),
        (json!({}), "open"),
        (json!({ "$ref": "#/components/schemas/Nobody" }), "open"),
    ] {
        assert_eq!(words(&shape(schema.clone())), expected, "{schema}");
    }
}

#[test]
fn an_object_has_its_members_and_says_whether_others_may_come() {
    let closed = json!({
        "type": "object", "additionalProperties": false,
        "properties": {
            "goals": { "type": "array", "items": { "$ref": "#/components/schemas/Goal" } },
            "done": { "type": "boolean" },
        },
    });
    assert_eq!(words(&shape(closed)), "{done: text 0, goals: [{what: text 200}]}");
    let open = json!({ "type": "object", "properties": { "done": { "type": "boolean" } } });
    assert_eq!(words(&shape(open)), "{done: text 0, …}");
}

#[test]
fn a_schema_of_itself_ends() {
    let nest = words(&shape(json!({ "$ref": "#/components/schemas/Nest" })));
    let levels = nest.matches("inner").count();
    assert!((8..=32).contains(&levels) && nest.contains("inner: open"), "{levels}");
}
