//! Which notifications are the caller's own.

use ascms_domain::access::{Caller, Grant};
use ascms_domain::ids::ProviderId;
use sea_orm::entity::prelude::*;

use crate::reach::register_entries;
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

/// Whether a reader of notifications still has a part in the records of an organisation: its own people, and the
/// Ministry's.
pub(crate) fn covers_record(grant: &Grant, organisation: Option<ProviderId>) -> bool {
    let of_ministry = grant.appointments().iter().any(|held| held.role.is_of_ministry());
    of_ministry || register_entries::covers(grant, organisation)
}
