use super::{Receiver, Transfer, TransferAnswer, TransferOutcome, TransferRefusal, TransferStatus};
use crate::access::Visibility;
use crate::ids::{ProviderId, TransferId, UserId};
use crate::organisations::{CandidateProvider, OrganisationKind, OrganisationStatus};
use crate::text::LongText;

fn transfer(status: TransferStatus) -> Transfer {
    let (from, to) = (ProviderId::generate(), ProviderId::generate());
    Transfer { id: TransferId::generate(), from, to, status, requested_by: UserId::generate() }
}

/// Every status × who acts × what they do.
#[test]
fn a_transfer_is_decided_once_by_its_receiver_or_cancelled_by_its_giver() {
    for status in TransferStatus::ALL {
        let waiting = *status == TransferStatus::Requested;
        for (outcome, expected) in [
            (TransferOutcome::Accepted, TransferStatus::Accepted),
            (TransferOutcome::Declined, TransferStatus::Declined),
        ] {
            let mut one = transfer(*status);
            let wanted = if waiting { Ok(()) } else { Err(TransferRefusal::AlreadyDecided) };
            assert_eq!(one.decide(outcome, true), wanted);
            assert_eq!(one.status, if waiting { expected } else { *status });
            let stranger = transfer(*status).decide(outcome, false);
            assert_eq!(stranger, Err(TransferRefusal::NotTheReceiver));
        }
        let wanted = if waiting { Ok(()) } else { Err(TransferRefusal::AlreadyDecided) };
        assert_eq!(transfer(*status).cancel(true), wanted);
        assert_eq!(transfer(*status).cancel(false), Err(TransferRefusal::NotTheGiver));
    }
}

#[test]
fn a_case_goes_to_another_active_provider_that_serves_its_school() {
    let (from, other) = (ProviderId::generate(), ProviderId::generate());
    let receiver = |id, kind, is_team_of_the_school| {
        let status = OrganisationStatus::Active;
        Receiver {
            id,
            organisation: Some(CandidateProvider { kind, status, is_team_of_the_school }),
        }
    };
    let catchment = receiver(other, OrganisationKind::CatchmentProvider, false);
    assert_eq!(catchment.accepts_from(from), Ok(()));
    let own_team = receiver(other, OrganisationKind::InSchoolProvider, true);
    assert_eq!(own_team.accepts_from(from), Ok(()));
    let nobody = Receiver { id: other, organisation: None };
    assert_eq!(nobody.accepts_from(from), Err(TransferRefusal::UnknownProvider));
    let vendor = receiver(from, OrganisationKind::SmsVendor, false);
    assert_eq!(vendor.accepts_from(from), Err(TransferRefusal::UnknownProvider));
    let other_team = receiver(other, OrganisationKind::InSchoolProvider, false);
    assert_eq!(other_team.accepts_from(from), Err(TransferRefusal::TeamOfAnotherSchool));
    for kind in [OrganisationKind::CatchmentProvider, OrganisationKind::InSchoolProvider] {
        let same = receiver(from, kind, false);
        assert_eq!(same.accepts_from(from), Err(TransferRefusal::AlreadyThere), "{kind}");
    }
}

#[test]
fn a_decline_needs_a_comment() {
    let comment = || Some(LongText::from("No room."));
    for (outcome, silent) in [(TransferOutcome::Accepted, true), (TransferOutcome::Declined, false)]
    {
        assert_eq!(TransferAnswer::of(outcome, None).is_ok(), silent, "{outcome}");
        let said = TransferAnswer::of(outcome, comment()).unwrap();
        assert_eq!(said.outcome(), outcome);
        assert_eq!(said.into_comment(), comment());
    }
}

#[test]
fn a_transfer_is_the_providers_own_affair_until_the_case_has_gone_over() {
    use TransferStatus::{Accepted, Cancelled, Declined, Requested};
    let (reason, answer) = (LongText::from("She moved."), LongText::from("No room."));
    for (status, waits, visibility, told) in [
        (Requested, true, Visibility::Private, Some(&reason)),
        (Accepted, false, Visibility::Shared, None),
        (Declined, false, Visibility::Private, Some(&answer)),
        (Cancelled, false, Visibility::Private, Some(&answer)),
    ] {
        assert_eq!(status.is_waiting(), waits, "{status}");
        assert_eq!(status.is_accepted(), status == Accepted, "{status}");
        assert_eq!(status.visibility(), visibility, "{status}");
        let comment = status.comment_told(reason.clone(), Some(answer.clone()));
        assert_eq!(comment.as_ref(), told, "{status}");
    }
}
