//! The states of a lifecycle, as queries ask for them. Which states those are is the domain's word:
//! a query asks the question that the type of the state answers.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{IntoColumnRef, SimpleExpr};
use sea_orm::{ActiveEnum, ExprTrait};

/// The state in a column is one of which this holds.
pub(crate) fn is<S: ActiveEnum<Value = String>>(
    column: impl IntoColumnRef,
    holds: impl Fn(S) -> bool,
) -> SimpleExpr {
    let mut states = states(holds);
    match (states.pop(), states.is_empty()) {
        (Some(only), true) => Expr::col(column).eq(only),
        (last, _) => Expr::col(column).is_in(states.into_iter().chain(last)),
    }
}

/// The state in a column is none of which this holds.
pub(crate) fn is_not<S: ActiveEnum<Value = String>>(
    column: impl IntoColumnRef,
    holds: impl Fn(S) -> bool,
) -> SimpleExpr {
    let mut states = states(holds);
    match (states.pop(), states.is_empty()) {
        (Some(only), true) => Expr::col(column).ne(only),
        (last, _) => Expr::col(column).is_not_in(states.into_iter().chain(last)),
    }
}

/// Constants, so that a partial index on states serves the query under a generic plan too.
fn states<S: ActiveEnum<Value = String>>(holds: impl Fn(S) -> bool) -> Vec<SimpleExpr> {
    let words = S::iter().filter_map(|state| {
        let word = state.to_value();
        holds(state).then_some(word)
    });
    words.map(|word| SimpleExpr::Constant(word.into())).collect()
}
