use std::fmt::Write;

use expect_test::expect;
use uuid::Uuid;

use super::{Action, Actor, Appointment, Caller, Forbidden, Role, Span};
use crate::ids::{ClientId, ProviderId, SchoolId, UserId};

mod holders;

fn actor(role: Role) -> Actor {
    let machine = matches!(role, Role::SmsClient | Role::ReportingClient | Role::EnrolmentRegister);
    let caller = if machine {
        Caller::Client(ClientId::generate())
    } else {
        Caller::User(UserId::generate())
    };
    let provider = Some(ProviderId::generate());
    let school = Some(SchoolId::generate());
    Actor {
        caller,
        appointments: vec![Appointment { role, provider, school }],
        trained: true,
        scope: Action::ALL.to_vec(),
        request_id: Uuid::nil(),
    }
}

fn mark(actor: &Actor, action: Action) -> &'static str {
    let Ok(grant) = actor.may(action) else { return "-" };
    match grant.reach() {
        [Span::Nation] => "nation",
        [Span::Queue] => "queue",
        [Span::Provider(_)] => "team",
        [Span::CaseManager(..) | Span::PrimaryContact(..)] => "own",
        [Span::School(_)] => "school",
        [Span::Client(_)] => "client",
        [Span::Person(_)] => "person",
        _ => panic!("one role has one reach"),
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a row for each action")]
fn the_whole_matrix() {
    let mut table = String::new();
    for action in Action::ALL {
        write!(table, "{:24}", action.as_str()).unwrap();
        for role in Role::ALL {
            write!(table, " {:7}", mark(&actor(*role), *action)).unwrap();
        }
        table = format!("{}\n", table.trim_end());
    }
    // Columns: Ministry admin, analyst, privacy officer, auditor, workflow lead, case manager,
    // attendance lead, primary contact, office support, SMS client, reporting client.
    expect![[r#"
        reference:read           nation  nation  nation  nation  nation  nation  nation  nation  nation  nation  nation  nation
        reference:write          nation  -       -       -       -       -       -       -       -       -       -       -
        students:search          -       -       -       -       team    own     school  own     -       -       -       -
        students:read            -       -       -       -       team    own     school  own     -       -       -       -
        students:update          -       -       -       -       team    own     school  -       -       -       -       -
        students:merge           -       -       -       -       team    -       -       -       -       -       -       -
        address-readers:name     -       -       -       -       team    -       -       -       -       -       -       -
        siblings:declare         -       -       -       -       team    own     -       -       -       -       -       -
        whanau-contacts:read     -       -       -       -       team    own     school  own     -       -       -       -
        whanau-contacts:write    -       -       -       -       team    own     school  own     -       client  -       -
        referrals:submit         -       -       -       -       team    -       school  school  school  client  -       -
        referrals:read           queue   -       -       -       team    own     school  own     school  client  -       -
        referrals:decide         queue   -       -       -       team    -       -       -       -       -       -       -
        referrals:withdraw       -       -       -       -       team    -       school  own     school  client  -       -
        cases:read               -       -       -       -       team    own     school  own     -       -       -       -
        cases:assign             -       -       -       -       team    -       -       -       -       -       -       -
        contacts:log             -       -       -       -       team    own     -       -       -       -       -       -
        contacts:read            -       -       -       -       team    own     school  own     -       -       -       -
        casework:read            -       -       -       -       team    own     -       -       -       -       -       -
        casework:write           -       -       -       -       team    own     -       -       -       -       -       -
        comments:write           -       -       -       -       team    own     school  own     -       -       -       -
        closures:propose         -       -       -       -       team    own     -       -       -       -       -       -
        closures:decide          -       -       -       -       team    -       -       -       -       -       -       -
        closure-reviews:read     nation  nation  -       nation  team    -       -       -       -       -       -       -
        closure-reviews:conclude nation  -       -       -       -       -       -       -       -       -       -       -
        transfers:write          -       -       -       -       team    -       -       -       -       -       -       -
        transfers:read           nation  -       -       -       team    -       -       -       -       -       -       -
        transfers:decide         nation  -       -       -       team    -       -       -       -       -       -       -
        primary-contacts:replace -       -       -       -       team    -       school  -       -       -       -       -
        school-changes:record    -       -       -       -       team    own     -       -       -       -       -       -
        documents:upload         -       -       -       -       team    own     school  own     -       -       -       -
        documents:read           -       -       -       -       team    own     school  own     -       -       -       -
        needs:ask                -       -       -       -       team    own     -       -       -       -       -       -
        needs:read               nation  nation  -       nation  team    own     -       -       -       -       -       -
        needs:decide             nation  -       -       -       team    -       -       -       -       -       -       -
        needs:review             nation  -       -       -       -       -       -       -       -       -       -       -
        funds:read               nation  nation  -       nation  team    -       -       -       -       -       -       -
        funds:budget             nation  -       -       -       -       -       -       -       -       -       -       -
        work-list:read           -       -       -       -       team    own     -       -       -       -       -       -
        attendance:send          -       -       -       -       -       -       school  -       school  client  -       -
        attendance:read          -       -       -       -       team    own     school  own     -       -       -       -
        enrolments:send          -       -       -       -       -       -       school  -       school  client  -       nation
        enrolments:read          -       -       -       -       team    own     school  own     -       -       -       -
        enrolment-claims:read    nation  -       -       -       team    own     school  -       -       -       -       -
        enrolment-claims:answer  nation  -       -       -       team    own     school  -       -       -       -       -
        non-enrolments:report    -       -       -       -       -       -       -       -       -       -       -       nation
        attendance-concerns:read -       -       -       -       -       -       school  -       -       client  -       -
        referrals:draft          -       -       -       -       team    -       school  own     -       client  -       -
        measures:read            nation  nation  -       nation  team    own     school  -       -       -       -       -
        measures:publish         nation  -       -       -       -       -       -       -       -       -       -       -
        publications:read        nation  nation  -       nation  -       -       -       -       -       -       nation  -
        jobs:read                nation  nation  -       nation  team    own     school  -       -       -       -       -
        jobs:cancel              nation  nation  -       nation  team    own     school  -       -       -       -       -
        recalculations:read      nation  nation  -       nation  -       -       -       -       -       -       -       -
        notifications:read       person  -       -       -       team    own     school  own     person  -       -       -
        history:read             -       -       -       -       team    own     -       -       -       -       -       -
        reads:list               -       -       nation  nation  team    -       -       -       -       -       -       -
        bulletins:publish        nation  -       -       -       -       -       -       -       -       -       -       -
        templates:write          nation  -       -       -       -       -       -       -       -       -       -       -
        submissions:write        -       -       -       -       team    -       -       -       -       -       -       -
        submissions:read         nation  nation  -       nation  team    team    -       -       -       -       -       -
        submissions:decide       nation  -       -       -       -       -       -       -       -       -       -       -
        performance-reviews:read nation  nation  -       nation  team    team    -       -       -       -       -       -
        performance-reviews:conduct nation  -       -       -       -       -       -       -       -       -       -       -
        performance-reviews:comment -       -       -       -       team    -       -       -       -       -       -       -
        withholding:decide       nation  -       -       -       -       -       -       -       -       -       -       -
        contracts:read           nation  nation  -       nation  team    -       -       -       -       -       -       -
        contracts:write          nation  -       -       -       -       -       -       -       -       -       -       -
        duties:read              nation  nation  person  nation  team    -       -       -       -       -       -       -
        duties:waive             nation  -       -       -       -       -       -       -       -       -       -       -
        bulletins:read           nation  nation  person  person  person  person  person  person  person  client  client  -
    "#]].assert_eq(&table);
}

/// Those that the page speaks of in words are left out of its table: the privacy officer, the
/// reporting client and the enrolment register.
#[test]
fn the_page_on_access_shows_the_same_matrix() {
    let page = include_str!("../../../../docs/access.md");
    let shown = Role::ALL.iter().filter(|role| {
        !matches!(role, Role::PrivacyOfficer | Role::ReportingClient | Role::EnrolmentRegister)
    });
    for action in Action::ALL.iter().filter(|action| **action != Action::ReadReference) {
        let mut row = format!("| `{}` |", action.as_str());
        for role in shown.clone() {
            let mark = mark(&actor(*role), *action);
            write!(row, " {} |", if mark == "-" { "·" } else { mark }).unwrap();
        }
        assert!(page.contains(&format!("\n{row}\n")), "docs/access.md has no row {row}");
    }
}

#[test]
fn without_its_training_a_providers_role_does_not_work() {
    for role in [Role::WorkflowLead, Role::CaseManager] {
        let untrained = Actor { trained: false, ..actor(role) };
        assert_eq!(untrained.may(Action::ReadCases).unwrap_err(), Forbidden::Training);
    }
    let teacher = Actor { trained: false, ..actor(Role::AttendanceLead) };
    assert!(teacher.may(Action::ReadCases).is_ok());
}

#[test]
fn the_tokens_scope_narrows() {
    let narrow = Actor { scope: vec![Action::ReadReferrals], ..actor(Role::WorkflowLead) };
    assert!(narrow.may(Action::ReadReferrals).is_ok());
    assert_eq!(narrow.may(Action::ReadCases).unwrap_err(), Forbidden::Scope);
}

#[test]
fn a_scope_that_the_roles_have_and_the_token_does_not_is_left_out() {
    use Action::{ReadCasework, ReadContacts, ReadNeeds, ReadTransfers};
    let reads = vec![Action::ReadCases, Action::ReadDocuments];
    let left_out = |role| {
        let grant = Actor { scope: reads.clone(), ..actor(role) }.may(Action::ReadCases).unwrap();
        Action::ALL.iter().copied().filter(|read| grant.leaves_out(*read)).collect::<Vec<_>>()
    };
    let of_lead = [ReadContacts, ReadCasework, ReadTransfers, ReadNeeds];
    assert_eq!(left_out(Role::WorkflowLead), of_lead);
    assert_eq!(left_out(Role::CaseManager), [ReadContacts, ReadCasework, ReadNeeds]);
    assert_eq!(left_out(Role::AttendanceLead), [ReadContacts]);
    let wide = actor(Role::WorkflowLead).may(Action::ReadCases).unwrap();
    assert!(Action::ALL.iter().all(|read| !wide.leaves_out(*read)));
}

#[test]
fn the_tokens_scope_never_widens() {
    let office = actor(Role::OfficeSupport);
    assert_eq!(office.may(Action::ReadCases).unwrap_err(), Forbidden::Role);
}

#[test]
fn two_roles_reach_what_either_reaches() {
    let mut both = actor(Role::AttendanceLead);
    both.appointments.extend(actor(Role::WorkflowLead).appointments);
    assert_eq!(both.may(Action::ReadCases).unwrap().reach().len(), 2);
}

#[test]
fn nobody_reaches_anything_without_a_role() {
    let nobody = Actor { appointments: Vec::new(), ..actor(Role::Auditor) };
    for action in Action::ALL {
        assert_eq!(nobody.may(*action).unwrap_err(), Forbidden::Role);
    }
}

/// Which of the reaches is the wider one, of the same role at the same place.
fn is_within(narrow: &str, wide: &str) -> bool {
    const WIDER: [(&str, &[&str]); 8] = [
        ("own", &["own", "school", "team", "client", "nation"]),
        ("school", &["school", "nation"]),
        ("team", &["team", "nation"]),
        ("client", &["client", "nation"]),
        ("queue", &["queue", "nation"]),
        ("person", &["person"]),
        ("nation", &["nation"]),
        ("-", &["-", "own", "school", "team", "client", "queue", "person", "nation"]),
    ];
    WIDER.iter().any(|(word, wider)| *word == narrow && wider.contains(&wide))
}

/// Nobody acts on a record that they cannot read. Where a role's reach of an action is the wider
/// one, the store holds both against the record; a machine that only sends is told so here.
#[test]
fn acting_reaches_no_further_than_reading() {
    let mut further = Vec::new();
    for action in Action::ALL {
        let Some(read) = super::matrix::read_by(*action) else { continue };
        for role in Role::ALL {
            let actor = actor(*role);
            let (acts, reads) = (mark(&actor, *action), mark(&actor, read));
            if !is_within(acts, reads) {
                further.push(format!("{role} {action}: {acts}, {read}: {reads}"));
            }
        }
    }
    assert_eq!(
        further,
        [
            // A school's system sends contacts that it never reads.
            "sms_client whanau-contacts:write: client, whanau-contacts:read: -",
            // New referrals for the whole school; a returned one of theirs alone (`reading`).
            "primary_contact referrals:submit: school, referrals:read: own",
        ]
    );
}

#[test]
fn a_grant_reads_by_all_roles_whatever_the_scope() {
    let school = SchoolId::generate();
    let person = UserId::generate();
    let at = |role| Appointment { role, provider: None, school: Some(school) };
    let actor = Actor {
        caller: Caller::User(person),
        appointments: vec![at(Role::PrimaryContact), at(Role::OfficeSupport)],
        trained: true,
        scope: vec![Action::SubmitReferrals],
        request_id: Uuid::nil(),
    };
    let grant = actor.may(Action::SubmitReferrals).unwrap();
    assert_eq!(grant.reach(), [Span::School(school)]);
    assert_eq!(grant.reading(), [Span::PrimaryContact(person, school), Span::School(school)]);
}
