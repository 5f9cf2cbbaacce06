//! From a grant's spans to the condition that a query starts with.

use ascms_domain::access::{Grant, Span};
use sea_orm::Condition;
use sea_orm::sea_query::{Expr, SimpleExpr};

/// The ways in which a row can be within reach, each for itself; none where everything is.
pub(crate) fn ways(grant: &Grant, each: impl Fn(Span) -> Vec<SimpleExpr>) -> Vec<SimpleExpr> {
    if grant.reaches_the_nation() {
        return Vec::new();
    }
    grant.reach().iter().copied().flat_map(each).collect()
}

/// The rows of any span that the table has a meaning for; no span, no row.
pub(crate) fn condition(grant: &Grant, each: impl Fn(Span) -> Option<SimpleExpr>) -> Condition {
    if grant.reaches_the_nation() {
        return Condition::all();
    }
    let spans: Vec<SimpleExpr> = grant.reach().iter().copied().filter_map(each).collect();
    if spans.is_empty() {
        return Condition::all().add(Expr::cust("1 = 0"));
    }
    spans.into_iter().fold(Condition::any(), Condition::add)
}
