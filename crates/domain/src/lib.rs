//! The rules of the attendance service, free of I/O: no async, no clock, no database.

pub mod access;
pub mod calendar;
pub mod cases;
pub mod contacts;
pub mod eligibility;
pub mod ids;
pub mod matching;
pub mod measures;
pub mod notifications;
pub mod organisations;
pub mod referrals;
pub mod rules;
pub mod students;
pub mod terms;
pub mod text;
pub mod timeline;
pub mod transfers;
pub mod words;
pub mod work_list;
