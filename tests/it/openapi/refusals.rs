//! How the document says what an operation may answer when it refuses.

use ascms_http::problem::Code;
use serde_json::{Map, Value, json};

use super::{document, faults, operations};

#[test]
fn a_code_of_tomorrow_is_a_code_too() {
    let schema = &document()["components"]["schemas"]["ProblemCode"];
    assert_eq!((&schema["type"], schema.get("enum")), (&json!("string"), None));
    let known: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(schema["x-extensible-enum"], json!(known));
    let description = schema["description"].as_str().expect("a description");
    for code in &known {
        assert!(description.contains(&format!("`{code}`")), "{code}");
        assert_eq!(faults(schema, &json!(code)), [""; 0]);
    }
    assert_eq!(faults(schema, &json!("invented_tomorrow")), [""; 0]);
    assert!(!faults(schema, &json!("Not a code")).is_empty());
    let problem = &document()["components"]["schemas"]["Problem"]["properties"]["code"];
    assert_eq!(problem["$ref"], "#/components/schemas/ProblemCode");
}

#[test]
fn what_every_operation_may_answer_is_written_out_once() {
    let shared = document()["components"]["responses"].as_object().expect("shared answers");
    let mut referred: Map<String, Value> = Map::new();
    for (path, method, operation) in operations() {
        let responses = operation["responses"].as_object().expect("responses");
        for (status, response) in responses.iter().filter(|(status, _)| status.as_str() >= "300") {
            let names = response.as_object().expect("a response").keys();
            assert_eq!(names.collect::<Vec<_>>(), ["$ref"], "{method} {path} {status}");
            let name = response["$ref"].as_str().and_then(|name| name.rsplit('/').next());
            let name = name.expect("a name").to_owned();
            // One name stands for one status.
            let known = referred.entry(name.clone()).or_insert_with(|| json!(status));
            assert_eq!(known, status, "{method} {path}");
            assert!(shared.contains_key(&name), "{method} {path}: {name}");
        }
        for status in ["401", "403", "406", "429", "500", "503"] {
            assert!(responses.contains_key(status), "{method} {path}: {status}");
        }
    }
    let unused: Vec<&String> = shared.keys().filter(|name| !referred.contains_key(*name)).collect();
    assert_eq!(unused, [""; 0]);
}
