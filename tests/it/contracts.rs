//! Contracts: the Ministry adds, changes, activates and ends them; a provider reads its own.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::given::{self, closure, with};
use crate::support::{Answer, TestApp, on_both};

const ADMIN: &str = "ministry-admin";
const AT_ONCE: usize = 8;

/// A contract of P01's for its catchment, from the beginning of the year.
pub fn contract(app: &TestApp, number: &str) -> Value {
    json!({
        "number": number, "organisationId": app.world.provider, "kind": "catchment",
        "catchments": ["C01"], "startsOn": "2026-01-01", "endsOn": null,
        "contacts": [{ "name": "Manaia Example", "email": "manaia@example.invalid" }],
        "holidayRegion": "wellington", "approvalPolicy": "second_person",
        "dutyProfile": "catchment",
    })
}

pub async fn added(app: &TestApp, body: Value) -> Answer {
    app.as_(ADMIN).post("/v1/contracts", body).await.expect(201)
}

pub fn path(contract: &Answer) -> String {
    format!("/v1/contracts/{}", contract.id())
}

pub async fn activate(app: &TestApp, contract: &Answer) -> Answer {
    app.as_(ADMIN).post_empty(&format!("{}/activation", path(contract))).await
}

pub async fn active(app: &TestApp, body: Value) -> Answer {
    let draft = added(app, body).await;
    activate(app, &draft).await.expect(200)
}

/// A contract of P01's in force, and one of its duties.
pub async fn active_with_duty(app: &TestApp) -> (String, String) {
    let contract = active(app, contract(app, "AS-0")).await;
    (contract.id(), duty_of(app).await)
}

/// A contract in force that pays something this year.
pub async fn with_a_year(app: &TestApp) -> Answer {
    let contract = active(app, contract(app, "AS-0")).await;
    set_year(app, &contract, 2026, year()).await.expect(200)
}

/// A duty that is still to be done.
pub async fn duty_of(app: &TestApp) -> String {
    let upcoming = "/v1/obligations?kind=termly_report&status=upcoming&limit=1";
    let listed = app.as_(ADMIN).get(upcoming).await.expect(200);
    listed.json["items"][0]["id"].as_str().expect("one").to_owned()
}

/// A draft for a school whose place no other contract holds.
pub async fn draft_for(app: &TestApp, number: &str, school: &str) -> Answer {
    let team = json!({
        "number": number, "organisationId": app.world.provider, "kind": "in_school",
        "schoolNumber": school, "startsOn": "2026-01-01", "approvalPolicy": "self_with_review",
        "dutyProfile": "in_school",
    });
    added(app, team).await
}

async fn end(app: &TestApp, contract: &Answer, on: &str) -> Answer {
    let body = json!({ "endsOn": on, "comment": "The provider gave the service up." });
    app.as_(ADMIN).post(&format!("{}/ending", path(contract)), body).await
}

fn year() -> Value {
    json!({ "amountCents": 100_000_000, "withholdingPer": "term", "basicNeedsCents": 2_500_000 })
}

async fn set_year(app: &TestApp, read: &Answer, year: i32, body: Value) -> Answer {
    app.as_(ADMIN).patch(&format!("{}/years/{year}", path(read)), read, body).await
}

async fn read(app: &TestApp, who: &str, contract: &Answer) -> Answer {
    app.as_(who).get(&path(contract)).await
}

#[on_both]
async fn a_contract_is_added_activated_and_ended(app: TestApp) {
    let draft = added(&app, contract(&app, "AS-1")).await;
    assert_eq!((&draft.json["status"], &draft.json["version"]), (&json!("draft"), &json!(1)));
    assert_eq!(draft.header("location"), Some(path(&draft).as_str()));
    assert_eq!(draft.json["organisation"]["code"], "P01");
    assert_eq!(draft.json["catchments"], json!(["C01"]));
    end(&app, &draft, "2026-03-01").await.refused(409, "not_in_this_state");
    let active = activate(&app, &draft).await.expect(200);
    assert_eq!((&active.json["status"], &active.json["version"]), (&json!("active"), &json!(2)));
    activate(&app, &draft).await.refused(409, "not_in_this_state");
    let ahead = end(&app, &draft, "2026-03-17").await;
    assert_eq!((ahead.status, ahead.faults()), (422, vec!["/endsOn in_the_future".to_owned()]));
    let before = end(&app, &draft, "2025-12-31").await;
    assert_eq!((before.status, before.faults()), (422, vec!["/endsOn too_small".to_owned()]));
    let ended = end(&app, &draft, "2026-03-16").await.expect(200);
    assert_eq!(
        (&ended.json["status"], &ended.json["endsOn"], &ended.json["comment"]),
        (&json!("ended"), &json!("2026-03-16"), &json!("The provider gave the service up."))
    );
    end(&app, &draft, "2026-03-16").await.refused(409, "not_in_this_state");
    let edit = json!({ "endsOn": "2026-03-15" });
    app.as_(ADMIN).patch(&path(&draft), &ended, edit).await.refused(409, "contract_ended");
    set_year(&app, &ended, 2026, year()).await.refused(409, "contract_ended");
    for (kind, many) in [("contract.added", 1), ("contract.activated", 1), ("contract.ended", 1)] {
        assert_eq!(app.count("event", &format!("kind = '{kind}'")).await, many, "{kind}");
    }
}

#[on_both]
async fn the_ministry_reads_all_contracts_and_a_provider_its_own(app: TestApp) {
    let draft = added(&app, contract(&app, "AS-1")).await;
    for who in [ADMIN, "ministry-analyst", "auditor", "workflow-lead"] {
        let listed = app.as_(who).get("/v1/contracts?status=draft").await.expect(200);
        assert_eq!(listed.json["items"][0]["id"], draft.json["id"], "{who}");
        read(&app, who, &draft).await.expect(200);
    }
    let other = app.as_("workflow-lead-2");
    assert_eq!(other.get("/v1/contracts").await.expect(200).json["items"], json!([]));
    other.get(&path(&draft)).await.refused(404, "not_found");
    for who in ["case-manager", "attendance-lead", "office-support", "privacy-officer"] {
        app.as_(who).get("/v1/contracts").await.refused(403, "role_may_not");
        read(&app, who, &draft).await.refused(403, "role_may_not");
    }
    for who in ["ministry-analyst", "auditor", "workflow-lead"] {
        let body = contract(&app, "AS-2");
        app.as_(who).post("/v1/contracts", body).await.refused(403, "role_may_not");
    }
    let of = |id| format!("?organisationId={id}");
    for (query, many) in [
        ("?kind=catchment".to_owned(), 1),
        ("?kind=in_school".to_owned(), 0),
        ("?status=active".to_owned(), 0),
        (of(app.world.provider), 1),
        (of(app.world.other_provider), 0),
    ] {
        let listed = app.as_(ADMIN).get(&format!("/v1/contracts{query}")).await.expect(200);
        assert_eq!(listed.json["items"].as_array().expect("a page").len(), many, "{query}");
    }
}

#[on_both]
async fn what_a_contract_names_has_to_exist_and_to_fit(app: TestApp) {
    let good = contract(&app, "AS-1");
    let nobody = "01990000-0000-7000-8000-00000000ffff";
    for (place, value, fault) in [
        ("/organisationId", json!(nobody), "/organisationId unknown"),
        ("/catchments", json!(["NOWHERE"]), "/catchments unknown"),
        ("/catchments", json!([]), "/catchments required"),
        ("/schoolNumber", json!("9001"), "/schoolNumber other_kind"),
        ("/endsOn", json!("2025-12-31"), "/endsOn too_small"),
        ("/dutyProfile", json!("none"), "/dutyProfile unknown"),
        ("/approvalPolicy", json!("nobody"), "/approvalPolicy not_one_of"),
    ] {
        let refused = app.as_(ADMIN).post("/v1/contracts", with(good.clone(), place, value)).await;
        assert_eq!((refused.status, refused.faults()), (422, vec![fault.to_owned()]), "{place}");
    }
    let team = json!({
        "number": "AS-2", "organisationId": app.world.provider, "kind": "in_school",
        "schoolNumber": "1", "startsOn": "2026-01-01", "approvalPolicy": "self_with_review",
        "dutyProfile": "in_school",
    });
    let refused = app.as_(ADMIN).post("/v1/contracts", team).await;
    assert_eq!((refused.status, refused.faults()), (422, vec!["/schoolNumber unknown".to_owned()]));
    assert_eq!(app.count("contract", "1 = 1").await, 0);
    added(&app, good.clone()).await;
    app.as_(ADMIN).post("/v1/contracts", good).await.refused(409, "contract_number_taken");
    assert_eq!(app.count("contract_catchment", "1 = 1").await, 1);
}

#[on_both]
async fn two_contracts_for_one_catchment_never_overlap(app: TestApp) {
    let first = with(contract(&app, "AS-1"), "/endsOn", json!("2026-06-30"));
    let first = active(&app, first).await;
    // A draft may wait for its turn.
    let other = with(contract(&app, "AS-2"), "/startsOn", json!("2026-06-30"));
    let other = added(&app, with(other, "/organisationId", json!(app.world.other_provider))).await;
    activate(&app, &other).await.refused(409, "contracts_overlap");
    let draft = read(&app, ADMIN, &other).await.expect(200);
    let later = json!({ "startsOn": "2026-07-01" });
    app.as_(ADMIN).patch(&path(&other), &draft, later).await.expect(200);
    activate(&app, &other).await.expect(200);
    let longer = json!({ "endsOn": "2026-07-01" });
    app.as_(ADMIN).patch(&path(&first), &first, longer).await.refused(409, "contracts_overlap");
    app.as_(ADMIN)
        .patch(&path(&first), &first, json!({ "endsOn": null }))
        .await
        .refused(409, "contracts_overlap");
    let shorter = json!({ "endsOn": "2026-05-31" });
    let first = app.as_(ADMIN).patch(&path(&first), &first, shorter).await.expect(200);
    let fixed = json!({ "startsOn": "2026-02-01" });
    app.as_(ADMIN).patch(&path(&first), &first, fixed).await.refused(409, "frozen");
    let elsewhere = json!({ "catchments": ["C02"] });
    app.as_(ADMIN).patch(&path(&first), &first, elsewhere).await.refused(409, "frozen");
    // What has ended held its catchment until then.
    end(&app, &first, "2026-03-10").await.expect(200);
    let between = with(contract(&app, "AS-3"), "/startsOn", json!("2026-03-10"));
    let between = added(&app, with(between, "/endsOn", json!("2026-03-31"))).await;
    activate(&app, &between).await.refused(409, "contracts_overlap");
}

#[on_both]
async fn of_eight_contracts_for_one_catchment_at_once_one_is_activated(app: TestApp) {
    let mut drafts = Vec::new();
    for number in 0..AT_ONCE {
        drafts.push(added(&app, contract(&app, &format!("AS-{number}"))).await);
    }
    let answers = join_all(drafts.iter().map(|draft| activate(&app, draft))).await;
    let activated = answers.iter().filter(|answer| answer.status == 200).count();
    let overlapping = answers
        .iter()
        .filter(|answer| answer.status == 409 && answer.code() == "contracts_overlap");
    assert_eq!((activated, overlapping.count()), (1, AT_ONCE - 1));
    assert_eq!(app.count("contract", "status = 'active'").await, 1);
}

#[on_both]
async fn a_year_is_set_on_the_contract_as_it_was_read(app: TestApp) {
    let draft = added(&app, with(contract(&app, "AS-1"), "/endsOn", json!("2027-12-31"))).await;
    for member in ["amountCents", "withholdingPer", "basicNeedsCents"] {
        let mut body = year();
        body.as_object_mut().expect("members").remove(member);
        let refused = set_year(&app, &draft, 2026, body).await;
        let fault = format!("/{member} required");
        assert_eq!((refused.status, refused.faults()), (422, vec![fault]));
    }
    let set = set_year(&app, &draft, 2026, year()).await.expect(200);
    assert_eq!(set.json["version"], 2);
    let shown = &set.json["years"][0];
    assert_eq!(
        (&shown["year"], &shown["amountCents"], &shown["withholdingPercent"]),
        (&json!(2026), &json!(100_000_000), &json!(10))
    );
    let more = json!({ "basicNeedsCents": 3_000_000 });
    set_year(&app, &draft, 2026, more.clone()).await.refused(412, "stale");
    let changed = set_year(&app, &set, 2026, more.clone()).await.expect(200);
    let shown = &changed.json["years"][0];
    assert_eq!(
        (&shown["amountCents"], &shown["basicNeedsCents"]),
        (&json!(100_000_000), &json!(3_000_000))
    );
    // The answer was lost: the same edit again changes nothing.
    let again = set_year(&app, &set, 2026, more).await.expect(200);
    assert_eq!(again.json["version"], changed.json["version"]);
    for outside in [2025, 2028, 2101] {
        set_year(&app, &changed, outside, year()).await.refused(422, "outside_contract");
    }
    for (member, absurd) in [
        ("/amountCents", json!(0)),
        ("/amountCents", json!(-1)),
        ("/amountCents", json!(10_000_000_001_i64)),
        ("/basicNeedsCents", json!(-1)),
        ("/withholdingPercent", json!(101)),
    ] {
        let body = with(year(), member, absurd);
        assert_eq!(set_year(&app, &changed, 2027, body).await.status, 422, "{member}");
    }
    assert_eq!(app.count("contract_year", "1 = 1").await, 1);
    let seen = read(&app, "workflow-lead", &draft).await.expect(200);
    assert_eq!(seen.json["years"][0]["amountCents"], 100_000_000);
    let unread = format!("{}/years/2027", path(&draft));
    app.as_(ADMIN).patch_if(&unread, None, year()).await.refused(428, "precondition_required");
}

#[on_both]
async fn a_contract_is_changed_on_the_version_that_was_read(app: TestApp) {
    let draft = added(&app, contract(&app, "AS-1")).await;
    let edit = json!({ "holidayRegion": null, "approvalPolicy": "self_with_review" });
    let changed = app.as_(ADMIN).patch(&path(&draft), &draft, edit.clone()).await.expect(200);
    assert_eq!(
        (&changed.json["holidayRegion"], &changed.json["approvalPolicy"]),
        (&Value::Null, &json!("self_with_review"))
    );
    // Once more after a lost answer, and another one on the old version.
    let again = app.as_(ADMIN).patch(&path(&draft), &draft, edit).await.expect(200);
    assert_eq!(again.json["version"], changed.json["version"]);
    let other = json!({ "approvalPolicy": "second_person" });
    app.as_(ADMIN).patch(&path(&draft), &draft, other).await.refused(412, "stale");
    let none = json!({ "catchments": [] });
    let refused = app.as_(ADMIN).patch(&path(&draft), &changed, none).await;
    assert_eq!(
        (refused.status, refused.faults()),
        (422, vec!["/catchments other_kind".to_owned()])
    );
    let both = json!({ "catchments": ["C02", "C01"] });
    let both = app.as_(ADMIN).patch(&path(&draft), &changed, both).await.expect(200);
    assert_eq!(both.json["catchments"], json!(["C01", "C02"]));
    assert_eq!(app.count("field_change", "subject_kind = 'contract'").await, 3);
}

#[on_both]
async fn a_contract_is_added_once_by_key_and_not_by_a_dry_run(app: TestApp) {
    let body = contract(&app, "AS-1");
    let admin = app.as_(ADMIN);
    admin.post("/v1/contracts?validateOnly=true", body.clone()).await.expect(200);
    assert_eq!(app.count("contract", "1 = 1").await, 0);
    let first = admin.post_keyed("/v1/contracts", "c1", body.clone()).await.expect(201);
    let again = admin.post_keyed("/v1/contracts", "c1", body).await.expect(201);
    assert_eq!(first.text, again.text);
    assert_eq!(app.count("contract", "1 = 1").await, 1);
}

/// A case of P01's whose own lead proposed to close it.
async fn proposed(app: &TestApp, name: &str) -> String {
    let case = app.assigned(name).await.1;
    app.step("workflow-lead", &case, "closure", closure()).await.expect(200);
    case
}

async fn reviews(app: &TestApp) -> i64 {
    app.count("closure_review", "1 = 1").await
}

/// P01 has two leads and a case manager: without a contract nobody there closes a case alone.
#[on_both]
async fn the_contract_says_whether_somebody_closes_a_case_alone(app: TestApp) {
    let case = proposed(&app, "Hana").await;
    let approve =
        async |who: &str, case: &str| app.step(who, case, "closure-approval", json!({})).await;
    approve("workflow-lead", &case).await.refused(409, "own_closure");
    let contract = active(&app, contract(&app, "AS-1")).await;
    approve("workflow-lead", &case).await.refused(409, "own_closure");
    let policy = |policy: &str| json!({ "approvalPolicy": policy });
    let alone = policy("self_with_review");
    let contract = app.as_(ADMIN).patch(&path(&contract), &contract, alone).await.expect(200);
    let file = app.as_("workflow-lead").get(&format!("/v1/cases/{case}")).await.expect(200);
    let actions = file.json["allowedActions"].as_array().expect("actions");
    let approval = actions.iter().find(|one| one["action"] == "approve_closure").expect("one");
    assert_eq!(approval["allowed"], true);
    approve("workflow-lead", &case).await.expect(200);
    assert_eq!(reviews(&app).await, 1);
    let listed = app.as_(ADMIN).get("/v1/closure-reviews").await.expect(200);
    let review = &listed.json["items"][0];
    assert_eq!(
        (&review["caseId"], &review["dueOn"], &review["decided"]["by"]),
        (&json!(case), &json!("2026-03-30"), &json!(app.world.workflow_lead))
    );
    // A second person closes it for good, and nothing is reviewed.
    let other = proposed(&app, "Mere").await;
    approve("workflow-lead-b", &other).await.expect(200);
    assert_eq!(reviews(&app).await, 1);
    // Where the Ministry is asked for, two people of the provider decide and it reviews all of them.
    let asked = policy("ministry_second");
    app.as_(ADMIN).patch(&path(&contract), &contract, asked).await.expect(200);
    let third = proposed(&app, "Tama").await;
    approve("workflow-lead", &third).await.refused(409, "own_closure");
    approve("workflow-lead-b", &third).await.expect(200);
    assert_eq!(reviews(&app).await, 2);
}

/// The school's own team has one person, who works alone as long as no contract says otherwise.
#[on_both]
async fn the_contract_of_the_schools_own_team_comes_before_that_of_its_provider(app: TestApp) {
    let team = "01900000-0000-7000-8000-000000000003";
    let body = json!({
        "number": "AS-S1", "organisationId": team, "kind": "in_school",
        "schoolNumber": given::SCHOOL_WITH_TEAM, "startsOn": "2026-01-01",
        "approvalPolicy": "second_person", "dutyProfile": "in_school",
    });
    let contract = active(&app, body).await;
    assert_eq!(
        (&contract.json["catchments"], &contract.json["schoolNumber"]),
        (&json!([]), &json!(9002))
    );
    let body = with(given::referral("Hana"), "/schoolNumber", json!(given::SCHOOL_WITH_TEAM));
    let body = with(body, "/inSchoolProvision", json!(true));
    let sent = app.as_("office-support-t").post("/v1/referrals", body).await.expect(201).id();
    let lead = app.as_("workflow-lead-s");
    let accept = json!({ "outcome": "accepted" });
    let decided = lead.post(&format!("/v1/referrals/{sent}/decision"), accept).await.expect(200);
    let case = decided.json["caseId"].as_str().expect("a case").to_owned();
    app.step("workflow-lead-s", &case, "closure", closure()).await.expect(200);
    let approve = async || app.step("workflow-lead-s", &case, "closure-approval", json!({})).await;
    approve().await.refused(409, "own_closure");
    let alone = json!({ "approvalPolicy": "self_with_review" });
    app.as_(ADMIN).patch(&path(&contract), &contract, alone).await.expect(200);
    approve().await.expect(200);
    assert_eq!(reviews(&app).await, 1);
}
