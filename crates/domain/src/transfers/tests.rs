use super::{Receiver, Transfer, TransferOutcome, TransferRefusal, TransferStatus};
use crate::ids::{ProviderId, TransferId, UserId};

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
    let from = ProviderId::generate();
    let fitting =
        Receiver { id: ProviderId::generate(), is_provider: true, serves_the_school: true };
    assert_eq!(fitting.accepts_from(from), Ok(()));
    let vendor = Receiver { is_provider: false, ..fitting };
    assert_eq!(vendor.accepts_from(from), Err(TransferRefusal::UnknownProvider));
    let same = Receiver { id: from, ..fitting };
    assert_eq!(same.accepts_from(from), Err(TransferRefusal::AlreadyThere));
    let team = Receiver { serves_the_school: false, ..fitting };
    assert_eq!(team.accepts_from(from), Err(TransferRefusal::TeamOfAnotherSchool));
}
