//! What a schema has a place for: which members, how many items, how long a text. Reading a body by it
//! keeps nothing else, so that what is kept is bounded by the schema and not by the sender.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value};

/// How deep references are followed; no body is nested deeper.
const DEPTH: usize = 32;

/// What of a value is kept.
#[derive(Clone, Debug)]
pub enum Shape {
    Object(Members),
    Array {
        items: Arc<Shape>,
        /// The most items that fit.
        most: usize,
    },
    /// A text, with the most characters that fit; 0 where no text fits.
    Text(usize),
    /// The same of an instant, which is cut to what is kept of it.
    Instant(usize),
    /// The schema does not say.
    Open,
}

/// The members that an object has a place for.
#[derive(Clone, Debug)]
pub struct Members {
    pub known: HashMap<String, Arc<Shape>>,
    /// Whether it may have others.
    pub open: bool,
}

impl Shape {
    /// The shape of a schema; references are looked up in `components`.
    pub fn of(schema: &Value, components: &Value) -> Self {
        follow(schema, components, DEPTH)
    }
}

fn follow(schema: &Value, components: &Value, depth: usize) -> Shape {
    let (Some(depth), Some(schema)) = (depth.checked_sub(1), schema.as_object()) else {
        return Shape::Open;
    };
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        let found = name
            .strip_prefix("#/components/schemas/")
            .and_then(|name| components.get("schemas").and_then(|schemas| schemas.get(name)));
        return found.map_or(Shape::Open, |found| follow(found, components, depth));
    }
    if let Some(branches) = schema.get("oneOf").or(schema.get("anyOf")).and_then(Value::as_array) {
        // The other branch is `null`.
        let mut meant = branches.iter().filter(|branch| branch.get("type") != Some(&"null".into()));
        return match (meant.next(), meant.next()) {
            (Some(only), None) => follow(only, components, depth),
            (_, _) => Shape::Open,
        };
    }
    plain(schema, components, depth)
}

fn plain(schema: &Map<String, Value>, components: &Value, depth: usize) -> Shape {
    let is = |kind: &str| match schema.get("type") {
        Some(Value::String(one)) => one == kind,
        Some(Value::Array(several)) => several.iter().any(|one| one == kind),
        _ => false,
    };
    let members = schema.get("properties").and_then(Value::as_object);
    let open = schema.get("additionalProperties") != Some(&Value::Bool(false));
    // A schema that has no members and takes no others does not list them.
    if members.is_some() || (is("object") && !open) {
        let known = members.into_iter().flatten();
        let known = known
            .map(|(name, member)| (name.clone(), Arc::new(follow(member, components, depth))))
            .collect();
        return Shape::Object(Members { known, open });
    }
    if is("array") {
        let items = schema.get("items").map_or(Shape::Open, |it| follow(it, components, depth));
        return Shape::Array { items: Arc::new(items), most: number(schema, "maxItems") };
    }
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        let longest = words.iter().filter_map(Value::as_str).map(|word| word.chars().count()).max();
        return Shape::Text(longest.unwrap_or(0));
    }
    if is("string") {
        let longest = number(schema, "maxLength");
        let instant = schema.get("format").and_then(Value::as_str) == Some("date-time");
        return if instant { Shape::Instant(longest) } else { Shape::Text(longest) };
    }
    if is("object") || schema.get("type").is_none() { Shape::Open } else { Shape::Text(0) }
}

fn number(schema: &Map<String, Value>, keyword: &str) -> usize {
    let limit = schema.get(keyword).and_then(Value::as_u64);
    limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests;
