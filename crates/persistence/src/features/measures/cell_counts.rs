//! The referrals of a period by everything that is published of them: one statement, with the
//! classes of all numbers of measures that are counted of the same referrals.

use ascms_domain::access::Grant;
use ascms_domain::measures::{Measure, MeasureResult, Number, Standing};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{QueryResult, QuerySelect, QueryTrait};

use crate::Store;
use crate::features::measures::classes;
use crate::features::measures::judgement::{Judgement, MadeBy};
use crate::features::measures::known::{self, Owner};
use crate::reach::rows::referral_clock::Column;
use crate::store::error::StoreError;

/// What referrals are told apart by, beside how they stand.
const BY: [Column; 5] = [
    Column::EducationRegion,
    Column::CatchmentId,
    Column::ProviderId,
    Column::EthnicGroup,
    Column::YearLevel,
];
const NAMES: [&str; 5] =
    ["education_region", "catchment_id", "provider_id", "ethnic_group", "year_level"];
/// Two measures are counted together at most, and none has more numbers than two.
const CLASSES: [&str; 4] = ["class_0", "class_1", "class_2", "class_3"];

/// So many members of the measures that are alike.
#[derive(Clone, Debug)]
pub(crate) struct CellCounts {
    pub education_region: Option<String>,
    pub catchment_id: Option<Uuid>,
    pub provider_id: Option<Uuid>,
    pub ethnic_group: Option<String>,
    pub year_level: Option<i32>,
    /// For each of the numbers.
    pub standings: Vec<Standing>,
    pub referrals: u32,
}

/// The members of measures, and what they were judged by.
pub(crate) struct AllCellCounts {
    /// Measure by measure, by their limits, the shorter first.
    pub numbers: Vec<Number>,
    pub groups: Vec<CellCounts>,
    pub made_by: MadeBy,
}

impl Store {
    /// The members of measures that were referred in a period, as they stand now. Referrals that
    /// no provider is responsible for are left out: they count for no measure, and everybody knows.
    pub(crate) async fn cell_counts(
        &self,
        grant: &Grant,
        (from, to): (NaiveDate, NaiveDate),
        measures: &[Measure],
        now: DateTime<Utc>,
    ) -> Result<AllCellCounts, StoreError> {
        let judgement = self.judgement(to, None, now).await?;
        let wanted = |number: &Number| measures.contains(&number.measure);
        let mut numbers: Vec<Number> = judgement.numbers.into_iter().filter(wanted).collect();
        numbers.sort_by_key(|number| (number.measure, number.within_days));
        let statement = counts(grant, (from, to), &numbers, &judgement)?;
        let rows = self.read.query_all(&statement).await?;
        let groups = rows.iter().map(|row| cell_counts(row, numbers.len()));
        let groups: Vec<Option<CellCounts>> = groups.collect::<Result<_, DbErr>>()?;
        let groups = groups.into_iter().flatten().collect();
        Ok(AllCellCounts { numbers, groups, made_by: judgement.made_by })
    }
}

fn counts(
    grant: &Grant,
    period: (NaiveDate, NaiveDate),
    numbers: &[Number],
    judgement: &Judgement,
) -> Result<SelectStatement, StoreError> {
    // What is published together is counted of the same referrals, and of the same provider's.
    let owner = numbers.first().map_or(Owner::First, |number| judgement.owner(number.measure));
    let clocks = known::clocks(grant, period, None, owner).filter(Column::ProviderId.is_not_null());
    let mut classified = clocks.select_only().columns(BY);
    for (number, name) in numbers.iter().zip(CLASSES) {
        classified = classified.expr_as(classes::class(*number, judgement)?, name);
    }
    let mut counts = Query::select();
    counts.from_subquery(classified.into_query(), "classified");
    for name in NAMES.into_iter().chain(CLASSES.into_iter().take(numbers.len())) {
        counts.column(("classified", name)).group_by_col(("classified", name));
    }
    counts.expr_as(Expr::cust("COUNT(*)"), "referrals");
    Ok(counts)
}

/// `None` of those that are no members.
fn cell_counts(row: &QueryResult, numbers: usize) -> Result<Option<CellCounts>, DbErr> {
    let mut standings = Vec::new();
    for name in CLASSES.into_iter().take(numbers) {
        let class: i32 = row.try_get("", name)?;
        standings.extend(classes::read(class).map(MeasureResult::standing));
    }
    if standings.len() < numbers {
        return Ok(None);
    }
    let referrals: i64 = row.try_get("", "referrals")?;
    let [education_region, catchment_id, provider_id, ethnic_group, year_level] = NAMES;
    Ok(Some(CellCounts {
        education_region: row.try_get("", education_region)?,
        catchment_id: row.try_get("", catchment_id)?,
        provider_id: row.try_get("", provider_id)?,
        ethnic_group: row.try_get("", ethnic_group)?,
        year_level: row.try_get("", year_level)?,
        standings,
        referrals: u32::try_from(referrals).unwrap_or(u32::MAX),
    }))
}
