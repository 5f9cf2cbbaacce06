//! The referrals behind a number, each with how it stands and by what.

use ascms_domain::access::Grant;
use ascms_domain::ids::{CaseId, ProviderId, ReferralId, UserId};
use ascms_domain::measures::{ContactMeasure, Measure, MeasureResult, Number, Standing};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, ExprTrait, FromQueryResult, QueryOrder, QuerySelect, QueryTrait};

use crate::Store;
use crate::features::measures::classes;
use crate::features::measures::judgement::{Judgement, MadeBy};
use crate::features::measures::scope::{Scope, fitting};
use crate::reach::joins::NamedRows;
use crate::reach::rows::attendance_case;
use crate::reach::rows::referral_clock::{Column, Model, Selected};
use crate::rows::{organisation, school};
use crate::store::audit::{self, Subject};
use crate::store::error::StoreError;
use crate::store::page::{Page, PageRequest};

/// Where a page of members goes on.
pub type MemberKey = (NaiveDate, ReferralId);

/// Which number's members, and which of them.
#[derive(Clone, Debug)]
pub struct MemberFilter {
    pub scope: Scope,
    pub measure: Measure,
    /// None of improved attendance, which has a term.
    pub within_days: Option<u16>,
    pub standing: Option<Standing>,
    /// Only those whose baseline is contradicted, or only the others.
    pub contradicted: Option<bool>,
}

/// A referral and what its readers need beside it. No names: a number's members are ids, places,
/// clocks and outcomes.
#[derive(Clone, Debug, FromQueryResult)]
struct SelectedMember {
    #[sea_orm(nested)]
    clock: Model,
    school_number: i32,
    provider_code: Option<String>,
    case_id: Option<CaseId>,
    case_number: Option<String>,
    opened_at: Option<DateTime<Utc>>,
    case_provider_id: Option<ProviderId>,
    case_manager_id: Option<UserId>,
}

/// How one referral counts for the number.
#[derive(Clone, Debug)]
pub struct MemberRow {
    pub clock: Model,
    pub school_number: i32,
    pub provider_code: Option<String>,
    /// None also where the reader may not know which case it is.
    pub case_id: Option<CaseId>,
    pub case_number: Option<String>,
    /// The last day that is in time; of improved attendance the outcome term's last.
    pub due_on: Option<NaiveDate>,
    /// Business days to contact or enrolment; none while there was none.
    pub days: Option<u16>,
    /// The outcome term is over, and its attendance was judged.
    pub is_judged: bool,
    pub classification: MeasureResult,
}

#[derive(Clone, Debug)]
pub struct Members {
    pub page: Page<MemberRow, MemberKey>,
    pub number: Number,
    pub made_by: MadeBy,
}

impl Store {
    /// The members of a number in the order of their referral dates; `None` when the rule in force
    /// has no such number.
    pub async fn measure_members(
        &self,
        grant: &Grant,
        filter: &MemberFilter,
        page: PageRequest<MemberKey>,
        now: DateTime<Utc>,
    ) -> Result<Option<Members>, StoreError> {
        let scope = &self.followed(&filter.scope).await?;
        let judgement = self.judgement(scope.to, scope.as_of, now).await?;
        let number = judgement.number(filter.measure, filter.within_days);
        let Some(number) = number else { return Ok(None) };
        let class = classes::class(number, &judgement)?;
        let other = Column::ContradictingPossible;
        let contradicted =
            filter.contradicted.map(|is| if is { other.is_not_null() } else { other.is_null() });
        let query = fitting(grant, scope, judgement.owner(number.measure))
            .filter(classes::of_standing(class, filter.standing))
            .filter(Condition::all().add_option(contradicted));
        let total = page.total(&query, &self.read).await?;
        let query = ordered(query, page.after).limit(page.fetch());
        let rows = select_with_names(query).all(&self.read).await?;
        let found = page.cut(rows, |row| (row.clock.referral_date, row.clock.referral_id));
        let ids = found.items.iter().map(|row| row.clock.referral_id.0).collect();
        self.read_log.record(audit::allowed(grant, Subject::many("referral", ids), now)).await?;
        let items = found.items.into_iter().map(|row| member(grant, row, number, &judgement));
        let page = Page { items: items.collect::<Result<_, _>>()?, next: found.next, total };
        Ok(Some(Members { page, number, made_by: judgement.made_by }))
    }
}

/// In the order of the referral dates, from a key on.
pub(super) fn ordered(query: Selected, after: Option<MemberKey>) -> Selected {
    let rest = after.map(|(on, id)| {
        let same_day = Column::ReferralDate.eq(on).and(Column::ReferralId.gt(id));
        Condition::any().add(Column::ReferralDate.gt(on)).add(same_day)
    });
    query
        .filter(Condition::all().add_option(rest))
        .order_by_asc(Column::ReferralDate)
        .order_by_asc(Column::ReferralId)
}

fn member(
    grant: &Grant,
    row: SelectedMember,
    number: Number,
    judgement: &Judgement,
) -> Result<MemberRow, StoreError> {
    let SelectedMember {
        clock, school_number, provider_code, case_id, case_number, opened_at, ..
    } = row;
    let knows_the_case = grant.knows_the_case(row.case_provider_id, row.case_manager_id);
    let classification = judgement.classify(&clock, number)?;
    let classification = classification.ok_or(StoreError::Corrupt(clock.referral_id.0))?;
    let due_on = match number.within_days {
        Some(within) => Some(judgement.due_on(&clock, within)?),
        None => clock.outcome_ends_on,
    };
    let days = match number.measure {
        Measure::SchoolContact => judgement.days_to(&clock, ContactMeasure::SchoolContact),
        Measure::WhanauContact => judgement.days_to(&clock, ContactMeasure::WhanauContact),
        Measure::ImprovedAttendance => None,
        Measure::Enrolled => clock.enrolled().map(|day| day.days),
    };
    let is_judged = clock.outcome_ends_on.is_some_and(|last| last < judgement.today);
    // A case that was opened since was not there then.
    let was_there = opened_at.is_some_and(|at| at <= judgement.made_by.as_of);
    let shown = was_there && knows_the_case;
    Ok(MemberRow {
        clock,
        school_number,
        provider_code,
        case_id: case_id.filter(|_| shown),
        case_number: case_number.filter(|_| shown),
        due_on,
        days,
        is_judged,
        classification,
    })
}

fn select_with_names(
    mut query: Selected,
) -> sea_orm::Selector<sea_orm::SelectModel<SelectedMember>> {
    use attendance_case::Column as Case;
    use organisation::{Column as Organisation, Entity as Organisations};
    use school::{Column as School, Entity as Schools};
    let of = |column: Column| Expr::col(column.as_column_ref());
    QueryTrait::query(&mut query)
        .inner_join(Schools, of(Column::SchoolId).equals((Schools, School::Id)))
        .left_join(Organisations, of(Column::ProviderId).equals((Organisations, Organisation::Id)))
        .left_join_named(of(Column::ReferralId), Case::ReferralId);
    query
        .column_as(School::Number, "school_number")
        .column_as(Organisation::Code, "provider_code")
        .column_as(Case::Id, "case_id")
        .column_as(Case::Number, "case_number")
        .column_as(Case::OpenedAt, "opened_at")
        .column_as(Case::ProviderId, "case_provider_id")
        .column_as(Case::CaseManagerId, "case_manager_id")
        .into_model()
}
