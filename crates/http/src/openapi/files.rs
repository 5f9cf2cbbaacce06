//! Operations whose body or answer is a file, which no schema describes.

use ascms_domain::documents::MediaType;
use serde_json::{Map, Value, json};

use super::examples;
use super::media_types::{BYTES, LINES};
use super::members::set;
use super::record_examples::CONTENT;

/// How the path of an operation ends that answers a file.
pub(super) const PATH: &str = "/content";

/// How the path of an operation ends that answers a table.
pub(super) const CSV: &str = ".csv";

/// How the path of an operation ends that answers lines of JSON.
pub(super) const NDJSON: &str = "/result";

/// The answers of a download: any type of document, whole or in part.
pub(super) fn complete(operation: &mut Map<String, Value>) {
    let Some(Value::Object(responses)) = operation.get_mut("responses") else { return };
    for response in responses.values_mut() {
        // First the one that every reader knows.
        let types = MediaType::ALL.iter().map(|media| media.as_str());
        let content = [BYTES].into_iter().chain(types).map(|media| (media.to_owned(), file()));
        set(response, "content", Value::Object(content.collect()));
    }
}

/// The answer of a table.
pub(super) fn complete_csv(operation: &mut Map<String, Value>) {
    let Some(Value::Object(responses)) = operation.get_mut("responses") else { return };
    let table = json!({ "text/csv": {
        // Lines, and the byte-order mark before them, which no other text may have.
        "schema": { "type": "string", "maxLength": 67_108_864, "pattern": "^[\\s\\S]*$" },
        "example": examples::of("MeasureRowsView").map(|rows| csv(&rows)),
    } });
    responses.values_mut().for_each(|response| set(response, "content", table.clone()));
}

/// The answer of lines.
pub(super) fn complete_ndjson(operation: &mut Map<String, Value>) {
    let Some(Value::Object(responses)) = operation.get_mut("responses") else { return };
    let rows = examples::of("MeasureRowsView");
    let rows = rows.as_ref().and_then(|rows| rows.get("items")?.as_array());
    let lines: String = rows.into_iter().flatten().map(|row| format!("{row}\n")).collect();
    let text = json!({ "type": "string", "maxLength": 1_073_741_824, "pattern": "^[^\\r]*$" });
    // As bytes first: many a reader knows no media type for lines, and would leave the answer out.
    let bytes = json!({ "type": "string", "format": "binary", "maxLength": 1_073_741_824 });
    let content = json!({
        BYTES: { "schema": bytes, "example": lines },
        LINES: { "schema": text, "example": lines },
    });
    responses.values_mut().for_each(|response| set(response, "content", content.clone()));
}

/// An example's rows as they stand in a file.
fn csv(rows: &Value) -> String {
    let names = crate::measures::column_names();
    let rows = rows.get("items").and_then(Value::as_array).into_iter().flatten();
    let value = |row: &Value, name: &str| match row.get(name) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let line = |row| names.iter().map(|name| value(row, name)).collect::<Vec<_>>().join(",");
    let lines = [names.join(",")].into_iter().chain(rows.map(line));
    lines.map(|line| line + "\r\n").collect()
}

/// A body that is a file as it is.
pub(super) fn complete_body(body: &mut Value) {
    let Some(content) = body.get_mut("content").and_then(Value::as_object_mut) else { return };
    if let Some(media) = content.get_mut(BYTES) {
        *media = file();
    }
}

fn file() -> Value {
    json!({
        "schema": { "type": "string", "format": "binary", "maxLength": 1_073_741_824 },
        "example": CONTENT,
    })
}
