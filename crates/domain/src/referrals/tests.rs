use std::fmt::Write;

use expect_test::expect;

use super::{Decision, Referral, ReferralRefusal, ReferralState, ReferralStatus};
use crate::ids::{CaseId, ProviderId, ReferralId};

mod request;

fn states() -> [ReferralState; 7] {
    [
        ReferralState::Submitted,
        ReferralState::Accepted { case_id: CaseId::generate() },
        ReferralState::Declined,
        ReferralState::Returned,
        ReferralState::Withdrawn,
        ReferralState::Redirected { successor_id: ReferralId::generate() },
        ReferralState::Resolved,
    ]
}

fn referral(state: ReferralState) -> Referral {
    Referral { id: ReferralId::generate(), provider_id: Some(ProviderId::generate()), state }
}

fn decide(referral: &mut Referral, decision: &Decision) -> Result<(), ReferralRefusal> {
    referral.decide(decision, CaseId::generate(), ReferralId::generate())
}

type Command = (&'static str, fn(&mut Referral) -> Result<(), ReferralRefusal>);

fn commands() -> [Command; 8] {
    [
        ("accept", |r| decide(r, &Decision::Accept)),
        ("decline", |r| decide(r, &Decision::Decline { reason: "capacity".into(), comment: None })),
        ("return", |r| decide(r, &Decision::Return { comment: "the birth date".into() })),
        ("redirect", |r| {
            let to = ProviderId::generate();
            decide(r, &Decision::Redirect { to, reason: "other_area".into(), comment: None })
        }),
        ("withdraw", Referral::withdraw),
        ("resubmit", Referral::resubmit),
        ("resolve", Referral::resolve),
        ("unresolve", Referral::unresolve),
    ]
}

/// Every state, every command, what comes of it.
fn grid() -> String {
    let mut grid = String::new();
    for (name, command) in commands() {
        for state in states() {
            let mut referral = referral(state);
            let before = referral.status();
            let outcome = match command(&mut referral) {
                Ok(()) => referral.status().to_string(),
                Err(_) => {
                    assert_eq!(referral.state, state, "a refused command changes nothing");
                    "-".to_owned()
                }
            };
            writeln!(grid, "{name:8} {before:10} {outcome}").unwrap();
        }
    }
    grid
}

#[test]
fn every_command_in_every_state() {
    expect![[r#"
        accept   submitted accepted
        accept   accepted -
        accept   declined -
        accept   returned -
        accept   withdrawn -
        accept   redirected -
        accept   resolved -
        decline  submitted declined
        decline  accepted -
        decline  declined -
        decline  returned -
        decline  withdrawn -
        decline  redirected -
        decline  resolved -
        return   submitted returned
        return   accepted -
        return   declined -
        return   returned -
        return   withdrawn -
        return   redirected -
        return   resolved -
        redirect submitted redirected
        redirect accepted -
        redirect declined -
        redirect returned -
        redirect withdrawn -
        redirect redirected -
        redirect resolved -
        withdraw submitted withdrawn
        withdraw accepted -
        withdraw declined -
        withdraw returned withdrawn
        withdraw withdrawn -
        withdraw redirected -
        withdraw resolved -
        resubmit submitted -
        resubmit accepted -
        resubmit declined -
        resubmit returned submitted
        resubmit withdrawn -
        resubmit redirected -
        resubmit resolved -
        resolve  submitted resolved
        resolve  accepted -
        resolve  declined -
        resolve  returned resolved
        resolve  withdrawn -
        resolve  redirected -
        resolve  resolved -
        unresolve submitted -
        unresolve accepted -
        unresolve declined -
        unresolve returned -
        unresolve withdrawn -
        unresolve redirected -
        unresolve resolved submitted
    "#]]
    .assert_eq(&grid());
}

#[test]
fn nobody_accepts_for_no_provider() {
    let mut queued = Referral { provider_id: None, ..referral(ReferralState::Submitted) };
    assert_eq!(decide(&mut queued, &Decision::Accept), Err(ReferralRefusal::NoProvider));
}

#[test]
fn a_referral_is_not_redirected_to_where_it_is() {
    let mut here = referral(ReferralState::Submitted);
    let to = here.provider_id.unwrap();
    let decision = Decision::Redirect { to, reason: "other_area".into(), comment: None };
    assert_eq!(decide(&mut here, &decision), Err(ReferralRefusal::AlreadyWithProvider));
}

#[test]
fn a_referral_waits_is_in_a_case_or_is_over() {
    use ReferralStatus::{
        Accepted, Declined, Redirected, Resolved, Returned, Submitted, Withdrawn,
    };
    for status in ReferralStatus::ALL {
        let (waits, over) = (status.is_waiting(), status.is_over());
        assert_eq!(waits, matches!(status, Submitted | Returned), "{status}");
        assert_eq!(
            over,
            matches!(status, Declined | Withdrawn | Redirected | Resolved),
            "{status}"
        );
        assert_eq!(!waits && !over, *status == Accepted, "{status}");
        assert_eq!(status.awaits_decision(), *status == Submitted, "{status}");
        assert_eq!(status.is_resolved(), *status == Resolved, "{status}");
    }
    assert_eq!(ReferralStatus::on_arrival(true), Accepted);
    assert_eq!(ReferralStatus::on_arrival(false), Submitted);
}

/// Only a referral that is in a case can turn out to be another student's; it waits again, wherever it is.
#[test]
fn only_what_joined_a_case_parts_from_it() {
    for state in states() {
        let mut referral = referral(state);
        let (before, provider) = (referral.status(), referral.provider_id);
        let parted = referral.part_from_case();
        if before == ReferralStatus::Accepted {
            assert_eq!((parted, referral.state), (Ok(()), ReferralState::Submitted));
        } else {
            assert_eq!(parted, Err(ReferralRefusal::NotAccepted(before)));
            assert_eq!(referral.state, state, "a refused command changes nothing");
        }
        assert_eq!(referral.provider_id, provider);
    }
}
