//! The published document, and what must hold for every operation of it, the next one included.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock, Mutex};

use actix_web::http::Method;
use expect_test::expect_file;
use jsonschema::{PatternOptions, Validator};
use serde_json::{Map, Value, json};

use crate::support::Answer;

mod closed_lists;
mod members;
mod refusals;
mod samples;

pub fn document() -> &'static Value {
    ascms_http::document()
}

/// Every operation: its path, its method, itself.
pub fn operations() -> Vec<(String, Method, Value)> {
    let paths = document()["paths"].as_object().expect("paths");
    let each = paths.iter().flat_map(|(path, item)| {
        let operations = item.as_object().expect("an item");
        operations.iter().map(|(method, operation)| {
            let method = method.to_uppercase().parse().expect("a method");
            (path.clone(), method, operation.clone())
        })
    });
    each.collect()
}

/// Fails the test when an answer is not one that the document announces.
#[track_caller]
pub fn hold_against_document(method: &Method, path: &str, answer: &Answer) {
    let path = path.split('?').next().unwrap_or_default();
    let Some((template, item)) = item_of(path) else { return };
    let Some(operation) = item.get(&method.as_str().to_lowercase()) else { return };
    // Refused before an operation is even looked for, and no answer of one.
    if answer.status == 414 {
        return;
    }
    let status = answer.status.to_string();
    let response = operation["responses"].get(&status);
    let response = response.unwrap_or_else(|| {
        panic!("{method} {template} answers {status}, which is not documented: {}", answer.text)
    });
    let response = resolved(response);
    let Some(content) = response.get("content").and_then(Value::as_object) else { return };
    let sent = answer.header("content-type").unwrap_or_default();
    let essence = sent.split(';').next().unwrap_or_default();
    let described = content.get(essence);
    let described = described.unwrap_or_else(|| {
        panic!("{method} {template} {status}: {sent} is not one of its media types")
    });
    if essence == "application/x-ndjson" {
        // The lines of other jobs are written down in words.
        if !answer.header("content-disposition").is_some_and(|name| name.contains("measure_rows")) {
            return;
        }
        let row = &document()["components"]["schemas"]["MeasureRowView"];
        for line in answer.text.lines() {
            let faults = faults(row, &serde_json::from_str(line).expect("a line of JSON"));
            assert!(faults.is_empty(), "{method} {template} {status}: {faults:#?}\n{line}");
        }
        return;
    }
    if !essence.ends_with("json") {
        return;
    }
    let faults = faults(&described["schema"], &answer.json);
    assert!(faults.is_empty(), "{method} {template} {status}: {faults:#?}\n{}", answer.text);
}

fn item_of(path: &str) -> Option<(&'static String, &'static Map<String, Value>)> {
    let asked: Vec<&str> = path.split('/').collect();
    let fits = |template: &str| {
        let parts: Vec<&str> = template.split('/').collect();
        let same = |(part, asked): (&&str, &&str)| {
            part == asked || part.starts_with('{') && !asked.is_empty()
        };
        parts.len() == asked.len() && parts.iter().zip(&asked).all(same)
    };
    let paths = document()["paths"].as_object()?;
    let mut found: Vec<_> = paths.iter().filter(|(template, _)| fits(template)).collect();
    // A literal part is nearer than a parameter.
    found.sort_by_key(|(template, _)| template.matches('{').count());
    found.first().and_then(|(template, item)| Some((*template, item.as_object()?)))
}

fn resolved(value: &Value) -> &Value {
    let Some(reference) = value.get("$ref").and_then(Value::as_str) else { return value };
    document().pointer(reference.trim_start_matches('#')).expect("the reference leads somewhere")
}

/// What of a value does not fit a schema of the document.
pub fn faults(schema: &Value, value: &Value) -> Vec<String> {
    let validator = validator(schema);
    let each = validator.iter_errors(value);
    each.map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// Compiled once for each schema: that takes longer than the call whose answer it judges.
fn validator(schema: &Value) -> Arc<Validator> {
    static COMPILED: LazyLock<Mutex<BTreeMap<String, Arc<Validator>>>> =
        LazyLock::new(Mutex::default);
    let mut compiled = COMPILED.lock().expect("nobody panicked while compiling");
    let compile = || {
        let mut root = schema.clone();
        let mut named = Map::new();
        gather(schema, &mut named);
        root["components"] = json!({ "schemas": named });
        // The engine of the service itself, whose patterns are also compiled sooner.
        let options = jsonschema::draft202012::options()
            .should_validate_formats(true)
            .with_pattern_options(PatternOptions::regex());
        Arc::new(options.build(&root).expect("a schema"))
    };
    compiled.entry(schema.to_string()).or_insert_with(compile).clone()
}

/// The named schemas that a schema leads to; compiling them all for every answer takes too long.
fn gather(value: &Value, named: &mut Map<String, Value>) {
    match value {
        Value::Object(members) => {
            let name = members.get("$ref").and_then(Value::as_str);
            let name = name.and_then(|name| name.strip_prefix("#/components/schemas/"));
            if let Some(name) = name.filter(|name| !named.contains_key(*name)) {
                let schema = &document()["components"]["schemas"][name];
                named.insert(name.to_owned(), schema.clone());
                gather(schema, named);
            }
            members.values().for_each(|member| gather(member, named));
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, named)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn the_committed_document_is_what_the_code_serves() {
    let served = serde_json::to_string_pretty(document()).expect("json") + "\n";
    let committed = expect_file!["../../openapi/openapi.json"];
    // Its own comparison of two documents of this size takes minutes: it only writes, when asked to.
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        return committed.assert_eq(&served);
    }
    let committed = committed.data();
    let differing = committed.lines().zip(served.lines()).enumerate();
    let first =
        differing.filter(|(_, (old, new))| old != new).map(|(at, pair)| (at + 1, pair)).next();
    assert_eq!(first, None, "the first line that differs; UPDATE_EXPECT=1 writes the served one");
    assert!(committed == served, "one of them ends early");
}

#[test]
fn operation_ids_are_unique_and_those_of_the_issue_are_there() {
    let ids: Vec<String> = operations()
        .iter()
        .map(|(_, _, operation)| operation["operationId"].as_str().expect("an id").to_owned())
        .collect();
    let unique: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(unique.len(), ids.len());
    for fixed in [
        "listSchools",
        "getSchool",
        "listCatchments",
        "getCatchment",
        "listProviders",
        "listReferenceData",
        "getReferenceData",
        "searchStudents",
        "getStudent",
        "updateStudent",
        "createReferral",
        "listReferrals",
        "getReferral",
        "decideReferral",
        "withdrawReferral",
        "listCases",
        "getCase",
        "assignCase",
        "logContact",
        "listContacts",
        "getMeasures",
        "listMeasureMembers",
        "listMeasureChanges",
        "listMeasureRows",
        "downloadMeasureRows",
        "listMeasureColumns",
        "getCalendar",
    ] {
        assert!(ids.iter().any(|id| id == fixed), "{fixed} is missing");
    }
}

#[test]
fn the_guide_names_every_code_once_and_no_other() {
    let guide = include_str!("../../docs/api.md");
    let (_, table) = guide.split_once("| Code | Status |").expect("the table of codes");
    let (table, _) = table.split_once("\n\n").expect("its end");
    let columns = table.lines().filter_map(|row| row.split('|').nth(1));
    let named: Vec<&str> = columns.flat_map(|codes| codes.split('`').skip(1).step_by(2)).collect();
    let codes = &document()["components"]["schemas"]["ProblemCode"]["x-extensible-enum"];
    let codes = codes.as_array().expect("the registry").iter().filter_map(Value::as_str);
    let codes: BTreeSet<&str> = codes.collect();
    let unique: BTreeSet<&str> = named.iter().copied().collect();
    assert_eq!(unique, codes);
    assert_eq!(named.len(), codes.len(), "a code is named twice");
}

#[test]
fn every_operation_names_its_permission_and_says_what_it_is() {
    for (path, method, operation) in operations() {
        let place = format!("{method} {path}");
        let permission = operation["x-permission"].as_str().unwrap_or_default();
        assert!(permission.parse::<ascms_domain::access::Action>().is_ok(), "{place} {permission}");
        let summary = operation["summary"].as_str().unwrap_or_default();
        assert!((1..=60).contains(&summary.len()), "{place}: {summary}");
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{place}");
    }
}

#[test]
fn a_list_and_a_single_answer_have_one_schema_for_one_thing() {
    let schemas = document()["components"]["schemas"].as_object().expect("schemas");
    let listed = |name: &str| {
        let of = name.strip_prefix("List_").or(name.strip_prefix("FollowedList_"));
        of.map(str::to_owned)
    };
    let lists: Vec<_> = schemas.iter().filter(|(name, _)| listed(name).is_some()).collect();
    assert!(lists.len() > 20, "{}", lists.len());
    for (name, list) in lists {
        let of = listed(name).expect("the items' name");
        let reference = json!({ "$ref": format!("#/components/schemas/{of}") });
        assert_eq!(list["properties"]["items"]["items"], reference, "{name}");
        assert!(schemas.contains_key(&of), "{of}");
    }
}

#[test]
fn every_path_parameter_is_declared() {
    for (path, method, operation) in operations() {
        let declared: Vec<&str> = operation["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|parameter| parameter["in"] == "path")
            .filter_map(|parameter| parameter["name"].as_str())
            .collect();
        let used: Vec<&str> =
            path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
        assert_eq!(declared, used, "{method} {path}");
    }
}

#[test]
fn every_example_fits_its_schema() {
    for (path, method, operation) in operations() {
        let mut holders = vec![operation["requestBody"].clone()];
        let responses = operation["responses"].as_object().expect("responses");
        holders.extend(responses.values().map(|response| resolved(response).clone()));
        for holder in holders {
            let Some(content) = holder.get("content").and_then(Value::as_object) else { continue };
            for media in content.values() {
                let example = media.get("example");
                let example = example.unwrap_or_else(|| panic!("{method} {path}: no example"));
                let faults = faults(&media["schema"], example);
                assert!(faults.is_empty(), "{method} {path}: {faults:?}\n{example:#}");
                let unknown = unknown_members(&media["schema"], example);
                assert!(unknown.is_empty(), "{method} {path}: {unknown:?}\n{example:#}");
            }
        }
    }
}

/// Members of an example that its schema does not name, as far as one schema is meant: an answer
/// may have further members for a validator, but an example must not show what never comes.
fn unknown_members(schema: &Value, example: &Value) -> Vec<String> {
    let schema = resolved(schema);
    let branches = ["oneOf", "anyOf"].into_iter().filter_map(|word| schema[word].as_array());
    let branches: Vec<&Value> = branches.flatten().filter(|one| one["type"] != "null").collect();
    match (branches.as_slice(), example) {
        ([only], _) => unknown_members(only, example),
        ([], Value::Array(items)) => {
            items.iter().flat_map(|item| unknown_members(&schema["items"], item)).collect()
        }
        ([], Value::Object(members)) => {
            let Some(known) = schema["properties"].as_object() else { return Vec::new() };
            let more = schema.get("allOf").or_else(|| schema.get("additionalProperties"));
            let each = members.iter().flat_map(|(name, value)| match known.get(name) {
                Some(of_member) => unknown_members(of_member, value),
                None if more.is_none_or(|more| *more == false) => vec![name.clone()],
                None => Vec::new(),
            });
            each.collect()
        }
        _ => Vec::new(),
    }
}
