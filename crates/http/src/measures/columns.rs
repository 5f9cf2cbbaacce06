//! The columns of flat rows: one table from which a row's JSON, its line of CSV, its schema and its
//! definitions are all made, so that none of them can name another set or another order.

use ascms_domain::measures::{CountedReach, Exclusion, Number, Tally};
use ascms_persistence::measures::{Group, MadeBy, Scope};
use chrono::SecondsFormat;
use serde::{Serialize, Serializer, ser::SerializeMap};
use utoipa::ToSchema;

use crate::answer;
use crate::reference_data::Labels;

mod table;

pub(super) use table::COLUMNS;

/// What the values of a column are.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ColumnType {
    Text,
    Integer,
    Decimal,
    Boolean,
    Date,
    DateTime,
}

/// What a number is counted in.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ColumnUnit {
    Referrals,
    BusinessDays,
    Percent,
    Share,
    TenThousandths,
}

/// Who says what a column means.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ColumnSource {
    /// The Ministry's published summary of the contract.
    Contract,
    /// Ours: the contract is not public, or has no such thing.
    Ours,
}

/// One fact: a number of a group, or of a part of it, with what it was asked and made by.
pub(super) struct Fact<'a> {
    pub asked: &'a Asked<'a>,
    pub group: &'a Group,
    pub number: &'a Number,
    pub tally: &'a Tally,
    pub made_by: &'a MadeBy,
}

/// What all rows of an answer have in common.
pub(super) struct Asked<'a> {
    pub period: String,
    pub scope: &'a Scope,
    pub by: Option<ascms_domain::measures::Breakdown>,
    pub reach: CountedReach,
}

impl Fact<'_> {
    fn excluded(&self, why: Exclusion) -> u64 {
        self.tally.excluded.get(&why).copied().unwrap_or(0)
    }
}

/// A column: what it is called, what it means, and how a fact's value of it is found.
pub(super) struct Column {
    pub name: &'static str,
    kind: ColumnType,
    unit: Option<ColumnUnit>,
    nullable: bool,
    en: &'static str,
    mi: &'static str,
    meaning: &'static str,
    source: ColumnSource,
    cell: fn(&Fact<'_>) -> Cell,
}

/// A value of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    Nothing,
    Text(String),
    Count(u64),
    /// A share in ten-thousandths, shown with four decimals.
    Share(u64),
    Truth(bool),
}

impl Cell {
    fn text(text: Option<&str>) -> Self {
        text.map_or(Self::Nothing, |text| Self::Text(text.to_owned()))
    }

    fn count(count: Option<u64>) -> Self {
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

/// One fact, flat.
#[derive(Debug)]
pub(super) struct MeasureRowView(Vec<Cell>);

impl MeasureRowView {
    pub(super) fn of(fact: &Fact<'_>) -> Self {
        Self(COLUMNS.iter().map(|column| (column.cell)(fact)).collect())
    }

    pub(super) fn cells(&self) -> &[Cell] {
        &self.0
    }
}

impl Serialize for MeasureRowView {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut members = to.serialize_map(Some(self.0.len()))?;
        for (column, cell) in COLUMNS.iter().zip(&self.0) {
            members.serialize_entry(column.name, cell)?;
        }
        members.end()
    }
}

impl utoipa::PartialSchema for MeasureRowView {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        let words = "One fact: a number of a group, or of a part of it.";
        let row = utoipa::openapi::schema::ObjectBuilder::new().description(Some(words));
        COLUMNS.iter().fold(row, |row, column| row.property(column.name, column.schema())).into()
    }
}

impl ToSchema for MeasureRowView {}

impl Column {
    fn schema(&self) -> utoipa::openapi::schema::Object {
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

/// Every column of the rows, in their order.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MeasureColumnsView {
    #[schema(max_items = 100)]
    items: Vec<MeasureColumnView>,
}

/// What a column is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MeasureColumnView {
    /// The member of a row, and the head of a column of CSV. Names stay; new ones come last.
    #[schema(max_length = 64, pattern = "^[a-z][A-Za-z]*$")]
    name: &'static str,
    /// What a value of the column is.
    #[serde(rename = "type")]
    kind: ColumnType,
    unit: Option<ColumnUnit>,
    /// Whether a row may have nothing there: null in JSON, empty in CSV.
    nullable: bool,
    labels: Labels,
    #[schema(max_length = 500)]
    meaning: &'static str,
    /// Who defines it: the contract, or we.
    source: ColumnSource,
}

impl MeasureColumnsView {
    pub(super) fn all() -> Self {
        let items = COLUMNS.iter().map(|column| MeasureColumnView {
            name: column.name,
            kind: column.kind,
            unit: column.unit,
            nullable: column.nullable,
            labels: Labels { en: column.en.to_owned(), mi: Some(column.mi.to_owned()) },
            meaning: column.meaning,
            source: column.source,
        });
        Self { items: items.collect() }
    }
}

fn instant(at: chrono::DateTime<chrono::Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
