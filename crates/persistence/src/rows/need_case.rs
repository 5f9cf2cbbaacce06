//! A row of `need_case`: a case whose student a need helps.

use ascms_domain::ids::{CaseId, NeedId, StudentId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "need_case")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub need_id: NeedId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub case_id: CaseId,
    /// The student of the case when the need was asked for: what is counted once is taken back of the
    /// same record, also when that was joined to another one meanwhile.
    pub student_id: StudentId,
}

impl ActiveModelBehavior for ActiveModel {}
