//! Performance reviews are opened: one, or all of a term by a job.

use ascms_domain::access::Grant;
use ascms_domain::contracts::{ContractStatus, ContractTerm};
use ascms_domain::duties::{DutyKind, NewDuty};
use ascms_domain::ids::ContractId;
use ascms_domain::jobs::JobKind;
use ascms_domain::notifications::NotifiedRecord;
use ascms_domain::performance_reviews::{
    FrozenReview, OpenPerformanceReview, OpenPerformanceReviews, PerformanceReview,
    RequirementBasis,
};
use ascms_domain::submissions::{CountedFigures, SubmissionPeriod, digest};
use ascms_domain::templates::FigureKind;
use ascms_domain::terms::{Term, TermKey};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

use super::entries::{PerformanceReviewRow, shown};
use super::refusal::{RefusedReview, ReviewRefusal, refused};
use crate::Store;
use crate::features::duties::{self, DutyOf};
use crate::features::jobs::Order;
use crate::features::registers::{self, Entry, EntryOf};
use crate::gate;
use crate::gate::write::Write;
use crate::reach::contracts::within;
use crate::rows::performance_review::{ActiveModel, Column, Entity, Model};
use crate::rows::{contract, job, lifecycle};
use crate::store::call::CallError;
use crate::store::error::StoreError;
use crate::store::whole_row;
use crate::trace::record_change::WaitingFor;

/// The form of what is frozen.
const FORM: i32 = 1;

/// What a job that opens reviews keeps of its order: all of them are counted as of one instant.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReviewsOrder {
    pub term: TermKey,
    pub as_of: DateTime<Utc>,
}

/// Contracts whose reviews of a term are to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractsToReview {
    /// The next ones, by id.
    pub contracts: Vec<ContractId>,
    /// The last of them, where there are more.
    pub next: Option<ContractId>,
}

impl Store {
    /// The figures of a contract for the review of a term, as they were known at an instant: counted before the
    /// change that freezes them, and which leaves the entry in the audit trail.
    pub async fn count_review_figures(
        &self,
        grant: &Grant,
        new: OpenPerformanceReview,
        (at, now): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<CountedFigures, StoreError> {
        let contract = gate::contracts::visible(&self.read, grant, new.contract_id).await?;
        let kinds = [FigureKind::ServiceLevels, FigureKind::Outcomes];
        let period = SubmissionPeriod::Term(new.term);
        self.figures_of_contract(grant, &contract, (period, &kinds[..]), (at, now)).await
    }

    /// The next contracts that run in a term, after one of them; no more than `limit`.
    pub async fn contracts_to_review(
        &self,
        grant: &Grant,
        term: TermKey,
        after: Option<ContractId>,
        limit: u32,
    ) -> Result<ContractsToReview, StoreError> {
        use contract::Column;
        let calendars = self.calendars().await?;
        let Some(term) = calendars.terms.get(term) else {
            return Ok(ContractsToReview { contracts: Vec::new(), next: None });
        };
        let holding = lifecycle::is((contract::Entity, Column::Status), ContractStatus::holds);
        let runs = Condition::all()
            .add(Column::StartsOn.lte(term.ends_on))
            .add(
                Condition::any()
                    .add(Column::EndsOn.is_null())
                    .add(Column::EndsOn.gte(term.starts_on)),
            )
            .add_option(after.map(|after| Column::Id.gt(after)));
        let mut contracts: Vec<ContractId> = within(grant)
            .select_only()
            .column(Column::Id)
            .filter(holding)
            .filter(runs)
            .order_by_asc(Column::Id)
            .limit(u64::from(limit) + 1)
            .into_tuple()
            .all(&self.read)
            .await?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = contracts.len() > limit;
        contracts.truncate(limit);
        let next = contracts.last().copied().filter(|_| more);
        Ok(ContractsToReview { contracts, next })
    }
}

impl Write<'_> {
    /// Opens the review of a term of a contract, and freezes the figures that were counted for it with the
    /// requirements as they are judged now.
    pub async fn open_performance_review(
        &self,
        new: OpenPerformanceReview,
        figures: CountedFigures,
    ) -> Result<PerformanceReviewRow, RefusedReview> {
        let contract = gate::contracts::locked(self.txn, self.grant(), new.contract_id).await?;
        let term = self.over(new.term).map_err(refused)?;
        let days = ContractTerm { starts_on: term.starts_on, ends_on: Some(term.ends_on) };
        if !contract.status.holds() || !contract.term().overlaps(days) {
            return Err(refused(ReviewRefusal::OutsideContract));
        }
        let there = Entity::find()
            .filter(Column::ContractId.eq(contract.id))
            .filter(Column::Term.eq(new.term.to_string()));
        if there.one(self.txn).await?.is_some() {
            return Err(refused(ReviewRefusal::ReviewExists));
        }
        let year = new.term.year();
        let periods = [new.term.to_string(), year.to_string()];
        let evidence = duties::evidence(self.txn, contract.id, periods).await?;
        let rule = self.rules.withholding(term.ends_on)?;
        let basis = RequirementBasis { duties: &evidence, figures: &figures, today: self.today() };
        let frozen = FrozenReview {
            contract_id: contract.id,
            term: new.term,
            requirements: rule.parameters.judged(basis),
            figures,
            rule_version: rule.version.clone(),
        };
        let of = EntryOf {
            organisation: Some(contract.organisation_id),
            contract: Some(contract.id),
            contract_year: Some(year.into()),
            case: None,
        };
        let asked = self.asked(&contract, new.term)?;
        let content = PerformanceReview::default();
        let due_on = asked.first().map(|duty| duty.due_on);
        let entry: Entry<PerformanceReview> =
            registers::open(self, of, content, due_on, "performance_review.opened").await?;
        self.ask(&entry, &contract, asked).await?;
        let row = Model {
            entry_id: entry.header().id,
            contract_id: contract.id,
            term: new.term.to_string(),
            sha256: digest(&frozen),
            // Texts, numbers, days and lists of them have no way to fail.
            frozen: serde_json::to_value(&frozen).unwrap_or_default(),
            form: FORM,
        };
        whole_row::insert(self.txn, ActiveModel::from(row)).await?;
        let waiting = ("performance_review.opened", WaitingFor::Leads);
        registers::notify_waiting(self, &entry, NotifiedRecord::PerformanceReview, waiting).await?;
        shown(self, entry).await
    }

    /// A term that is over.
    fn over(&self, term: TermKey) -> Result<&Term, ReviewRefusal> {
        let known = self.calendars.terms.get(term);
        known.filter(|term| term.ends_on < self.today()).ok_or(ReviewRefusal::TermNotOver)
    }

    /// What a review asks for: the provider's comment, then the Ministry's conclusion.
    fn asked(&self, contract: &contract::Model, term: TermKey) -> Result<Vec<NewDuty>, StoreError> {
        let mut asked = Vec::new();
        for kind in [DutyKind::ReviewComment, DutyKind::ReviewConclusion] {
            let Some(days) = kind.business_days_of_review() else { continue };
            let (opens_on, region) = (self.today(), contract.holiday_region);
            let due_on = self.calendars.contract.add_business_days(opens_on, days, region)?;
            asked.push(NewDuty { kind, period: term.to_string(), opens_on, due_on });
        }
        Ok(asked)
    }

    async fn ask(
        &self,
        entry: &Entry<PerformanceReview>,
        contract: &contract::Model,
        asked: Vec<NewDuty>,
    ) -> Result<(), DbErr> {
        for new in asked {
            let of = DutyOf {
                entry: entry.header().id,
                organisation: new.kind.is_of_provider().then_some(contract.organisation_id),
                contract: Some(contract.id),
            };
            duties::arise(self, of, new).await?;
        }
        Ok(())
    }

    /// Orders the job that opens the reviews of a term that is over, of all contracts.
    pub async fn order_performance_reviews(
        &self,
        new: OpenPerformanceReviews,
    ) -> Result<job::Model, RefusedReview> {
        self.over(new.term).map_err(refused)?;
        let as_of = self.store.as_of_now(self.now()).await?;
        let order = ReviewsOrder { term: new.term, as_of };
        let asked = serde_json::to_value(order).unwrap_or_default();
        let order = Order { kind: JobKind::PerformanceReviews, asked };
        self.order_job(order).await.map_err(CallError::refusal_into)
    }
}
