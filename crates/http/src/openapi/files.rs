//! Operations whose body or answer is a file, which no schema describes.

use ascms_domain::documents::MediaType;
use serde_json::{Map, Value, json};

use super::{examples, set};

/// How the path of an operation ends that answers a file.
pub(super) const PATH: &str = "/content";

const ANY_FILE: &str = "application/octet-stream";

/// The answers of a download: any type of document, whole or in part.
pub(super) fn complete(operation: &mut Map<String, Value>) {
    let Some(Value::Object(responses)) = operation.get_mut("responses") else { return };
    for response in responses.values_mut() {
        // First what every reader of the document knows to be bytes.
        let types = MediaType::ALL.iter().map(|media| media.as_str());
        let content = [ANY_FILE].into_iter().chain(types).map(|media| (media.to_owned(), file()));
        set(response, "content", Value::Object(content.collect()));
    }
}

/// A body that is a file as it is.
pub(super) fn complete_body(body: &mut Value) {
    let Some(content) = body.get_mut("content").and_then(Value::as_object_mut) else { return };
    if let Some(media) = content.get_mut(ANY_FILE) {
        *media = file();
    }
}

fn file() -> Value {
    json!({
        "schema": { "type": "string", "format": "binary", "maxLength": 1_073_741_824 },
        "example": examples::CONTENT,
    })
}
