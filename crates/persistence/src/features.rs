//! What the service does: one module a feature, each with its reads, its writes and their rules at hand.

pub mod attendance;
pub mod barriers;
pub mod cases;
pub mod closure_reviews;
pub mod contacts;
pub mod documents;
pub mod enrolment_claims;
pub mod enrolments;
pub mod holidays;
pub mod installation;
pub mod jobs;
pub mod measures;
pub mod meetings;
pub mod non_enrolments;
pub mod notifications;
pub mod plans;
pub mod publications;
pub mod recalculations;
pub mod referrals;
pub mod rules;
pub mod students;
pub mod tasks;
pub mod terms;
pub mod timeline;
pub mod transfers;
