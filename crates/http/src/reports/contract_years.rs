//! `/reports/contract-years`: the contracts within reach in a year beside each other, or the year of one
//! of them: its plan with milestones, the fund by month, its performance reviews, and the duties that were
//! met, late or are open.

use std::collections::{BTreeMap, HashMap};

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use ascms_domain::access::Grant;
use ascms_domain::calendar::nz_date;
use ascms_domain::contracts::ContractTerm;
use ascms_domain::ids::ContractId;
use ascms_domain::submissions::Milestone;
use ascms_domain::templates::SubmissionKind;
use ascms_persistence::contracts::{ContractFilter, ContractRow};
use ascms_persistence::duties::{ObligationFilter, ObligationRow};
use ascms_persistence::funds::{FundFilter, FundRow};
use ascms_persistence::page::PageRequest;
use ascms_persistence::performance_reviews::{PerformanceReviewFilter, PerformanceReviewRow};
use ascms_persistence::submissions::{MilestoneProgress, SubmissionFilter, SubmissionRow};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::AppState;
use crate::auth::{
    self, May, ReadContracts, ReadDuties, ReadFunds, ReadPerformanceReviews, ReadSubmissions,
};
use crate::incoming::Params;
use crate::problem::{Code, Fault, Refusal};

mod duties;
mod page;
mod plan;
mod report;
mod reviews;
mod spending;
mod words;

pub(crate) use report::PATH;
use report::{WholeYear, YearOfContract};

/// The most contracts that a page shows, and the most rows of theirs: there are some 84 providers, with
/// a dozen duties a year each.
const MOST: u32 = 5_000;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ContractYears {
    /// The contract year; this one, when it is left out.
    #[param(minimum = 2020, maximum = 2100)]
    year: Option<i32>,
    /// Only this contract, with its milestones, its fund by month, its reviews and each of its duties.
    contract: Option<ContractId>,
}

/// The contracts of the caller's reach in a year: plan, fund, reviews and duties.
#[get("/reports/contract-years")]
pub(super) async fn contract_years(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadContracts>,
    query: Params<ContractYears>,
) -> Result<HttpResponse, Refusal> {
    let ContractYears { year, contract } = query.0;
    let now = app.now(&req)?;
    let today = nz_date(now);
    let year = year.unwrap_or_else(|| today.year());
    let days = NaiveDate::from_ymd_opt(year, 1, 1).zip(NaiveDate::from_ymd_opt(year, 12, 31));
    let Some(days) = days.filter(|_| (2020..=2100).contains(&year)) else {
        let fault = Fault::of("year", "out_of_range", "lies outside 2020 to 2100");
        return Err(Refusal::faulty(Code::InvalidQuery, vec![fault]));
    };
    let reader = Reader {
        app: &app,
        contracts: &grant,
        duties: auth::also::<ReadDuties>(&req),
        funds: auth::also::<ReadFunds>(&req),
        reviews: auth::also::<ReadPerformanceReviews>(&req),
        submissions: auth::also::<ReadSubmissions>(&req),
        year,
        days,
        now,
    };
    match contract {
        Some(id) => Ok(page::of_one(&reader.whole_year(id).await?)),
        None => Ok(page::of_all(&reader.years(None).await?, year, today)),
    }
}

/// Who reads what of which year. What the token's scope leaves out is not shown.
struct Reader<'a> {
    app: &'a AppState,
    contracts: &'a Grant,
    duties: Option<Grant>,
    funds: Option<Grant>,
    reviews: Option<Grant>,
    submissions: Option<Grant>,
    year: i32,
    days: (NaiveDate, NaiveDate),
    now: DateTime<Utc>,
}

impl Reader<'_> {
    /// The contracts that run in the year, by the codes of their organisations.
    async fn years(&self, only: Option<ContractRow>) -> Result<Vec<YearOfContract>, Refusal> {
        let contract = only.as_ref().map(|row| row.contract.id);
        let mut contracts = match only {
            Some(contract) => vec![contract],
            None => self.contracts().await?,
        };
        contracts
            .sort_by_cached_key(|row| (row.organisation_code.clone(), row.contract.number.clone()));
        let mut plans = self.plans(contract).await?;
        let mut funds = self.funds(contract).await?;
        let mut reviews = self.reviews(contract).await?;
        let mut duties = self.duties(contract).await?;
        let each = contracts.into_iter().map(|contract| {
            let id = contract.contract.id;
            let (plan, fund) = (plans.remove(&id), funds.remove(&id));
            let reviews = reviews.remove(&id).unwrap_or_default();
            let duties = duties.remove(&id).unwrap_or_default();
            YearOfContract { contract, plan, fund, reviews, duties }
        });
        Ok(each.collect())
    }

    async fn whole_year(&self, id: ContractId) -> Result<WholeYear, Refusal> {
        let contract = self.app.store().contract(self.contracts, id, self.now).await?;
        let of = self.years(Some(contract)).await?.pop().ok_or_else(Refusal::not_found)?;
        let milestones = match (&of.plan, &self.submissions) {
            (Some(plan), Some(grant)) => self.milestones(plan, grant).await?,
            _ => Vec::new(),
        };
        let spending = match (&of.fund, &self.funds) {
            (Some(row), Some(grant)) => {
                Some(self.app.store().fund_report(grant, row.fund.id, self.now).await?)
            }
            _ => None,
        };
        Ok(WholeYear { of, year: self.year, today: nz_date(self.now), milestones, spending })
    }

    async fn contracts(&self) -> Result<Vec<ContractRow>, Refusal> {
        let filter = ContractFilter::default();
        let found = self.app.store().contracts(self.contracts, filter, all(), self.now).await?;
        let runs = |row: &ContractRow| {
            let term =
                ContractTerm { starts_on: row.contract.starts_on, ends_on: row.contract.ends_on };
            !row.contract.status.is_draft() && term.includes_year(self.year)
        };
        Ok(found.items.into_iter().filter(runs).collect())
    }

    async fn plans(
        &self,
        contract: Option<ContractId>,
    ) -> Result<HashMap<ContractId, SubmissionRow>, Refusal> {
        let Some(grant) = &self.submissions else { return Ok(HashMap::new()) };
        let (kind, contract_year) = (Some(SubmissionKind::Plan), Some(self.year));
        let filter = SubmissionFilter { kind, status: None, contract, contract_year };
        let found = self.app.store().submissions(grant, filter, all(), self.now).await?;
        Ok(found.items.into_iter().map(|row| (row.about.contract_id, row)).collect())
    }

    async fn funds(
        &self,
        contract: Option<ContractId>,
    ) -> Result<HashMap<ContractId, FundRow>, Refusal> {
        let Some(grant) = &self.funds else { return Ok(HashMap::new()) };
        let filter = FundFilter { contract, year: Some(self.year), status: None };
        let found = self.app.store().funds(grant, filter, all(), self.now).await?;
        Ok(found.items.into_iter().map(|row| (row.fund.contract_id, row)).collect())
    }

    async fn reviews(
        &self,
        contract: Option<ContractId>,
    ) -> Result<HashMap<ContractId, Vec<PerformanceReviewRow>>, Refusal> {
        let mut of: HashMap<ContractId, Vec<PerformanceReviewRow>> = HashMap::new();
        let Some(grant) = &self.reviews else { return Ok(of) };
        let contract_year = Some(self.year);
        let filter = PerformanceReviewFilter { status: None, contract, contract_year, term: None };
        let found = self.app.store().performance_reviews(grant, filter, all(), self.now).await?;
        for row in found.items {
            of.entry(row.about.contract_id).or_default().push(row);
        }
        for reviews in of.values_mut() {
            reviews.sort_by_key(|review| review.frozen.term);
        }
        Ok(of)
    }

    async fn duties(
        &self,
        contract: Option<ContractId>,
    ) -> Result<HashMap<ContractId, Vec<ObligationRow>>, Refusal> {
        let mut of: HashMap<ContractId, Vec<ObligationRow>> = HashMap::new();
        let Some(grant) = &self.duties else { return Ok(of) };
        let (due_from, due_to) = (Some(self.days.0), Some(self.days.1));
        let filter = ObligationFilter { contract, due_from, due_to, ..ObligationFilter::default() };
        let found = self.app.store().obligations(grant, filter, all(), self.now).await?;
        for row in found.items {
            if let Some(contract) = row.duty.contract_id {
                of.entry(contract).or_default().push(row);
            }
        }
        Ok(of)
    }

    async fn milestones(
        &self,
        plan: &SubmissionRow,
        grant: &Grant,
    ) -> Result<Vec<(Milestone, Option<MilestoneProgress>)>, Refusal> {
        let (store, id) = (self.app.store(), plan.about.entry_id);
        let Some(accepted) = plan.about.accepted_version else { return Ok(Vec::new()) };
        let version = store.submission_version(grant, (id, accepted), self.now).await?;
        let mut newest: BTreeMap<String, MilestoneProgress> = BTreeMap::new();
        for progress in store.milestone_progress(grant, id, all(), self.now).await?.items {
            // The newest comes first.
            newest.entry(progress.row.milestone.clone()).or_insert(progress);
        }
        let milestones = version.frozen.content.milestones.into_iter();
        let each = milestones.map(|milestone| {
            let progress = newest.remove(milestone.key.as_str());
            (milestone, progress)
        });
        Ok(each.collect())
    }
}

fn all<K>() -> PageRequest<K> {
    PageRequest { after: None, limit: MOST, with_total: false }
}
