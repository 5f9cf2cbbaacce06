//! What the attendance codes mean, and when.

use ascms_domain::attendance::{AttendanceCode, HalfDay};
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use crate::reference_data::ListedCode;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "attendance_code")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub valid_from: NaiveDate,
    /// The last day.
    pub valid_to: Option<NaiveDate>,
    pub half_day: HalfDay,
    /// The Ministry's truancy category: `P`, `J`, `U`, or `-` where none is known.
    pub category: String,
    pub meaning: String,
    pub label_mi: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}

impl From<Model> for ListedCode {
    fn from(row: Model) -> Self {
        let Model { code, valid_from, valid_to, half_day, category: _, meaning, label_mi } = row;
        Self {
            code,
            label_en: meaning,
            label_mi,
            parent: None,
            valid_from: Some(valid_from),
            valid_to,
            counts_as: Some(half_day),
        }
    }
}

/// All of them in one order on both databases, each as often as it had another meaning.
pub(crate) async fn listed(db: &impl ConnectionTrait) -> Result<Vec<ListedCode>, DbErr> {
    let mut codes: Vec<ListedCode> =
        Entity::find().all(db).await?.into_iter().map(ListedCode::from).collect();
    codes.sort_by(|one, other| (&one.code, one.valid_from).cmp(&(&other.code, other.valid_from)));
    Ok(codes)
}

impl Model {
    /// `None` for a code of other than one character, which the schema keeps out.
    pub(super) fn to_domain(&self) -> Option<AttendanceCode> {
        let mut chars = self.code.chars();
        let (code, None) = (chars.next()?, chars.next()) else { return None };
        let Self { valid_from, valid_to, half_day, .. } = *self;
        Some(AttendanceCode { code, valid_from: Some(valid_from), valid_to, half_day })
    }
}
