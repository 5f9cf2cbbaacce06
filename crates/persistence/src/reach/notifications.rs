//! Which notifications are the caller's own.

use ascms_domain::access::{Caller, Grant};
use sea_orm::entity::prelude::*;

use crate::rows::notification::{Column, Entity};

/// Every read of the table starts here. Whatever a caller reaches, only what is addressed to them
/// is theirs.
pub(crate) fn within(grant: &Grant) -> Select<Entity> {
    let addressed = match grant.caller() {
        Caller::User(own) => Column::UserId.eq(own),
        Caller::Client(_) => Expr::cust("1 = 0"),
    };
    Entity::find().filter(addressed)
}
