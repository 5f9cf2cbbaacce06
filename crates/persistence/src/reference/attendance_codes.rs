//! What the attendance codes mean, and when.

use ascms_domain::attendance::AttendanceCode;
use ascms_domain::attendance::HalfDay;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use crate::rows::attendance_code::{Entity, Model};
use crate::rows::code;

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
    pub(crate) fn to_domain(&self) -> Option<AttendanceCode> {
        let mut chars = self.code.chars();
        let (code, None) = (chars.next()?, chars.next()) else { return None };
        let Self { valid_from, valid_to, half_day, .. } = *self;
        Some(AttendanceCode { code, valid_from: Some(valid_from), valid_to, half_day })
    }
}

/// A code as a set shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedCode {
    pub code: String,
    pub label_en: String,
    pub label_mi: Option<String>,
    pub parent: Option<String>,
    pub valid_from: Option<NaiveDate>,
    /// The last day.
    pub valid_to: Option<NaiveDate>,
    /// Of an attendance code: how it counts.
    pub counts_as: Option<HalfDay>,
}

impl From<code::Model> for ListedCode {
    fn from(row: code::Model) -> Self {
        let code::Model { code, label_en, label_mi, parent, valid_from, valid_to, .. } = row;
        Self { code, label_en, label_mi, parent, valid_from, valid_to, counts_as: None }
    }
}
