//! What a statement says by its members, and when a push was sent.

use super::{day, enrolled, reported};
use crate::enrolments::{
    EnrolmentFault, EnrolmentPush, EnrolmentStatement, PushedStatement, Said, StatementsOnRecord,
};
use crate::ids::StudentId;

/// The members of a statement that its kind allows or needs.
const MEMBERS: [&str; 6] =
    ["firstDay", "yearLevel", "lastDay", "leavingReason", "destination", "pathway"];

/// A statement with some of the members.
fn with(kind: EnrolmentStatement, members: &[&str]) -> PushedStatement {
    let has = |member: &str| members.contains(&member);
    let text = |member: &str| has(member).then(|| member.to_lowercase());
    PushedStatement {
        place: 0,
        kind,
        school_number: 9001,
        nsn: None,
        student_id: None,
        birth_date: None,
        first_day: has("firstDay").then(|| day("2026-03-02")),
        year_level: has("yearLevel").then_some(9),
        last_day: has("lastDay").then(|| day("2026-03-06")),
        leaving_reason: text("leavingReason"),
        destination: text("destination"),
        pathway: text("pathway"),
    }
}

/// What a kind needs, and what it allows besides.
fn of_kind(kind: EnrolmentStatement) -> (&'static [&'static str], &'static [&'static str]) {
    match kind {
        EnrolmentStatement::Enrolled => (&["firstDay"], &["yearLevel"]),
        EnrolmentStatement::Left => (&["lastDay", "leavingReason"], &["firstDay", "destination"]),
        EnrolmentStatement::NeverEnrolled => (&[], &[]),
        EnrolmentStatement::AlternativePathway => (&["firstDay", "pathway"], &[]),
    }
}

#[test]
fn a_statement_has_the_members_that_its_kind_needs_and_none_of_another_kind() {
    for kind in EnrolmentStatement::ALL.iter().copied() {
        let (needed, allowed) = of_kind(kind);
        for chosen in 0_u32..1 << MEMBERS.len() {
            let is_chosen = |(at, _): &(usize, &&str)| (chosen >> at) & 1 == 1;
            let members = MEMBERS.iter().enumerate().filter(is_chosen);
            let members: Vec<&str> = members.map(|(_, member)| *member).collect();
            let foreign = |member: &&str| !needed.contains(member) && !allowed.contains(member);
            let expected = if members.iter().any(foreign) {
                Err("not_of_this_kind")
            } else if !needed.iter().all(|member| members.contains(member)) {
                Err("required")
            } else {
                Ok(kind)
            };
            let said = with(kind, &members).said();
            let said = said.as_ref().map(Said::kind).map_err(|fault| fault.code());
            assert_eq!(said, expected, "{kind:?} with {members:?}");
        }
    }
}

#[test]
fn a_statement_says_its_members() {
    let said = |kind, members: &[&str]| with(kind, members).said();
    let leaving = ["firstDay", "lastDay", "leavingReason", "destination"];
    assert_eq!(
        said(EnrolmentStatement::Left, &leaving),
        Ok(Said::Left {
            first_day: Some(day("2026-03-02")),
            last_day: day("2026-03-06"),
            reason: Some("leavingreason".to_owned()),
            destination: Some("destination".to_owned()),
        })
    );
    assert_eq!(
        said(EnrolmentStatement::Enrolled, &["firstDay", "yearLevel"]),
        Ok(Said::Enrolled { first_day: Some(day("2026-03-02")), year_level: Some(9) })
    );
    let pathway = Said::OnPathway { first_day: day("2026-03-02"), pathway: "pathway".to_owned() };
    assert_eq!(said(EnrolmentStatement::AlternativePathway, &["firstDay", "pathway"]), Ok(pathway));
    // Each member that is missing is named by itself.
    for (kind, members, fault) in [
        (EnrolmentStatement::Enrolled, &[][..], EnrolmentFault::FirstDayMissing),
        (EnrolmentStatement::Left, &["leavingReason"], EnrolmentFault::LastDayMissing),
        (EnrolmentStatement::Left, &["lastDay"], EnrolmentFault::ReasonMissing),
        (EnrolmentStatement::AlternativePathway, &["pathway"], EnrolmentFault::FirstDayMissing),
        (EnrolmentStatement::AlternativePathway, &["firstDay"], EnrolmentFault::PathwayMissing),
    ] {
        assert_eq!(said(kind, members), Err(fault), "{kind:?} with {members:?}");
    }
}

#[test]
fn a_sender_whose_clock_is_ahead_has_sent_now() {
    let at = |hour| reported(hour).received_at();
    for (sent, expected) in [(None, 5), (Some(4), 4), (Some(5), 5), (Some(6), 5)] {
        let sent_at = sent.map(at);
        let push = EnrolmentPush { sent_at, count: None, sent: 0, statements: Vec::new() };
        let reported = push.reported_at(at(5));
        assert_eq!((reported.sent_at(), reported.received_at()), (at(expected), at(5)), "{sent:?}");
    }
}

#[test]
fn a_push_comes_after_all_that_was_said_also_where_the_clock_was_set_back() {
    let at = |hour| reported(hour).received_at();
    let said = vec![enrolled(5, 1, "2026-02-03"), enrolled(3, 2, "2026-02-03")];
    let mut on_record = StatementsOnRecord::default();
    assert_eq!(on_record.instant_after(at(4)), at(4));
    on_record.of_student.insert(StudentId::generate(), said);
    assert_eq!(on_record.instant_after(at(6)), at(6));
    let after = on_record.instant_after(at(4));
    assert_eq!(after, at(5) + chrono::TimeDelta::microseconds(1));
}
