use chrono::{DateTime, Utc};

use super::{Corrected, Details, EntryKind, EntryRefusal, NewEntry, Visibility};
use crate::access::{Action, Actor, Appointment, Caller, Role};
use crate::ids::{ProviderId, UserId};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn note(occurred_at: &str) -> NewEntry {
    NewEntry {
        visibility: Visibility::Private,
        occurred_at: at(occurred_at),
        details: Details::Note { comment: "Rang the school.".into() },
        corrects: None,
    }
}

fn check(entry: &NewEntry, author: UserId, leads: bool) -> Result<(), EntryRefusal> {
    entry.check("2026-03-02".parse().unwrap(), author, leads, at("2026-03-16T00:00:00Z"))
}

#[test]
fn an_entry_happened_between_the_referral_and_now() {
    let anyone = UserId::generate();
    assert_eq!(check(&note("2026-03-16T00:00:00Z"), anyone, false), Ok(()));
    let future = note("2026-03-16T00:00:01Z");
    assert_eq!(check(&future, anyone, false), Err(EntryRefusal::InTheFuture));
    // Midnight in New Zealand is 11:00 UTC of the day before.
    assert_eq!(check(&note("2026-03-01T11:00:00Z"), anyone, false), Ok(()));
    let early = note("2026-03-01T10:59:59Z");
    assert_eq!(check(&early, anyone, false), Err(EntryRefusal::BeforeReferral));
}

#[test]
fn an_entry_is_corrected_once_by_its_author_or_a_lead_and_by_its_own_kind() {
    let (author, other) = (UserId::generate(), UserId::generate());
    let first = Corrected { kind: EntryKind::Note, recorded_by: author, is_corrected: false };
    let correcting =
        |corrected| NewEntry { corrects: Some(corrected), ..note("2026-03-10T00:00:00Z") };
    assert_eq!(check(&correcting(first), author, false), Ok(()));
    assert_eq!(check(&correcting(first), other, true), Ok(()));
    assert_eq!(check(&correcting(first), other, false), Err(EntryRefusal::NotTheAuthor));
    let twice = Corrected { is_corrected: true, ..first };
    assert_eq!(check(&correcting(twice), author, true), Err(EntryRefusal::AlreadyCorrected));
    let meeting = Corrected { kind: EntryKind::Meeting, ..first };
    assert_eq!(check(&correcting(meeting), author, true), Err(EntryRefusal::OtherKind));
}

#[test]
fn a_proposal_that_was_kept_without_its_checklist_is_still_read() {
    let kept = r#"{ "type": "closure_proposal", "reasonCode": "moved", "outcome": "They moved." }"#;
    let details: Details = serde_json::from_str(kept).unwrap();
    assert!(matches!(details, Details::ClosureProposal { checklist: None, .. }), "{details:?}");
}

#[test]
fn a_token_leaves_out_the_entries_of_each_scope_that_it_was_made_without() {
    let provider = Some(ProviderId::generate());
    let left_out = |scope: Vec<Action>| {
        let actor = Actor {
            caller: Caller::User(UserId::generate()),
            appointments: vec![Appointment { role: Role::WorkflowLead, provider, school: None }],
            trained: true,
            scope,
            request_id: uuid::Uuid::nil(),
        };
        EntryKind::left_out(&actor.may(Action::ReadCases).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(left_out(Action::ALL.to_vec()), []);
    // Every scope that some kind has is one that a grant knows to leave out.
    let own = EntryKind::ALL.iter().copied().filter(|kind| kind.own_scope().is_some());
    assert_eq!(left_out(vec![Action::ReadCases]), own.collect::<Vec<_>>());
}
