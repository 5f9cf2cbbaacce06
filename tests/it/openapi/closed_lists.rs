//! The closed lists in the document: each a schema of its own name, which everything else refers to.

use std::collections::BTreeSet;

use ascms_domain::reference_data::{CLOSED_LISTS, list_named};
use serde_json::{Value, json};

use super::document;

/// Lists that no schema refers to: the scopes of tokens, and the keys of groups of ethnicity.
const WITHOUT_SCHEMA: [&str; 2] = ["Action", "EthnicGroup"];

/// What stands beside a schema and is none.
const NO_SCHEMAS: [&str; 4] = ["default", "example", "examples", "x-extensible-enum"];

/// Every object of the document and where it stands, examples apart.
fn objects() -> Vec<(String, &'static Value)> {
    let mut found = Vec::new();
    gather("", document(), &mut found);
    found
}

fn gather(place: &str, value: &'static Value, into: &mut Vec<(String, &'static Value)>) {
    match value {
        Value::Object(members) => {
            into.push((place.to_owned(), value));
            let members = members.iter().filter(|(name, _)| !NO_SCHEMAS.contains(&name.as_str()));
            members.for_each(|(name, member)| gather(&format!("{place}/{name}"), member, into));
        }
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.for_each(|(at, item)| gather(&format!("{place}/{at}"), item, into));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The tag that tells the forms of a union apart has one value, and is no list.
fn is_tag(place: &str, values: &[Value]) -> bool {
    let form = place.strip_suffix("/properties/type").map(|schema| json!(format!("#{schema}")));
    let [Value::String(tag)] = values else { return false };
    let details = &document()["components"]["schemas"]["Details"];
    form.is_some_and(|form| details["discriminator"]["mapping"][tag] == form)
}

#[test]
fn every_form_of_a_union_is_a_schema_that_its_tag_leads_to() {
    let mut forms = 0;
    for (place, schema) in objects() {
        let Some(choices) = schema.get("oneOf").and_then(Value::as_array) else { continue };
        assert_eq!(schema["discriminator"]["propertyName"], "type", "{place}");
        let mapping = schema["discriminator"]["mapping"].as_object().expect("a mapping");
        assert_eq!(mapping.len(), choices.len(), "{place}");
        for (tag, reference) in mapping {
            let choice = json!({ "$ref": reference });
            assert!(choices.contains(&choice), "{place}: {reference}");
            let form = super::resolved(&choice);
            assert_eq!(form["properties"]["type"]["enum"], json!([tag]), "{reference}");
            forms += 1;
        }
    }
    assert!(forms > 20, "{forms}");
}

#[test]
fn every_enum_is_a_closed_list_under_its_name_and_has_its_values() {
    let mut found = BTreeSet::new();
    for (place, schema) in objects() {
        let Some(values) = schema.get("enum").and_then(Value::as_array) else { continue };
        if is_tag(&place, values) {
            continue;
        }
        let list = place.strip_prefix("/components/schemas/").and_then(list_named);
        let list = list.unwrap_or_else(|| panic!("{place}: an enum that is no closed list"));
        let expected: Vec<&str> = list.values.iter().map(|value| value.value).collect();
        assert_eq!(json!(values), json!(expected), "{place}");
        let labels: Vec<&str> = list.values.iter().map(|value| value.labels.en).collect();
        assert_eq!(schema["x-enum-descriptions"], json!(labels), "{place}");
        assert_eq!(schema["type"], "string", "{place}");
        found.insert(list.name);
    }
    let published = CLOSED_LISTS.iter().map(|list| list.name);
    let published: BTreeSet<&str> =
        published.filter(|name| !WITHOUT_SCHEMA.contains(name)).collect();
    assert_eq!(found, published);
}

#[test]
fn a_reference_that_may_be_null_is_any_of_it_and_null() {
    let mut nullable = 0;
    for (place, schema) in objects() {
        let values = schema.get("enum").and_then(Value::as_array);
        assert!(values.is_none_or(|values| !values.contains(&Value::Null)), "{place}");
        // A type that may be null has no members of its own: those stand in a schema with a name.
        let kinds = schema.get("type").and_then(Value::as_array);
        let is_object = kinds.is_some_and(|kinds| kinds.contains(&json!("object")));
        assert!(!is_object, "{place}");
        let null = json!({ "type": "null" });
        let one_of = schema.get("oneOf").and_then(Value::as_array);
        assert!(one_of.is_none_or(|choices| !choices.contains(&null)), "{place}");
        let Some(choices) = schema.get("anyOf").and_then(Value::as_array) else { continue };
        nullable += 1;
        let first = choices[0].as_object();
        assert!(first.is_some_and(|first| first.keys().eq(["$ref"])), "{place}");
        assert_eq!(choices[1..], [null], "{place}");
    }
    assert!(nullable > 50, "{nullable}");
}

#[test]
fn a_parameter_refers_to_its_list_too() {
    let parameters = objects().into_iter().filter(|(place, _)| place.contains("/parameters/"));
    let referring: Vec<&str> =
        parameters.filter_map(|(_, object)| object.get("$ref")?.as_str()).collect();
    for list in ["CaseStatus", "Rule", "WorkQueue", "Level"] {
        assert!(referring.contains(&&*format!("#/components/schemas/{list}")), "{list}");
    }
}
