//! What is known of a body while it is read.

use std::collections::HashMap;

use serde_json::Value;

use super::each::Spoiled;
use super::unclean::unclean;
use crate::incoming::faults::Faults;
use crate::problem::Fault;
use crate::schema::{Checker, ListChecker, escaped, unknown_member};

/// How deep a body may be nested.
pub(super) const DEPTH_LIMIT: usize = 32;

/// A step on the way to a place in the body.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step<'s> {
    Member(&'s str),
    Item(usize),
}

/// What is known of a body while it is read.
pub(super) struct Reading<'s> {
    pub(super) checker: &'s Checker,
    pub(super) path: Vec<Step<'s>>,
    pub(super) faults: Faults,
    /// The lists whose items were checked one at a time, as JSON, by name.
    pub(super) lists: HashMap<&'s str, Vec<u8>>,
    /// What of such items was taken out, where each is judged by itself.
    pub(super) spoiled: Option<Spoiled>,
    pub(super) too_deep: bool,
}

impl<'s> Reading<'s> {
    /// A JSON Pointer (RFC 6901) to where the reading is.
    pub(super) fn place(&self) -> String {
        let step = |step: &Step<'_>| match step {
            Step::Member(name) => format!("/{}", escaped(name)),
            Step::Item(index) => format!("/{index}"),
        };
        self.path.iter().map(step).collect()
    }

    pub(super) fn unknown(&mut self, name: &str, known: &HashMap<String, impl Sized>) {
        if !self.faults.is_full() {
            let place = format!("{}/{}", self.place(), escaped(name));
            let detail = unknown_member(name, known.keys().map(String::as_str));
            self.faults.add(|| Fault::at(place, "unknown_member", detail));
        }
    }

    pub(super) fn repeated(&mut self, name: &str) {
        if !self.faults.is_full() {
            let place = format!("{}/{}", self.place(), escaped(name));
            self.faults.add(|| Fault::at(place, "repeated", "is given twice"));
        }
    }

    /// The faults until now, put aside while an item that is judged by itself is read.
    pub(super) fn put_aside(&mut self) -> Faults {
        if self.spoiled.is_some() { std::mem::take(&mut self.faults) } else { Faults::default() }
    }

    /// Checks an item of a list, and writes it to what the body's type is made from.
    pub(super) fn examine(&mut self, list: &ListChecker, mut item: Value, text: &mut Vec<u8>) {
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
    pub(super) fn take_up(&mut self, faults: Faults) {
        if self.spoiled.is_some() {
            self.faults = faults;
        }
    }

    pub(super) fn list(&self, depth: usize, name: &str) -> Option<&'s ListChecker> {
        if depth == 0 { self.checker.list(name) } else { None }
    }
}

pub(super) fn write(text: &mut Vec<u8>, value: &impl serde::Serialize) {
    // Memory takes everything, and JSON has no value that is none.
    serde_json::to_writer(text, value).unwrap_or_default();
}
