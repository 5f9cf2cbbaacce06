//! The published schema as the check of what comes in: one truth for the document and the door.
//! The faults of a body or a query are found at once, each with its place.

mod shape;
mod wording;

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use ascms_domain::ids::ID_SCHEMAS;
use ascms_domain::reference_data::list_named;
use ascms_domain::text::{self, NAME, VISIBLE};
use jsonschema::error::ValidationErrorKind;
use jsonschema::{PatternOptions, ValidationError, Validator};
use serde_json::{Map, Value, json};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::{RefOr, Required, Schema};
use utoipa::{IntoParams, ToSchema};

pub use self::shape::{Members, Shape};
pub use self::wording::unknown_member;
use self::wording::words;
use crate::incoming::faults::Faults;
use crate::incoming::instants::to_microseconds;
use crate::openapi::limits::complete;
use crate::problem::{Code, Fault, Refusal};

/// Compiled once per type, on first use.
static BOOK: LazyLock<RwLock<HashMap<TypeId, Arc<Checker>>>> = LazyLock::new(RwLock::default);

type Broken = Box<ValidationError<'static>>;

/// A compiled schema, and the schema itself for what messages need of it.
pub struct Checker {
    validator: Validator,
    schema: Value,
    shape: Shape,
    lists: HashMap<String, ListChecker>,
}

/// The check of one item of a list that a body has, so that the items are checked one at a time: the
/// validator makes all errors of what it is given before it answers the first.
pub struct ListChecker {
    validator: Validator,
    schema: Value,
    shape: Arc<Shape>,
    most: usize,
}

/// What is answered when a schema of ours does not compile.
pub fn broken(err: &ValidationError<'_>) -> Refusal {
    tracing::error!(error = %err, "a schema of our own does not compile");
    Refusal::new(Code::Internal, "the request failed on our side")
}

/// The checker of a body of type `T`.
pub fn of_body<T: ToSchema + 'static>() -> Result<Arc<Checker>, Broken> {
    checker(TypeId::of::<T>(), || {
        let mut components: Vec<(String, RefOr<Schema>)> = Vec::new();
        T::schemas(&mut components);
        components.push((T::name().into_owned(), T::schema()));
        let mut schemas = Map::new();
        // Once a name: a schema that several members lead to is there as often.
        for (name, schema) in components {
            schemas
                .entry(name)
                .or_insert_with(|| complete(serde_json::to_value(schema).unwrap_or_default()));
        }
        let root = format!("#/components/schemas/{}", T::name());
        let mut schema = json!({ "$ref": root, "components": { "schemas": schemas } });
        let shape = Shape::of(&schema, &json!({ "schemas": schemas }));
        let lists = lists(&mut schema, &T::name(), &shape)?;
        Ok(Checker { validator: compiled(&schema)?, schema, shape, lists })
    })
}

/// Takes the schemas of items out of the schema of a body, for each list that the body has itself.
fn lists(
    schema: &mut Value,
    body: &str,
    shape: &Shape,
) -> Result<HashMap<String, ListChecker>, Broken> {
    let Shape::Object(Members { known, .. }) = shape else { return Ok(HashMap::new()) };
    let components = schema.get("components").cloned().unwrap_or_default();
    let members = schema.pointer_mut(&format!("/components/schemas/{body}/properties"));
    let mut lists = HashMap::new();
    for (name, member) in members.and_then(Value::as_object_mut).into_iter().flatten() {
        let (Some(Shape::Array { items, most }), Some(member)) =
            (known.get(name).map(|shape| &**shape), member.as_object_mut())
        else {
            continue;
        };
        // Whether items are unique is seen where all of them are.
        if member.contains_key("uniqueItems") {
            continue;
        }
        let Some(Value::Object(mut item)) = member.remove("items") else { continue };
        item.insert("components".to_owned(), components.clone());
        let schema = Value::Object(item);
        let (shape, most) = (items.clone(), *most);
        let list = ListChecker { validator: compiled(&schema)?, schema, shape, most };
        lists.insert(name.clone(), list);
    }
    Ok(lists)
}

/// The checker of a query of type `T`, and the type of each parameter.
pub fn of_query<T: IntoParams + 'static>() -> Result<Arc<Checker>, Broken> {
    checker(TypeId::of::<T>(), || {
        let parameters = T::into_params(|| Some(ParameterIn::Query));
        let required: Vec<&str> = parameters
            .iter()
            .filter(|parameter| parameter.required == Required::True)
            .map(|parameter| parameter.name.as_str())
            .collect();
        let properties: Map<String, Value> = parameters.iter().map(property).collect();
        let named: Map<String, Value> = properties.values().filter_map(named_schema).collect();
        let schema = json!({
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
            "components": { "schemas": named },
        });
        let (validator, shape, lists) = (compiled(&schema)?, Shape::Open, HashMap::new());
        Ok(Checker { validator, schema, shape, lists })
    })
}

fn property(parameter: &Parameter) -> (String, Value) {
    let schema = serde_json::to_value(&parameter.schema).unwrap_or_default();
    (parameter.name.clone(), complete(schema))
}

/// The schema that a parameter refers to, with its name: a closed list or an id. The type of a query
/// has the names alone.
fn named_schema(parameter: &Value) -> Option<(String, Value)> {
    let reference = parameter.get("$ref")?.as_str()?;
    let name = reference.strip_prefix("#/components/schemas/")?;
    let schema = match list_named(name) {
        Some(list) => json!(list.schema()),
        None => {
            let (_, schema) = ID_SCHEMAS.iter().find(|(id, _)| *id == name)?;
            complete(json!(schema()))
        }
    };
    Some((name.to_owned(), schema))
}

fn checker(
    of: TypeId,
    make: impl FnOnce() -> Result<Checker, Broken>,
) -> Result<Arc<Checker>, Broken> {
    if let Some(known) = BOOK.read().unwrap_or_else(PoisonError::into_inner).get(&of) {
        return Ok(known.clone());
    }
    let made = Arc::new(make()?);
    BOOK.write().unwrap_or_else(PoisonError::into_inner).insert(of, made.clone());
    Ok(made)
}

fn compiled(schema: &Value) -> Result<Validator, Broken> {
    jsonschema::draft202012::options()
        .should_validate_formats(true)
        // The engine whose time grows with the text, whatever the text and the pattern are.
        .with_pattern_options(PatternOptions::regex())
        // An empty text is too short already.
        .with_format(VISIBLE, |sent| sent.is_empty() || !text::is_blank(sent))
        .with_format(NAME, |sent| sent.is_empty() || text::is_name(sent))
        .build(schema)
        .map_err(Box::new)
}

impl Checker {
    /// What of a body is kept while it is read.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The check of one item of a list that the body has.
    pub fn list(&self, name: &str) -> Option<&ListChecker> {
        self.lists.get(name)
    }

    /// What is wrong with a body, each fault below `place`.
    pub fn body_faults(&self, body: &Value, place: &str, faults: &mut Faults) {
        body_faults(&self.validator, &self.schema, body, place, faults);
    }

    /// What is wrong with a query, by parameter.
    pub fn query_faults(&self, query: &Value, faults: &mut Faults) {
        for error in self.validator.iter_errors(query) {
            collect(&error, &self.schema, &mut |pointer, code, detail| {
                faults.add(|| Fault::of(pointer.trim_start_matches('/'), code, detail));
            });
        }
    }

    /// Whether it declares a parameter of this name.
    pub fn knows(&self, name: &str) -> bool {
        self.schema.pointer("/properties").is_some_and(|all| all.get(name).is_some())
    }

    /// A query's text as the type that its parameter declares, so that it can be checked.
    pub fn typed(&self, name: &str, text: &str) -> Value {
        let schema = self.schema.pointer("/properties").and_then(|all| all.get(name));
        let declared = |word: &str| match schema.and_then(|schema| schema.get("type")) {
            Some(Value::String(one)) => one == word,
            Some(Value::Array(several)) => several.iter().any(|one| one == word),
            _ => false,
        };
        if declared("integer") {
            return text.parse::<i64>().map_or_else(|_| json!(text), |number| json!(number));
        }
        let format = schema.and_then(|schema| schema.get("format")).and_then(Value::as_str);
        match text {
            "true" | "false" if declared("boolean") => json!(text == "true"),
            _ if format == Some("date-time") => json!(to_microseconds(text)),
            _ => json!(text),
        }
    }
}

impl ListChecker {
    /// What of an item is kept while it is read.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The most items that the list may have.
    pub fn most(&self) -> usize {
        self.most
    }

    /// What is wrong with the item at `place`.
    pub fn item_faults(&self, item: &Value, place: &str, faults: &mut Faults) {
        body_faults(&self.validator, &self.schema, item, place, faults);
    }
}

fn body_faults(
    validator: &Validator,
    schema: &Value,
    body: &Value,
    place: &str,
    faults: &mut Faults,
) {
    for error in validator.iter_errors(body) {
        collect(&error, schema, &mut |pointer, code, detail| {
            faults.add(|| Fault::at(format!("{place}{pointer}"), code, detail));
        });
        if faults.is_full() {
            break;
        }
    }
}

/// One error may mean several faults: each missing or unknown member, each error of the branch
/// that was meant.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the library's long list, of which few are told apart"
)]
fn collect(
    error: &ValidationError<'_>,
    schema: &Value,
    found: &mut dyn FnMut(String, &str, String),
) {
    let here = error.instance_path().to_string();
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            for member in unexpected {
                let known = members_declared_beside(error, schema);
                let detail = unknown_member(member, known.iter().map(String::as_str));
                found(format!("{here}/{}", escaped(member)), "unknown_member", detail);
            }
        }
        ValidationErrorKind::Required { property } => {
            let member = property.as_str().unwrap_or_default();
            found(format!("{here}/{}", escaped(member)), "required", "is missing".to_owned());
        }
        ValidationErrorKind::OneOfNotValid { context } | ValidationErrorKind::AnyOf { context } => {
            // The other branch is `null`: what is not null was meant to fit the first.
            let meant = context.iter().find(|errors| !errors.iter().any(wants_null));
            for inner in meant.into_iter().flatten() {
                collect(inner, schema, found);
            }
        }
        kind => {
            let (code, detail) = words(kind);
            found(here, code, detail.into_owned());
        }
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the library's long list, of which few are told apart"
)]
fn wants_null(error: &ValidationError<'_>) -> bool {
    match error.kind() {
        ValidationErrorKind::Type { kind } => format!("{kind:?}").contains("Null"),
        _ => false,
    }
}

/// The name of a member as a part of a JSON Pointer (RFC 6901).
pub fn escaped(member: &str) -> String {
    member.replace('~', "~0").replace('/', "~1")
}

/// The members that the object's schema knows.
fn members_declared_beside(error: &ValidationError<'_>, schema: &Value) -> Vec<String> {
    let keyword = error.schema_path().to_string();
    let Some(object) = keyword.strip_suffix("/additionalProperties") else { return Vec::new() };
    let known = schema.pointer(&format!("{object}/properties")).and_then(Value::as_object);
    known.into_iter().flat_map(|members| members.keys().cloned()).collect()
}

#[cfg(test)]
mod tests;
