//! Whether a case has entries that somebody who looked at it has not seen.

use ascms_domain::ids::UserId;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Func, SimpleExpr};
use sea_orm::{ExprTrait, QuerySelect, QueryTrait};

use crate::reach::rows::attendance_case;
use crate::reach::rows::newest_entry::Column as Newest;
use crate::rows::case_entry::{Column, Entity};
use crate::rows::case_look::{Column as Look, Entity as Looks};

/// Whether others wrote on the case at hand after the look at hand. The case's row says so of
/// almost every case; the timeline is asked only where the caller wrote last.
pub(crate) fn has_newer_of_others(than: UserId) -> SimpleExpr {
    let entry = |column: Column| Expr::col((Entity, column));
    let seen = |column: Look| Expr::col((Looks, column));
    let nothing = || Expr::val(0);
    let after = entry(Column::Number).gt(Func::coalesce([seen(Look::LastEntryNumber), nothing()]));
    // A look and an entry from before entries were numbered: their ids are all there is.
    let unnumbered = seen(Look::LastEntryNumber)
        .is_null()
        .and(entry(Column::Number).is_null())
        .and(entry(Column::Id).gt(seen(Look::LastEntryId)));
    let of_others = Entity::find()
        .select_only()
        .expr(Expr::val(1))
        .filter(entry(Column::CaseId).equals(attendance_case::Column::Id.as_column_ref()))
        .filter(after.or(unnumbered))
        .filter(Column::RecordedBy.ne(than));
    let newest = |column: Newest| Expr::col(column.as_column_ref());
    let newer = newest(Newest::LastEntryId).ne(seen(Look::LastEntryId));
    let by_another = newest(Newest::LastEntryBy).ne(than);
    let changed = newer.and(by_another.or(Expr::exists(of_others.into_query())));
    // Nothing was seen, or nothing written: neither true nor false.
    Func::coalesce([changed, Expr::cust("(1 = 0)")]).into()
}
