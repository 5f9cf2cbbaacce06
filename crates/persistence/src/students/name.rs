//! A student's names in the forms in which they are compared and searched. A name that is no
//! longer borne stays: it is how a former name is recognised.

use ascms_domain::ids::StudentId;
use ascms_domain::text::{fold, name_key};
use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "student_name")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub student_id: StudentId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub match_key: String,
    pub given_folded: String,
    pub family_folded: String,
    pub birth_date: NaiveDate,
}

impl ActiveModelBehavior for ActiveModel {}

/// Keeps these names beside those that are there already.
pub(crate) async fn keep(
    db: &impl ConnectionTrait,
    student_id: StudentId,
    names: &[(&str, &str)],
    birth_date: NaiveDate,
) -> Result<(), DbErr> {
    let rows = names.iter().map(|(given, family)| ActiveModel {
        student_id: Set(student_id),
        match_key: Set(name_key(given, family)),
        given_folded: Set(fold(given)),
        family_folded: Set(fold(family)),
        birth_date: Set(birth_date),
    });
    let known = OnConflict::new().do_nothing().to_owned();
    Entity::insert_many(rows).on_conflict(known).exec_without_returning(db).await?;
    Ok(())
}
