//! Which contracts a grant covers.

use ascms_domain::access::{Grant, Span};
use ascms_domain::ids::ProviderId;
use sea_orm::entity::prelude::*;

use crate::reach;
use crate::rows::contract::{Column, Entity};

/// Every read of the table that shows a contract starts here: the Ministry sees all, a provider its own.
pub(crate) fn within(grant: &Grant) -> Select<Entity> {
    let own = |span| reach::own_of_staff(span, Column::OrganisationId);
    Entity::find().filter(reach::condition(grant, own))
}

/// Whether a grant covers a contract of an organisation: what the condition says of its row.
pub(crate) fn covers(grant: &Grant, organisation: ProviderId) -> bool {
    grant.reach().iter().any(|one| match one {
        Span::Nation => true,
        Span::Provider(own) | Span::CaseManager(_, own) => organisation == *own,
        Span::Queue
        | Span::PrimaryContact(..)
        | Span::School(_)
        | Span::Client(_)
        | Span::Person(_) => false,
    })
}
