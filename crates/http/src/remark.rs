//! What is to be said of a part of a body that was taken all the same.

use serde::Serialize;
use utoipa::ToSchema;

use crate::incoming::Spoiled;
use crate::problem::Fault;

/// Something to know of a part of the body.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Remark {
    /// A JSON Pointer (RFC 6901) into the body.
    #[schema(max_length = 2000)]
    pointer: String,
    /// The kind of remark, for programs.
    #[schema(max_length = 64, pattern = "^[a-z_]+$")]
    code: String,
    /// The remark in a sentence, for people.
    #[schema(max_length = 2000)]
    detail: String,
}

/// The faults of a call that are told, and how many there are besides.
pub(crate) struct Told {
    pub faults: Vec<Remark>,
    pub more: usize,
}

impl Told {
    /// The most faults that one answer names.
    pub(crate) const MOST: usize = 10_000;

    /// First what was wrong with single items as they were sent, then what else was.
    pub(crate) fn of(spoiled: &Spoiled, others: impl IntoIterator<Item = Remark>) -> Self {
        let sent = spoiled.faults.iter().map(Remark::of);
        let mut all = sent.chain(others);
        let faults = all.by_ref().take(Self::MOST).collect();
        Self { faults, more: spoiled.more + all.count() }
    }
}

impl Remark {
    /// A fault of what was sent.
    fn of(fault: &Fault) -> Self {
        let Fault { pointer, code, detail, .. } = fault.clone();
        Self { pointer: pointer.unwrap_or_default(), code, detail }
    }

    pub(crate) fn new(pointer: String, code: &str, detail: String) -> Self {
        Self { pointer, code: code.to_owned(), detail }
    }
}
