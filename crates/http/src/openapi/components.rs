//! The document's schemas: completed, spelled as clients like them, and none that nobody uses.

use std::collections::BTreeSet;

use ascms_domain::ids::ID_SCHEMAS;
use ascms_domain::reference_data::CLOSED_LISTS;
use serde_json::{Map, Value, json};

use super::limits;
use super::members::{members, set};
use crate::problem::KNOWN_VALUES;

/// Limits, marks and plain nullables for every schema, wherever it stands.
pub(super) fn complete(document: &mut Value) {
    add_types_of_parameters(document);
    // Lifted first: a schema that is written out in another's place brings its descriptions along.
    if let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") {
        name_items(schemas);
        name_forms(schemas);
        schemas.values_mut().for_each(lift_descriptions);
    }
    // As they are now: a reference may lead to a schema that was spelled already.
    let Some(schemas) = schemas_of(document).cloned() else { return };
    for part in ["components", "paths"] {
        if let Some(value) = document.get_mut(part) {
            let mut spelled = value.take();
            simplify(&mut spelled, &schemas);
            *value = limits::complete(spelled);
        }
    }
    let sent = reachable_from_bodies(document);
    let components = members(document, "components");
    let Some(schemas) = components.and_then(|all| all.get_mut("schemas")) else { return };
    let Some(schemas) = schemas.as_object_mut() else { return };
    for (name, schema) in schemas.iter_mut() {
        mark_personal(schema);
        if !sent.contains(name) {
            require_all(schema);
        }
    }
}

/// Adds closed lists and ids: the schemas of parameters are not among those that come with bodies.
fn add_types_of_parameters(document: &mut Value) {
    let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") else { return };
    for list in CLOSED_LISTS.iter().copied() {
        let schema = serde_json::to_value(list.schema()).unwrap_or_default();
        schemas.insert(list.name.to_owned(), schema);
    }
    for (name, schema) in ID_SCHEMAS {
        let schema = serde_json::to_value(schema()).unwrap_or_default();
        schemas.insert((*name).to_owned(), schema);
    }
}

/// What a list is made of, by the name of its schema.
pub(super) fn listed(schema: &str) -> Option<&str> {
    schema.strip_prefix("List_").or_else(|| schema.strip_prefix("FollowedList_"))
}

/// Writes the items of each list as a reference to what they are: a list's schema is made of its
/// items' and has them written out, and a client would get two types for one thing.
fn name_items(schemas: &mut Map<String, Value>) {
    let mut named = Map::new();
    for (list, schema) in schemas.iter_mut() {
        let Some(name) = listed(list) else { continue };
        let Some(items) = schema.pointer_mut("/properties/items/items") else { continue };
        let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
        if *items != reference {
            named.insert(name.to_owned(), std::mem::replace(items, reference));
        }
    }
    for (name, schema) in named {
        schemas.entry(name).or_insert(schema);
    }
}

/// Gives each form of a union a schema of its own, by its title, and says which member tells them
/// apart: a client gets one type for each form, and knows the right one without trying them all.
fn name_forms(schemas: &mut Map<String, Value>) {
    let mut named = Map::new();
    for schema in schemas.values_mut() {
        let Some(Value::Array(forms)) = schema.get_mut("oneOf") else { continue };
        let mut mapping = Map::new();
        for form in forms {
            let Some((tag, title)) = tag_and_title(form) else { continue };
            let reference = format!("#/components/schemas/{title}");
            let mut own = std::mem::replace(form, json!({ "$ref": reference }));
            describe_tag(&mut own);
            if let Value::Object(members) = &mut own {
                members.remove("title");
            }
            named.insert(title, own);
            mapping.insert(tag, json!(reference));
        }
        if !mapping.is_empty() {
            let discriminator = json!({ "propertyName": TAG, "mapping": mapping });
            set(schema, "discriminator", discriminator);
        }
    }
    schemas.extend(named);
}

/// The member that tells the forms of a union apart.
const TAG: &str = "type";

fn tag_and_title(form: &Value) -> Option<(String, String)> {
    let [tag] = form.get("properties")?.get(TAG)?.get("enum")?.as_array()?.as_slice() else {
        return None;
    };
    Some((tag.as_str()?.to_owned(), form.get("title")?.as_str()?.to_owned()))
}

/// The tag is no field, so that no comment stands there.
fn describe_tag(form: &mut Value) {
    if let Some(Value::Object(tag)) = form.get_mut("properties").and_then(|all| all.get_mut(TAG)) {
        tag.entry("description").or_insert(json!("Tells the forms apart: the name of this one."));
    }
}

/// Drops the schemas that no operation and no other component leads to.
pub(super) fn tidy(document: &mut Value) {
    let Some(schemas) = schemas_of(document) else { return };
    let components = document.get("components").and_then(Value::as_object);
    let others = components.into_iter().flatten().filter(|(part, _)| *part != "schemas");
    let mut found = BTreeSet::new();
    for value in document.get("paths").into_iter().chain(others.map(|(_, part)| part)) {
        collect(value, schemas, &mut found);
    }
    if let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") {
        schemas.retain(|name, _| found.contains(name));
    }
}

fn schemas_of(document: &Value) -> Option<&Map<String, Value>> {
    document.pointer("/components/schemas")?.as_object()
}

/// Puts plain texts and numbers in place of references to them, and writes "or null" as a type
/// where a type is all there is. A reference that may be null is `anyOf` of the reference and null:
/// generators make one named type of it wherever it stands.
fn simplify(value: &mut Value, schemas: &Map<String, Value>) {
    match value {
        Value::Object(object) => {
            if let Some(plain) = nullable(object, schemas).or_else(|| inlined(object, schemas)) {
                let described = object.get("description").cloned();
                *object = plain;
                if let Some(description) = described {
                    object.insert("description".to_owned(), description);
                }
            }
            object.values_mut().for_each(|member| simplify(member, schemas));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| simplify(item, schemas)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn referred<'a>(
    object: &Map<String, Value>,
    schemas: &'a Map<String, Value>,
) -> Option<&'a Map<String, Value>> {
    let reference = object.get("$ref")?.as_str()?;
    schemas.get(reference.strip_prefix("#/components/schemas/")?)?.as_object()
}

/// A reference to a plain text or number becomes what it refers to: a reader of one operation then
/// has fewer references to follow. A list of words keeps its name, whether it is closed or open.
fn inlined(
    object: &Map<String, Value>,
    schemas: &Map<String, Value>,
) -> Option<Map<String, Value>> {
    let target = referred(object, schemas)?;
    let kind = target.get("type")?.as_str()?;
    let is_list = ["enum", KNOWN_VALUES].iter().any(|word| target.contains_key(*word));
    let is_plain = kind != "object" && kind != "array" && !is_list;
    is_plain.then(|| target.clone())
}

/// `oneOf: [null, X]` becomes X with null among its types, or `anyOf: [X, null]` of a reference.
fn nullable(
    object: &Map<String, Value>,
    schemas: &Map<String, Value>,
) -> Option<Map<String, Value>> {
    let choices = object.get("oneOf")?.as_array()?;
    let is_null = |choice: &&Value| choice.get("type").and_then(Value::as_str) == Some("null");
    let (2, Some(other)) = (choices.len(), choices.iter().find(|choice| !is_null(choice))) else {
        return None;
    };
    choices.iter().find(is_null)?;
    let mut plain = other.as_object()?.clone();
    // What is said of the member beside the reference, and not of the schema.
    let described = plain.get("description").filter(|_| plain.contains_key("$ref")).cloned();
    plain = inlined(&plain, schemas).unwrap_or(plain);
    if let Some(Value::String(kind)) = plain.get("type").filter(|_| !plain.contains_key("enum")) {
        let kinds = json!([kind, "null"]);
        plain.insert("type".to_owned(), kinds);
    } else {
        plain.remove("description");
        let choices = json!([plain, { "type": "null" }]);
        plain = Map::from_iter([("anyOf".to_owned(), choices)]);
    }
    if let Some(description) = described {
        plain.insert("description".to_owned(), description);
    }
    Some(plain)
}

/// Names of the schemas that request bodies are made of: what a client may leave out there.
fn reachable_from_bodies(document: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let Some(schemas) = schemas_of(document) else { return found };
    let paths = document.get("paths").and_then(Value::as_object);
    for operation in paths.into_iter().flat_map(Map::values).filter_map(Value::as_object) {
        for body in operation.values().filter_map(|operation| operation.get("requestBody")) {
            collect(body, schemas, &mut found);
        }
    }
    found
}

fn collect(value: &Value, schemas: &Map<String, Value>, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            let name = object.get("$ref").and_then(Value::as_str);
            if let Some(name) = name.and_then(|name| name.strip_prefix("#/components/schemas/"))
                && found.insert(name.to_owned())
                && let Some(schema) = schemas.get(name)
            {
                collect(schema, schemas, found);
            }
            object.values().for_each(|member| collect(member, schemas, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, schemas, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Answers always carry every member: null, never absent.
fn require_all(schema: &mut Value) {
    let Value::Object(object) = schema else { return };
    let names = object
        .get("properties")
        .and_then(Value::as_object)
        .map(|properties| properties.keys().cloned().map(Value::String).collect::<Vec<Value>>());
    if let Some(names) = names.filter(|names| !names.is_empty()) {
        object.insert("required".to_owned(), Value::Array(names));
    }
    object.values_mut().for_each(|member| match member {
        Value::Object(properties) => properties.values_mut().for_each(require_all),
        Value::Array(choices) => choices.iter_mut().for_each(require_all),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    });
}

/// Gives each member its own description: of a member that may be null, utoipa writes it on the
/// choice that is not null.
fn lift_descriptions(schema: &mut Value) {
    let Value::Object(object) = schema else { return };
    let Some(Value::Object(properties)) = object.get_mut("properties") else { return };
    for property in properties.values_mut().filter_map(Value::as_object_mut) {
        if !property.contains_key("description")
            && let Some(description) = description_of_choice(property)
        {
            property.insert("description".to_owned(), description);
        }
    }
}

fn description_of_choice(property: &Map<String, Value>) -> Option<Value> {
    let choices = property.get("oneOf")?.as_array()?;
    choices.iter().find_map(|choice| choice.get("description")).cloned()
}

/// The last sentence in the description of a member that identifies a person, or says something
/// about one that few may know. A sentence, since utoipa drops an extension of a field whose type
/// has a schema of its own, and moves the extension of a list to its items.
const PERSONAL: &str = "Personal data.";

/// Marks the personal members of a schema, at every depth.
fn mark_personal(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            let description = object.get("description").and_then(Value::as_str);
            // A comment breaks its lines anywhere.
            if description.is_some_and(|text| text.replace('\n', " ").ends_with(PERSONAL)) {
                object.insert("x-personal-data".to_owned(), json!(true));
            }
            object.values_mut().for_each(mark_personal);
        }
        Value::Array(schemas) => schemas.iter_mut().for_each(mark_personal),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
