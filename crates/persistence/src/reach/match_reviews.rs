//! Which match reviews a grant covers.

use ascms_domain::access::Grant;
use sea_orm::entity::prelude::*;

use crate::reach;
use crate::rows::match_review::{Column, Entity};

/// Every read of reviews starts here: whoever reaches the student, under the id that is theirs
/// now, reaches the review.
pub(crate) fn within(grant: &Grant) -> Select<Entity> {
    let student = reach::joined::leads_to(Expr::col((Entity, Column::StudentId)));
    Entity::find().filter(crate::reach::students::reaches(grant, student))
}
