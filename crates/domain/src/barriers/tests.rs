use chrono::NaiveDate;
use proptest::prelude::*;
use serde_json::json;

use super::{BarrierGoal, BarrierMove, BarrierRefusal, BarrierStatus, Severity, recordable};
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

proptest! {
    /// Whatever is asked in whatever order: a barrier stands where the last move that was not refused
    /// put it, no move leads back to the beginning, and nothing comes back without a comment.
    #[test]
    fn a_barrier_stands_where_its_last_move_put_it(
        moves in proptest::collection::vec((any::<bool>(), any::<bool>()), 0..12),
    ) {
        let comment = LongText::from("The bus was cut again.");
        let mut at = BarrierStatus::Identified;
        for (resolves, says_why) in moves {
            let to = if resolves { BarrierGoal::Resolved } else { BarrierGoal::BeingAddressed };
            let why = says_why.then_some(&comment);
            let stays = at == to.status();
            let comes_back = at.is_resolved() && !resolves;
            match at.moved(to, why) {
                Ok(next) => {
                    prop_assert_eq!(next, to.status());
                    prop_assert!(!stays && (says_why || !comes_back));
                    at = next;
                }
                Err(BarrierRefusal::AlreadyThere) => prop_assert!(stays),
                Err(BarrierRefusal::NoComment) => prop_assert!(comes_back && !says_why),
                Err(BarrierRefusal::IdentifiedInFuture) => {
                    return Err(TestCaseError::fail("no day was named"));
                }
            }
        }
    }
}

/// Moves are kept beside the barrier, and `comment` was called `words` once.
#[test]
fn a_move_that_was_kept_before_its_comment_was_renamed_is_read() {
    let kept = |comment: &str| {
        json!({
            "status": "resolved", "movedAt": "2026-03-16T00:00:00Z",
            "movedBy": "01990000-0000-7000-8000-000000000001", comment: "The bus runs again.",
        })
    };
    let read = |name: &str| serde_json::from_value::<BarrierMove>(kept(name)).unwrap();
    assert_eq!(read("words"), read("comment"));
    assert_eq!(json!(read("comment")), kept("comment"));
}

/// Lists are sorted by it.
#[test]
fn a_heavier_barrier_is_the_greater_one() {
    assert!(Severity::Low < Severity::Moderate && Severity::Moderate < Severity::High);
}
