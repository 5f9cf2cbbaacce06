use super::ApprovalPolicy::{MinistrySecond, SecondPerson, SelfWithReview};
use super::ApprovalRefusal::{MinistryNeeded, OwnDecision};
use super::{Approval, ApprovalPolicy, Approver};
use crate::ids::UserId;

/// Every policy, for a person who prepared it and for another, of the Ministry and not.
#[test]
fn who_may_approve_what() {
    let (own, other) = (UserId::generate(), UserId::generate());
    let rows = [
        (SecondPerson, own, false, Err(OwnDecision)),
        (SecondPerson, own, true, Err(OwnDecision)),
        (SecondPerson, other, false, Ok(Approval::Final)),
        (SecondPerson, other, true, Ok(Approval::Final)),
        (MinistrySecond, own, false, Err(MinistryNeeded)),
        (MinistrySecond, own, true, Err(OwnDecision)),
        (MinistrySecond, other, false, Err(MinistryNeeded)),
        (MinistrySecond, other, true, Ok(Approval::Final)),
        (SelfWithReview, own, false, Ok(Approval::ToBeReviewed)),
        (SelfWithReview, own, true, Ok(Approval::ToBeReviewed)),
        (SelfWithReview, other, false, Ok(Approval::Final)),
        (SelfWithReview, other, true, Ok(Approval::Final)),
    ];
    assert_eq!(rows.len(), ApprovalPolicy::ALL.len() * 4);
    for (policy, id, of_ministry, expected) in rows {
        let said = policy.approve(Approver { id, of_ministry }, &[own, UserId::generate()]);
        assert_eq!(said, expected, "{policy}, {of_ministry}");
    }
}

#[test]
fn what_nobody_prepared_anybody_may_approve() {
    let approver = Approver { id: UserId::generate(), of_ministry: true };
    for policy in ApprovalPolicy::ALL {
        assert_eq!(policy.approve(approver, &[]), Ok(Approval::Final), "{policy}");
    }
}
