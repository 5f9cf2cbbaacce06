//! Which entries of registers a grant covers.

use ascms_domain::access::{Grant, Span};
use ascms_domain::broadcasts::{AudienceDimension, ReaderPlace};
use ascms_domain::ids::ProviderId;
use ascms_domain::registers::Register;
use ascms_domain::submissions::Submission;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{SelectStatement, SimpleExpr};
use sea_orm::{ActiveEnum, Condition, ExprTrait, QuerySelect, QueryTrait};

use crate::reach;
use crate::reach::tables::register_entry::{Column, Entity};
use crate::rows::{broadcast, broadcast_audience, lifecycle, submission};

/// The entries of a register whose entries belong to organisations: all of them for the nation, and its
/// own for a provider. Case managers reach what their provider reaches.
pub(crate) fn of_organisation<R: Register>(grant: &Grant) -> Select<Entity> {
    Entity::find().filter(Column::Kind.eq(R::KIND)).filter(reach::condition(grant, own))
}

fn own(span: Span) -> Option<SimpleExpr> {
    reach::own_of_staff(span, Column::OrganisationId)
}

/// Whether a grant covers an entry of an organisation: what the condition above says of its row.
pub(crate) fn covers(grant: &Grant, organisation: Option<ProviderId>) -> bool {
    grant.reach().iter().any(|one| spans(*one, organisation))
}

fn spans(span: Span, organisation: Option<ProviderId>) -> bool {
    match span {
        Span::Nation => true,
        Span::Provider(own) | Span::CaseManager(_, own) => organisation == Some(own),
        Span::Queue
        | Span::PrimaryContact(..)
        | Span::School(_)
        | Span::Client(_)
        | Span::Person(_) => false,
    }
}

/// The entries of a register of the Ministry's own: all of them for the nation, and for everybody else who
/// reads the register those that stand as `is_public` says.
pub(crate) fn of_ministry<R: Register>(
    grant: &Grant,
    is_public: impl Fn(R::Status) -> bool,
) -> Select<Entity>
where
    R::Status: ActiveEnum<Value = String>,
{
    let of_register = Entity::find().filter(Column::Kind.eq(R::KIND));
    if grant.reaches_the_nation() {
        return of_register;
    }
    of_register.filter(lifecycle::is((Entity, Column::Status), is_public))
}

/// Submissions: its own for a provider, and for the nation those that were submitted at least once.
pub(crate) fn submissions(grant: &Grant) -> Select<Entity> {
    let reached = of_organisation::<Submission>(grant);
    if !grant.reaches_the_nation() {
        return reached;
    }
    // Somebody of the Ministry who works at a provider too reads its drafts.
    let elsewhere = grant.reach().iter().filter(|one| **one != Span::Nation);
    let read = Condition::any().add(Column::Id.in_subquery(submitted()));
    let read = elsewhere.fold(read, |any, one| any.add_option(own(*one)));
    reached.filter(read)
}

/// Whether a grant covers a submission of an organisation: what the condition above says of its row.
pub(crate) fn covers_submission(
    grant: &Grant,
    organisation: Option<ProviderId>,
    was_submitted: bool,
) -> bool {
    let covers = |one: &Span| match one {
        Span::Nation => was_submitted,
        Span::Provider(_)
        | Span::CaseManager(..)
        | Span::Queue
        | Span::PrimaryContact(..)
        | Span::School(_)
        | Span::Client(_)
        | Span::Person(_) => spans(*one, organisation),
    };
    grant.reach().iter().any(covers)
}

fn submitted() -> SelectStatement {
    use submission::{Column, Entity};
    Entity::find()
        .select_only()
        .column(Column::EntryId)
        .filter(Column::FirstSubmittedOn.is_not_null())
        .into_query()
}

/// The entries of a register that is published to an audience: all of them for the nation, and for
/// everybody else those whose audience one of their places is in, from their first day.
/// `is_published` tells in which states they are read.
pub(crate) fn addressed<R: Register>(
    grant: &Grant,
    places: &[ReaderPlace],
    today: NaiveDate,
    is_published: impl Fn(R::Status) -> bool,
) -> Select<Entity>
where
    R::Status: ActiveEnum<Value = String>,
{
    let of_register = Entity::find().filter(Column::Kind.eq(R::KIND));
    if grant.reaches_the_nation() {
        return of_register;
    }
    let begun = broadcast::Entity::find()
        .select_only()
        .column(broadcast::Column::EntryId)
        .filter(broadcast::Column::ValidFrom.lte(today))
        .into_query();
    let nowhere = Condition::any().add(Expr::cust("1 = 0"));
    let somewhere = places.iter().fold(nowhere, |any, place| any.add(includes(place)));
    of_register
        .filter(lifecycle::is((Entity, Column::Status), is_published))
        .filter(Column::Id.in_subquery(begun))
        .filter(somewhere)
}

/// A dimension that narrows the audience has a value of the place.
fn includes(place: &ReaderPlace) -> Condition {
    AudienceDimension::ALL.iter().fold(Condition::all(), |all, dimension| {
        let narrowed = Column::Id.in_subquery(narrowed_by(*dimension, None));
        let values = place.values(*dimension);
        let fits = Column::Id.in_subquery(narrowed_by(*dimension, Some(values)));
        all.add(narrowed.not().or(fits))
    })
}

fn narrowed_by(dimension: AudienceDimension, values: Option<Vec<String>>) -> SelectStatement {
    use broadcast_audience::{Column, Entity};
    let of_value = values.map(|values| Column::Value.is_in(values));
    Entity::find()
        .select_only()
        .column(Column::EntryId)
        .filter(Column::Dimension.eq(dimension))
        .filter(Condition::all().add_option(of_value))
        .into_query()
}
