use chrono::NaiveDate;

use super::{BarrierGoal, BarrierRefusal, BarrierStatus, recordable};
use crate::text::LongText;

/// The whole grid: where it stands × where it is to go × with words or without.
#[test]
fn a_barrier_is_addressed_resolved_and_may_come_back_with_words() {
    use BarrierRefusal::{AlreadyThere, NoComment};
    use BarrierStatus::{BeingAddressed, Identified, Resolved};
    let comment = LongText::from("The bus was cut again.");
    for (from, to, silent, said) in [
        (Identified, BarrierGoal::BeingAddressed, Ok(BeingAddressed), Ok(BeingAddressed)),
        (Identified, BarrierGoal::Resolved, Ok(Resolved), Ok(Resolved)),
        (BeingAddressed, BarrierGoal::BeingAddressed, Err(AlreadyThere), Err(AlreadyThere)),
        (BeingAddressed, BarrierGoal::Resolved, Ok(Resolved), Ok(Resolved)),
        (Resolved, BarrierGoal::BeingAddressed, Err(NoComment), Ok(BeingAddressed)),
        (Resolved, BarrierGoal::Resolved, Err(AlreadyThere), Err(AlreadyThere)),
    ] {
        assert_eq!(from.moved(to, None), silent, "{from} to {to}");
        assert_eq!(from.moved(to, Some(&comment)), said, "{from} to {to} with a comment");
    }
}

#[test]
fn a_barrier_was_identified_today_or_before() {
    let today: NaiveDate = "2026-03-16".parse().unwrap();
    assert_eq!(recordable(today, today), Ok(()));
    assert_eq!(recordable(today.pred_opt().unwrap(), today), Ok(()));
    let tomorrow = today.succ_opt().unwrap();
    assert_eq!(recordable(tomorrow, today), Err(BarrierRefusal::IdentifiedInFuture));
}

#[test]
fn a_barrier_stands_until_it_is_resolved() {
    for status in BarrierStatus::ALL {
        assert_eq!(status.is_resolved(), *status == BarrierStatus::Resolved, "{status}");
    }
}
