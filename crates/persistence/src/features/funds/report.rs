//! The report of a fund: what it stands at, and on what it was spent.

use std::collections::{BTreeMap, HashMap};

use ascms_domain::access::Grant;
use ascms_domain::funds::{FundCell, FundFigure, FundSpending, SchoolFigure};
use ascms_domain::ids::{FundId, SchoolId, StudentId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{ExprTrait, FromQueryResult, QueryOrder, QuerySelect, QueryTrait};

use super::reads::{FundRow, visible, with_names};
use super::statement::whole_sum;
use crate::Store;
use crate::reach::joined;
use crate::rows::{fund_figure, fund_student, school, student_merge};
use crate::store::audit::{self, Subject};
use crate::store::error::StoreError;

/// What a fund stands at, and what was spent of it on what.
#[derive(Clone, Debug)]
pub struct FundReportRow {
    pub row: FundRow,
    pub spending: FundSpending,
    /// How many students something was spent for.
    pub students: i64,
    /// Number and name of each school.
    pub schools: HashMap<SchoolId, (i32, String)>,
}

impl Store {
    /// What a fund stands at, and on what it was spent.
    pub async fn fund_report(
        &self,
        grant: &Grant,
        id: FundId,
        now: DateTime<Utc>,
    ) -> Result<FundReportRow, StoreError> {
        let fund = visible(&self.read, grant, id).await?;
        let spending = spending(&self.read, id).await?;
        let report = FundReportRow {
            students: students(&self.read, id).await?,
            schools: schools(&self.read, &spending).await?,
            row: with_names(&self.read, fund).await?,
            spending,
        };
        self.read_log.record(audit::allowed(grant, Subject::one("fund", id.0), now)).await?;
        Ok(report)
    }
}

/// What was spent in a month on a category.
#[derive(Debug, FromQueryResult)]
struct CellRow {
    category: String,
    month: i32,
    cents: i64,
    entries: i64,
}

/// What was spent for the students of a school.
#[derive(Debug, FromQueryResult)]
struct SchoolRow {
    school_id: SchoolId,
    cents: i64,
    entries: i64,
}

/// What was spent of a fund. The database adds up: a large fund has thousands of rows for its schools, of which
/// some hundred sums are asked.
async fn spending(db: &impl ConnectionTrait, fund: FundId) -> Result<FundSpending, DbErr> {
    use fund_figure::{Column as Figure, Entity as Figures};
    let sums = || {
        Figures::find()
            .filter(Figure::FundId.eq(fund))
            .select_only()
            .column_as(whole_sum(Expr::col((Figures, Figure::Cents))), "cents")
            .column_as(whole_sum(Expr::col((Figures, Figure::Entries))), "entries")
    };
    let cells: Vec<CellRow> = sums()
        .column(Figure::Category)
        .column(Figure::Month)
        .group_by(Figure::Category)
        .group_by(Figure::Month)
        .into_model()
        .all(db)
        .await?;
    let schools: Vec<SchoolRow> = sums()
        .column(Figure::SchoolId)
        .group_by(Figure::SchoolId)
        .order_by_asc(Figure::SchoolId)
        .into_model()
        .all(db)
        .await?;
    let cells: Vec<FundCell> = cells
        .into_iter()
        .map(|CellRow { category, month, cents, entries }| FundCell {
            category,
            month,
            cents,
            entries,
        })
        .collect();
    let by_school = schools.into_iter().map(|SchoolRow { school_id, cents, entries }| {
        SchoolFigure { school_id, figure: FundFigure { cents, entries } }
    });
    Ok(FundSpending::of(&cells, by_school.collect()))
}

/// A record of somebody that was joined to another one.
#[derive(Clone, Copy, Debug, FromQueryResult)]
struct JoinedStudent {
    survivor_id: StudentId,
}

/// How many students something was spent for: records that were joined are one.
async fn students(db: &impl ConnectionTrait, fund: FundId) -> Result<i64, DbErr> {
    use fund_student::{Column as Supported, Entity as Supports};
    use student_merge::Column as Merge;
    let supported =
        || Supports::find().filter(Supported::FundId.eq(fund)).filter(Supported::Needs.gt(0));
    let records = i64::try_from(supported().count(db).await?).unwrap_or(i64::MAX);
    // Asked of each joined record, of which there are few, and not of each supported student.
    let own = Expr::col((Supports, Supported::StudentId))
        .equals((student_merge::Entity, Merge::FromStudentId));
    let own = supported().select_only().column(Supported::StudentId).filter(own).into_query();
    let joined: Vec<JoinedStudent> = joined::active()
        .select_only()
        .column(Merge::SurvivorId)
        .filter(Expr::exists(own))
        .into_model()
        .all(db)
        .await?;
    if joined.is_empty() {
        return Ok(records);
    }
    // Each joined record counts as the one it leads to, which may be supported by itself.
    let mut leads_to: BTreeMap<StudentId, i64> = BTreeMap::new();
    for one in joined {
        *leads_to.entry(one.survivor_id).or_default() += 1;
    }
    let survivors = leads_to.keys().copied();
    let by_themselves = supported().filter(Supported::StudentId.is_in(survivors)).count(db).await?;
    let by_themselves = i64::try_from(by_themselves).unwrap_or(i64::MAX);
    let distinct = i64::try_from(leads_to.len()).unwrap_or(i64::MAX);
    let twice: i64 = leads_to.values().sum();
    Ok(records.saturating_sub(twice).saturating_add(distinct).saturating_sub(by_themselves))
}

async fn schools(
    db: &impl ConnectionTrait,
    spending: &FundSpending,
) -> Result<HashMap<SchoolId, (i32, String)>, DbErr> {
    let ids: Vec<SchoolId> = spending.by_school.iter().map(|one| one.school_id).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found = school::Entity::find().filter(school::Column::Id.is_in(ids)).all(db).await?;
    Ok(found.into_iter().map(|school| (school.id, (school.number, school.name))).collect())
}
