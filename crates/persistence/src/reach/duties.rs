//! Which duties a grant covers.

use ascms_domain::access::Grant;
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SelectStatement;

use crate::reach;
use crate::rows::duty::{Column, Entity};

/// The duties of everybody for the nation, and else those of the caller's organisation and the key dates
/// of the bulletins that are addressed to the caller: `addressed` has the ids of their entries.
pub(crate) fn within(grant: &Grant, addressed: SelectStatement) -> Select<Entity> {
    if grant.reaches_the_nation() {
        return Entity::find();
    }
    let to_caller = Condition::all()
        .add(Column::OrganisationId.is_null())
        .add(Column::EntryId.in_subquery(addressed));
    let own = |span| reach::own_of_leads(span, Column::OrganisationId);
    let own = reach::condition(grant, own);
    Entity::find().filter(Condition::any().add(own).add(to_caller))
}
