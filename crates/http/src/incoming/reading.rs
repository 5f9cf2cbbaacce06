//! A body read in one pass. What the schema has no place for is passed over: unknown members, items
//! beyond the most, the end of a text that is too long. The items of a list are checked one at a
//! time. So time grows with the bytes that were sent, and memory with what the schema allows.

mod each;
mod piece;

use std::collections::HashMap;

use ascms_domain::text::is_unclean;
use serde::de::DeserializeSeed as _;
use serde_json::{Map, Value};

pub use self::each::{Each, Spoiled};
use self::piece::Piece;
use super::faults::Faults;
use crate::problem::{Code, Fault, Refusal};
use crate::schema::{Checker, ListChecker, escaped, unknown_member};

/// How deep a body may be nested.
const DEPTH_LIMIT: usize = 32;

/// A step on the way to a place in the body.
#[derive(Clone, Copy, Debug)]
enum Step<'s> {
    Member(&'s str),
    Item(usize),
}

/// What is known of a body while it is read.
struct Reading<'s> {
    checker: &'s Checker,
    path: Vec<Step<'s>>,
    faults: Faults,
    /// The lists whose items were checked one at a time, as JSON, by name.
    lists: HashMap<&'s str, Vec<u8>>,
    /// What of such items was taken out, where each is judged by itself.
    spoiled: Option<Spoiled>,
    too_deep: bool,
}

/// The mark that some programs put in front of a text in UTF-8. It says nothing, and a reader may
/// pass over it (RFC 8259 §8.1).
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads a body, and answers it as JSON without anything that its type does not know. Numbers such as
/// `8.0` are written `8`: one integer to JSON Schema, and two types to Rust.
///
/// With `each_alone` a fault within an item of a list spoils that item and nothing else: it is `null`
/// in the answer, for [`Each`] to read, and its faults stand beside. The members of the body itself
/// refuse it as ever.
pub fn checked(
    checker: &Checker,
    bytes: &[u8],
    each_alone: bool,
) -> Result<(Vec<u8>, Spoiled), Refusal> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let (path, faults, lists) = (Vec::new(), Faults::default(), HashMap::new());
    let spoiled = each_alone.then(Spoiled::default);
    let mut reading = Reading { checker, path, faults, lists, spoiled, too_deep: false };
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let whole = Piece::whole(&mut reading).deserialize(&mut json);
    let whole = whole.and_then(|whole| json.end().map(|()| whole));
    let whole = whole.map_err(|err| {
        let at = format!("line {}, column {}", err.line(), err.column());
        let deep = format!("nested deeper than {DEPTH_LIMIT} levels");
        Refusal::new(Code::MalformedJson, if reading.too_deep { deep } else { at })
    })?;
    let Reading { faults: of_parts, lists, spoiled, .. } = reading;
    let spoiled = spoiled.unwrap_or_default();
    let mut faults = Faults::default();
    checker.body_faults(&whole, "", &mut faults);
    faults.append(of_parts);
    unclean(&whole, "", &mut faults);
    if faults.is_empty() {
        return Ok((written(&whole, lists), spoiled));
    }
    spoiled.faults.into_iter().for_each(|fault| faults.add(|| fault));
    Err(faults.refuse(Code::InvalidBody))
}

impl<'s> Reading<'s> {
    /// A JSON Pointer (RFC 6901) to where the reading is.
    fn place(&self) -> String {
        let step = |step: &Step<'_>| match step {
            Step::Member(name) => format!("/{}", escaped(name)),
            Step::Item(index) => format!("/{index}"),
        };
        self.path.iter().map(step).collect()
    }

    fn unknown(&mut self, name: &str, known: &HashMap<String, impl Sized>) {
        if !self.faults.is_full() {
            let place = format!("{}/{}", self.place(), escaped(name));
            let detail = unknown_member(name, known.keys().map(String::as_str));
            self.faults.add(|| Fault::at(place, "unknown_member", detail));
        }
    }

    fn repeated(&mut self, name: &str) {
        if !self.faults.is_full() {
            let place = format!("{}/{}", self.place(), escaped(name));
            self.faults.add(|| Fault::at(place, "repeated", "is given twice"));
        }
    }

    /// The faults until now, put aside while an item that is judged by itself is read.
    fn put_aside(&mut self) -> Faults {
        if self.spoiled.is_some() { std::mem::take(&mut self.faults) } else { Faults::default() }
    }

    /// Checks an item of a list, and writes it to what the body's type is made from.
    fn examine(&mut self, list: &ListChecker, mut item: Value, text: &mut Vec<u8>) {
        if self.faults.is_full() && self.spoiled.is_none() {
            return;
        }
        let place = self.place();
        list.item_faults(&item, &place, &mut self.faults);
        unclean(&item, &place, &mut self.faults);
        if let Some(spoiled) = &mut self.spoiled {
            spoiled.take_out(&mut item, &place, std::mem::take(&mut self.faults));
        }
        if self.faults.is_empty() {
            if text.len() > 1 {
                text.push(b',');
            }
            write(text, &item);
        } else {
            *text = Vec::new();
        }
    }

    /// Goes on with the faults that were put aside.
    fn take_up(&mut self, faults: Faults) {
        if self.spoiled.is_some() {
            self.faults = faults;
        }
    }

    fn list(&self, depth: usize, name: &str) -> Option<&'s ListChecker> {
        if depth == 0 { self.checker.list(name) } else { None }
    }
}

fn write(text: &mut Vec<u8>, value: &impl serde::Serialize) {
    // Memory takes everything, and JSON has no value that is none.
    serde_json::to_writer(text, value).unwrap_or_default();
}

/// The body as JSON: what was read of it, and the lists in their places.
fn written(whole: &Value, mut lists: HashMap<&str, Vec<u8>>) -> Vec<u8> {
    let mut text = Vec::new();
    let Value::Object(members) = whole else {
        write(&mut text, whole);
        return text;
    };
    for (name, member) in members {
        text.push(if text.is_empty() { b'{' } else { b',' });
        write(&mut text, name);
        text.push(b':');
        match lists.remove(name.as_str()) {
            Some(list) => text.extend(list),
            None => write(&mut text, member),
        }
    }
    text.extend_from_slice(if text.is_empty() { b"{}" } else { b"}" });
    text
}

/// The members of a body that was [`checked`], as they were sent.
pub fn members(text: &[u8]) -> Map<String, Value> {
    serde_json::from_slice(text).unwrap_or_default()
}

/// Finds text with control or invisible characters, or marks that make it read differently from
/// what it says, where nothing else is wrong with it.
fn unclean(json: &Value, place: &str, faults: &mut Faults) {
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
