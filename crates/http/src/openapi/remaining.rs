//! Descriptions of bodies that are about to move into `domain`: there they stand at the fields.

use serde_json::{Map, Value, json};

/// A line a member: its schema and its name, a tab, its description.
const REMAINING: &str = include_str!("remaining.txt");

/// Describes the members of the list.
pub(super) fn describe(schemas: &mut Map<String, Value>) {
    for (member, description) in REMAINING.lines().filter_map(|line| line.split_once('\t')) {
        let Some((schema, name)) = member.split_once('.') else { continue };
        let properties = schemas.get_mut(schema).and_then(|schema| schema.get_mut("properties"));
        let member = properties.and_then(|properties| properties.get_mut(name));
        if let Some(Value::Object(member)) = member {
            member.insert("description".to_owned(), json!(description));
        }
    }
}
