//! The names that both sides of a transfer know it by.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, IntoCondition, JoinType};
use sea_orm::{ExprTrait, FromQueryResult, QuerySelect, QueryTrait};

use crate::reach::joins::NamedRows;
use crate::reach::rows::attendance_case;
use crate::reach::rows::case_transfer::{Column, Model, Selected};
use crate::rows::{organisation, school};

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
pub(super) fn select_with_names(
    mut query: Selected,
) -> sea_orm::Selector<sea_orm::SelectModel<TransferRow>> {
    let of = |column: Column| Expr::col(column.as_column_ref());
    let (giver, taker) = (Alias::new("giver"), Alias::new("receiver"));
    let is = |alias: &Alias, column: Column| {
        of(column).equals((alias.clone(), organisation::Column::Id)).into_condition()
    };
    let school = of(Column::SchoolId).equals((school::Entity, school::Column::Id));
    QueryTrait::query(&mut query)
        .inner_join_named(of(Column::CaseId), attendance_case::Column::Id)
        .inner_join(school::Entity, school)
        .join_as(
            JoinType::InnerJoin,
            organisation::Entity,
            giver.clone(),
            is(&giver, Column::FromProviderId),
        )
        .join_as(
            JoinType::InnerJoin,
            organisation::Entity,
            taker.clone(),
            is(&taker, Column::ToProviderId),
        );
    let name = |alias: &Alias, column| Expr::col((alias.clone(), column));
    query
        .column_as(attendance_case::Column::Number, "case_number")
        .column_as(school::Column::Number, "school_number")
        .column_as(school::Column::Name, "school_name")
        .expr_as(name(&giver, organisation::Column::Code), "from_code")
        .expr_as(name(&giver, organisation::Column::Name), "from_name")
        .expr_as(name(&taker, organisation::Column::Code), "to_code")
        .expr_as(name(&taker, organisation::Column::Name), "to_name")
        .into_model()
}
