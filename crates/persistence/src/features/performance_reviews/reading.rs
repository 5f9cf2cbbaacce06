//! What is read of performance reviews.

use ascms_domain::access::Grant;
use ascms_domain::calendar::nz_date;
use ascms_domain::ids::{ContractId, RegisterEntryId};
use ascms_domain::performance_reviews::{PerformanceReview, PerformanceReviewStatus};
use ascms_domain::terms::TermKey;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QuerySelect, QueryTrait};

use super::entries::{PerformanceReviewRow, with_parts};
use crate::Store;
use crate::features::registers;
use crate::reach::register_entries::of_organisation;
use crate::reach::rows::register_entry::Column;
use crate::rows::performance_review;
use crate::store::error::StoreError;
use crate::store::page::{Page, PageRequest};

/// Which performance reviews are listed.
#[derive(Clone, Copy, Debug, Default)]
pub struct PerformanceReviewFilter {
    pub status: Option<PerformanceReviewStatus>,
    pub contract: Option<ContractId>,
    pub contract_year: Option<i32>,
    pub term: Option<TermKey>,
}

impl Store {
    /// The performance reviews within reach, the newest first.
    pub async fn performance_reviews(
        &self,
        grant: &Grant,
        filter: PerformanceReviewFilter,
        page: PageRequest<RegisterEntryId>,
        now: DateTime<Utc>,
    ) -> Result<Page<PerformanceReviewRow, RegisterEntryId>, StoreError> {
        let PerformanceReviewFilter { status, contract, contract_year, term } = filter;
        let mut fitting = of_organisation::<PerformanceReview>(grant).filter(
            Condition::all()
                .add_option(status.map(|status| Column::Status.eq(status)))
                .add_option(contract.map(|contract| Column::ContractId.eq(contract)))
                .add_option(contract_year.map(|year| Column::ContractYear.eq(year))),
        );
        if let Some(term) = term {
            let of_term = performance_review::Entity::find()
                .select_only()
                .column(performance_review::Column::EntryId)
                .filter(performance_review::Column::Term.eq(term.to_string()));
            fitting = fitting.filter(Column::Id.in_subquery(of_term.into_query()));
        }
        let found = registers::page(self, grant, fitting, page, now).await?;
        let calendars = self.calendars().await?;
        let day = (nz_date(now), &calendars.terms);
        let items = with_parts(&self.read, grant, found.items, day).await?;
        Ok(Page { items, next: found.next, total: found.total })
    }

    /// One performance review.
    pub async fn performance_review(
        &self,
        grant: &Grant,
        id: RegisterEntryId,
        now: DateTime<Utc>,
    ) -> Result<PerformanceReviewRow, StoreError> {
        let within = of_organisation::<PerformanceReview>(grant);
        let row = registers::read(self, grant, within, id, now).await?;
        let calendars = self.calendars().await?;
        let day = (nz_date(now), &calendars.terms);
        let found = with_parts(&self.read, grant, vec![row], day).await?.pop();
        found.ok_or(StoreError::NotFound)
    }
}
