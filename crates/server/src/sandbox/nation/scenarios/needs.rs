//! The fund of the first provider, and what the example's case asked it for.

use ascms_domain::access::Role;
use ascms_domain::calendar::nz_date;
use ascms_domain::needs::{AskForNeed, RecordSpending};
use ascms_domain::text::Code;
use chrono::{DateTime, Datelike, TimeDelta, Utc};

use super::contracts;
use super::steps::{OnNeed, Operation, STORIES, Step, Work};
use crate::sandbox::nation::staff;
use crate::sandbox::personas;

/// A fund with its budget; shoes that were approved, bought and settled; a bus card that waits for the
/// decision.
pub(super) fn needs(now: DateTime<Utc>) -> Vec<Step> {
    let opened = contracts::added(now) + TimeDelta::hours(1);
    let year = nz_date(contracts::added(now)).year();
    let (manager, lead) = (personas::name(Role::CaseManager), personas::name(Role::WorkflowLead));
    let work = |days: i64, by: &str, work: OnNeed| Step {
        at: now - TimeDelta::days(days),
        story: STORIES,
        by: by.to_owned(),
        operation: Operation::Work(Box::new(Work::Need(work))),
    };
    let bought_on = nz_date(now - TimeDelta::days(17));
    let shoes = RecordSpending {
        amount_cents: 8_990,
        spent_on: bought_on,
        supplier: Some("Example Shoes".into()),
        receipt_id: None,
        reason: None,
    };
    let mut steps = vec![Step {
        at: opened,
        story: STORIES,
        by: personas::name(Role::MinistryAdmin),
        operation: Operation::OpenFund {
            contract: contracts::FIRST,
            year,
            confirmed_by: staff::SECOND_ADMIN,
        },
    }];
    // What is approved in the next year is not this fund's.
    if nz_date(now).year() == year {
        let asked = "School shoes, so that the student can come on the days with sport.";
        steps.extend([
            work(20, &manager, OnNeed::Ask(need("footwear", 12_000, asked))),
            work(19, &lead, OnNeed::Approve),
            work(16, &manager, OnNeed::Spend(shoes)),
            work(15, &manager, OnNeed::Settle),
        ]);
    }
    let asked = "A bus card until the end of the term.";
    steps.push(work(1, &manager, OnNeed::Ask(need("transport", 4_500, asked))));
    steps
}

fn need(category: &str, amount_cents: i64, purpose: &str) -> AskForNeed {
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
