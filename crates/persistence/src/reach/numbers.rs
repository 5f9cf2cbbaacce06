//! How a National Student Number is compared in a table.

use ascms_domain::matching::ComparedNsn;
use sea_orm::ExprTrait;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SimpleExpr;

use crate::store::bulk;

/// [`ComparedNsn`] of a table's numbers. Each of the tables has an index of it (m0054).
fn compared(table: &str) -> SimpleExpr {
    Expr::cust(format!("ltrim(replace(\"{table}\".\"nsn\", ' ', ''), '0')"))
}

pub(crate) fn is_one_of(table: &str, numbers: &[ComparedNsn]) -> SimpleExpr {
    compared(table).is_in(bulk::padded(numbers.iter().map(ComparedNsn::as_str)))
}
