//! The rows of a publication: the figures of a place, whole or of one category of it.

use ascms_domain::access::Grant;
use ascms_domain::disclosure::Published;
use ascms_domain::ids::PublicationId;
use ascms_domain::measures::{Breakdown, Level};
use sea_orm::Condition;
use sea_orm::entity::prelude::*;

use crate::Store;
use crate::rows::published_row::{Column, Entity, Model};
use crate::store::error::StoreError;
use crate::store::page::{Page, PageRequest};

impl Model {
    pub(super) fn of(self, publication_id: PublicationId) -> Self {
        Self { publication_id, ..self }
    }

    /// Met by denominator, both as published, in ten-thousandths.
    pub fn share_met(&self) -> Option<u64> {
        published(self.met).share_of(published(self.denominator))
    }
}

fn published(figure: Option<i32>) -> Published {
    let count = figure.and_then(|count| u64::try_from(count).ok());
    count.map_or(Published::Hidden, Published::Count)
}

/// Which rows to list; an empty filter lists all.
#[derive(Clone, Debug, Default)]
pub struct RowFilter {
    pub level: Option<Level>,
    pub key: Option<String>,
    pub classification: Option<Breakdown>,
}

impl RowFilter {
    fn condition(&self) -> Condition {
        Condition::all()
            .add_option(self.level.map(|level| Column::Level.eq(level)))
            .add_option(self.key.as_ref().map(|key| Column::Key.eq(key)))
            .add_option(self.classification.map(|by| Column::Classification.eq(by)))
    }
}

impl Store {
    /// The rows of a publication, in their order.
    pub async fn published_rows(
        &self,
        grant: &Grant,
        id: PublicationId,
        filter: &RowFilter,
        page: PageRequest<i32>,
    ) -> Result<Page<Model, i32>, StoreError> {
        self.publication(grant, id).await?;
        let found = Entity::find().filter(Column::PublicationId.eq(id)).filter(filter.condition());
        let total = page.total(&found, &self.read).await?;
        let rows = page.oldest_first(found, Column::Position).all(&self.read).await?;
        Ok(Page { total, ..page.cut(rows, |row| row.position) })
    }
}
