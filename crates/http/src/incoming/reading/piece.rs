//! One value of a body on its way in.

use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::state::{DEPTH_LIMIT, Reading, Step};
use crate::incoming::instants::to_microseconds;
use crate::schema::{ListChecker, Members, Shape};

/// The longest name of a member that is kept to be shown, in characters.
const NAME_LIMIT: usize = 2000;

static OPEN: Shape = Shape::Open;

/// A value that is kept as far as the schema has a place for it.
pub(super) struct Piece<'r, 's> {
    shape: &'s Shape,
    /// Checks the items one at a time, where the value is a list of the body itself.
    list: Option<&'s ListChecker>,
    reading: &'r mut Reading<'s>,
    depth: usize,
}

/// A value that is passed over. It still has to be JSON, and nested no deeper than the others.
struct PassedOver<'r, 's> {
    reading: &'r mut Reading<'s>,
    depth: usize,
}

impl<'r, 's> Piece<'r, 's> {
    pub(super) fn whole(reading: &'r mut Reading<'s>) -> Self {
        Self { shape: reading.checker.shape(), list: None, reading, depth: 0 }
    }

    /// Items that are checked one at a time and not kept; answers how many of them count.
    fn listed<'de, A: SeqAccess<'de>>(
        self,
        list: &'s ListChecker,
        items: &mut A,
    ) -> Result<usize, A::Error> {
        let Self { reading, depth, .. } = self;
        let (mut text, mut count) = (vec![b'['], 0);
        while count < list.most() {
            reading.path.push(Step::Item(count));
            let until_now = reading.put_aside();
            let piece = Piece { shape: list.shape(), list: None, reading, depth: depth + 1 };
            let item = items.next_element_seed(piece)?;
            let there = item.is_some();
            if let Some(item) = item {
                reading.examine(list, item, &mut text);
            }
            reading.take_up(until_now);
            reading.path.pop();
            if !there {
                break;
            }
            count += 1;
        }
        if pass_over_rest(reading, depth, items)? {
            count += 1;
        }
        text.push(b']');
        if let Some(Step::Member(name)) = reading.path.last() {
            reading.lists.insert(name, text);
        }
        Ok(count)
    }
}

/// Passes over the items that are left, and answers whether there were any.
fn pass_over_rest<'de, A: SeqAccess<'de>>(
    reading: &mut Reading<'_>,
    depth: usize,
    items: &mut A,
) -> Result<bool, A::Error> {
    let mut any = false;
    while items.next_element_seed(PassedOver { reading, depth: depth + 1 })?.is_some() {
        any = true;
    }
    Ok(any)
}

/// Refuses another level where there are enough.
fn deeper<E: Error>(reading: &mut Reading<'_>, depth: usize) -> Result<(), E> {
    if depth < DEPTH_LIMIT {
        return Ok(());
    }
    reading.too_deep = true;
    Err(E::custom("too deep"))
}

impl<'de> DeserializeSeed<'de> for Piece<'_, '_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Piece<'_, '_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom("not a number"))?;
        let text = number.to_string();
        let whole = text.strip_suffix(".0").and_then(|whole| whole.parse::<i64>().ok());
        Ok(Value::Number(whole.map_or(number, Number::from)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        let longest = match self.shape {
            // One more, so that it is found too long.
            Shape::Text(longest) => longest.saturating_add(1),
            Shape::Instant(longest) => {
                let cut = to_microseconds(text);
                let kept = beginning(&cut, longest.saturating_add(1)).to_owned();
                return Ok(Value::String(kept));
            }
            Shape::Open => usize::MAX,
            Shape::Object(_) | Shape::Array { .. } => 1,
        };
        Ok(Value::String(beginning(text, longest).to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        deeper(self.reading, self.depth)?;
        if let Some(list) = self.list {
            let count = self.listed(list, &mut items)?;
            return Ok(Value::Array(vec![Value::Null; count]));
        }
        let Self { shape, reading, depth, .. } = self;
        let (shape, most) = match shape {
            // One more, so that they are found too many.
            Shape::Array { items, most } => (&**items, most.saturating_add(1)),
            Shape::Open => (shape, usize::MAX),
            Shape::Object(_) | Shape::Text(_) | Shape::Instant(_) => (&OPEN, 0),
        };
        let mut kept = Vec::new();
        while kept.len() < most {
            reading.path.push(Step::Item(kept.len()));
            let piece = Piece { shape, list: None, reading, depth: depth + 1 };
            let item = items.next_element_seed(piece)?;
            reading.path.pop();
            match item {
                Some(item) => kept.push(item),
                None => return Ok(Value::Array(kept)),
            }
        }
        pass_over_rest(reading, depth, &mut items)?;
        Ok(Value::Array(kept))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let Self { shape, reading, depth, .. } = self;
        deeper(reading, depth)?;
        let mut kept = Map::new();
        while let Some(name) = members.next_key_seed(Name(shape))? {
            let (name, shape) = match name {
                Named::Known(name, _) if kept.contains_key(name) => {
                    reading.repeated(name);
                    members.next_value_seed(PassedOver { reading, depth: depth + 1 })?;
                    continue;
                }
                Named::Known(name, shape) => (name, shape),
                Named::Open(name) => {
                    // Where the schema says nothing of members, no fault is told of one.
                    let piece = Piece { shape: &OPEN, list: None, reading, depth: depth + 1 };
                    kept.insert(name, members.next_value_seed(piece)?);
                    continue;
                }
                Named::Unknown(name) => {
                    if let Shape::Object(Members { known, .. }) = shape {
                        reading.unknown(&name, known);
                    }
                    members.next_value_seed(PassedOver { reading, depth: depth + 1 })?;
                    continue;
                }
            };
            let list = reading.list(depth, name);
            reading.path.push(Step::Member(name));
            let piece = Piece { shape, list, reading, depth: depth + 1 };
            let member = members.next_value_seed(piece)?;
            reading.path.pop();
            kept.insert(name.to_owned(), member);
        }
        Ok(Value::Object(kept))
    }
}

/// The beginning of a text, so many characters of it.
fn beginning(text: &str, longest: usize) -> &str {
    // No character has less than a byte.
    if text.len() <= longest {
        return text;
    }
    let end = text.char_indices().nth(longest).map(|(end, _)| end);
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// The name of a member, looked up where it stands.
struct Name<'s>(&'s Shape);

enum Named<'s> {
    Known(&'s str, &'s Shape),
    /// Of an object that may have any.
    Open(String),
    Unknown(String),
}

impl<'de, 's> DeserializeSeed<'de> for Name<'s> {
    type Value = Named<'s>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Named<'s>, D::Error> {
        json.deserialize_str(self)
    }
}

impl<'s> Visitor<'_> for Name<'s> {
    type Value = Named<'s>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Named<'s>, E> {
        let unknown = || beginning(name, NAME_LIMIT).to_owned();
        Ok(match self.0 {
            Shape::Object(Members { known, open }) => match known.get_key_value(name) {
                Some((name, shape)) => Named::Known(name, shape),
                None if *open => Named::Open(name.to_owned()),
                None => Named::Unknown(unknown()),
            },
            Shape::Open => Named::Open(name.to_owned()),
            // What is no object by its schema is refused as a whole.
            Shape::Array { .. } | Shape::Text(_) | Shape::Instant(_) => {
                Named::Unknown(String::new())
            }
        })
    }
}

impl<'de> DeserializeSeed<'de> for PassedOver<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for PassedOver<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let Self { reading, depth } = self;
        deeper(reading, depth)?;
        pass_over_rest(reading, depth, &mut items).map(drop)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let Self { reading, depth } = self;
        deeper(reading, depth)?;
        while members.next_key_seed(Name(&OPEN_TEXT))?.is_some() {
            members.next_value_seed(PassedOver { reading, depth: depth + 1 })?;
        }
        Ok(())
    }
}

/// For members whose names are not kept.
static OPEN_TEXT: Shape = Shape::Text(0);
