//! A column, the facts that it shows, and a value of it.

use ascms_domain::measures::{
    ColumnSource, ColumnType, ColumnUnit, CountedReach, Exclusion, Number, Tally,
};
use ascms_persistence::measures::{Group, MadeBy, Scope};
use chrono::SecondsFormat;
use serde::{Serialize, Serializer};

use crate::answer;

/// One fact: a number of a group, or of a part of it, with what it was asked and made by.
pub struct Fact<'a> {
    pub asked: &'a RowContext<'a>,
    pub group: &'a Group,
    pub number: &'a Number,
    pub tally: &'a Tally,
    pub made_by: &'a MadeBy,
}

/// What all rows of an answer have in common.
pub struct RowContext<'a> {
    pub period: String,
    pub scope: &'a Scope,
    pub by: Option<ascms_domain::measures::Breakdown>,
    pub reach: CountedReach,
}

impl Fact<'_> {
    pub(super) fn excluded(&self, why: Exclusion) -> u64 {
        self.tally.excluded.get(&why).copied().unwrap_or(0)
    }
}

/// A column: what it is called, what it means, and how a fact's value of it is found.
pub struct Column {
    pub name: &'static str,
    pub(super) kind: ColumnType,
    pub(super) unit: Option<ColumnUnit>,
    pub(super) nullable: bool,
    pub(super) en: &'static str,
    pub(super) mi: &'static str,
    pub(super) meaning: &'static str,
    pub(super) source: ColumnSource,
    pub(super) cell: fn(&Fact<'_>) -> Cell,
}

/// A value of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Nothing,
    Text(String),
    Count(u64),
    /// A share in ten-thousandths, shown with four decimals.
    Share(u64),
    Truth(bool),
}

impl Cell {
    pub(super) fn text(text: Option<&str>) -> Self {
        text.map_or(Self::Nothing, |text| Self::Text(text.to_owned()))
    }

    pub(super) fn count(count: Option<u64>) -> Self {
        count.map_or(Self::Nothing, Self::Count)
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nothing => to.serialize_none(),
            Self::Text(text) => to.serialize_str(text),
            Self::Count(count) => to.serialize_u64(*count),
            Self::Share(share) => answer::rate(Some(*share)).serialize(to),
            Self::Truth(truth) => to.serialize_bool(*truth),
        }
    }
}

impl Column {
    pub(super) fn schema(&self) -> utoipa::openapi::schema::Object {
        use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, SchemaType, Type};
        let known = |format| Some(SchemaFormat::KnownFormat(format));
        let value = ObjectBuilder::new().description(Some(self.meaning));
        let (kind, value) = match self.kind {
            ColumnType::Text => (Type::String, value.max_length(Some(200))),
            ColumnType::Date => (Type::String, value.format(known(KnownFormat::Date))),
            ColumnType::DateTime => (Type::String, value.format(known(KnownFormat::DateTime))),
            ColumnType::Integer => {
                (Type::Integer, value.format(known(KnownFormat::Int64)).minimum(Some(0)))
            }
            ColumnType::Decimal => (
                Type::Number,
                value.format(known(KnownFormat::Double)).minimum(Some(0)).maximum(Some(1)),
            ),
            ColumnType::Boolean => (Type::Boolean, value),
        };
        let kind = if self.nullable {
            SchemaType::Array(vec![kind, Type::Null])
        } else {
            SchemaType::Type(kind)
        };
        value.schema_type(kind).build()
    }
}

pub(super) fn instant(at: chrono::DateTime<chrono::Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
