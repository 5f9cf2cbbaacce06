//! Every value of the document has its limits: those that its type states, and here those that
//! follow from its kind. The same completed schemas check what comes in.

use ascms_domain::text::{CODE, PARAGRAPHS};
use serde_json::{Map, Value, json};

/// A schema with the limits that its kind implies, at every depth.
pub fn complete(mut schema: Value) -> Value {
    walk(&mut schema);
    schema
}

fn walk(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            limit(members);
            for (name, member) in members.iter_mut() {
                if !matches!(name.as_str(), "example" | "examples" | "default" | "enum") {
                    walk(member);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(walk),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn limit(members: &mut Map<String, Value>) {
    if members.contains_key("enum") || members.contains_key("const") {
        return;
    }
    let is = |kind: &str| match members.get("type") {
        Some(Value::String(one)) => one == kind,
        Some(Value::Array(several)) => several.iter().any(|one| one == kind),
        _ => false,
    };
    let (string, integer, array) = (is("string"), is("integer"), is("array"));
    if string {
        limit_text(members);
    }
    if integer {
        limit_integer(members);
    }
    if array {
        members.entry("maxItems").or_insert(json!(500));
        // A code said twice says nothing more.
        if members.get("items").is_some_and(is_code) {
            members.entry("uniqueItems").or_insert(json!(true));
        }
    }
}

/// Whether a schema is that of a code, named or written out.
fn is_code(schema: &Value) -> bool {
    schema.get("$ref") == Some(&json!("#/components/schemas/Code"))
        || schema.get("pattern") == Some(&json!(CODE))
}

fn limit_text(members: &mut Map<String, Value>) {
    let longest = match members.get("format").and_then(Value::as_str) {
        Some("date") => 10,
        Some("date-time") => 35,
        Some("uuid") => 36,
        // A file: the most that the setting for documents may be.
        Some("binary") => 1024 * 1024 * 1024,
        Some(_) => 2000,
        None => {
            members.entry("pattern").or_insert(json!(PARAGRAPHS));
            4000
        }
    };
    members.entry("maxLength").or_insert(json!(longest));
}

fn limit_integer(members: &mut Map<String, Value>) {
    let wide = members.get("format").and_then(Value::as_str) == Some("int64");
    members.insert("format".to_owned(), json!(if wide { "int64" } else { "int32" }));
    members.entry("minimum").or_insert(json!(0));
    // Beyond 2^53 - 1 a JavaScript client would round.
    let largest = if wide { json!(9_007_199_254_740_991_i64) } else { json!(i32::MAX) };
    members.entry("maximum").or_insert(largest);
}

#[cfg(test)]
mod tests;
