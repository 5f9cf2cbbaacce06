//! From a grant's spans to the condition that a query starts with.

use ascms_domain::access::{Grant, Span};
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{ColumnTrait, Condition};

pub(crate) mod address_readers;
pub(crate) mod cases;
pub(crate) mod clocks;
pub(crate) mod contracts;
pub(crate) mod documents;
pub(crate) mod duties;
pub(crate) mod enrolment_claims;
pub(crate) mod funds;
pub(crate) mod holding;
pub(crate) mod joined;
pub(crate) mod joins;
pub(crate) mod match_reviews;
pub(crate) mod needs;
pub(crate) mod notifications;
pub(crate) mod numbers;
pub(crate) mod referrals;
pub(crate) mod register_entries;
pub mod rows;
pub(crate) mod students;
mod tables;
pub(crate) mod transfers;
pub(crate) mod unscoped;
pub(crate) mod updates;

/// The parts of a reach in words that are the same for the same reach.
pub(crate) fn in_words(grant: &Grant) -> Vec<String> {
    let mut words: Vec<String> = grant.reach().iter().copied().map(span_in_words).collect();
    words.sort_unstable();
    words
}

fn span_in_words(span: Span) -> String {
    match span {
        Span::Nation => "nation".to_owned(),
        Span::Queue => "queue".to_owned(),
        Span::Provider(id) => format!("provider:{id}"),
        Span::CaseManager(id, at) => format!("case_manager:{id}@{at}"),
        Span::School(id) => format!("school:{id}"),
        Span::PrimaryContact(id, at) => format!("primary_contact:{id}@{at}"),
        Span::Client(id) => format!("client:{id}"),
        Span::Person(id) => format!("person:{id}"),
    }
}

/// The ways in which a row can be within reach, each for itself; none where everything is.
pub(crate) fn ways(grant: &Grant, each: impl Fn(Span) -> Vec<SimpleExpr>) -> Vec<SimpleExpr> {
    if grant.reaches_the_nation() {
        return Vec::new();
    }
    grant.reach().iter().copied().flat_map(each).collect()
}

/// The rows of any span that the table has a meaning for; no span, no row.
pub(crate) fn condition(grant: &Grant, each: impl Fn(Span) -> Option<SimpleExpr>) -> Condition {
    any_of(grant.reach(), each)
}

/// The rows of an organisation, by the column that names it: all of them for the nation, and an
/// organisation's own for its leads.
pub(crate) fn own_of_leads(span: Span, organisation: impl ColumnTrait) -> Option<SimpleExpr> {
    match span {
        Span::Nation => Some(Expr::cust("1 = 1")),
        Span::Provider(own) => Some(organisation.eq(own)),
        Span::Queue
        | Span::CaseManager(..)
        | Span::PrimaryContact(..)
        | Span::School(_)
        | Span::Client(_)
        | Span::Person(_) => None,
    }
}

/// The same, for case managers too: they reach what their organisation reaches.
pub(crate) fn own_of_staff(span: Span, organisation: impl ColumnTrait) -> Option<SimpleExpr> {
    match span {
        Span::CaseManager(_, own) => Some(organisation.eq(own)),
        Span::Nation
        | Span::Provider(_)
        | Span::Queue
        | Span::PrimaryContact(..)
        | Span::School(_)
        | Span::Client(_)
        | Span::Person(_) => own_of_leads(span, organisation),
    }
}

/// The same of what the caller may read of the records that an action changes.
pub(crate) fn readable(grant: &Grant, each: impl Fn(Span) -> Option<SimpleExpr>) -> Condition {
    any_of(grant.reading(), each)
}

fn any_of(spans: &[Span], each: impl Fn(Span) -> Option<SimpleExpr>) -> Condition {
    if spans.contains(&Span::Nation) {
        return Condition::all();
    }
    let spans: Vec<SimpleExpr> = spans.iter().copied().filter_map(each).collect();
    if spans.is_empty() {
        return Condition::all().add(Expr::cust("1 = 0"));
    }
    spans.into_iter().fold(Condition::any(), Condition::add)
}
