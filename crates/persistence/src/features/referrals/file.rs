//! A referral with what its readers need beside it.

use ascms_domain::cases::CaseStatus;
use ascms_domain::ids::UserId;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::{ExprTrait, FromQueryResult, QuerySelect, QueryTrait};

use crate::reach::joins::NamedRows;
use crate::reach::rows::attendance_case;
use crate::reach::rows::referral::{Column, Model, Selected};
use crate::reach::rows::student;
use crate::rows::{organisation, referral_decision, school};

/// A referral with what its readers need beside it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ReferralRow {
    #[sea_orm(nested)]
    pub referral: Model,
    pub school_number: i32,
    pub school_name: String,
    pub provider_code: Option<String>,
    pub provider_name: Option<String>,
    pub case_number: Option<String>,
    pub case_status: Option<CaseStatus>,
    pub case_manager_id: Option<UserId>,
    pub legal_given_names: String,
    pub legal_family_name: String,
    pub preferred_given_names: Option<String>,
    pub preferred_family_name: Option<String>,
    pub birth_date: NaiveDate,
    pub year_level: Option<i32>,
}

/// One referral whole: with its decisions, and how many wait before it.
#[derive(Clone, Debug)]
pub struct ReferralFile {
    pub row: ReferralRow,
    pub decisions: Vec<referral_decision::Model>,
    /// 1 is next; only while it waits for a decision.
    pub waiting_position: Option<u64>,
}

/// Adds the school's, the provider's, the case's and the student's part to the rows of a query.
pub(crate) fn select_with_names(
    mut query: Selected,
) -> sea_orm::Selector<sea_orm::SelectModel<ReferralRow>> {
    let of = |column: Column| Expr::col(column.as_column_ref());
    QueryTrait::query(&mut query)
        .inner_join(
            school::Entity,
            of(Column::SchoolId).eq(Expr::col((school::Entity, school::Column::Id))),
        )
        .inner_join_named(of(Column::StudentId), student::Column::Id)
        .left_join(
            organisation::Entity,
            of(Column::ProviderId).eq(Expr::col((organisation::Entity, organisation::Column::Id))),
        )
        .left_join_named(of(Column::CaseId), attendance_case::Column::Id);
    query
        .column_as(school::Column::Number, "school_number")
        .column_as(school::Column::Name, "school_name")
        .column_as(organisation::Column::Code, "provider_code")
        .column_as(organisation::Column::Name, "provider_name")
        .column_as(attendance_case::Column::Number, "case_number")
        .column_as(attendance_case::Column::Status, "case_status")
        .column_as(attendance_case::Column::CaseManagerId, "case_manager_id")
        .columns([
            student::Column::LegalGivenNames,
            student::Column::LegalFamilyName,
            student::Column::PreferredGivenNames,
            student::Column::PreferredFamilyName,
            student::Column::BirthDate,
            student::Column::YearLevel,
        ])
        .into_model()
}
