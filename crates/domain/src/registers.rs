//! Registers: what the contract asks of providers beyond casework, and what the Ministry publishes.
//! Every register keeps entries of one shape. The header is the same for all of them; the content is the
//! register's own, and is kept whole with the version of its form.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

mod patch;

pub use patch::ContentPatch;

use crate::history::RecordKind;

crate::closed_list! {
    /// The registers.
    RegisterKind {
        /// Newsletters, key dates and guidance of the Ministry.
        Bulletin = "bulletin",
        /// Templates of the Ministry.
        Template = "template",
        /// Plans, reports and confirmations of providers.
        Submission = "submission",
        /// Performance reviews of contracts.
        PerformanceReview = "performance_review",
    }
}

/// What is done with an entry of a register, apart from changing its content.
pub trait LifecycleStep: Copy + Debug {
    /// The event that tells of the step, such as `bulletin.published`.
    fn event(self) -> &'static str;
}

/// The lifecycle of a register's entries: how an entry stands.
pub trait Lifecycle: Copy + Eq + Debug + Display + FromStr {
    type Step: LifecycleStep;

    /// How a new entry stands.
    const FIRST: Self;

    /// Whether the content of an entry that stands like this never changes again.
    fn is_frozen(self) -> bool;

    /// Whether the content of an entry that stands like this can be changed.
    ///
    /// # Errors
    ///
    /// It never changes again.
    fn editable(self) -> Result<(), StepRefusal> {
        if self.is_frozen() { Err(StepRefusal::Frozen) } else { Ok(()) }
    }

    /// How an entry that stands like this stands after a step.
    ///
    /// # Errors
    ///
    /// The step does not follow from how it stands.
    fn take(self, step: Self::Step) -> Result<Self, StepRefusal>;
}

/// Why an entry is not changed, or a step is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StepRefusal {
    #[error("the record never changes again")]
    Frozen,
    #[error("the step does not follow from how the record stands")]
    NotInThisState,
}

/// What tells a register from the others.
pub trait Register: Clone + Debug + 'static {
    const KIND: RegisterKind;
    /// How the history names an entry.
    const RECORD: RecordKind;
    /// The version of the form in which content is written today. The first is 1.
    const FORM: i32;
    /// Every member of the content, by the name that the API gives it: what the history tells of. The test
    /// that pins the form holds it against the content.
    const MEMBERS: &'static [&'static str];

    type Status: Lifecycle;
    type Content: Clone + PartialEq + Debug + Serialize + DeserializeOwned;

    /// Content of an older form in the form that came after it. It is called once for each form in
    /// between.
    fn upgrade(content: Value, from: i32) -> Value;
}

/// Kept content that this program does not understand: it was written by a later release, or it is damaged.
#[derive(Debug, thiserror::Error)]
#[error("content of {kind} in form {form} can not be read")]
pub struct UnreadableContent {
    pub kind: RegisterKind,
    pub form: i32,
}

/// Kept content in today's form.
///
/// # Errors
///
/// The form is a later one, or the content does not fit its form.
pub fn read<R: Register>(kept: Value, form: i32) -> Result<R::Content, UnreadableContent> {
    let unreadable = || UnreadableContent { kind: R::KIND, form };
    if !(1..=R::FORM).contains(&form) {
        return Err(unreadable());
    }
    let today = (form..R::FORM).fold(kept, R::upgrade);
    serde_json::from_value(today).map_err(|_fault| unreadable())
}

/// Content as it is kept.
pub fn written<R: Register>(content: &R::Content) -> Value {
    // Texts, numbers, days and lists of them have no way to fail.
    serde_json::to_value(content).unwrap_or_default()
}

/// The members of content, for the history.
pub fn fields<R: Register>(content: &R::Content) -> Vec<(&'static str, Value)> {
    let whole = written::<R>(content);
    let member = |name: &&'static str| (*name, whole.get(*name).cloned().unwrap_or_default());
    R::MEMBERS.iter().map(member).collect()
}

/// Content with what a merge patch (RFC 7396) sets.
///
/// # Errors
///
/// What the patch makes of it does not fit the form; a patch that fits [`ContentPatch`] always does.
pub fn patched<R: Register>(
    content: &R::Content,
    patch: &Map<String, Value>,
) -> Result<R::Content, UnreadableContent> {
    let mut whole = written::<R>(content);
    for (name, value) in patch {
        merge(&mut whole, name, value);
    }
    read::<R>(whole, R::FORM)
}

fn merge(target: &mut Value, name: &str, value: &Value) {
    let Value::Object(members) = target else { return };
    if value.is_null() {
        members.remove(name);
        return;
    }
    let Value::Object(inner) = value else {
        members.insert(name.to_owned(), value.clone());
        return;
    };
    let there = members.entry(name.to_owned()).or_insert(Value::Null);
    if !there.is_object() {
        *there = Value::Object(Map::new());
    }
    for (name, value) in inner {
        merge(there, name, value);
    }
}

#[cfg(test)]
mod tests;
