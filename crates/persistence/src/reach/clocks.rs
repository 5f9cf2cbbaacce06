//! Which clocks of referrals a grant covers.

use ascms_domain::access::{Grant, Span};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{QuerySelect, QueryTrait};

use crate::reach;
use crate::reach::cases;
use crate::reach::tables::attendance_case;
use crate::reach::tables::referral_clock::{Column, Entity};

/// Every count starts here, so that none can forget whose referrals it may count.
pub(crate) fn within(grant: &Grant) -> Select<Entity> {
    Entity::find().filter(reach::condition(grant, span))
}

pub(crate) fn span(span: Span) -> Option<SimpleExpr> {
    match span {
        Span::Nation => Some(Expr::cust("1 = 1")),
        Span::Queue | Span::PrimaryContact(..) | Span::Client(_) | Span::Person(_) => None,
        Span::Provider(own) => Some(Column::ProviderId.eq(own)),
        Span::School(own) => Some(Column::SchoolId.eq(own)),
        Span::CaseManager(..) => {
            let assigned = attendance_case::Entity::find()
                .select_only()
                .column(attendance_case::Column::ReferralId)
                .filter(cases::span(span)?);
            Some(Column::ReferralId.in_subquery(assigned.into_query()))
        }
    }
}
