//! Makes the databases of a release that later releases are tried on, with something in every
//! table. `scripts/keep-release` runs it; everything goes through the release's own operations.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use ascms_http::jobs::work_some;
use flate2::Compression;
use flate2::write::GzEncoder;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use crate::bulletins;
use crate::closure_reviews::closed_alone;
use crate::contracts;
use crate::funds;
use crate::given::{self, OTHER_SCHOOL, SCHOOL, with};
use crate::performance_reviews;
use crate::submissions;
use crate::support::{Answer, On, TestApp, setting};

/// When the last thing was done.
const AT_THE_END: &str = "2026-06-01T02:00:00Z";

/// What is asked of the release, by whom; what later releases have to answer, too.
const ASKED: &[(&str, &str)] = &[
    ("workflow-lead", "/v1/cases?limit=100"),
    ("workflow-lead", "/v1/referrals?limit=100"),
    ("office-support", "/v1/referrals?limit=100"),
    ("workflow-lead-2", "/v1/cases?limit=100"),
    ("workflow-lead", "/v1/match-reviews?limit=100"),
    ("workflow-lead", "/v1/transfers?limit=100"),
    ("case-manager", "/v1/notifications?limit=100"),
    ("case-manager", "/v1/work-list/counts?withinDays=10"),
    ("ministry-analyst", "/v1/measures?level=national&term=2026-1"),
    ("ministry-analyst", "/v1/measures?level=provider&term=2026-1&limit=100"),
    (
        "ministry-analyst",
        "/v1/measures?level=school&term=2026-1&asOf=2026-03-10T00:00:00Z&limit=100",
    ),
    (
        "ministry-analyst",
        "/v1/measures/members?measure=school_contact&withinDays=5&level=national&term=2026-1&limit=100",
    ),
    ("ministry-analyst", "/v1/recalculations?limit=100"),
    ("reporting-client", "/v1/publications?limit=100"),
    ("case-manager", "/v1/bulletins?limit=100"),
    ("case-manager", "/v1/submissions?limit=100"),
    ("case-manager", "/v1/templates?limit=100"),
    ("case-manager", "/v1/performance-reviews?limit=100"),
    ("case-manager", "/v1/needs?limit=100"),
    ("ministry-analyst", "/v1/funds?limit=100"),
    ("ministry-analyst", "/v1/terms?limit=100"),
    ("ministry-analyst", "/v1/calendars/contract-2026?on=2026-03-20&addBusinessDays=3"),
];

/// What is asked of each case and each student.
const OF_A_CASE: &[&str] = &["", "/timeline?limit=200", "/tasks", "/barriers", "/documents"];
const OF_A_STUDENT: &[&str] =
    &["", "/attendance?term=2026-1", "/enrolments", "/whanau-contacts", "/siblings"];

async fn publishable(app: &TestApp) {
    app.set_time("2026-03-02T00:00:00Z");
    let mut cases = Vec::new();
    for number in 0..28 {
        cases.push(app.accepted(&format!("Number {number}")).await.1);
    }
    app.set_time("2026-03-03T01:00:00Z");
    for case in &cases[..20] {
        app.reached(case, "school", "2026-03-03T00:00:00Z").await.expect(201);
    }
}

/// A case with everything on it.
async fn lived(app: &TestApp) -> String {
    let case = app.assigned("Hana").await.1;
    let step = async |who: &str, step: &str, body: Value| app.step(who, &case, step, body).await;
    let contact = json!({ "primaryContactId": app.world.primary_contact });
    step("attendance-lead", "primary-contact", contact).await.expect(200);
    app.reached(&case, "school", "2026-03-16T00:00:00Z").await.expect(201);
    app.reached(&case, "student", "2026-03-16T00:00:00Z").await.expect(201);
    app.task("case-manager", &case).await;
    app.barrier("case-manager", &case).await;
    let plan = json!({
        "goals": [{ "what": "At school on Mondays", "measure": "Mondays present", "steps": [] }],
        "agreedWith": ["The student"], "agreedOn": "2026-03-16", "nextReviewOn": "2026-04-20",
    });
    step("case-manager", "plan", plan).await.expect(201);
    let review =
        json!({ "outcome": "on_track", "comment": "Six of seven.", "nextReviewOn": "2026-05-18" });
    step("case-manager", "plan/reviews", review).await.expect(200);
    let hui = json!({
        "occurredAt": "2026-03-16T00:00:00Z", "visibility": "shared", "kind": "whanau_hui", "people": [],
        "agencies": [], "decisions": "A later bus.", "reached": ["whanau"],
    });
    step("case-manager", "meetings", hui).await.expect(201);
    app.uploaded("case-manager", &case, "shared").await;
    app.uploaded("case-manager", &case, "private").await;
    let comment = json!({ "occurredAt": "2026-03-16T00:00:00Z", "comment": "Here all week." });
    step("attendance-lead", "comments", comment).await.expect(201);
    app.as_("case-manager").get(&format!("/v1/cases/{case}")).await.expect(200);
    case
}

/// A student whose address few may see, with a person to contact, and one of them named.
async fn protected(app: &TestApp) -> String {
    let contact = json!({
        "name": "Hana", "relationship": "parent", "phone": "021 000 0001",
        "confirmedOn": "2026-03-16",
    });
    let body = with(given::referral("Aroha"), "/student/whanauContacts", json!([contact]));
    let body = with(body, "/student/addressProtected", json!(true));
    let sent = app.as_("office-support").post("/v1/referrals", body).await.expect(201);
    let decided = app.decide(&sent.id(), json!({ "outcome": "accepted" })).await.expect(200);
    let case = decided.json["caseId"].as_str().expect("a case");
    let to = json!({ "caseManagerId": app.world.case_manager });
    app.step("workflow-lead", case, "assignment", to).await.expect(200);
    let student = sent.json["student"]["id"].as_str().expect("a student").to_owned();
    app.name_address_reader(&student, app.world.case_manager).await;
    student
}

/// Two that might be one, settled so or left open.
async fn unclear(app: &TestApp, name: &str, nsn: &str) -> (String, String) {
    let office = app.as_("office-support");
    let body = with(given::referral(name), "/student/nsn", json!(nsn));
    let known = office.post("/v1/referrals", body.clone()).await.expect(201);
    let other = with(body, "/student/birthDate", json!("2013-06-05"));
    let sent = office.post("/v1/referrals", other).await.expect(201);
    let review = sent.json["matchReviewId"].as_str().expect("a review").to_owned();
    (known.json["student"]["id"].as_str().expect("a student").to_owned(), review)
}

async fn said_of(app: &TestApp, student: &str) {
    let days = json!([
        { "date": "2026-03-03", "codes": "PPPPP" }, { "date": "2026-03-04", "codes": ".TTT.MM.M" },
        { "date": "2026-02-16", "halfDays": { "present": 1, "justified": 0, "unjustified": 1 } },
    ]);
    let terms = json!([{
        "term": "2025-4", "halfDays": { "present": 60, "justified": 4, "unjustified": 20 },
    }]);
    let students =
        json!([{ "studentId": student, "days": days }, { "studentId": student, "terms": terms }]);
    let push = json!({ "schoolNumber": SCHOOL, "students": students });
    let sent = app.as_("office-support").post("/v1/attendance", push).await.expect(200);
    assert_eq!(sent.json["faults"], json!([]), "{}", sent.text);
}

async fn ahead(app: &TestApp, nsn: &str) {
    let statement = json!({
        "said": "enrolled", "schoolNumber": OTHER_SCHOOL, "nsn": nsn, "birthDate": "2013-05-06",
        "firstDay": "2026-07-20",
    });
    let pathway = json!({
        "said": "alternative_pathway", "schoolNumber": SCHOOL, "nsn": nsn, "pathway": "te_kura",
        "firstDay": "2026-03-16",
    });
    let body = json!({ "statements": [statement, pathway], "sentAt": "2026-03-16T00:30:00Z" });
    app.as_("enrolment-register").post_keyed("/v1/enrolments", "ahead", body).await.expect(200);
}

/// A push whose answer is kept, and the answer.
fn kept_push() -> Value {
    given::referral("Repeated")
}

async fn live(app: &TestApp) -> (Value, Vec<String>, Vec<String>) {
    publishable(app).await;
    app.set_time("2026-03-16T00:00:00Z");
    let case = lived(app).await;
    let closed = app.closed("Kiri").await;
    closed_alone(app, "Mere").await;
    let moved = app.assigned("Tipene").await.1;
    let offer = json!({ "toProviderId": app.world.other_provider, "reason": "They moved." });
    bulletins::published(app, bulletins::key_date("2026-05-01")).await;
    let contract = contracts::with_a_year(app).await.id();
    funds::spent_of(app, &contract).await;
    submissions::accepted_plan(app).await;
    performance_reviews::decided(app).await;
    let transfer = app.step("workflow-lead", &moved, "transfers", offer).await.expect(201).id();
    let accept = format!("/v1/transfers/{transfer}/decision");
    app.as_("workflow-lead-2").post(&accept, json!({ "outcome": "accepted" })).await.expect(200);
    let student = protected(app).await;
    let (known, review) = unclear(app, "Aria", "17").await;
    let same = json!({ "outcome": "same_as", "candidate": 1, "reason": "A typing error." });
    let settle = format!("/v1/match-reviews/{review}/settlement");
    app.as_("workflow-lead").post(&settle, same).await.expect(200);
    // What comes in under the id that was joined.
    let lead = app.as_("workflow-lead");
    let merges = lead.get(&format!("/v1/students/{known}/merges")).await.expect(200);
    let joined = merges.json["items"][0]["fromStudentId"].as_str().expect("a student");
    let aunt = json!({ "name": "Aunt", "relationship": "parent", "phone": "021 000 0005" });
    lead.post(&format!("/v1/students/{joined}/whanau-contacts"), aunt).await.expect(201);
    unclear(app, "Tama", "18").await;
    let of_a_stranger = with(given::referral("Number 27"), "/schoolNumber", json!(OTHER_SCHOOL));
    app.as_("office-support-2").post("/v1/referrals", of_a_stranger).await.expect(201);
    let read = app.as_("workflow-lead").get(&format!("/v1/cases/{case}")).await.expect(200);
    let hana = read.json["student"]["id"].as_str().expect("a student").to_owned();
    let sibling = json!({ "siblingId": student });
    let siblings = format!("/v1/students/{hana}/siblings");
    app.as_("workflow-lead").post(&siblings, sibling).await.expect(201);
    said_of(app, &hana).await;
    // Claimed by another school.
    app.submitted("Wiremu").await;
    let claim = with(given::referral("Wiremu"), "/schoolNumber", json!(given::SCHOOL_WITH_TEAM));
    app.as_("office-support-t").post("/v1/referrals", claim).await.expect(201);
    ahead(app, "17").await;
    let admin = app.as_("ministry-admin");
    let day = json!({ "date": "2026-03-20", "region": null, "nameEn": "Day of Kōwhai", "nameMi": "Te Rā Kōwhai" });
    admin.post("/v1/calendars/contract-2026/holidays", day).await.expect(201);
    let dates = json!({ "startsOn": "2026-07-20", "endsOn": "2026-09-18" });
    admin.post("/v1/terms/2026-3", dates).await.expect(200);
    app.set_time("2026-06-01T00:00:00Z");
    while app.state.store().recalculate_some(app.now(), 200).await.expect("counted") {}
    let measure = json!({ "term": "2026-1", "measure": "school_contact" });
    admin.post("/v1/publications", measure).await.expect(201);
    app.set_time(AT_THE_END);
    // One of its parts is made, the others are for the release to come.
    let export = json!({ "level": "student", "term": "2026-1" });
    let job = app.as_("ministry-analyst").post("/v1/measures/exports", export).await.expect(202);
    work_some(app.state.store(), app.now(), 1).await.expect("a part");
    let replay = app.as_("office-support").post_keyed("/v1/referrals", "kept", kept_push()).await;
    let replay = replay.expect(201);
    let kept = json!({
        "as": "office-support", "path": "/v1/referrals", "key": "kept", "body": kept_push(),
        "status": replay.status, "answer": replay.json, "job": job.id(),
    });
    (kept, vec![case, closed], vec![hana, known, student])
}

/// Asks everything; who was not answered is not on the record.
async fn recorded(app: &TestApp, cases: &[String], students: &[String]) -> Vec<Value> {
    let each = |of: &'static [&'static str], list: &str, ids: &[String]| -> Vec<(String, String)> {
        let paths = ids
            .iter()
            .flat_map(move |id| of.iter().map(move |place| (id.clone(), (*place).to_owned())));
        let list = list.to_owned();
        paths
            .map(|(id, place)| ("workflow-lead".to_owned(), format!("/v1/{list}/{id}{place}")))
            .collect()
    };
    let mut asked: Vec<(String, String)> =
        ASKED.iter().map(|(who, path)| ((*who).to_owned(), (*path).to_owned())).collect();
    asked.extend(each(OF_A_CASE, "cases", cases));
    asked.extend(each(OF_A_STUDENT, "students", students));
    let mut answers = Vec::new();
    for (who, path) in asked {
        let Answer { status, json, .. } = app.as_(&who).get(&path).await;
        assert!(status == 200, "{who} {path}: {status} {json}");
        answers.push(json!({ "as": who, "path": path, "answer": json }));
    }
    answers
}

/// How many rows each table has; none is empty.
async fn counts(app: &TestApp) -> BTreeMap<String, i64> {
    let db = app.database().await;
    let sql = match app.on {
        On::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        }
        On::Postgres => {
            "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace \
             AND relkind IN ('r', 'p') AND NOT relispartition"
        }
    };
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let rows = db.query_all_raw(statement).await.expect("tables");
    let mut counts = BTreeMap::new();
    for row in rows {
        let table: String = row.try_get_by_index(0).expect("a name");
        let count = app.count(&table, "1 = 1").await;
        counts.insert(table, count);
    }
    db.close().await.expect("close");
    let empty: Vec<&String> =
        counts.iter().filter(|(_, n)| **n == 0).map(|(table, _)| table).collect();
    assert!(empty.is_empty(), "nothing is in {empty:?}");
    counts
}

fn compressed(path: &Path, content: &[u8]) {
    let file = std::fs::File::create(path).expect("a file");
    let mut encoder = GzEncoder::new(file, Compression::best());
    encoder.write_all(content).expect("written");
    encoder.finish().expect("finished");
}

async fn keep_release(on: On) {
    let Some(folder) = setting("ASCMS_KEEP_RELEASE").map(PathBuf::from) else { return };
    let app = TestApp::start(on).await;
    app.unwatched("it is kept as it is").await;
    let (kept, cases, students) = live(&app).await;
    let answers = recorded(&app, &cases, &students).await;
    let counts = counts(&app).await;
    let known = json!({ "at": AT_THE_END, "counts": counts, "kept": kept, "answers": answers });
    let known = serde_json::to_vec(&known).expect("JSON");
    app.state.store().close().await.expect("close");
    match on {
        On::Sqlite => {
            let db = app.database().await;
            let whole = folder.join("sqlite.db");
            let vacuum = format!("VACUUM INTO '{}'", whole.display());
            db.execute_unprepared(&vacuum).await.expect("a copy");
            db.close().await.expect("close");
            compressed(&folder.join("sqlite.db.gz"), &std::fs::read(&whole).expect("the copy"));
            std::fs::remove_file(whole).expect("removed");
            compressed(&folder.join("sqlite.json.gz"), &known);
        }
        On::Postgres => {
            let dump = Command::new("pg_dump")
                .args(["--inserts", "--rows-per-insert=100", "--no-owner", "--no-privileges"])
                .args(["--dbname", app.url()])
                .output()
                .expect("pg_dump");
            assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
            let text = String::from_utf8(dump.stdout).expect("text");
            // Commands to psql, which reads the dump no more than the tests do.
            let lines = text.lines().filter(|line| !line.starts_with('\\'));
            let text: String = lines.flat_map(|line| [line, "\n"]).collect();
            compressed(&folder.join("postgres.sql.gz"), text.as_bytes());
            compressed(&folder.join("postgres.json.gz"), &known);
        }
    }
}

#[actix_web::test]
#[ignore = "scripts/keep-release runs it"]
async fn on_sqlite() {
    keep_release(On::Sqlite).await;
}

#[actix_web::test]
#[ignore = "scripts/keep-release runs it"]
async fn on_postgres() {
    keep_release(On::Postgres).await;
}
