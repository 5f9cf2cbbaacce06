//! A body read in one pass. What the schema has no place for is passed over: unknown members, items
//! beyond the most, the end of a text that is too long. The items of a list are checked one at a
//! time. So time grows with the bytes that were sent, and memory with what the schema allows.

mod each;
mod piece;
mod state;
mod unclean;

use std::collections::HashMap;

use serde::de::DeserializeSeed as _;
use serde_json::{Map, Value};

pub use self::each::{Each, Spoiled};
use self::piece::Piece;
use self::state::{DEPTH_LIMIT, Reading, write};
use self::unclean::unclean;
use super::faults::Faults;
use crate::problem::{Code, Refusal};
use crate::schema::Checker;

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
