//! Which funds a grant covers.

use ascms_domain::access::Grant;
use sea_orm::entity::prelude::*;

use crate::reach;
use crate::rows::fund::{Column, Entity};

/// Every read that shows a fund starts here: the Ministry sees all, a provider its own.
pub(crate) fn within(grant: &Grant) -> Select<Entity> {
    let own = |span| reach::own_of_leads(span, Column::ProviderId);
    Entity::find().filter(reach::condition(grant, own))
}
