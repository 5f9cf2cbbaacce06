//! The names that both sides of a transfer know it by.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, IntoCondition, JoinType};
use sea_orm::{ExprTrait, FromQueryResult, QuerySelect, QueryTrait};

use super::{Column, Entity, Model};
use crate::{cases, organisations, schools};

/// A transfer with the names that both sides know it by. Nothing of the student is in it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct TransferRow {
    #[sea_orm(nested)]
    pub transfer: Model,
    pub case_number: String,
    pub school_number: i32,
    pub school_name: String,
    pub from_code: String,
    pub from_name: String,
    pub to_code: String,
    pub to_name: String,
}

/// Transfers with their names beside them.
pub(super) fn beside(
    mut query: Select<Entity>,
) -> sea_orm::Selector<sea_orm::SelectModel<TransferRow>> {
    let of = |column: Column| Expr::col((Entity, column));
    let (giver, taker) = (Alias::new("giver"), Alias::new("receiver"));
    let is = |alias: &Alias, column: Column| {
        of(column).equals((alias.clone(), organisations::Column::Id)).into_condition()
    };
    let case = of(Column::CaseId).equals((cases::Entity, cases::Column::Id));
    let school = of(Column::SchoolId).equals((schools::Entity, schools::Column::Id));
    QueryTrait::query(&mut query)
        .inner_join(cases::Entity, case)
        .inner_join(schools::Entity, school)
        .join_as(
            JoinType::InnerJoin,
            organisations::Entity,
            giver.clone(),
            is(&giver, Column::FromProviderId),
        )
        .join_as(
            JoinType::InnerJoin,
            organisations::Entity,
            taker.clone(),
            is(&taker, Column::ToProviderId),
        );
    let name = |alias: &Alias, column| Expr::col((alias.clone(), column));
    query
        .column_as(cases::Column::Number, "case_number")
        .column_as(schools::Column::Number, "school_number")
        .column_as(schools::Column::Name, "school_name")
        .expr_as(name(&giver, organisations::Column::Code), "from_code")
        .expr_as(name(&giver, organisations::Column::Name), "from_name")
        .expr_as(name(&taker, organisations::Column::Code), "to_code")
        .expr_as(name(&taker, organisations::Column::Name), "to_name")
        .into_model()
}
