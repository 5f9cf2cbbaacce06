use super::*;

fn proposal(outcome: WithholdingOutcome) -> ProposeWithholding {
    ProposeWithholding { outcome, reason: None, accepted_despite: Vec::new(), supersedes: None }
}

fn accepted(requirement: WithholdingRequirement) -> AcceptedDespite {
    AcceptedDespite { requirement, reason: "A flood closed the office.".into() }
}

fn decision(status: WithholdingStatus) -> CurrentDecision {
    CurrentDecision {
        number: 1,
        outcome: WithholdingOutcome::Released,
        status,
        proposed_by: id(1),
        needs_second: false,
    }
}

#[test]
fn what_is_released_or_withheld_follows_from_the_requirements() {
    use WithholdingOutcome::{Released, Withheld};
    use WithholdingRefusal as Refusal;
    use WithholdingRequirement::{Enrolled, PlanOnTime, TookPart};
    let all = |plan, enrolled| {
        [
            requirement(PlanOnTime, true, plan),
            requirement(TookPart, true, RequirementResult::Met),
            requirement(Enrolled, false, enrolled),
        ]
    };
    let (met, unmet, not_yet) =
        (RequirementResult::Met, RequirementResult::Unmet, RequirementResult::NotYet);
    let check = |new: &ProposeWithholding, requirements: &[Requirement]| {
        let amount_cents = Some(1_000);
        let basis =
            WithholdingBasis { is_concluded: true, amount_cents, requirements, current: None };
        new.check(basis)
    };
    let because = |new: ProposeWithholding| ProposeWithholding {
        reason: Some("The plan came in March.".into()),
        ..new
    };
    assert_eq!(check(&proposal(Released), &all(met, met)), Ok(false));
    assert_eq!(check(&proposal(Released), &all(met, unmet)), Ok(false));
    assert_eq!(check(&proposal(Released), &all(not_yet, not_yet)), Ok(false));
    assert_eq!(
        check(&because(proposal(Withheld)), &all(not_yet, not_yet)),
        Err(Refusal::NothingUnmet)
    );
    assert_eq!(check(&because(proposal(Withheld)), &all(met, unmet)), Ok(false));
    assert_eq!(check(&proposal(Withheld), &all(unmet, met)), Err(Refusal::ReasonRequired));
    assert_eq!(check(&because(proposal(Withheld)), &all(unmet, met)), Ok(true));
    assert_eq!(check(&proposal(Released), &all(unmet, met)), Err(Refusal::ReasonRequired));
    let despite = |which: &[WithholdingRequirement]| ProposeWithholding {
        accepted_despite: which.iter().copied().map(accepted).collect(),
        ..proposal(Released)
    };
    assert_eq!(check(&despite(&[PlanOnTime]), &all(unmet, met)), Ok(true));
    assert_eq!(check(&despite(&[Enrolled]), &all(unmet, unmet)), Err(Refusal::ReasonRequired));
    assert_eq!(check(&despite(&[TookPart]), &all(unmet, met)), Err(Refusal::NotUnmet(0)));
    let twice = despite(&[PlanOnTime, PlanOnTime]);
    assert_eq!(check(&twice, &all(unmet, met)), Err(Refusal::NotUnmet(1)));
}

#[test]
fn a_decision_is_superseded_by_name_and_with_a_reason() {
    let requirements =
        [requirement(WithholdingRequirement::PlanOnTime, true, RequirementResult::Met)];
    let basis = |current| WithholdingBasis {
        is_concluded: true,
        amount_cents: Some(1_000),
        requirements: &requirements,
        current,
    };
    let new = |supersedes, reason: Option<&str>| ProposeWithholding {
        supersedes,
        reason: reason.map(Into::into),
        ..proposal(WithholdingOutcome::Released)
    };
    let (decided, needed) =
        (Err(WithholdingRefusal::AlreadyDecided), Err(WithholdingRefusal::ReasonRequired));
    for status in WithholdingStatus::ALL {
        let current = Some(decision(*status));
        let is_paid = *status == WithholdingStatus::Paid;
        for (new, expected) in [
            (new(None, Some("Again.")), decided),
            (new(Some(2), Some("Again.")), decided),
            (new(Some(1), None), if is_paid { decided } else { needed }),
            (new(Some(1), Some("Again.")), if is_paid { decided } else { Ok(false) }),
        ] {
            assert_eq!(new.check(basis(current)), expected, "{status} {new:?}");
        }
    }
    assert_eq!(new(Some(1), Some("Again.")).check(basis(None)), decided);
    let open = WithholdingBasis { is_concluded: false, ..basis(None) };
    assert_eq!(new(None, None).check(open), Err(WithholdingRefusal::NotConcluded));
    let unpaid = WithholdingBasis { amount_cents: None, ..basis(None) };
    assert_eq!(new(None, None).check(unpaid), Err(WithholdingRefusal::NothingWithheld));
}

#[test]
fn a_decision_is_confirmed_and_paid() {
    use WithholdingStatus::{Confirmed, Paid, Proposed};
    let refused = Err(WithholdingRefusal::Step(StepRefusal::NotInThisState));
    for outcome in WithholdingOutcome::ALL {
        for needs_second in [false, true] {
            for by in [id(1), id(2)] {
                for status in WithholdingStatus::ALL {
                    let one =
                        CurrentDecision { outcome: *outcome, needs_second, ..decision(*status) };
                    let confirmed = match (*status, needs_second && by == id(1)) {
                        (Proposed, true) => Err(WithholdingRefusal::NeedsSecond),
                        (Proposed, false) => Ok(Confirmed),
                        _ => refused,
                    };
                    let paid = match (*status, *outcome) {
                        (Confirmed, WithholdingOutcome::Released) => Ok(Paid),
                        _ => refused,
                    };
                    assert_eq!(one.take(WithholdingStep::Confirm, by), confirmed, "{one:?}");
                    assert_eq!(one.take(WithholdingStep::Pay, by), paid, "{one:?}");
                }
            }
        }
    }
    let steps = [WithholdingStep::Confirm, WithholdingStep::Pay];
    for (steps, has_successor, expected) in [
        (&steps[..0], false, Proposed),
        (&steps[..1], false, Confirmed),
        (&steps[..], false, Paid),
        (&steps[..1], true, WithholdingStatus::Superseded),
    ] {
        assert_eq!(WithholdingStatus::of(steps, has_successor), expected);
    }
    for (status, was_confirmed, told) in [
        (Proposed, false, false),
        (Confirmed, true, true),
        (Paid, true, true),
        (WithholdingStatus::Superseded, false, false),
        (WithholdingStatus::Superseded, true, true),
    ] {
        assert_eq!(status.is_told(was_confirmed), told, "{status}");
    }
}

#[test]
fn a_decision_is_proposed_until_the_last_one_is_paid() {
    use WithholdingRefusal::{AlreadyDecided, NotConcluded, NothingWithheld};
    let takes = |is_concluded, amount_cents, current| {
        let requirements = &[];
        let basis = WithholdingBasis { is_concluded, amount_cents, requirements, current };
        basis.takes_proposals()
    };
    assert_eq!(takes(false, None, None), Err(NotConcluded));
    assert_eq!(takes(true, None, None), Err(NothingWithheld));
    assert_eq!(takes(true, Some(1), None), Ok(()));
    for status in WithholdingStatus::ALL {
        let expected =
            if *status == WithholdingStatus::Paid { Err(AlreadyDecided) } else { Ok(()) };
        assert_eq!(takes(true, Some(1), Some(decision(*status))), expected, "{status}");
    }
}
