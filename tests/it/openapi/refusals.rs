//! How the document says what an operation may answer when it refuses.

use ascms_http::problem::Code;
use serde_json::json;

use super::{document, faults};

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
