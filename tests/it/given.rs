//! The stage that every test starts on: two providers, a school's own team, four schools, and
//! somebody of every role on either side.

use ascms_domain::access::Role;
use ascms_domain::calendar::Region;
use ascms_domain::ids::{CatchmentId, ClientId, ProviderId, SchoolId, UserId};
use ascms_domain::organisations::{AccountStatus, OrganisationKind, OrganisationStatus};
use ascms_persistence::Store;
use ascms_persistence::catchments::Changes;
use ascms_persistence::rows::in_school_provision;
use ascms_persistence::rows::{api_client, appointment, user_account};
use ascms_persistence::rows::{catchment, organisation, school, term};
use ascms_persistence::rows::{catchment_contract, catchment_school};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, ISSUER, TestApp, at};

/// Ids of the stage; the same in every test, so that templates can be copied.
#[derive(Clone, Copy, Debug)]
pub struct World {
    pub provider: ProviderId,
    pub other_provider: ProviderId,
    pub school: SchoolId,
    pub other_school: SchoolId,
    pub case_manager: UserId,
    pub other_case_manager: UserId,
    pub untrained: UserId,
    pub disabled: UserId,
    pub primary_contact: UserId,
    pub workflow_lead: UserId,
    pub attendance_lead: UserId,
    pub office_support: UserId,
    pub second_lead: UserId,
}

/// Example College, Auckland, in the catchment of P01.
pub const SCHOOL: &str = "9001";
/// Second College, Auckland, in the catchment of P01, with a team of its own (S01).
pub const SCHOOL_WITH_TEAM: &str = "9002";
/// Third School, Wellington, in the catchment of P02.
pub const OTHER_SCHOOL: &str = "9101";
/// Lone School, Southland, in no catchment.
pub const LONE_SCHOOL: &str = "9201";

fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + n)
}

impl World {
    pub fn known() -> Self {
        Self {
            provider: ProviderId(id(1)),
            other_provider: ProviderId(id(2)),
            school: SchoolId(id(9001)),
            other_school: SchoolId(id(9101)),
            case_manager: UserId(id(101)),
            other_case_manager: UserId(id(102)),
            untrained: UserId(id(103)),
            disabled: UserId(id(104)),
            primary_contact: UserId(id(105)),
            workflow_lead: UserId(id(107)),
            attendance_lead: UserId(id(110)),
            office_support: UserId(id(112)),
            second_lead: UserId(id(120)),
        }
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn start() -> NaiveDate {
    day("2024-01-01")
}

fn beginning() -> DateTime<Utc> {
    at("2024-01-01T00:00:00Z")
}

/// Puts the stage into an empty database.
pub async fn build(store: &Store) {
    organisations_and_schools(store).await;
    people(store).await;
    machines(store).await;
}

async fn organisations_and_schools(store: &Store) {
    use OrganisationKind::{CatchmentProvider, InSchoolProvider, Ministry, SmsVendor};
    for (n, kind, code, name) in [
        (1, CatchmentProvider, "P01", "Example Attendance Trust"),
        (2, CatchmentProvider, "P02", "Other Attendance Trust"),
        (3, InSchoolProvider, "S01", "Second College team"),
        (4, Ministry, "MOE", "Ministry of Education"),
        (5, SmsVendor, "V01", "Example School Systems"),
    ] {
        let organisation = organisation::Model {
            id: ProviderId(id(n)),
            kind,
            code: code.into(),
            name: name.into(),
            name_mi: None,
            status: OrganisationStatus::Active,
        };
        store.add_organisation(organisation).await.expect("organisation");
    }
    let rows = vec![
        school(9001, "Example College", "Auckland Region", "Tāmaki Herenga Waka", Region::Auckland),
        school(9002, "Second College", "Auckland Region", "Tāmaki Herenga Waka", Region::Auckland),
        school(9101, "Third School", "Wellington Region", "Wellington", Region::Wellington),
        school(9201, "Lone School", "Southland Region", "Otago, Southland", Region::Southland),
    ];
    store.import_schools(beginning(), false, |_| rows).await.expect("schools");
    store.import_arrangements(beginning(), false, |_| arrangements()).await.expect("catchments");
    store.import_terms(beginning(), false, |_, _| term_rows()).await.expect("terms");
}

fn school(number: u16, name: &str, council: &str, region: &str, holidays: Region) -> school::Model {
    school::Model {
        id: SchoolId(id(u128::from(number))),
        number: i32::from(number),
        name: name.into(),
        folded_name: ascms_domain::text::fold(name),
        kind: "Secondary".into(),
        authority: "State".into(),
        regional_council: Some(council.into()),
        education_region: Some(region.into()),
        territorial_authority: None,
        holiday_region: Some(holidays),
        latitude: None,
        longitude: None,
        roll: 500,
        roll_date: None,
        equity_index: None,
        status: "open".into(),
        opened_on: None,
        version: 1,
        updated_at: beginning(),
    }
}

fn arrangements() -> Changes {
    let mut changes = Changes::default();
    for (n, code, name, region, provider, members) in [
        (11, "C01", "Example South", "Tāmaki Herenga Waka", 1, &[9001_u128, 9002][..]),
        (12, "C02", "Example Capital", "Wellington", 2, &[9101]),
    ] {
        let catchment_id = CatchmentId(id(n));
        changes.catchments.push(catchment::Model {
            id: catchment_id,
            code: code.into(),
            name: name.into(),
            education_region: Some(region.into()),
            version: 1,
        });
        changes.contracts.push(catchment_contract::Model {
            id: id(n + 10),
            catchment_id,
            provider_id: ProviderId(id(provider)),
            starts_on: start(),
            ends_on: None,
        });
        for number in members {
            changes.memberships.push(catchment_school::Model {
                id: id(number + 100_000),
                catchment_id,
                school_id: SchoolId(id(*number)),
                starts_on: start(),
                ends_on: None,
            });
        }
    }
    changes.provisions.push(in_school_provision::Model {
        id: id(31),
        school_id: SchoolId(id(9002)),
        provider_id: ProviderId(id(3)),
        starts_on: start(),
        ends_on: None,
    });
    changes
}

fn term_rows() -> Vec<term::Model> {
    let dates = [
        (2025, 3, "2025-07-14", "2025-09-19"),
        (2025, 4, "2025-10-06", "2025-12-19"),
        (2026, 1, "2026-01-26", "2026-04-02"),
        (2026, 2, "2026-04-20", "2026-07-03"),
        (2026, 3, "2026-07-20", "2026-09-25"),
        (2026, 4, "2026-10-12", "2026-12-18"),
    ];
    let rows = dates.iter().map(|(year, term, starts_on, ends_on)| term::Model {
        id: Uuid::now_v7(),
        year: *year,
        term: *term,
        school_id: None,
        starts_on: day(starts_on),
        ends_on: day(ends_on),
        // Set by the import.
        known_from: chrono::DateTime::UNIX_EPOCH,
    });
    rows.collect()
}

/// Subjects are what tests call people by; the number behind a name is the other side's.
async fn people(store: &Store) {
    let provider = |n| (Some(ProviderId(id(n))), None);
    let school = |n| (None, Some(SchoolId(id(n))));
    let nowhere = (None, None);
    for (n, subject, role, place) in [
        (101, "case-manager", Role::CaseManager, provider(1)),
        (102, "case-manager-2", Role::CaseManager, provider(2)),
        (103, "untrained", Role::CaseManager, provider(1)),
        (104, "disabled", Role::CaseManager, provider(1)),
        (105, "primary-contact", Role::PrimaryContact, school(9001)),
        (106, "primary-contact-2", Role::PrimaryContact, school(9101)),
        (107, "workflow-lead", Role::WorkflowLead, provider(1)),
        (108, "workflow-lead-2", Role::WorkflowLead, provider(2)),
        (109, "workflow-lead-s", Role::WorkflowLead, provider(3)),
        (110, "attendance-lead", Role::AttendanceLead, school(9001)),
        (111, "attendance-lead-2", Role::AttendanceLead, school(9101)),
        (112, "office-support", Role::OfficeSupport, school(9001)),
        (113, "office-support-2", Role::OfficeSupport, school(9101)),
        (114, "ministry-admin", Role::MinistryAdmin, nowhere),
        (115, "ministry-analyst", Role::MinistryAnalyst, nowhere),
        (116, "privacy-officer", Role::PrivacyOfficer, nowhere),
        (117, "auditor", Role::Auditor, nowhere),
        (118, "office-support-t", Role::OfficeSupport, school(9002)),
        (119, "office-support-l", Role::OfficeSupport, school(9201)),
        (120, "workflow-lead-b", Role::WorkflowLead, provider(1)),
    ] {
        let status =
            if subject == "disabled" { AccountStatus::Disabled } else { AccountStatus::Active };
        let training = (subject != "untrained").then(start);
        store
            .add_user(user_account::Model {
                id: UserId(id(n)),
                issuer: ISSUER.into(),
                subject: subject.into(),
                name: subject.replace('-', " "),
                // A few have none.
                email: (n < 118).then(|| format!("{subject}@people.invalid")),
                status,
                training_completed_on: training,
            })
            .await
            .expect("user");
        let held = (Some(UserId(id(n))), None);
        appoint(store, held, role, place).await;
    }
}

async fn machines(store: &Store) {
    for (n, subject, role, schools) in [
        (201, "sms-client", Role::SmsClient, &[9001_u128, 9002, 9201][..]),
        (202, "sms-client-2", Role::SmsClient, &[9101]),
        (203, "reporting-client", Role::ReportingClient, &[]),
        (204, "enrolment-register", Role::EnrolmentRegister, &[]),
    ] {
        let client = api_client::Model {
            id: ClientId(id(n)),
            issuer: ISSUER.into(),
            subject: subject.into(),
            name: subject.into(),
            organisation_id: ProviderId(id(5)),
            status: AccountStatus::Active,
        };
        let schools: Vec<SchoolId> = schools.iter().map(|number| SchoolId(id(*number))).collect();
        store.add_client(client, &schools).await.expect("client");
        appoint(store, (None, Some(ClientId(id(n)))), role, (None, None)).await;
    }
}

type Held = (Option<UserId>, Option<ClientId>);
type Place = (Option<ProviderId>, Option<SchoolId>);

async fn appoint(store: &Store, held: Held, role: Role, place: Place) {
    let (user_id, client_id) = held;
    let (provider_id, school_id) = place;
    let row = appointment::Model {
        id: Uuid::now_v7(),
        user_id,
        client_id,
        role,
        organisation_id: None,
        school_id,
        provider_id,
        starts_on: start(),
        ends_on: None,
    };
    store.appoint(row).await.expect("appointment");
}

/// A referral as a school sends it: chronic absence, all that is needed and nothing more.
pub fn referral(student: &str) -> Value {
    json!({
        "schoolNumber": SCHOOL,
        "student": {
            "legalGivenNames": student, "legalFamilyName": "Example", "birthDate": "2013-05-06",
        },
        "supportRequest": {
            "kind": "chronic_absence",
            "reason": "Away most Mondays.",
            "schoolResponse": { "attendanceManagementPlan": true, "individualPlanTried": false },
            "whanauToldOn": "2026-03-02",
            "attendance": [{ "term": "2026-1", "possibleHalfDays": 20, "presentHalfDays": 13 }],
        },
    })
}

/// The same for a student who is enrolled nowhere.
pub fn non_enrolment(student: &str) -> Value {
    let mut body = referral(student);
    body["supportRequest"] = json!({
        "kind": "non_enrolment",
        "reason": "Left and never arrived anywhere.",
        "schoolResponse": { "attendanceManagementPlan": false, "individualPlanTried": false },
        "nonEnrolment": { "sender": "school", "lastDayAttended": "2026-02-20", "leftOn": "2026-02-23" },
    });
    body
}

/// A body with one member changed, named by its pointer.
pub fn with(mut body: Value, pointer: &str, value: Value) -> Value {
    let (parent, member) = pointer.rsplit_once('/').expect("a pointer");
    let parent = body.pointer_mut(parent).expect("the parent is there");
    parent[member] = value;
    body
}

/// A referral of somebody whom no other call has sent: a child waits once.
pub fn somebody() -> Value {
    static LAST: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let mut number = LAST.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    // Without vowels: two of one stand for a long one, and would be the same name.
    let letters = b"bcdfghjklmnpqrstvwxz";
    let mut name = String::from("A");
    for _ in 0..4 {
        name.push(char::from(letters[usize::try_from(number % 20).expect("a letter")]));
        number /= 20;
    }
    referral(&name)
}

impl TestApp {
    /// A referral that waits for the provider's answer.
    pub async fn submitted(&self, student: &str) -> Answer {
        self.as_("office-support").post("/v1/referrals", referral(student)).await.expect(201)
    }

    /// A referral that P01 accepted, and its case.
    pub async fn accepted(&self, student: &str) -> (String, String) {
        let referral = self.submitted(student).await.id();
        let decided = self.decide(&referral, json!({ "outcome": "accepted" })).await.expect(200);
        (referral, decided.json["caseId"].as_str().expect("a case").to_owned())
    }

    /// An accepted referral whose case the case manager has.
    pub async fn assigned(&self, student: &str) -> (String, String) {
        let (referral, case) = self.accepted(student).await;
        let to = json!({ "caseManagerId": self.world.case_manager });
        let path = format!("/v1/cases/{case}/assignment");
        self.as_("workflow-lead").post(&path, to).await.expect(200);
        (referral, case)
    }

    /// Somebody whom a workflow lead names to see a protected address; the id of the naming.
    pub async fn name_address_reader(&self, student: &str, person: UserId) -> String {
        let path = format!("/v1/students/{student}/protected-address-readers");
        let naming = self.as_("workflow-lead").post(&path, json!({ "userId": person })).await;
        naming.expect(201).id()
    }

    /// Ends the referrals of the student that wait, so that another one is taken.
    pub async fn open_to_another(&self, student: &str) {
        let waiting =
            self.as_("workflow-lead").get("/v1/referrals?status=submitted").await.expect(200);
        for referral in waiting.json["items"].as_array().expect("a list") {
            if referral["student"]["givenNames"] == student {
                let id = referral["id"].as_str().expect("an id");
                let declined = json!({ "outcome": "declined", "reasonCode": "outside_age_range" });
                self.decide(id, declined).await.expect(200);
            }
        }
    }

    pub async fn decide(&self, referral: &str, decision: Value) -> Answer {
        let path = format!("/v1/referrals/{referral}/decision");
        self.as_("workflow-lead").post(&path, decision).await
    }

    /// Logs that somebody was reached.
    pub async fn reached(&self, case: &str, party: &str, occurred_at: &str) -> Answer {
        let body = json!({
            "party": party, "channel": "phone", "outcome": "reached", "occurredAt": occurred_at,
        });
        self.as_("workflow-lead").post(&format!("/v1/cases/{case}/contacts"), body).await
    }

    /// A step of a case's life, by somebody.
    pub async fn step(&self, who: &str, case: &str, step: &str, body: Value) -> Answer {
        self.as_(who).post(&format!("/v1/cases/{case}/{step}"), body).await
    }

    /// Something that somebody set to do on a case, a week on from the 16th of March.
    pub async fn task(&self, who: &str, case: &str) -> String {
        let task = json!({ "title": "Ring the aunt", "dueInBusinessDays": 5 });
        self.step(who, case, "tasks", task).await.expect(201).id()
    }

    /// Something that keeps the student of a case from school.
    pub async fn barrier(&self, who: &str, case: &str) -> String {
        let barrier = json!({
            "code": "transport", "severity": "high", "comment": "No bus since March.",
        });
        self.step(who, case, "barriers", barrier).await.expect(201).id()
    }

    /// A case that the case manager paused.
    pub async fn paused(&self, student: &str) -> String {
        let case = self.assigned(student).await.1;
        self.step("case-manager", &case, "pause", pause()).await.expect(200);
        case
    }

    /// A case whose closure the case manager proposed.
    pub async fn closure_proposed(&self, student: &str) -> String {
        let case = self.assigned(student).await.1;
        self.step("case-manager", &case, "closure", closure()).await.expect(200);
        case
    }

    /// A case that was closed by two people.
    pub async fn closed(&self, student: &str) -> String {
        self.closed_after(student, async |_| {}).await
    }

    /// The same, with something done to the case before.
    pub async fn closed_after(&self, student: &str, before: impl AsyncFnOnce(&str)) -> String {
        let case = self.closure_proposed(student).await;
        before(&case).await;
        self.step("workflow-lead", &case, "closure-approval", json!({})).await.expect(200);
        case
    }
}

/// Another workflow lead of P01.
pub async fn add_lead(app: &TestApp, subject: &str) {
    let user = user_account::Model {
        id: UserId::generate(),
        issuer: ISSUER.into(),
        subject: subject.into(),
        name: subject.into(),
        email: None,
        status: AccountStatus::Active,
        training_completed_on: Some(start()),
    };
    let held = (Some(user.id), None);
    let store = app.state.store();
    store.add_user(user).await.expect("user");
    appoint(store, held, Role::WorkflowLead, (Some(ProviderId(id(1))), None)).await;
}

/// A pause as somebody asks for it.
pub fn pause() -> Value {
    json!({ "reasonCode": "whanau_request", "reviewBy": "2026-04-20" })
}

/// A closure with everything confirmed.
pub fn closure() -> Value {
    json!({
        "reasonCode": "attendance_sustained",
        "outcome": "At school every day for six weeks.",
        "checklist": {
            "barriers": [], "planReviewed": true,
            "outsideMaterial": { "checked": true, "copiedIn": true, "destroyed": true },
        },
    })
}
