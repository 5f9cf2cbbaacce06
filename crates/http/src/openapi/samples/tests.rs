use serde_json::{Value, json};

use super::{CASE_ID, add};

fn samples(path: &str, method: &str, operation: &Value) -> [String; 3] {
    let mut operation = operation.as_object().unwrap().clone();
    add(path, method, &mut operation);
    let sources: Vec<String> = operation["x-codeSamples"]
        .as_array()
        .unwrap()
        .iter()
        .map(|sample| sample["source"].as_str().unwrap().to_owned())
        .collect();
    sources.try_into().unwrap()
}

#[test]
fn a_read_has_ids_and_what_its_query_needs() {
    let operation = json!({ "parameters": [
        { "in": "path", "name": "id", "required": true },
        { "in": "query", "name": "level", "required": true, "example": "national" },
        { "in": "query", "name": "since", "required": true, "example": "2026-02-02T00:00:00Z" },
        { "in": "query", "name": "limit", "required": false, "example": 50 },
        { "in": "header", "name": "If-None-Match", "required": false },
    ] });
    let [curl, typescript, python] = samples("/v1/cases/{id}/numbers", "get", &operation);
    let path = format!("/v1/cases/{CASE_ID}/numbers?level=national&since=2026-02-02T00%3A00%3A00Z");
    assert_eq!(curl, format!("curl \"$API{path}\" \\\n  -H \"Authorization: Bearer $TOKEN\""));
    let expected = format!(
        "const answer = await fetch(`${{api}}{path}`, {{\n  \
         headers: {{ Authorization: `Bearer ${{token}}` }},\n}});"
    );
    assert_eq!(typescript, expected);
    let expected = format!(
        "answer = httpx.get(\n    f\"{{api}}{path}\",\n    \
         headers={{\"Authorization\": f\"Bearer {{token}}\"}},\n)"
    );
    assert_eq!(python, expected);
}

#[test]
fn a_body_is_written_in_the_words_of_each_language() {
    let operation = json!({
        "parameters": [{ "in": "header", "name": "Idempotency-Key", "required": false }],
        "requestBody": { "content": { "application/json": { "example": {
            "note": "the aunt's", "kept": true, "gone": null, "list": [1, "two"],
        } } } },
    });
    let [curl, typescript, python] = samples("/v1/notes", "post", &operation);
    assert!(curl.ends_with(
        "-H \"Idempotency-Key: $KEY\" \\\n  \
         -d '{\"gone\":null,\"kept\":true,\"list\":[1,\"two\"],\"note\":\"the aunt'\\''s\"}'"
    ));
    assert!(!curl.contains("-X"), "a body is posted: {curl}");
    assert!(typescript.contains("\"Idempotency-Key\": key"), "{typescript}");
    assert!(typescript.contains("body: JSON.stringify({\"gone\":null,\"kept\":true,"));
    assert!(python.contains(
        "json={\"gone\": None, \"kept\": True, \"list\": [1, \"two\"], \"note\": \"the aunt's\"}"
    ));
}

#[test]
fn an_edit_names_its_version_and_its_media_type() {
    let operation = json!({
        "parameters": [{ "in": "header", "name": "If-Match", "required": true }],
        "requestBody": { "content": { "application/merge-patch+json": { "example": {} } } },
    });
    let [curl, typescript, python] = samples("/v1/tasks/{taskId}", "patch", &operation);
    assert!(curl.starts_with("curl \"$API/v1/tasks/TASK_ID\" \\\n  -X PATCH \\\n"), "{curl}");
    assert!(curl.contains("-H \"If-Match: $ETAG\""), "{curl}");
    assert!(typescript.contains("\"If-Match\": etag"), "{typescript}");
    assert!(python.contains("\"Content-Type\": \"application/merge-patch+json\""), "{python}");
}

#[test]
fn a_file_goes_up_as_a_form_or_as_it_is() {
    let form = json!({ "requestBody": { "content": { "multipart/form-data": {
        "example": { "file": "Hui on Thursday.", "visibility": "shared" },
    } } } });
    let [curl, typescript, python] = samples("/v1/cases/{id}/documents", "post", &form);
    assert!(curl.ends_with("-F file=@hui-notes.txt \\\n  -F 'visibility=shared'"), "{curl}");
    assert!(!curl.contains("Content-Type"), "the boundary is curl's: {curl}");
    assert!(typescript.contains("form.set(\"file\", file, \"hui-notes.txt\");"), "{typescript}");
    assert!(python.contains("files={\"file\": (\"hui-notes.txt\", file)},"), "{python}");
    let raw = json!({ "requestBody": { "content": { "application/octet-stream": {} } } });
    let [curl, typescript, python] = samples("/v1/cases/{id}/documents/raw", "post", &raw);
    assert!(curl.ends_with("--data-binary @hui-notes.txt"), "{curl}");
    assert!(typescript.contains("body: file,"), "{typescript}");
    assert!(python.contains("content=file,"), "{python}");
}
