//! The table of refusals: which code each reason against a change is answered with, and which member
//! it points at. One file for each group of features; the statuses stand in the registry of codes.

use std::convert::Infallible;
use std::error::Error;

use super::{Code, Fault, Refusal};

mod cases;
mod casework;
mod contracts;
mod funds;
mod ineligible;
mod performance_reviews;
mod reference;
mod referrals;
mod registers;
mod students;
mod submissions;

pub use ineligible::ineligible;
pub use referrals::notice_faults;

/// Which problem a refused change is answered with.
pub enum ProblemKind {
    /// This code, with the reason's own words.
    Plain(Code),
    /// `invalid_body`: one fault at this JSON Pointer, of this kind, with the reason's own words.
    Member(&'static str, &'static str),
    /// `invalid_body`: what stands at this JSON Pointer is no code of this code set.
    UnknownCode(&'static str, &'static str),
    /// This code, whose faults say everything.
    Listed(Code, Vec<Fault>),
    /// This code with the reason's own words, and the faults that led to it.
    Explained(Code, Vec<Fault>),
}

impl ProblemKind {
    pub fn code(&self) -> Code {
        match self {
            Self::Plain(code) | Self::Listed(code, _) | Self::Explained(code, _) => *code,
            Self::Member(..) | Self::UnknownCode(..) => Code::InvalidBody,
        }
    }
}

/// A reason why a change is refused.
pub trait Reason: Error {
    fn problem(&self) -> ProblemKind;
}

impl<R: Reason> From<R> for Refusal {
    fn from(reason: R) -> Self {
        let words = reason.to_string();
        match reason.problem() {
            ProblemKind::Plain(code) => Self::new(code, words),
            ProblemKind::Member(pointer, kind) => Self::invalid(Fault::at(pointer, kind, words)),
            ProblemKind::UnknownCode(pointer, set) => {
                Self::invalid(Fault::unknown_code(pointer, set))
            }
            ProblemKind::Listed(code, faults) => Self::faulty(code, faults),
            ProblemKind::Explained(code, faults) => Self::new(code, words).with_errors(faults),
        }
    }
}

impl Reason for Infallible {
    fn problem(&self) -> ProblemKind {
        match *self {}
    }
}
