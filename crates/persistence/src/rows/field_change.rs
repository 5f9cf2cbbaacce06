//! A row of `field_change`.

use ascms_domain::history::{CallerKind, RecordKind};
use ascms_domain::ids::FieldChangeId;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "field_change")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FieldChangeId,
    pub subject_kind: RecordKind,
    pub subject_id: Uuid,
    /// The version that the change led to.
    pub version: i32,
    pub at: DateTime<Utc>,
    pub changed_by_kind: CallerKind,
    /// None: the operator of the service.
    pub changed_by_id: Option<Uuid>,
    /// As the API called it then; a member within another is `outer.inner`.
    pub field: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub old: Json,
    #[sea_orm(column_type = "JsonBinary")]
    pub new: Json,
}

impl Model {
    /// The field as the API calls it today: a row keeps the name of its time.
    pub fn current_field(&self) -> &str {
        match self.field.as_str() {
            "words" => "comment",
            field => field,
        }
    }
}

impl ActiveModelBehavior for ActiveModel {}
