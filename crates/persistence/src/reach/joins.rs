//! The row of a scoped table beside a row that names it: the student of a referral, the case of a
//! contact. A join begins nothing. It adds to each row of a select that has begun elsewhere what that
//! row names by a key, and no other row.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{JoinType, SelectStatement};
use sea_orm::{Condition, ExprTrait};

/// Joins of a statement by what the row at hand names.
pub(crate) trait NamedRows {
    /// Adds the row whose key is what the row at hand names; a row at hand that names none goes.
    fn inner_join_named(&mut self, named: Expr, key: impl ColumnTrait) -> &mut Self;

    /// The same, where a row at hand that names none stays.
    fn left_join_named(&mut self, named: Expr, key: impl ColumnTrait) -> &mut Self;

    /// Adds the row whose key is what the row at hand names, where it fits all of `fits`.
    fn join_named(
        &mut self,
        join: JoinType,
        named: Expr,
        key: impl ColumnTrait,
        fits: impl IntoIterator<Item: Into<Condition>>,
    ) -> &mut Self;
}

impl NamedRows for SelectStatement {
    fn inner_join_named(&mut self, named: Expr, key: impl ColumnTrait) -> &mut Self {
        self.join_named(JoinType::InnerJoin, named, key, None::<Expr>)
    }

    fn left_join_named(&mut self, named: Expr, key: impl ColumnTrait) -> &mut Self {
        self.join_named(JoinType::LeftJoin, named, key, None::<Expr>)
    }

    fn join_named(
        &mut self,
        join: JoinType,
        named: Expr,
        key: impl ColumnTrait,
        fits: impl IntoIterator<Item: Into<Condition>>,
    ) -> &mut Self {
        let same = Condition::all().add(named.equals(key.as_column_ref()));
        self.join(join, key.entity_name(), fits.into_iter().fold(same, Condition::add))
    }
}
