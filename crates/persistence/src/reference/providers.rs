//! Providers: the organisations contracted for catchments, and schools' own teams.

use ascms_domain::access::Grant;
use ascms_domain::ids::{ProviderId, SchoolId};
use ascms_domain::organisations::{CandidateProvider, OrganisationKind, OrganisationStatus};
use chrono::NaiveDate;
use sea_orm::QueryTrait;
use sea_orm::entity::prelude::*;

use crate::Store;
use crate::rows::in_school_provision;
use crate::rows::organisation::{Column, Entity, Model};
use crate::store::error::StoreError;
use crate::store::page::{Page, PageRequest};

/// Which providers to list; an empty filter lists all.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProviderFilter {
    pub kind: Option<OrganisationKind>,
    pub status: Option<OrganisationStatus>,
}

impl Store {
    /// Providers in the order in which they were added.
    pub async fn providers(
        &self,
        _: &Grant,
        filter: ProviderFilter,
        page: PageRequest<ProviderId>,
    ) -> Result<Page<Model, ProviderId>, StoreError> {
        let found = all()
            .apply_if(filter.kind, |query, kind| query.filter(Column::Kind.eq(kind)))
            .apply_if(filter.status, |query, status| query.filter(Column::Status.eq(status)));
        let total = page.total(&found, &self.read).await?;
        let rows = page.oldest_first(found, Column::Id).all(&self.read).await?;
        Ok(Page { total, ..page.cut(rows, |row| row.id) })
    }
}

/// The table holds the Ministry and the vendors too; every read of providers starts here.
fn all() -> Select<Entity> {
    Entity::find().filter(
        Column::Kind
            .is_in([OrganisationKind::CatchmentProvider, OrganisationKind::InSchoolProvider]),
    )
}

/// An organisation that is to serve a student of a school on a day; `None` when nobody has the id.
pub(crate) async fn candidate(
    db: &impl ConnectionTrait,
    id: ProviderId,
    school: SchoolId,
    day: NaiveDate,
) -> Result<Option<CandidateProvider>, DbErr> {
    let Some(row) = Entity::find_by_id(id).one(db).await? else { return Ok(None) };
    let is_team_of_the_school = in_school_provision::serves(db, id, school, day).await?;
    Ok(Some(CandidateProvider { kind: row.kind, status: row.status, is_team_of_the_school }))
}
