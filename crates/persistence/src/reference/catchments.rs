//! Catchments at rest: which schools they hold, who is contracted for them, and on which day.

use ascms_domain::access::Grant;
use ascms_domain::ids::CatchmentId;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{JoinType, QueryOrder, QuerySelect, QueryTrait};

use crate::Store;
use crate::reference::schools;
use crate::rows::catchment::{Column, Entity};
use crate::rows::{catchment_school, school};
use crate::store::error::StoreError;
use crate::store::page::{Page, PageRequest};

mod arrangements;
mod serving;

pub use serving::CatchmentOn;

pub use arrangements::{Arrangements, Changes};
pub use serving::ServedSchool;
pub(crate) use serving::serve;

impl Store {
    /// Catchments in the order in which they were added, each with its provider on the day.
    pub async fn catchments(
        &self,
        _: &Grant,
        education_region: Option<&str>,
        on: NaiveDate,
        page: PageRequest<CatchmentId>,
    ) -> Result<Page<CatchmentOn, CatchmentId>, StoreError> {
        let found = Entity::find().apply_if(education_region, |query, region| {
            query.filter(Column::EducationRegion.eq(region))
        });
        let total = page.total(&found, &self.read).await?;
        let rows = page.oldest_first(found, Column::Id).all(&self.read).await?;
        let Page { items, next, .. } = page.cut(rows, |row| row.id);
        let items = serving::contracted(&self.read, items, on).await?;
        Ok(Page { items, next, total })
    }

    /// One catchment by its code, with its provider and its schools on the day.
    pub async fn catchment(
        &self,
        _: &Grant,
        code: &str,
        on: NaiveDate,
    ) -> Result<(CatchmentOn, Vec<ServedSchool>), StoreError> {
        let found = Entity::find().filter(Column::Code.eq(code)).all(&self.read).await?;
        let found = serving::contracted(&self.read, found, on).await?;
        let found = found.into_iter().next().ok_or(StoreError::NotFound)?;
        let members = school::Entity::find()
            .join(JoinType::InnerJoin, schools::routing::schools_membership(on))
            .filter(catchment_school::Column::CatchmentId.eq(found.catchment.id))
            .order_by_asc(school::Column::Number)
            .all(&self.read)
            .await?;
        Ok((found, serve(&self.read, members, on).await?))
    }
}

/// For `IN (…)`: the id of the catchment with that code.
pub(crate) fn with_code(code: &str) -> SelectStatement {
    Entity::find().select_only().column(Column::Id).filter(Column::Code.eq(code)).into_query()
}
