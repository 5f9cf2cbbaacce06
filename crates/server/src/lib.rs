//! The parts of `ascms` that the tests call as the command line does.

pub mod console;
pub mod descriptors;
pub mod import;
pub mod listening;
pub mod mail;
pub mod progress;
pub mod rights;
pub mod sandbox;
pub mod stopping;
