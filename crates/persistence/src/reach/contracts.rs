//! Which contracts a grant covers.

use ascms_domain::access::Grant;
use sea_orm::entity::prelude::*;

use crate::reach;
use crate::rows::contract::{Column, Entity};

/// Every read of the table that shows a contract starts here: the Ministry sees all, a provider its own.
pub(crate) fn within(grant: &Grant) -> Select<Entity> {
    let own = |span| reach::own_of_staff(span, Column::OrganisationId);
    Entity::find().filter(reach::condition(grant, own))
}
