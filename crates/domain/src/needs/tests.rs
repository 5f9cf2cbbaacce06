use super::NeedRefusal::{
    MinistryDecides, NotInThisState, OverCommitment, OwnRequest, ProviderDecides,
    RefundExceedsSpend,
};
use super::NeedStatus::{Approved, Cancelled, Declined, PartSpent, Requested, Settled};
use super::{Beyond, Need, NeedRefusal, NeedReviewOutcome, NeedStatus, may_decide, review_to_come};
use crate::funds::{FundEntryKind, Posting};
use crate::ids::UserId;
use crate::second_person::ApprovalPolicy::{MinistrySecond, SecondPerson, SelfWithReview};
use crate::second_person::{Approval, Approver};

/// A need of 1,000 cents that stands like this, of which 400 were spent where something was.
fn need(status: NeedStatus) -> Need {
    let (committed_cents, spent_cents) = match status {
        Requested | Declined | Cancelled => (0, 0),
        Approved => (1_000, 0),
        PartSpent => (600, 400),
        Settled => (0, 400),
    };
    Need { status, asked_cents: 1_000, committed_cents, spent_cents }
}

/// Every status × every step: where it leads, or `None` where it does not follow.
#[test]
fn every_step_from_every_status() {
    let grid = [
        // approved, declined, cancelled, spent, refunded, settled
        (Requested, [Some(Approved), Some(Declined), Some(Cancelled), None, None, None]),
        (Approved, [None, None, None, Some(PartSpent), None, Some(Settled)]),
        (Declined, [None; 6]),
        (Cancelled, [None; 6]),
        (PartSpent, [None, None, None, Some(PartSpent), Some(PartSpent), Some(Settled)]),
        (Settled, [None, None, None, None, Some(Settled), None]),
    ];
    assert_eq!(grid.map(|(status, _)| status).as_slice(), NeedStatus::ALL);
    for (from, expected) in grid {
        let before = need(from);
        let taken: [Result<Need, NeedRefusal>; 6] = [
            before.approved().map(|(need, _)| need),
            before.declined(),
            before.cancelled(),
            before.spent(100, Beyond::Refused).map(|(need, _)| need),
            before.refunded(100).map(|(need, _)| need),
            before.settled().map(|(need, _)| need),
        ];
        for (step, (taken, expected)) in taken.into_iter().zip(expected).enumerate() {
            let status = taken.map(|need| need.status);
            assert_eq!(status, expected.ok_or(NotInThisState), "{from}, step {step}");
        }
    }
}

#[test]
fn the_commitment_pays_first_and_who_may_approve_goes_beyond_it() {
    let (spent, entry) = need(PartSpent).spent(600, Beyond::Refused).unwrap();
    assert_eq!((spent.committed_cents, spent.spent_cents), (0, 1_000));
    assert_eq!((entry.amount_cents, entry.drawn_cents), (600, 600));
    assert_eq!(need(PartSpent).spent(601, Beyond::Refused), Err(OverCommitment));
    let (spent, entry) = need(PartSpent).spent(601, Beyond::Allowed).unwrap();
    assert_eq!((spent.committed_cents, spent.spent_cents), (0, 1_001));
    assert_eq!(
        (entry.kind, entry.amount_cents, entry.drawn_cents),
        (FundEntryKind::Spend, 601, 600)
    );
}

#[test]
fn no_more_comes_back_than_was_spent() {
    for from in [PartSpent, Settled] {
        assert_eq!(need(from).refunded(401), Err(RefundExceedsSpend), "{from}");
        let (back, entry) = need(from).refunded(400).unwrap();
        assert_eq!((back.spent_cents, back.committed_cents), (0, need(from).committed_cents));
        assert_eq!(entry, Posting::of(FundEntryKind::Refund, -400));
    }
}

#[test]
fn the_rest_of_a_commitment_is_released_once() {
    let (settled, entry) = need(PartSpent).settled().unwrap();
    assert_eq!((settled.committed_cents, settled.spent_cents), (0, 400));
    assert_eq!(entry, Some(Posting::of(FundEntryKind::Release, -600)));
    let all = Need { committed_cents: 0, spent_cents: 1_000, ..need(PartSpent) };
    assert_eq!(all.settled().unwrap().1, None);
}

/// Every policy, for the person who asked and another, of the Ministry and not.
#[test]
fn who_decides_on_a_need() {
    let (own, other) = (UserId::generate(), UserId::generate());
    for (policy, id, of_ministry, expected) in [
        (SecondPerson, own, false, Err(OwnRequest)),
        (SecondPerson, own, true, Err(ProviderDecides)),
        (SecondPerson, other, false, Ok(Approval::Final)),
        (SecondPerson, other, true, Err(ProviderDecides)),
        (MinistrySecond, own, false, Err(MinistryDecides)),
        (MinistrySecond, own, true, Err(OwnRequest)),
        (MinistrySecond, other, false, Err(MinistryDecides)),
        (MinistrySecond, other, true, Ok(Approval::Final)),
        (SelfWithReview, own, false, Ok(Approval::ToBeReviewed)),
        (SelfWithReview, own, true, Err(ProviderDecides)),
        (SelfWithReview, other, false, Ok(Approval::Final)),
        (SelfWithReview, other, true, Err(ProviderDecides)),
    ] {
        let decided = may_decide(policy, Approver { id, of_ministry }, own);
        assert_eq!(decided, expected, "{policy}, own: {}, ministry: {of_ministry}", id == own);
    }
}

#[test]
fn what_waits_and_what_is_promised() {
    for status in NeedStatus::ALL {
        assert_eq!(status.is_waiting(), *status == Requested, "{status}");
        assert_eq!(status.is_promised(), [Approved, PartSpent].contains(status), "{status}");
    }
}

#[test]
fn a_review_is_to_come_where_one_is_due_and_nothing_was_found() {
    let due = "2026-03-30".parse().ok();
    assert_eq!(review_to_come(due, None), Ok(()));
    for found in [None, Some(NeedReviewOutcome::Confirmed), Some(NeedReviewOutcome::Questioned)] {
        assert_eq!(review_to_come(None, found), Err(NeedRefusal::NoReview));
        if found.is_some() {
            assert_eq!(review_to_come(due, found), Err(NeedRefusal::NoReview));
        }
    }
}
