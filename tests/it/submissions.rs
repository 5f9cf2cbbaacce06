//! Submissions: plans, reports and confirmations, from the first draft to the accepted version.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI32, Ordering};

use actix_web::http::Method;
use actix_web::test::TestRequest;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::documents::raw;
use crate::given::with;
use crate::support::{Answer, TestApp, on_both};
use crate::templates;

mod allowed;
mod figures;
mod milestone_walks;
mod walks;

pub const LEAD: &str = "workflow-lead";
const ADMIN: &str = "ministry-admin";

/// A contract of P01 for its catchment, in force; of another number and organisation where they are given.
pub async fn contract(app: &TestApp) -> String {
    contract_of(app, "K-001", json!(app.world.provider), "C01").await
}

pub async fn contract_of(
    app: &TestApp,
    number: &str,
    organisation: Value,
    catchment: &str,
) -> String {
    let body = json!({
        "number": number, "organisationId": organisation, "kind": "catchment",
        "catchments": [catchment], "startsOn": "2026-01-01", "contacts": [],
        "approvalPolicy": "second_person", "dutyProfile": "catchment",
    });
    let added = app.as_(ADMIN).post("/v1/contracts", body).await.expect(201);
    let activation = format!("/v1/contracts/{}/activation", added.id());
    app.as_(ADMIN).post_empty(&activation).await.expect(200);
    added.id()
}

/// The plan of a year that no other plan of P01's contract is for: as it is begun.
pub async fn next_beginning(app: &TestApp) -> Value {
    static LAST: AtomicI32 = AtomicI32::new(2029);
    let year = LAST.fetch_add(1, Ordering::Relaxed) + 1;
    let lead = app.as_(LEAD);
    let in_force = "/v1/contracts?kind=catchment&status=active";
    let contracts = lead.get(in_force).await.expect(200);
    let templates = lead.get("/v1/templates?kind=plan&status=published").await.expect(200);
    // One that goes on, of those that have begun.
    let items = contracts.json["items"].as_array().expect("contracts");
    let goes_on = |one: &&Value| {
        one["endsOn"].is_null() && one["startsOn"].as_str().is_some_and(|day| day <= "2026-03-01")
    };
    let contract = items.iter().find(goes_on).unwrap_or(&items[0]);
    json!({
        "contractId": contract["id"],
        "templateId": templates.json["items"][0]["id"], "contractYear": year,
    })
}

/// The same, begun and written.
pub async fn next_plan(app: &TestApp) -> Answer {
    let beginning = next_beginning(app).await;
    let year = beginning["contractYear"].to_string();
    let plan = begun(app, beginning).await;
    let whole = whole_plan().to_string().replace("2027-", &format!("{year}-"));
    let whole = serde_json::from_str(&whole).expect("json");
    edited(app, &plan, whole).await.expect(200)
}

/// The ids of a template, of P01's accepted plan on it with a milestone's progress, and of its document.
pub async fn accepted_plan(app: &TestApp) -> (String, String, String) {
    let in_force = "/v1/contracts?kind=catchment&status=active";
    if app.as_(LEAD).get(in_force).await.expect(200).json["items"] == json!([]) {
        contract(app).await;
    }
    let template = templates::published(app, templates::short("plan", "staged")).await;
    let plan = next_plan(app).await;
    let request = TestRequest::default().insert_header(("idempotency-key", "staged"));
    let to = format!("{}/documents/raw?name=proof.txt", path(&plan));
    let uploaded = app.as_(LEAD).send_as_is(raw(request, b"Proof."), Method::POST, &to).await;
    let document = uploaded.expect(201).id();
    submit(app, &plan).await.expect(200);
    accept(app, &plan).await.expect(200);
    let progress = json!({
        "milestone": "first-contact", "assessedOn": "2026-03-10", "standing": "on_track",
        "comment": "It goes well.",
    });
    app.as_(LEAD).post(&format!("{}/progress", path(&plan)), progress).await.expect(201);
    (template.id(), plan.id(), document)
}

pub fn begin(contract: &str, template: &Answer, year: i32) -> Value {
    json!({ "contractId": contract, "templateId": template.id(), "contractYear": year })
}

pub async fn begun(app: &TestApp, body: Value) -> Answer {
    app.as_(LEAD).post("/v1/submissions", body).await.expect(201)
}

pub fn path(submission: &Answer) -> String {
    format!("/v1/submissions/{}", submission.id())
}

pub async fn edited(app: &TestApp, submission: &Answer, edit: Value) -> Answer {
    let read = app.as_(LEAD).get(&path(submission)).await.expect(200);
    app.as_(LEAD).patch(&path(submission), &read, edit).await
}

pub async fn submit(app: &TestApp, submission: &Answer) -> Answer {
    app.as_(LEAD).post_empty(&format!("{}/submission", path(submission))).await
}

pub async fn accept(app: &TestApp, submission: &Answer) -> Answer {
    app.as_(ADMIN).post_empty(&format!("{}/acceptance", path(submission))).await
}

pub async fn sent_back(app: &TestApp, submission: &Answer) -> Answer {
    let body = json!({ "comment": "Say more about the whānau." });
    app.as_(ADMIN).post(&format!("{}/return", path(submission)), body).await
}

pub async fn vary(app: &TestApp, submission: &Answer) -> Answer {
    app.as_(LEAD).post_empty(&format!("{}/variation", path(submission))).await
}

pub fn milestones() -> Value {
    let due = ["2027-03-31", "2027-06-30", "2027-09-30", "2027-12-31"];
    let each = due.iter().zip(1..).map(|(due_on, quarter)| {
        json!({
            "key": if quarter == 1 { "first-contact".to_owned() } else { format!("m{quarter}") },
            "quarter": quarter, "title": "Reach schools in time",
            "target": "Nine of ten.", "owner": "Workflow lead", "dueOn": due_on,
            "measure": { "measure": "school_contact", "withinDays": 2, "atLeastPercent": 90 },
        })
    });
    each.collect()
}

pub fn whole_plan() -> Value {
    json!({ "answers": [{ "question": "words", "text": "All of it." }], "milestones": milestones() })
}

/// A plan for 2027 that is written and not yet submitted.
pub async fn written_plan(app: &TestApp) -> Answer {
    let contract = contract(app).await;
    let template = templates::published(app, templates::short("plan", "a-plan")).await;
    let plan = begun(app, begin(&contract, &template, 2027)).await;
    edited(app, &plan, whole_plan()).await.expect(200)
}

async fn version(app: &TestApp, submission: &Answer, number: i32) -> Answer {
    app.as_(ADMIN).get(&format!("{}/versions/{number}", path(submission))).await.expect(200)
}

/// The digest, made as the document of the operation says.
fn digest(version: &Value) -> String {
    let members = ["number", "templateId", "content", "figures"];
    let whole: BTreeMap<&str, &Value> =
        members.into_iter().map(|member| (member, &version[member])).collect();
    let json = serde_json::to_string(&whole).expect("json");
    Sha256::digest(json).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[on_both]
async fn a_plan_is_written_returned_accepted_and_varied(app: TestApp) {
    app.set_time("2026-11-02T00:00:00Z");
    let plan = written_plan(&app).await;
    assert_eq!(
        (&plan.json["submissionKind"], &plan.json["period"]),
        (&json!("plan"), &json!("2027"))
    );
    assert_eq!(
        (&plan.json["dueOn"], &plan.json["firstDueOn"]),
        (&json!("2026-11-15"), &json!("2026-11-15"))
    );
    let duty = "kind = 'service_delivery_plan' AND period = '2027' AND outcome = 'done'";
    assert_eq!(app.count("duty", duty).await, 0);
    let submitted = submit(&app, &plan).await.expect(200);
    assert_eq!(
        (&submitted.json["status"], &submitted.json["versions"]),
        (&json!("submitted"), &json!(1))
    );
    assert_eq!((&submitted.json["daysLate"], &submitted.json["dueOn"]), (&json!(0), &Value::Null));
    assert_eq!(app.count("duty", duty).await, 1);
    edited(&app, &plan, json!({ "answers": [] })).await.refused(409, "frozen");
    submit(&app, &plan).await.refused(409, "not_in_this_state");
    let returned = sent_back(&app, &plan).await.expect(200);
    // Ten business days on from the 2nd of November.
    assert_eq!(
        (&returned.json["status"], &returned.json["dueOn"]),
        (&json!("returned"), &json!("2026-11-16"))
    );
    assert_eq!(returned.json["comment"], "Say more about the whānau.");
    accept(&app, &plan).await.refused(409, "not_in_this_state");
    app.set_time("2026-12-01T00:00:00Z");
    let more = json!({ "answers": [{ "question": "words", "text": "More of it." }] });
    edited(&app, &plan, more).await.expect(200);
    let again = submit(&app, &plan).await.expect(200);
    // Late is counted from the first time.
    assert_eq!((&again.json["versions"], &again.json["daysLate"]), (&json!(2), &json!(0)));
    let accepted = accept(&app, &plan).await.expect(200);
    assert_eq!(accepted.json["acceptedVersion"], 2);
    sent_back(&app, &plan).await.refused(409, "not_in_this_state");
    let varied = vary(&app, &plan).await.expect(200);
    assert_eq!(
        (&varied.json["status"], &varied.json["acceptedVersion"]),
        (&json!("draft"), &json!(2))
    );
    let mut later = milestones();
    later[1]["target"] = json!("All of them.");
    edited(&app, &plan, json!({ "milestones": later })).await.expect(200);
    submit(&app, &plan).await.expect(200);
    let accepted = accept(&app, &plan).await.expect(200);
    assert_eq!(
        (&accepted.json["versions"], &accepted.json["acceptedVersion"]),
        (&json!(3), &json!(3))
    );
    let listed = app.as_("auditor").get(&format!("{}/versions", path(&plan))).await.expect(200);
    let outcomes: Vec<(&Value, &Value)> = listed.json["items"]
        .as_array()
        .expect("a page")
        .iter()
        .map(|item| (&item["number"], &item["decision"]["outcome"]))
        .collect();
    let expected = [
        (json!(3), json!("accepted")),
        (json!(2), json!("accepted")),
        (json!(1), json!("returned")),
    ];
    assert_eq!(outcomes, expected.iter().map(|(n, o)| (n, o)).collect::<Vec<_>>());
    for (number, words) in [(1, "All of it."), (2, "More of it.")] {
        let read = version(&app, &plan, number).await;
        assert_eq!(read.json["content"]["answers"][0]["text"], words);
        assert_eq!(read.json["sha256"], digest(&read.json));
    }
    app.as_(LEAD).get(&format!("{}/versions/4", path(&plan))).await.refused(404, "not_found");
}

#[on_both]
async fn what_is_first_submitted_after_its_day_is_late_by_so_many_days(app: TestApp) {
    app.set_time("2026-11-02T00:00:00Z");
    let plan = written_plan(&app).await;
    // The 15th of November 2026 is a Sunday, and the day does not move.
    app.set_time("2026-11-15T23:00:00Z");
    let submitted = submit(&app, &plan).await.expect(200);
    assert_eq!(
        (&submitted.json["firstSubmittedOn"], &submitted.json["daysLate"]),
        (&json!("2026-11-16"), &json!(1))
    );
}

#[on_both]
async fn all_that_is_missing_is_named_at_once(app: TestApp) {
    app.set_time("2026-11-02T00:00:00Z");
    let contract = contract(&app).await;
    let template = templates::published(&app, templates::of_kind("security")).await;
    let assurance = begun(&app, begin(&contract, &template, 2027)).await;
    let refused = submit(&app, &assurance).await;
    refused.refused(422, "required_answers_missing");
    let mut expected: Vec<String> =
        (0..12).map(|at| format!("/sections/0/questions/{at} required")).collect();
    expected.push("/sections/1/questions/1 required".to_owned());
    expected.sort();
    assert_eq!(refused.faults(), expected);
    assert_eq!(app.count("submission_version", "1 = 1").await, 0);
    let template = templates::published(&app, templates::of_kind("policies")).await;
    let policies = begun(&app, begin(&contract, &template, 2027)).await;
    let answers = json!([
        { "question": "owner", "text": "Privacy lead" }, { "question": "shared", "choice": "yes" },
    ]);
    let one = json!({
        "policy": "complaints", "fit": true, "reviewedOn": "2026-02-01", "version": "2",
    });
    edited(&app, &policies, json!({ "answers": answers, "policies": [one] })).await.expect(200);
    let refused = submit(&app, &policies).await;
    refused.refused(422, "required_answers_missing");
    assert_eq!(refused.faults(), ["/policies required"; 6]);
}

#[on_both]
async fn a_plan_has_its_milestones_in_its_quarters_and_its_year(app: TestApp) {
    app.set_time("2026-11-02T00:00:00Z");
    let plan = written_plan(&app).await;
    let mut outside = milestones();
    outside[0]["dueOn"] = json!("2026-12-31");
    let refused = edited(&app, &plan, json!({ "milestones": outside })).await;
    refused.refused(422, "milestone_outside_year");
    assert_eq!(refused.faults(), ["/milestones/0/dueOn outside_year"]);
    let mut some = milestones();
    some.as_array_mut().expect("a list").remove(2);
    edited(&app, &plan, json!({ "milestones": some })).await.expect(200);
    let refused = submit(&app, &plan).await;
    refused.refused(422, "quarter_without_milestone");
    assert_eq!(refused.faults(), ["/milestones required"]);
    let mut twice = milestones();
    twice[1]["key"] = json!("first-contact");
    let refused = edited(&app, &plan, json!({ "milestones": twice })).await;
    assert_eq!(refused.faults(), ["/milestones/1/key repeated"]);
    let many: Vec<Value> = (0..41).map(|_| milestones()[0].clone()).collect();
    let refused = edited(&app, &plan, json!({ "milestones": many })).await;
    assert_eq!(refused.faults(), ["/milestones too_many_items"]);
}

#[on_both]
async fn a_submission_is_begun_once_on_a_published_template_for_a_contract_in_force(app: TestApp) {
    app.set_time("2026-11-02T00:00:00Z");
    let lead = app.as_(LEAD);
    let contract = contract(&app).await;
    let plan = templates::added(&app, templates::short("plan", "a-plan")).await;
    let of_plan = begin(&contract, &plan, 2027);
    lead.post("/v1/submissions", of_plan.clone()).await.refused(422, "unknown_template_version");
    templates::step(&app, &plan, "publication").await.expect(200);
    begun(&app, of_plan.clone()).await;
    lead.post("/v1/submissions", of_plan.clone()).await.refused(409, "plan_exists_for_year");
    begun(&app, begin(&contract, &plan, 2028)).await;
    let outside = begin(&contract, &plan, 2025);
    lead.post("/v1/submissions", outside).await.refused(422, "outside_contract");
    let stranger = with(of_plan.clone(), "/contractId", json!(Uuid::now_v7()));
    lead.post("/v1/submissions", stranger).await.refused(404, "not_found");
    let other = app.as_("workflow-lead-2").post("/v1/submissions", of_plan.clone()).await;
    other.refused(404, "not_found");
    let with_term = with(of_plan.clone(), "/term", json!("2027-1"));
    let refused = lead.post("/v1/submissions", with_term).await;
    assert_eq!(refused.faults(), ["/term other_kind"]);
    let report = templates::published(&app, templates::short("termly", "a-report")).await;
    let of_report = begin(&contract, &report, 2026);
    let refused = lead.post("/v1/submissions", of_report.clone()).await;
    assert_eq!(refused.faults(), ["/term required"]);
    let elsewhere = with(of_report.clone(), "/term", json!("2027-1"));
    lead.post("/v1/submissions", elsewhere).await.refused(422, "outside_year");
    let of_term = with(of_report, "/term", json!("2026-2"));
    begun(&app, of_term.clone()).await;
    lead.post("/v1/submissions", of_term.clone()).await.refused(409, "report_exists");
    begun(&app, with(of_term.clone(), "/term", json!("2026-3"))).await;
    templates::step(&app, &report, "retirement").await.expect(200);
    let late = with(of_term, "/term", json!("2026-1"));
    lead.post("/v1/submissions", late).await.refused(422, "unknown_template_version");
    let ending = format!("/v1/contracts/{contract}/ending");
    let body = json!({ "endsOn": "2026-10-31", "comment": "It was handed over." });
    app.as_(ADMIN).post(&ending, body).await.expect(200);
    let ended = begin(&contract, &plan, 2026);
    lead.post("/v1/submissions", ended).await.refused(409, "contract_ended");
}

#[on_both]
async fn a_draft_keeps_the_template_that_it_was_begun_on(app: TestApp) {
    app.set_time("2026-11-02T00:00:00Z");
    let contract = contract(&app).await;
    let first = templates::published(&app, templates::short("plan", "a-plan")).await;
    let plan = begun(&app, begin(&contract, &first, 2027)).await;
    templates::step(&app, &first, "retirement").await.expect(200);
    let second = with(templates::short("plan", "a-plan"), "/templateVersion", json!(2));
    let second = with(second, "/sections/0/questions/0/key", json!("reasons"));
    templates::published(&app, second).await;
    edited(&app, &plan, whole_plan()).await.expect(200);
    let unknown = json!({ "answers": [{ "question": "reasons", "text": "None." }] });
    let refused = edited(&app, &plan, unknown).await;
    assert_eq!(refused.faults(), ["/answers/0/question unknown"]);
    let submitted = submit(&app, &plan).await.expect(200);
    assert_eq!(submitted.json["templateId"], first.json["id"]);
}

#[on_both]
async fn an_edit_on_an_old_version_is_refused_and_tells_what_changed(app: TestApp) {
    app.set_time("2026-11-02T00:00:00Z");
    let plan = written_plan(&app).await;
    let lead = app.as_(LEAD);
    lead.patch_if(&path(&plan), None, json!({})).await.refused(428, "precondition_required");
    let edit = json!({ "answers": [{ "question": "words", "text": "Mine." }] });
    let mine = lead.patch(&path(&plan), &plan, edit.clone()).await.expect(200);
    // The answer to the first call was lost: the same edit again changes nothing more.
    let again = lead.patch(&path(&plan), &plan, edit).await.expect(200);
    assert_eq!(again.text, mine.text);
    let careless = json!({ "answers": [{ "question": "words", "text": "Careless." }] });
    let stale = lead.patch(&path(&plan), &plan, careless).await;
    stale.refused(412, "stale");
    assert_eq!(stale.json["conflicts"][0]["pointer"], "/answers");
    let read = lead.get(&path(&plan)).await.expect(200);
    assert_eq!(read.json["content"]["answers"][0]["text"], "Mine.");
}

#[on_both]
async fn a_provider_reads_its_own_and_the_ministry_what_was_submitted(app: TestApp) {
    app.set_time("2026-11-02T00:00:00Z");
    let plan = written_plan(&app).await;
    let reads = async |who: &str| app.as_(who).get(&path(&plan)).await.status;
    for (who, status) in [
        (LEAD, 200),
        ("case-manager", 200),
        ("workflow-lead-2", 404),
        (ADMIN, 404),
        ("auditor", 404),
        ("attendance-lead", 403),
        ("privacy-officer", 403),
    ] {
        assert_eq!(reads(who).await, status, "{who}");
    }
    accept(&app, &plan).await.refused(404, "not_found");
    submit(&app, &plan).await.expect(200);
    for (who, status) in [(ADMIN, 200), ("ministry-analyst", 200), ("workflow-lead-2", 404)] {
        assert_eq!(reads(who).await, status, "{who}");
    }
    let found = app
        .as_(ADMIN)
        .get("/v1/submissions?kind=plan&status=submitted&contractYear=2027")
        .await
        .expect(200);
    assert_eq!(found.json["items"][0]["id"], plan.json["id"]);
    let none = app.as_(ADMIN).get("/v1/submissions?kind=survey").await.expect(200);
    assert_eq!(none.json["items"], json!([]));
    for (who, step) in [("case-manager", "submission"), (ADMIN, "submission"), (LEAD, "acceptance")]
    {
        let refused = app.as_(who).post_empty(&format!("{}/{step}", path(&plan))).await;
        refused.refused(403, "role_may_not");
    }
    let stranger = app.as_("workflow-lead-2");
    let submitted = stranger.post_empty(&format!("{}/submission", path(&plan))).await;
    submitted.refused(404, "not_found");
}

#[on_both]
async fn progress_is_recorded_on_the_accepted_version_and_never_changes(app: TestApp) {
    app.set_time("2026-11-02T00:00:00Z");
    let plan = written_plan(&app).await;
    let to = format!("{}/progress", path(&plan));
    let progress = json!({
        "milestone": "first-contact", "assessedOn": "2026-11-01", "standing": "at_risk",
        "comment": "Two schools wait.",
    });
    let lead = app.as_(LEAD);
    lead.post(&to, progress.clone()).await.refused(409, "not_in_this_state");
    submit(&app, &plan).await.expect(200);
    accept(&app, &plan).await.expect(200);
    let first = lead.post_keyed(&to, "p1", progress.clone()).await.expect(201);
    let again = lead.post_keyed(&to, "p1", progress.clone()).await.expect(201);
    assert_eq!((&again.text, app.count("milestone_progress", "1 = 1").await), (&first.text, 1));
    let later = with(progress.clone(), "/standing", json!("met"));
    lead.post(&to, later).await.expect(201);
    let future = with(progress.clone(), "/assessedOn", json!("2026-11-03"));
    assert_eq!(lead.post(&to, future).await.faults(), ["/assessedOn in_the_future"]);
    let unknown = with(progress, "/milestone", json!("m9"));
    assert_eq!(lead.post(&to, unknown).await.faults(), ["/milestone unknown"]);
    // While the plan is varied, the accepted version counts.
    vary(&app, &plan).await.expect(200);
    let mut renamed = milestones();
    renamed[0]["key"] = json!("m9");
    edited(&app, &plan, json!({ "milestones": renamed })).await.expect(200);
    let listed = app.as_(ADMIN).get(&to).await.expect(200);
    let standings: Vec<&Value> =
        listed.json["items"].as_array().expect("a page").iter().map(|it| &it["standing"]).collect();
    assert_eq!(standings, ["met", "at_risk"]);
}

#[on_both]
async fn progress_names_documents_of_the_plan(app: TestApp) {
    app.set_time("2026-11-02T00:00:00Z");
    let plan = written_plan(&app).await;
    submit(&app, &plan).await.expect(200);
    let to = format!("{}/documents/raw?name=photo.txt", path(&plan));
    let upload = async |file: &'static [u8]| {
        let request = raw(TestRequest::default(), file);
        app.as_(LEAD).send_as_is(request, Method::POST, &to).await
    };
    // What was submitted is frozen, and no plan is in force yet.
    upload(b"Too soon.").await.refused(409, "frozen");
    accept(&app, &plan).await.expect(200);
    let photo = upload(b"Nine of ten.").await.expect(201);
    let progress = |documents: Value| {
        json!({
            "milestone": "first-contact", "assessedOn": "2026-11-01", "standing": "met",
            "comment": "See the list.", "documentIds": documents,
        })
    };
    let to = format!("{}/progress", path(&plan));
    let unknown = app.as_(LEAD).post(&to, progress(json!([Uuid::now_v7()]))).await;
    assert_eq!((unknown.status, unknown.faults()), (422, vec!["/documentIds unknown".to_owned()]));
    assert_eq!(app.count("milestone_progress", "1 = 1").await, 0);
    let shown = json!([photo.json["id"]]);
    let recorded = app.as_(LEAD).post(&to, progress(shown.clone())).await.expect(201);
    assert_eq!(recorded.json["documentIds"], shown);
    let bare = app.as_(LEAD).post(&to, progress(json!([]))).await.expect(201);
    assert_eq!(bare.json["documentIds"], json!([]));
    let listed = app.as_(ADMIN).get(&to).await.expect(200);
    assert_eq!(listed.json["items"][1]["documentIds"], shown);
    let content = format!("{}/documents/{}/content", path(&plan), photo.id());
    assert_eq!(app.as_(ADMIN).get(&content).await.expect(200).text, "Nine of ten.");
    app.as_("workflow-lead-2").get(&content).await.refused(404, "not_found");
    // The accepted version stays as it was.
    let version = version(&app, &plan, 1).await;
    assert_eq!(version.json["sha256"], digest(&version.json));
}

#[on_both]
async fn answers_name_documents_of_the_submission_alone(app: TestApp) {
    app.set_time("2026-11-02T00:00:00Z");
    let plan = written_plan(&app).await;
    let request = TestRequest::default().insert_header(("idempotency-key", "d1"));
    let to = format!("{}/documents/raw?name=proof.txt", path(&plan));
    let uploaded =
        app.as_(LEAD).send_as_is(raw(request, b"It was so."), Method::POST, &to).await.expect(201);
    let proof = |id: Value| {
        json!({ "answers": [
            { "question": "words", "text": "See there." },
            { "question": "proof", "documentId": id },
        ] })
    };
    let refused = edited(&app, &plan, proof(json!(Uuid::now_v7()))).await;
    assert_eq!(refused.faults(), ["/answers/1/documentId unknown"]);
    edited(&app, &plan, proof(uploaded.json["id"].clone())).await.expect(200);
    submit(&app, &plan).await.expect(200);
    let content = format!("{}/documents/{}/content", path(&plan), uploaded.id());
    assert_eq!(app.as_(ADMIN).get(&content).await.expect(200).text, "It was so.");
    app.as_("workflow-lead-2").get(&content).await.refused(404, "not_found");
    let request = TestRequest::default().insert_header(("idempotency-key", "d2"));
    let late = app.as_(LEAD).send_as_is(raw(request, b"Late."), Method::POST, &to).await;
    late.refused(409, "frozen");
}

#[on_both]
async fn a_retry_gets_the_first_answer_and_a_trial_keeps_nothing(app: TestApp) {
    app.set_time("2026-11-02T00:00:00Z");
    let contract = contract(&app).await;
    let template = templates::published(&app, templates::short("plan", "a-plan")).await;
    let body = begin(&contract, &template, 2027);
    let lead = app.as_(LEAD);
    lead.post("/v1/submissions?validateOnly=true", body.clone()).await.expect(200);
    assert_eq!(app.count("submission", "1 = 1").await, 0);
    let first = lead.post_keyed("/v1/submissions", "s1", body.clone()).await.expect(201);
    let again = lead.post_keyed("/v1/submissions", "s1", body).await.expect(201);
    assert_eq!((&again.text, app.count("submission", "1 = 1").await), (&first.text, 1));
    edited(&app, &first, whole_plan()).await.expect(200);
    let step = format!("{}/submission", path(&first));
    let keyed = || TestRequest::default().insert_header(("idempotency-key", "s2"));
    let submitted = lead.send(keyed(), Method::POST, &step, None).await.expect(200);
    let repeated = lead.send(keyed(), Method::POST, &step, None).await.expect(200);
    assert_eq!(repeated.text, submitted.text);
    assert_eq!(app.count("submission_version", "1 = 1").await, 1);
}

#[on_both]
async fn eight_who_submit_at_once_make_one_version(app: TestApp) {
    app.set_time("2026-11-02T00:00:00Z");
    let plan = written_plan(&app).await;
    let step = format!("{}/submission", path(&plan));
    let lead = app.as_(LEAD);
    let each = (0..8).map(|_| lead.post_empty(&step));
    let answers = futures_util::future::join_all(each).await;
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 7, "{statuses:?}");
    assert_eq!(app.count("submission_version", "1 = 1").await, 1);
    let contract = plan.json["contractId"].as_str().expect("a contract").to_owned();
    let body = json!({
        "contractId": contract, "templateId": plan.json["templateId"], "contractYear": 2028,
    });
    let each = (0..8).map(|_| lead.post("/v1/submissions", body.clone()));
    let answers = futures_util::future::join_all(each).await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 1);
    let refused = answers.iter().filter(|answer| answer.code() == "plan_exists_for_year").count();
    assert_eq!(refused, 7);
}

/// What was submitted, decided and recorded does not change, whoever asks the database for it.
#[on_both]
async fn the_database_itself_keeps_what_is_frozen(app: TestApp) {
    app.set_time("2026-11-02T00:00:00Z");
    let plan = written_plan(&app).await;
    submit(&app, &plan).await.expect(200);
    accept(&app, &plan).await.expect(200);
    let progress = json!({
        "milestone": "first-contact", "assessedOn": "2026-11-01", "standing": "met", "comment": "Done.",
    });
    app.as_(LEAD).post(&format!("{}/progress", path(&plan)), progress).await.expect(201);
    let db = app.database().await;
    for sql in [
        "UPDATE submission_version SET frozen = '{}'",
        "UPDATE submission_version SET sha256 = sha256",
        "DELETE FROM submission_version",
        "UPDATE submission_decision SET outcome = 'returned', comment = 'No.'",
        "DELETE FROM submission_decision",
        "UPDATE milestone_progress SET standing = 'not_met'",
        "DELETE FROM milestone_progress",
        "UPDATE submission SET accepted_version = last_version + 1",
        "UPDATE submission SET first_submitted_on = NULL",
        "UPDATE submission SET last_version = -1, accepted_version = NULL",
        "UPDATE submission SET period = ''",
        "UPDATE template SET template_version = 0",
        "UPDATE template SET code = ''",
    ] {
        assert!(db.execute_unprepared(sql).await.is_err(), "{sql}");
    }
    db.close().await.expect("close");
}
