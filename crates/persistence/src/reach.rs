//! From a grant's spans to the condition that a query starts with.

use ascms_domain::access::{Grant, Span};
use sea_orm::Condition;
use sea_orm::sea_query::{Expr, SimpleExpr};

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
