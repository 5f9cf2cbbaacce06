//! The tables whose rows belong to somebody, one module a table. They are private to `reach`: a
//! select begins at an `Entity`, and nobody else can name one of these. What the rest of the crate
//! needs of a row is handed on by `reach/rows.rs`.

pub mod attendance_case;
pub mod case_transfer;
pub mod document;
pub mod newest_entry;
pub mod referral;
pub mod referral_clock;
pub mod register_entry;
pub mod student;
