//! The columns of flat rows: one table from which a row's JSON, its line of CSV, its schema and its
//! definitions are all made, so that none of them can name another set or another order.

use ascms_domain::measures::{ColumnSource, ColumnType, ColumnUnit};
use serde::{Serialize, Serializer, ser::SerializeMap};
use utoipa::ToSchema;

use crate::reference_data::Labels;

mod column;
mod table;

pub(super) use column::{Cell, Fact, RowContext};
pub(super) use table::COLUMNS;

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

/// Every column of the rows, in their order.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MeasureColumnsView {
    /// The columns, in their order.
    #[schema(max_items = 100)]
    items: Vec<MeasureColumnView>,
}

/// What a column is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MeasureColumnView {
    /// Name of the member in a row, and head of the column in CSV. Names stay; new ones come last.
    #[schema(max_length = 64, pattern = "^[a-z][A-Za-z]*$")]
    name: &'static str,
    /// The type of the column's values.
    #[serde(rename = "type")]
    kind: ColumnType,
    /// The unit of the column's numbers; null for a column without numbers.
    unit: Option<ColumnUnit>,
    /// Whether a row may have no value there; a line of CSV is empty there.
    nullable: bool,
    /// Label of the column.
    labels: Labels,
    /// Whether a speaker of te reo Māori has read the label in that language.
    mi_reviewed: bool,
    /// The meaning of the column, in a sentence.
    #[schema(max_length = 500)]
    meaning: &'static str,
    /// Whether the contract defines the column or we do.
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
            mi_reviewed: table::LABELS_REVIEWED,
            meaning: column.meaning,
            source: column.source,
        });
        Self { items: items.collect() }
    }
}
