//! Text that reads differently from what it says.

use ascms_domain::text::is_unclean;
use serde_json::Value;

use crate::incoming::faults::Faults;
use crate::problem::Fault;
use crate::schema::escaped;

/// Finds text with control or invisible characters, or marks that make it read differently from
/// what it says, where nothing else is wrong with it.
pub(super) fn unclean(json: &Value, place: &str, faults: &mut Faults) {
    let mut found = Vec::new();
    let mut here = place.to_owned();
    find_unclean(json, &mut here, &mut found);
    if found.is_empty() {
        return;
    }
    let known = faults.places();
    found.retain(|place| !known.contains(place.as_str()));
    for place in found {
        let detail = "has control, invisible or text-direction characters";
        faults.add(|| Fault::at(place, "forbidden_character", detail));
    }
}

fn find_unclean(json: &Value, place: &mut String, found: &mut Vec<String>) {
    let whole = place.len();
    match json {
        Value::String(text) if is_unclean(text) => found.push(place.clone()),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                place.push_str(&format!("/{index}"));
                find_unclean(item, place, found);
                place.truncate(whole);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                place.push('/');
                place.push_str(&escaped(name));
                find_unclean(member, place, found);
                place.truncate(whole);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
