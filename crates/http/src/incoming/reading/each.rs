//! Items that are judged one by one: a bad value is the fault of its item alone.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::incoming::faults::Faults;
use crate::problem::Fault;

/// As many faults of items are told of one body; the others are counted.
pub const MOST_TOLD: usize = 10_000;

/// An item of a list that is judged by itself: of a [`Bulk`](crate::incoming::Bulk) body, or of an
/// item of one. What broke the schema is not there; its faults are [`Spoiled`].
///
/// Every list that a bulk body or an item of it has is a list of these: what is taken out leaves a
/// gap, so that the others keep their places.
#[derive(Clone, Debug)]
pub struct Each<T>(Option<T>);

impl<T> Each<T> {
    /// The items that are there, each with its place.
    pub fn placed(all: Vec<Self>) -> impl Iterator<Item = (usize, T)> {
        all.into_iter().enumerate().filter_map(|(at, Self(item))| Some((at, item?)))
    }

    /// The item, unless it was taken out.
    pub const fn there(&self) -> Option<&T> {
        self.0.as_ref()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Each<T> {
    fn deserialize<D: Deserializer<'de>>(de: D) -> Result<Self, D::Error> {
        Option::deserialize(de).map(Self)
    }
}

/// What was wrong with the items that were taken out.
#[derive(Clone, Debug, Default)]
pub struct Spoiled {
    pub faults: Vec<Fault>,
    /// How many faults there are besides.
    pub more: usize,
}

impl Spoiled {
    /// Takes out of an item what has faults: an entry of one of its lists where they lie within it,
    /// else the item.
    pub(super) fn take_out(&mut self, item: &mut Value, place: &str, faults: Faults) {
        // Behind the last fault that was noted there may be others.
        let mut whole = faults.is_full();
        for fault in faults.into_vec() {
            let pointer = fault.pointer.as_deref().unwrap_or_default();
            match pointer.strip_prefix(place).and_then(|within| entry(item, within)) {
                Some(entry) => *entry = Value::Null,
                None => whole = true,
            }
            if self.faults.len() < MOST_TOLD {
                self.faults.push(fault);
            } else {
                self.more += 1;
            }
        }
        if whole {
            *item = Value::Null;
        }
    }
}

/// The entry of a list of the item that a pointer leads into: `/days/3/date` into the fourth day.
fn entry<'i>(item: &'i mut Value, within: &str) -> Option<&'i mut Value> {
    let mut steps = within.strip_prefix('/')?.split('/');
    let (member, at) = (steps.next()?, steps.next()?.parse::<usize>().ok()?);
    item.get_mut(member)?.as_array_mut()?.get_mut(at)
}
