//! The rules of the attendance service, free of I/O: no async, no clock, no database.

pub mod access;
pub mod barriers;
pub mod calendar;
pub mod cases;
pub mod contacts;
pub mod documents;
pub mod eligibility;
pub mod history;
pub mod ids;
pub mod matching;
pub mod measures;
pub mod merges;
pub mod notifications;
pub mod organisations;
pub mod plans;
pub mod referrals;
pub mod rules;
pub mod students;
pub mod tasks;
pub mod terms;
pub mod text;
pub mod timeline;
pub mod transfers;
pub mod words;
pub mod work_list;
