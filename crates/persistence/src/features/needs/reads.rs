//! Reads of needs.

use std::collections::HashMap;

use ascms_domain::access::Grant;
use ascms_domain::calendar::nz_date;
use ascms_domain::ids::{CaseId, ContractId, FundId, NeedId};
use ascms_domain::needs::{NeedAction, NeedStatus};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder};

use super::allowed::{NeedCircumstances, NeedSurroundings};
use super::checks::RefusedNeed;
use crate::Store;
use crate::reach::needs::within;
use crate::rows::need::{Column, Model};
use crate::rows::need_case;
use crate::store::audit::{self, Subject};
use crate::store::error::StoreError;
use crate::store::page::{Page, PageRequest};

/// A need, the further cases whose students it helps, and what its next step depends on.
#[derive(Clone, Debug)]
pub struct NeedRow {
    pub need: Model,
    pub further_cases: Vec<CaseId>,
    pub circumstances: NeedCircumstances,
}

impl NeedRow {
    /// Whether somebody with this grant, which is of the action's permission, could do it now with an input that
    /// suits it.
    ///
    /// # Errors
    ///
    /// The refusal that the call would be answered with.
    pub fn allows(&self, action: NeedAction, grant: &Grant) -> Result<(), RefusedNeed> {
        self.circumstances.allows(&self.need, action, grant)
    }

    /// Whether a reader sees the text that people of the provider wrote on the need: those who work on its case do.
    /// The Ministry judges by amounts, categories and days.
    #[must_use]
    pub fn shows_text_to(&self, grant: &Grant) -> bool {
        let holders = self.circumstances.holders(&self.need);
        grant.works_on(Some(holders.provider), holders.case_manager)
    }
}

/// Which needs to list; an empty filter lists all.
#[derive(Clone, Debug, Default)]
pub struct NeedFilter {
    pub case: Option<CaseId>,
    pub contract: Option<ContractId>,
    pub fund: Option<FundId>,
    pub status: Option<NeedStatus>,
    pub category: Option<String>,
    /// Those of which the Ministry's review is to come, or those of which none is.
    pub review_to_come: Option<bool>,
}

impl Store {
    /// The needs within reach, the newest first.
    pub async fn needs(
        &self,
        grant: &Grant,
        filter: NeedFilter,
        page: PageRequest<NeedId>,
        now: DateTime<Utc>,
    ) -> Result<Page<NeedRow, NeedId>, StoreError> {
        let fitting = within(grant).filter(fits(filter));
        let total = page.total(&fitting, &self.read).await?;
        let rows = page.newest_first(fitting, Column::Id).all(&self.read).await?;
        let Page { items, next, .. } = page.cut(rows, |row| row.id);
        let ids = items.iter().flat_map(|row| [row.id.0, row.case_id.0]).collect();
        let items = all_shown(&self.read, items, nz_date(now)).await?;
        self.read_log.record(audit::allowed(grant, Subject::many("need", ids), now)).await?;
        Ok(Page { items, next, total })
    }

    /// One need.
    pub async fn need(
        &self,
        grant: &Grant,
        id: NeedId,
        now: DateTime<Utc>,
    ) -> Result<NeedRow, StoreError> {
        let row = visible(&self.read, grant, id).await?;
        let row = shown(&self.read, row, nz_date(now)).await?;
        let subject = Subject::one("need", id.0).with([row.need.case_id.0]);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(row)
    }
}

/// One within reach.
pub(crate) async fn visible(
    db: &impl ConnectionTrait,
    grant: &Grant,
    id: NeedId,
) -> Result<Model, StoreError> {
    within(grant).filter(Column::Id.eq(id)).one(db).await?.ok_or(StoreError::NotFound)
}

fn fits(filter: NeedFilter) -> Condition {
    let NeedFilter { case, contract, fund, status, category, review_to_come } = filter;
    let reviewed = review_to_come.map(|to_come| {
        let waits = Condition::all()
            .add(Column::ReviewBy.is_not_null())
            .add(Column::ReviewOutcome.is_null());
        if to_come { waits } else { waits.not() }
    });
    Condition::all()
        .add_option(case.map(|id| Column::CaseId.eq(id)))
        .add_option(contract.map(|id| Column::ContractId.eq(id)))
        .add_option(fund.map(|id| Column::FundId.eq(id)))
        .add_option(status.map(|status| Column::Status.eq(status)))
        .add_option(category.map(|category| Column::Category.eq(category)))
        .add_option(reviewed)
}

/// A need as it is shown on a day.
pub(super) async fn shown(
    db: &impl ConnectionTrait,
    need: Model,
    today: NaiveDate,
) -> Result<NeedRow, StoreError> {
    let id = need.id.0;
    let found = all_shown(db, vec![need], today).await?;
    found.into_iter().next().ok_or(StoreError::Corrupt(id))
}

async fn all_shown(
    db: &impl ConnectionTrait,
    needs: Vec<Model>,
    today: NaiveDate,
) -> Result<Vec<NeedRow>, StoreError> {
    if needs.is_empty() {
        return Ok(Vec::new());
    }
    let of = need_case::Column::NeedId.is_in(needs.iter().map(|need| need.id));
    let rows = need_case::Entity::find()
        .filter(of)
        .order_by_asc(need_case::Column::CaseId)
        .all(db)
        .await?;
    let mut cases: HashMap<NeedId, Vec<CaseId>> = HashMap::new();
    for row in rows {
        cases.entry(row.need_id).or_default().push(row.case_id);
    }
    let around = NeedSurroundings::of(db, &needs, today).await?;
    let rows = needs.into_iter().map(|need| {
        let mut further_cases = cases.remove(&need.id).unwrap_or_default();
        further_cases.retain(|case| *case != need.case_id);
        let circumstances = around.circumstances(&need)?;
        Ok(NeedRow { need, further_cases, circumstances })
    });
    rows.collect()
}
