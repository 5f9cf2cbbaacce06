//! What the other floors look up: people and organisations, schools and their providers, calendars, terms, rules and code sets.

pub mod actors;
pub(crate) mod attendance_codes;
pub(crate) mod calendars;
pub(crate) mod case_numbers;
pub mod catchments;
pub(crate) mod judgement_basis;
pub mod organisations;
pub(crate) mod past_terms;
pub mod providers;
pub(crate) mod readers;
pub mod reference_data;
pub mod rules;
pub mod schools;
