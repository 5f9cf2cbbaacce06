//! Referrals whose sender was told that they wait, also where they were joined to an open case.

use ascms_domain::access::{Grant, Span};
use ascms_domain::ids::{CaseId, ProviderId};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{ExprTrait, QuerySelect, QueryTrait};

use crate::rows::referral_receipt::{Column, Entity};
use crate::{gate, reach};

/// Whether a referral joined this case, and its sender was told that it waits.
pub(crate) fn seems_to_wait(case: CaseId) -> SimpleExpr {
    crate::reach::rows::referral::Column::CaseId.eq(case).and(is_of(joined()))
}

/// The receipts of referrals that joined a case when they came.
pub(crate) fn joined() -> Select<Entity> {
    Entity::find().filter(Column::Joined.eq(true))
}

/// Whether a referral has one of these receipts.
pub(crate) fn is_of(receipts: Select<Entity>) -> SimpleExpr {
    let ids = receipts.select_only().column(Column::ReferralId);
    crate::reach::rows::referral::Column::Id.in_subquery(QueryTrait::into_query(ids))
}

pub(crate) fn in_open_case() -> SimpleExpr {
    crate::reach::rows::referral::Column::CaseId
        .in_subquery(reach::cases::ids_of(gate::case::is_open()))
}

/// Referrals that wait, or whose sender may be told so.
pub(crate) fn waits_as_told() -> SimpleExpr {
    crate::reach::referrals::waits().or(is_of(joined()).and(in_open_case()))
}

/// Referrals whose sender may be told that they wait with this provider, though they joined a case that
/// is open.
pub(crate) fn told_to_wait_with(provider: Option<ProviderId>) -> SimpleExpr {
    let with = match provider {
        Some(provider) => Column::ProviderId.eq(provider),
        None => Column::ProviderId.is_null(),
    };
    is_of(joined().filter(with)).and(in_open_case())
}

/// Referrals of which this reader is told that they wait, though they joined an open case: what is
/// asked of those is answered by the receipt alone.
pub(crate) fn told_to_wait(grant: &Grant) -> SimpleExpr {
    let works_on = reach::condition(grant, |span| match span {
        Span::Nation => Some(Expr::cust("1 = 1")),
        Span::Provider(own) => Some(crate::reach::rows::referral::Column::ProviderId.eq(own)),
        Span::CaseManager(..) => crate::reach::referrals::span(span, grant.action()),
        Span::Queue
        | Span::School(_)
        | Span::PrimaryContact(..)
        | Span::Client(_)
        | Span::Person(_) => None,
    });
    let student = Expr::col(crate::reach::rows::referral::Column::StudentId.as_column_ref());
    let knows = works_on.add(reach::students::reaches(grant, student));
    is_of(joined()).and(SimpleExpr::from(knows).not())
}
