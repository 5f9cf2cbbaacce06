//! A row of `enrolment_ahead`.

use ascms_domain::ids::{ClientId, StudentId, UserId};
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "enrolment_ahead")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub student_id: StudentId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub first_day: NaiveDate,
    /// Who told it last: a person or a machine.
    pub user_id: Option<UserId>,
    pub client_id: Option<ClientId>,
    /// The call that told it.
    pub request_id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
