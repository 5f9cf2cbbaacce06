//! The funds, and what the example's case asked the first provider's fund for.

use std::collections::BTreeSet;

use ascms_domain::access::Role;
use ascms_domain::calendar::nz_date;
use ascms_domain::ids::{FundId, NeedId};
use ascms_domain::needs::{AskForNeed, RecordSpending};
use ascms_domain::text::Code;
use ascms_http::openapi::example_records as known;
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};

use super::contracts;
use super::steps::{NewFund, OnNeed, Operation, STORIES, Step, Work};
use crate::sandbox::nation::dates::ymd;
use crate::sandbox::nation::error::SeedError;
use crate::sandbox::nation::known_ids::known_id;
use crate::sandbox::nation::{days, staff};
use crate::sandbox::personas;

/// In a sandbox of a later year, too, money of the examples' year is promised and spent within it.
const SPENT_BY: NaiveDate = ymd(contracts::YEAR, 12, 11);

/// A sandbox that begins at the end of December is there in January.
const OVER_NEW_YEAR: TimeDelta = TimeDelta::days(14);

/// What the id of a need begins with that no example names; see [`known_id`].
const NEED: u16 = 15;

/// Shoes that were approved, and are bought and settled as far as the examples leave that open; a bus card
/// and a bag that wait for the decision.
pub(super) fn needs(now: DateTime<Utc>) -> Result<Vec<Step>, SeedError> {
    let promised = now.min(days::at(SPENT_BY, days::EVENING));
    let approved_at = promised - TimeDelta::days(19);
    let mut steps = funds(now, nz_date(approved_at))?;
    steps.extend(asked_for(now)?);
    for (id, spent, settled) in [
        (NeedId(known_id(NEED, 0)), true, true),
        (known::NEED_ID.parse()?, true, false),
        (known::NEED_TO_SPEND_ON_ID.parse()?, false, false),
        (known::NEED_TO_SETTLE_ID.parse()?, true, false),
    ] {
        let purpose = "School shoes, so that the student can come on the days with sport.";
        let shoes = OnNeed::Ask(id, need("footwear", 12_000, purpose));
        let paid = RecordSpending {
            amount_cents: 8_990,
            // Of the same year as the fund that promised it.
            spent_on: nz_date(approved_at),
            supplier: Some("Example Shoes".into()),
            receipt_id: None,
            reason: None,
        };
        let at = |days: i64| promised - TimeDelta::days(days);
        steps.push(step(at(20), Role::CaseManager, shoes));
        steps.push(step(approved_at, Role::WorkflowLead, OnNeed::Approve(id)));
        if spent {
            steps.push(step(at(16), Role::CaseManager, OnNeed::Spend(id, paid)));
        }
        if settled {
            steps.push(step(at(15), Role::CaseManager, OnNeed::Settle(id)));
        }
    }
    Ok(steps)
}

/// The case manager asked yesterday, and nobody has decided.
fn asked_for(now: DateTime<Utc>) -> Result<Vec<Step>, SeedError> {
    let bus = need("transport", 4_500, "A bus card until the end of the term.");
    let bag = need("stationery", 3_900, "A school bag; the old one does not close any longer.");
    let asked = [
        OnNeed::Ask(known::NEED_TO_DECIDE_ID.parse()?, bus),
        OnNeed::Ask(known::NEED_TO_CANCEL_ID.parse()?, bag),
    ];
    let yesterday = now - TimeDelta::days(1);
    Ok(asked.map(|work| step(yesterday, Role::CaseManager, work)).into())
}

/// Open funds of the first provider and of the team, for each year in which something is promised; and two
/// of the second provider: that of the year before, and one whose budget a second person has to confirm.
fn funds(now: DateTime<Utc>, approved_on: NaiveDate) -> Result<Vec<Step>, SeedError> {
    let (admin, second) = (personas::name(Role::MinistryAdmin), staff::SECOND_ADMIN);
    let fund = |by: &str, fund: NewFund, confirmed_by: Option<&'static str>| Step {
        at: contracts::added(now) + TimeDelta::hours(1),
        story: STORIES,
        by: by.to_owned(),
        operation: Operation::OpenFund { fund, confirmed_by },
    };
    let of = |contract: &'static str, year: i32| NewFund { id: None, contract, year };
    let days = [nz_date(now - TimeDelta::hours(2)), nz_date(now), nz_date(now + OVER_NEW_YEAR)];
    let years: BTreeSet<i32> = days.into_iter().map(|day| day.year()).collect();
    let mut first = years.clone();
    first.extend([contracts::YEAR, approved_on.year()]);
    let mut steps = Vec::new();
    for year in first {
        let id: Option<FundId> =
            if year == contracts::YEAR { Some(known::FUND_ID.parse()?) } else { None };
        let new = NewFund { id, ..of(contracts::FIRST, year) };
        steps.push(fund(&admin, new, Some(second)));
    }
    steps.extend(
        years.into_iter().map(|year| fund(&admin, of(contracts::TEAM, year), Some(second))),
    );
    let to_close = NewFund {
        id: Some(known::FUND_TO_CLOSE_ID.parse()?),
        ..of(contracts::SECOND, contracts::YEAR_BEFORE)
    };
    steps.push(fund(&admin, to_close, Some(second)));
    let to_decide = NewFund {
        id: Some(known::FUND_TO_DECIDE_ID.parse()?),
        ..of(contracts::SECOND, contracts::YEAR)
    };
    steps.push(fund(second, to_decide, None));
    Ok(steps)
}

fn step(at: DateTime<Utc>, by: Role, work: OnNeed) -> Step {
    let operation = Operation::Work(Box::new(Work::Need(work)));
    Step { at, story: STORIES, by: personas::name(by), operation }
}

pub(super) fn need(category: &str, amount_cents: i64, purpose: &str) -> AskForNeed {
    AskForNeed {
        category: Code(category.to_owned()),
        amount_cents,
        purpose: purpose.into(),
        barrier_id: None,
        needed_by: None,
        further_case_ids: Vec::new(),
        others_supported: 0,
        document_ids: Vec::new(),
    }
}
