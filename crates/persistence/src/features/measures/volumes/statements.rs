//! The statements that count volumes: each goes through the clocks of a scope once, and reads them as
//! they stand or as they were known.
//!
//! What is known of an acceptance or a closure carries its instant, and makes no version of a clock: an
//! earlier answer leaves out what came after it.

use ascms_domain::cases::CaseStatus;
use ascms_domain::measures::{Breakdown, Level, ReferralExclusion};
use ascms_domain::outcomes::SustainedAttendance;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{CaseStatement, Func, Query, SelectStatement, SimpleExpr};
use sea_orm::{Condition, ExprTrait, QueryResult, QuerySelect, QueryTrait};

use crate::features::measures::judgement::Judgement;
use crate::features::measures::known::{self, Owner};
use crate::features::measures::scope::{self, Scope, id_of};
use crate::reach::joins::NamedRows;
use crate::reach::rows::attendance_case::Column as Case;
use crate::reach::rows::referral_clock::{Column, Selected};
use crate::rows::barrier;
use crate::trace;

/// What is counted, and by what it is judged.
pub(super) struct VolumeQuery<'a> {
    pub clocks: &'a Selected,
    pub scope: &'a Scope,
    pub breakdown: Option<Breakdown>,
    pub judgement: &'a Judgement,
}

/// How far a referral has come that nothing excludes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Waiting,
    Open,
    Closed,
}

const STAGES: [Stage; 3] = [Stage::Waiting, Stage::Open, Stage::Closed];

/// What a statement writes for how a term was attended: the place in this list, or [`NOT_COUNTED`].
const HOW: [SustainedAttendance; 4] = [
    SustainedAttendance::Pending,
    SustainedAttendance::TooLittleAttendance,
    SustainedAttendance::Over,
    SustainedAttendance::NotOver,
];
const NOT_COUNTED: i32 = -1;

/// The counts of each way, of the first term and of the second.
const COUNTS: [[&str; 4]; 2] = [
    ["first_pending", "first_too_little", "first_over", "first_not_over"],
    ["second_pending", "second_too_little", "second_over", "second_not_over"],
];

/// So many referrals that came equally far.
pub(super) struct Referrals {
    pub exclusion: Option<ReferralExclusion>,
    pub stage: Stage,
    /// Why they were declined, or their cases closed.
    pub reason: Option<String>,
    pub referrals: u64,
    pub in_school: u64,
    pub reopened: u64,
    /// How the first and the second term after the closure were attended.
    pub sustained: [[(SustainedAttendance, u64); 4]; 2],
}

pub(super) fn referrals(row: &QueryResult) -> Result<Referrals, DbErr> {
    let stage: i32 = row.try_get("", "stage")?;
    let stage = usize::try_from(stage).ok().and_then(|place| STAGES.get(place)).copied();
    let mut sustained = [HOW.map(|how| (how, 0)); 2];
    for (term, names) in sustained.iter_mut().zip(COUNTS) {
        for ((_, cases), name) in term.iter_mut().zip(names) {
            *cases = count(row, name)?;
        }
    }
    Ok(Referrals {
        exclusion: row.try_get("", "exclusion")?,
        stage: stage.unwrap_or(Stage::Waiting),
        reason: row.try_get("", "reason")?,
        referrals: count(row, "referrals")?,
        in_school: count(row, "in_school")?,
        reopened: count(row, "reopened")?,
        sustained,
    })
}

pub(super) fn count(row: &QueryResult, name: &str) -> Result<u64, DbErr> {
    let count: i64 = row.try_get("", name)?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// The state of a case: as its row has it, or in the quotes of a kept version.
pub(super) fn status(row: &QueryResult) -> Result<Option<CaseStatus>, DbErr> {
    let text: String = row.try_get("", "status")?;
    Ok(text.trim_matches('"').parse().ok())
}

impl VolumeQuery<'_> {
    /// The clocks with what groups them.
    fn marked(&self) -> Selected {
        let mut marked = self.clocks.clone().select_only();
        if self.scope.level != Level::National {
            marked = marked.expr_as(id_of(self.scope.level), "mark");
        }
        if self.breakdown.is_some() {
            marked = marked.expr_as(scope::part(self.breakdown), "part");
        }
        marked
    }

    /// Counts what a statement has made of each clock, by these names of its.
    fn grouped(&self, marked: Selected, by: &[&'static str]) -> SelectStatement {
        let mark = (self.scope.level != Level::National).then_some("mark");
        let part = self.breakdown.map(|_| "part");
        let mut counts = Query::select();
        counts.from_subquery(known::at(marked, self.scope.as_of, Owner::First), TABLE);
        for name in mark.into_iter().chain(part).chain(by.iter().copied()) {
            counts.column((TABLE, name)).group_by_col((TABLE, name));
        }
        counts.expr_as(Expr::cust("COUNT(*)"), "referrals");
        counts
    }

    /// Whether what happened at the instant in a column had happened.
    fn had(&self, column: Column) -> SimpleExpr {
        self.scope.as_of.map_or_else(|| column.is_not_null(), |instant| column.lte(instant))
    }

    fn is_closed(&self) -> Condition {
        Condition::all().add(self.had(Column::AcceptedAt)).add(self.had(Column::ClosedAt))
    }

    /// Of each group: how far its referrals have come, and why.
    pub(super) fn referrals(&self) -> SelectStatement {
        let stage = CaseStatement::new()
            .case(self.is_closed(), 2)
            .case(self.had(Column::AcceptedAt), 1)
            .finally(0);
        let declined = Column::Exclusion.eq(ReferralExclusion::Declined);
        let nothing = Expr::cust("NULL");
        let reason = CaseStatement::new()
            .case(declined, col(Column::DeclineReason))
            .case(self.is_closed(), col(Column::ClosureReason))
            .finally(nothing);
        let in_school = CaseStatement::new().case(Column::InSchool.eq(true), 1).finally(0);
        let reopened = Condition::all().add(Column::Reopenings.gt(0));
        let reopened = CaseStatement::new().case(reopened, 1).finally(0);
        let marked = self
            .marked()
            .column(Column::Exclusion)
            .expr_as(stage, "stage")
            .expr_as(reason, "reason")
            .expr_as(in_school, "in_school")
            .expr_as(reopened, "reopened")
            .expr_as(self.sustained(TermAfter::FIRST), "first")
            .expr_as(self.sustained(TermAfter::SECOND), "second");
        let mut counts = self.grouped(marked, &["exclusion", "stage", "reason"]);
        for name in ["in_school", "reopened"] {
            counts.expr_as(count_where(name, 1), name);
        }
        for (term, names) in ["first", "second"].into_iter().zip(COUNTS) {
            for (name, class) in names.into_iter().zip(0..) {
                counts.expr_as(count_where(term, class), name);
            }
        }
        counts
    }

    /// Of each group: in how many business days its referrals were accepted.
    pub(super) fn acceptances(&self) -> SelectStatement {
        let marked = self
            .marked()
            .expr_as(col(Column::AcceptedDays), "days")
            .filter(Column::Exclusion.is_null())
            .filter(self.had(Column::AcceptedAt));
        self.grouped(marked, &["days"])
    }

    /// Of each group: its cases that are open, by their states.
    pub(super) fn open_cases(&self) -> SelectStatement {
        let now = Expr::col(Case::Status.as_column_ref()).cast_as("text");
        let (status, still_open) = match self.scope.as_of {
            None => (now, Column::ClosedAt.is_null()),
            Some(instant) => {
                let case = Expr::col(Case::Id.as_column_ref());
                let then = trace::history::status_before_next_change(case, instant);
                let then = SimpleExpr::SubQuery(None, Box::new(then.into()));
                let then = then.cast_as("text");
                let open = Column::ClosedAt.is_null().or(Column::ClosedAt.gt(instant));
                (Func::coalesce([then, now]).into(), open)
            }
        };
        let mut marked = self
            .marked()
            .expr_as(status, "status")
            .filter(Column::Exclusion.is_null())
            .filter(self.had(Column::AcceptedAt))
            .filter(still_open);
        QueryTrait::query(&mut marked).inner_join_named(col(Column::ReferralId), Case::ReferralId);
        self.grouped(marked, &["status"])
    }

    /// Of each group: for how many of its cases each barrier is on record.
    pub(super) fn barriers(&self) -> SelectStatement {
        use barrier::{Column as Barrier, Entity as Barriers};
        let on_record = self.scope.as_of.map(|instant| Barrier::RecordedAt.lte(instant));
        let mut marked = self
            .marked()
            .column_as(Barrier::Code, "code")
            .column_as(Barrier::CaseId, "case_id")
            .filter(Column::Exclusion.is_null())
            .filter(self.had(Column::AcceptedAt))
            .filter(Condition::all().add_option(on_record));
        let of_case = Expr::col((Barriers, Barrier::CaseId)).equals(Case::Id.as_column_ref());
        QueryTrait::query(&mut marked)
            .inner_join_named(col(Column::ReferralId), Case::ReferralId)
            .inner_join(Barriers, of_case);
        let mut counts = self.grouped(marked, &["code"]);
        counts.expr_as(Func::count_distinct(Expr::col((TABLE, "case_id"))), "cases");
        counts
    }

    /// How the student attended a term after the closure: the same rule as
    /// [`ascms_domain::outcomes::OutcomeTerm::sustained`], for many rows at once. A test holds the two
    /// against each other. Who died or moved overseas by the end of the term is not counted.
    fn sustained(&self, term: TermAfter) -> SimpleExpr {
        let rule = &self.judgement.outcomes.improved_attendance;
        let percent = |share: u32| i32::try_from(share).unwrap_or(i32::MAX);
        let (present, possible) = (col(term.present), col(term.possible));
        let closed = || self.is_closed();
        let unknown = || term.ends_on.is_null();
        let departed = col(Column::DepartedOn).lte(col(term.ends_on));
        let gone = Condition::any().add(unknown()).add(departed);
        let gone = closed().add(Column::Departure.is_not_null()).add(gone);
        let running = Condition::any().add(unknown()).add(term.ends_on.gte(self.judgement.today));
        let needed = col(term.half_days).mul(percent(rule.minimum_record_percent));
        let too_little =
            Condition::any().add(possible.clone().lte(0)).add(possible.clone().mul(100).lt(needed));
        let over = present.mul(100).gt(possible.mul(percent(rule.over_percent)));
        CaseStatement::new()
            .case(gone, NOT_COUNTED)
            .case(closed().add(running), 0)
            .case(closed().add(too_little), 1)
            .case(closed().add(over), 2)
            .case(closed(), 3)
            .finally(NOT_COUNTED)
            .into()
    }
}

/// The columns of a term after the closure.
#[derive(Clone, Copy)]
struct TermAfter {
    ends_on: Column,
    half_days: Column,
    present: Column,
    possible: Column,
}

impl TermAfter {
    const FIRST: Self = Self {
        ends_on: Column::FirstAfterEndsOn,
        half_days: Column::FirstAfterHalfDays,
        present: Column::FirstAfterPresent,
        possible: Column::FirstAfterPossible,
    };
    const SECOND: Self = Self {
        ends_on: Column::SecondAfterEndsOn,
        half_days: Column::SecondAfterHalfDays,
        present: Column::SecondAfterPresent,
        possible: Column::SecondAfterPossible,
    };
}

const TABLE: &str = "counted";

fn col(column: Column) -> SimpleExpr {
    Expr::col(column.as_column_ref())
}

/// How many have this number in a column of the inner statement.
fn count_where(name: &'static str, is: i32) -> SimpleExpr {
    let fits = Expr::col((TABLE, name)).eq(is);
    let one = CaseStatement::new().case(fits, Expr::cust("1"));
    Func::count(one).into()
}
