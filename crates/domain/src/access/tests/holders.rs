//! Whose a case is: each span against each way in which a case can be somebody's.

use uuid::Uuid;

use crate::access::{Action, Actor, Appointment, Caller, Grant, Holders, Role};
use crate::ids::{ClientId, ProviderId, SchoolId, UserId};

struct Ids {
    person: UserId,
    provider: ProviderId,
    school: SchoolId,
}

impl Ids {
    fn new() -> Self {
        let (person, provider) = (UserId::generate(), ProviderId::generate());
        Self { person, provider, school: SchoolId::generate() }
    }

    /// Everything of the case is theirs.
    fn case(&self) -> Holders {
        Holders {
            provider: self.provider,
            case_manager: Some(self.person),
            primary_contact: Some(self.person),
            referred_by: self.school,
            enrolled_at: Some(self.school),
        }
    }

    fn grant(&self, role: Role, action: Action) -> Grant {
        let machine = matches!(role, Role::SmsClient | Role::ReportingClient);
        let person = Caller::User(self.person);
        let caller = if machine { Caller::Client(ClientId::generate()) } else { person };
        let (provider, school) = (Some(self.provider), Some(self.school));
        let actor = Actor {
            caller,
            appointments: vec![Appointment { role, provider, school }],
            trained: true,
            scope: vec![action],
            request_id: Uuid::nil(),
        };
        actor.may(action).expect("a grant")
    }
}

/// A row for each way in which a case stops being somebody's; a column for each role that reads cases:
/// workflow lead, case manager, attendance lead, primary contact.
#[test]
fn a_case_is_covered_while_it_is_somebodys() {
    let (own, other) = (Ids::new(), Ids::new());
    let case = own.case();
    let elsewhere = Some(other.school);
    let rows = [
        ("all theirs", case, [true, true, true, true]),
        (
            "another provider's",
            Holders { provider: other.provider, ..case },
            [false, false, true, true],
        ),
        ("nobody manages it", Holders { case_manager: None, ..case }, [true, false, true, true]),
        (
            "another manages it",
            Holders { case_manager: Some(other.person), ..case },
            [true, false, true, true],
        ),
        ("nobody follows it", Holders { primary_contact: None, ..case }, [true, true, true, false]),
        (
            "another follows it",
            Holders { primary_contact: Some(other.person), ..case },
            [true, true, true, false],
        ),
        (
            "enrolled elsewhere",
            Holders { enrolled_at: elsewhere, ..case },
            [true, true, false, false],
        ),
        // Who is enrolled nowhere is followed at the school that referred them.
        ("enrolled nowhere", Holders { enrolled_at: None, ..case }, [true, true, false, true]),
        (
            "enrolled nowhere, referred by another school",
            Holders { enrolled_at: None, referred_by: other.school, ..case },
            [true, true, false, false],
        ),
        (
            "enrolled there, referred by another school",
            Holders { referred_by: other.school, ..case },
            [true, true, true, true],
        ),
        ("of others altogether", other.case(), [false; 4]),
    ];
    let roles = [Role::WorkflowLead, Role::CaseManager, Role::AttendanceLead, Role::PrimaryContact];
    for (what, case, expected) in rows {
        let covered = roles.map(|role| own.grant(role, Action::ReadCases).covers(&case));
        assert_eq!(covered, expected, "{what}");
        // The nation is everybody's; the queue and a machine's schools hold no case.
        for (role, action, covers) in [
            (Role::MinistryAnalyst, Action::ReadMeasures, true),
            (Role::MinistryAdmin, Action::ReadReferrals, false),
            (Role::SmsClient, Action::SubmitReferrals, false),
        ] {
            assert_eq!(own.grant(role, action).covers(&case), covers, "{what}: {role}");
        }
    }
}

/// A provider's people see of their own casework what nobody else sees, the Ministry neither; which case
/// something is on, those know too who have the numbers of the nation.
#[test]
fn a_providers_people_work_on_its_cases_and_nobody_else_does() {
    let (own, other) = (Ids::new(), Ids::new());
    for role in [
        Role::WorkflowLead,
        Role::CaseManager,
        Role::AttendanceLead,
        Role::PrimaryContact,
        Role::MinistryAnalyst,
    ] {
        let of_nation = role == Role::MinistryAnalyst;
        let action = if of_nation { Action::ReadMeasures } else { Action::ReadCases };
        let grant = own.grant(role, action);
        let (leads, manages) = (role == Role::WorkflowLead, role == Role::CaseManager);
        for (provider, case_manager, works) in [
            (Some(own.provider), Some(own.person), leads || manages),
            (Some(own.provider), Some(other.person), leads),
            (Some(own.provider), None, leads),
            (Some(other.provider), Some(own.person), false),
            (None, Some(own.person), false),
            (None, None, false),
        ] {
            assert_eq!(grant.works_on(provider, case_manager), works, "{role} {case_manager:?}");
            let knows = grant.knows_the_case(provider, case_manager);
            assert_eq!(knows, works || of_nation, "{role} {case_manager:?}");
        }
        assert_eq!(grant.reaches_the_nation(), of_nation, "{role}");
    }
}
