//! What is done with a case and recorded on it: its life, its timeline, and what a caller may do.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use serde_json::{Value, json};

use crate::given::{closure, pause, with};
use crate::support::{Answer, TestApp, on_both};

const LEAD: &str = "workflow-lead";
const MANAGER: &str = "case-manager";

fn note(words: &str, visibility: &str) -> Value {
    json!({ "occurredAt": "2026-03-16T00:00:00Z", "visibility": visibility, "comment": words })
}

fn entries(answer: &Answer) -> Vec<String> {
    let items = answer.json["items"].as_array().expect("items");
    items.iter().map(|item| item["kind"].as_str().expect("a kind").to_owned()).collect()
}

async fn timeline(app: &TestApp, who: &str, case: &str) -> Answer {
    app.as_(who).get(&format!("/v1/cases/{case}/timeline?includeTotal=true")).await.expect(200)
}

async fn second_lead(app: &TestApp) {
    crate::given::add_lead(app, "second-lead").await;
}

#[on_both]
async fn a_case_is_paused_until_a_day_and_taken_up_again(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let too_early = with(pause(), "/reviewBy", json!("2026-03-16"));
    let refused = app.step(MANAGER, &case, "pause", too_early).await;
    assert_eq!((refused.status, refused.faults()), (422, vec!["/reviewBy too_early".to_owned()]));
    let unknown = with(pause(), "/reasonCode", json!("no_such_reason"));
    let refused = app.step(MANAGER, &case, "pause", unknown).await;
    assert_eq!(
        (refused.status, refused.faults()),
        (422, vec!["/reasonCode unknown_code".to_owned()])
    );
    let paused = app.step(MANAGER, &case, "pause", pause()).await.expect(200);
    assert_eq!(paused.json["status"], "paused");
    assert_eq!(paused.json["pause"]["reviewBy"], "2026-04-20");
    app.step(LEAD, &case, "pause", pause()).await.refused(409, "already_paused");
    let active = app.step(LEAD, &case, "resumption", json!({})).await.expect(200);
    assert_eq!((&active.json["status"], &active.json["pause"]), (&json!("active"), &Value::Null));
    app.step(MANAGER, &case, "resumption", json!({})).await.refused(409, "not_paused");
    assert_eq!(
        entries(&timeline(&app, LEAD, &case).await),
        ["resumption", "pause", "assignment", "referral"]
    );
}

#[on_both]
async fn nobody_pauses_what_nobody_manages(app: TestApp) {
    let case = app.accepted("Hana").await.1;
    app.step(LEAD, &case, "pause", pause()).await.refused(409, "case_unassigned");
}

#[on_both]
async fn a_case_is_closed_by_two_people(app: TestApp) {
    let case = app.closure_proposed("Hana").await;
    app.step(LEAD, &case, "closure", closure()).await.refused(409, "closure_already_proposed");
    app.step(MANAGER, &case, "closure-approval", json!({})).await.refused(403, "role_may_not");
    let closed = app.step(LEAD, &case, "closure-approval", json!({})).await.expect(200);
    assert_eq!(closed.json["status"], "closed");
    assert_eq!(closed.json["closure"]["reasonCode"], "attendance_sustained");
    // Twenty business days on from Monday the 16th of March: Easter takes two of them.
    assert_eq!(closed.json["closure"]["reopenUntil"], "2026-04-15");
    app.step(LEAD, &case, "closure-approval", json!({})).await.refused(409, "case_closed");
    app.step(LEAD, &case, "pause", pause()).await.refused(409, "case_closed");
}

#[on_both]
async fn a_lead_approves_no_closure_of_their_own(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    app.step(LEAD, &case, "closure", closure()).await.expect(200);
    app.step(LEAD, &case, "closure-approval", json!({})).await.refused(409, "own_closure");
    second_lead(&app).await;
    app.step("second-lead", &case, "closure-approval", json!({})).await.expect(200);
}

#[on_both]
async fn an_unconfirmed_checklist_names_every_point(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let nothing = json!({ "checked": false, "copiedIn": false, "destroyed": false });
    let body = with(closure(), "/checklist/outsideMaterial", nothing);
    let body = with(body, "/checklist/planReviewed", json!(false));
    let refused = app.step(MANAGER, &case, "closure", body).await;
    refused.refused(422, "checklist_unconfirmed");
    assert_eq!(
        refused.faults(),
        [
            "/checklist/outsideMaterial/checked unconfirmed",
            "/checklist/outsideMaterial/copiedIn unconfirmed",
            "/checklist/outsideMaterial/destroyed unconfirmed",
            "/checklist/planReviewed unconfirmed",
        ]
    );
}

#[on_both]
async fn who_decides_on_a_closure_sees_what_was_confirmed(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let barrier = app.barrier(MANAGER, &case).await;
    let explained = json!([{ "barrierId": barrier, "comment": "They moved to the coast." }]);
    let body = with(closure(), "/checklist/barriers", explained);
    let checklist = body["checklist"].clone();
    app.step(MANAGER, &case, "closure", body).await.expect(200);
    let path = format!("/v1/cases/{case}");
    let waiting = app.as_(LEAD).get(&path).await.expect(200);
    assert_eq!(waiting.json["closureProposal"]["checklist"], checklist);
    app.step(LEAD, &case, "closure-approval", json!({})).await.expect(200);
    // Once it is decided, the timeline still tells.
    let told = timeline(&app, LEAD, &case).await;
    let proposal = told.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["kind"] == "closure_proposal");
    assert_eq!(proposal.expect("the proposal")["details"]["checklist"], checklist);
    for school in [
        app.as_("attendance-lead").get(&path).await,
        timeline(&app, "attendance-lead", &case).await,
    ] {
        assert!(!school.expect(200).text.contains("They moved"));
    }
}

#[on_both]
async fn a_returned_closure_leaves_the_case_open_and_can_be_proposed_again(app: TestApp) {
    let case = app.closure_proposed("Hana").await;
    let why = json!({ "comment": "The last review of the plan is missing." });
    let open = app.step(LEAD, &case, "closure-return", why.clone()).await.expect(200);
    assert_eq!(
        (&open.json["status"], &open.json["closureProposal"]),
        (&json!("active"), &Value::Null)
    );
    app.step(LEAD, &case, "closure-return", why).await.refused(409, "no_closure_proposed");
    app.step(MANAGER, &case, "closure", closure()).await.expect(200);
    assert_eq!(app.count("case_closure", "status = 'returned'").await, 1);
}

#[on_both]
async fn a_closed_case_is_reopened_for_twenty_business_days(app: TestApp) {
    let (first, second) = (app.closed("Hana").await, app.closed("Ari").await);
    app.set_time("2026-04-15T11:59:59Z");
    let why = json!({ "reason": "Away again." });
    let open = app.step(LEAD, &first, "reopening", why.clone()).await.expect(200);
    assert_eq!(
        (&open.json["status"], &open.json["caseManager"]["name"]),
        (&json!("active"), &json!("case manager"))
    );
    app.step(LEAD, &first, "reopening", why.clone()).await.refused(409, "case_not_closed");
    // Midnight in New Zealand.
    app.set_time("2026-04-15T12:00:00Z");
    app.step(LEAD, &second, "reopening", why).await.refused(409, "reopening_too_late");
}

#[on_both]
async fn a_case_is_not_reopened_beside_another(app: TestApp) {
    let case = app.closed("Hana").await;
    app.accepted("Hana").await;
    app.step(LEAD, &case, "reopening", json!({ "reason": "Away again." }))
        .await
        .refused(409, "another_case_open");
}

#[on_both]
async fn a_case_reopened_while_another_opens_ends_as_one(app: TestApp) {
    for student in ["Hana", "Ari", "Moana", "Tui"] {
        let case = app.closed(student).await;
        let waiting = app.submitted(student).await.id();
        let (reopened, accepted) = tokio::join!(
            app.step(LEAD, &case, "reopening", json!({ "reason": "Away again." })),
            app.decide(&waiting, json!({ "outcome": "accepted" })),
        );
        let accepted = accepted.expect(200);
        match reopened.status {
            200 => assert_eq!(accepted.json["caseId"], case.as_str()),
            _ => reopened.refused(409, "another_case_open"),
        }
    }
    assert_eq!(app.count("attendance_case", "status <> 'closed'").await, 4);
}

#[on_both]
async fn of_two_approvals_at_once_one_wins(app: TestApp) {
    let case = app.closure_proposed("Hana").await;
    second_lead(&app).await;
    let (one, two) = tokio::join!(
        app.step(LEAD, &case, "closure-approval", json!({})),
        app.step("second-lead", &case, "closure-approval", json!({})),
    );
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(app.count("case_entry", "kind = 'closure'").await, 1);
}

#[on_both]
async fn the_school_sees_what_is_shared_and_no_trace_of_the_rest(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let school = app.as_("attendance-lead");
    let path = format!("/v1/cases/{case}");
    app.step(MANAGER, &case, "notes", note("Shared words", "shared")).await.expect(201);
    let before = school.get(&path).await.expect(200);
    let listed = timeline(&app, "attendance-lead", &case).await;
    let private =
        app.step(MANAGER, &case, "notes", note("Private words", "private")).await.expect(201);
    app.step(
        MANAGER,
        &case,
        "disclosures",
        json!({
            "occurredAt": "2026-03-16T00:00:00Z", "recipient": "Police", "legalBasis": "An Act",
            "what": "Private words", "studentConsulted": true,
        }),
    )
    .await
    .expect(201);
    let after = school.get(&path).await.expect(200);
    assert_eq!((before.header("etag"), &before.text), (after.header("etag"), &after.text));
    let again = timeline(&app, "attendance-lead", &case).await;
    assert_eq!(listed.text, again.text);
    assert_eq!(again.json["total"], 3);
    let entry = format!("{path}/timeline/{}", private.id());
    school.get(&entry).await.refused(404, "not_found");
    app.as_("primary-contact").get(&entry).await.refused(404, "not_found");
    app.as_(MANAGER).get(&entry).await.expect(200);
    assert_eq!(timeline(&app, LEAD, &case).await.json["total"], 5);
}

#[on_both]
async fn the_school_sees_no_trace_of_a_closure_that_is_proposed_and_sent_back(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let path = format!("/v1/cases/{case}");
    let (school, lead) = (app.as_("attendance-lead"), app.as_(LEAD));
    let (before, listed) =
        (school.get(&path).await.expect(200), school.get("/v1/cases").await.expect(200));
    let mut seen_by_lead = vec![lead.get(&path).await.expect(200)];
    app.set_time("2026-03-16T01:00:00Z");
    let steps = [
        (MANAGER, "closure", closure()),
        (LEAD, "closure-return", json!({ "comment": "The plan?" })),
        (MANAGER, "closure", closure()),
    ];
    for (who, step, body) in steps {
        let answer = app.step(who, &case, step, body).await.expect(200);
        let after = school.get(&path).await.expect(200);
        assert_eq!(
            (before.header("etag"), &before.text),
            (after.header("etag"), &after.text),
            "{step}"
        );
        // The position of the list is the whole service's, and moves with every change of it.
        assert_eq!(listed.json["items"], school.get("/v1/cases").await.json["items"], "{step}");
        let held =
            TestRequest::get().insert_header(("if-none-match", before.header("etag").unwrap()));
        assert_eq!(school.send(held, Method::GET, &path, None).await.status, 304, "{step}");
        // The provider's people see that it changed.
        let after = lead.get(&path).await.expect(200);
        assert_ne!(after.header("etag"), seen_by_lead.last().unwrap().header("etag"), "{step}");
        assert_eq!(answer.json["version"], before.json["version"], "{step}");
        seen_by_lead.push(after);
    }
    let closed = app.step(LEAD, &case, "closure-approval", json!({})).await.expect(200);
    let seen = school.get(&path).await.expect(200);
    assert_eq!((&seen.json["version"], &seen.json["status"]), (&json!(3), &json!("closed")));
    assert_eq!(closed.json["updatedAt"], "2026-03-16T01:00:00Z");
}

#[on_both]
async fn what_was_wrong_is_corrected_by_a_later_entry(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let first = app.step(MANAGER, &case, "notes", note("Monday", "shared")).await.expect(201).id();
    let corrected = with(note("Tuesday", "shared"), "/corrects", json!(first));
    let second = app.step(MANAGER, &case, "notes", corrected.clone()).await.expect(201).id();
    let shown =
        app.as_(MANAGER).get(&format!("/v1/cases/{case}/timeline/{first}")).await.expect(200);
    assert_eq!(
        (&shown.json["details"]["comment"], &shown.json["correctedBy"]),
        (&json!("Monday"), &json!(second))
    );
    app.step(MANAGER, &case, "notes", corrected).await.refused(409, "already_corrected");
    let by_lead = app
        .step(LEAD, &case, "notes", with(note("Wednesday", "shared"), "/corrects", json!(second)))
        .await;
    let third = by_lead.expect(201).id();
    let by_other = app
        .step(MANAGER, &case, "notes", with(note("Friday", "shared"), "/corrects", json!(third)))
        .await;
    by_other.refused(409, "not_the_author");
    let comment =
        json!({ "occurredAt": "2026-03-16T00:00:00Z", "comment": "Here", "corrects": third });
    let other_kind = app.step(LEAD, &case, "comments", comment).await;
    assert_eq!(other_kind.faults(), ["/corrects other_kind"]);
    let nothing = with(note("x", "shared"), "/corrects", json!(case));
    assert_eq!(app.step(LEAD, &case, "notes", nothing).await.faults(), ["/corrects unknown"]);
}

#[on_both]
async fn a_private_correction_takes_back_what_was_shared_by_mistake(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let first =
        app.step(MANAGER, &case, "notes", note("Too much", "shared")).await.expect(201).id();
    let back = with(note("Less", "private"), "/corrects", json!(first));
    app.step(MANAGER, &case, "notes", back).await.expect(201);
    let seen = timeline(&app, "attendance-lead", &case).await;
    assert!(!seen.text.contains("Too much") && !seen.text.contains("Less"), "{}", seen.text);
}

#[on_both]
async fn a_private_correction_takes_back_what_was_corrected_before_too(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let mut last =
        app.step(MANAGER, &case, "notes", note("Too much", "shared")).await.expect(201).id();
    let first = last.clone();
    for (words, visibility, seen) in [
        ("Still too much", "shared", 4),
        ("For us", "private", 2),
        ("For all", "shared", 3),
        ("For us again", "private", 2),
    ] {
        let body = with(note(words, visibility), "/corrects", json!(last));
        last = app.step(MANAGER, &case, "notes", body).await.expect(201).id();
        let school = timeline(&app, "attendance-lead", &case).await;
        assert_eq!(
            (school.json["total"].as_i64(), entries(&school).len()),
            (Some(seen), usize::try_from(seen).unwrap()),
            "{words}"
        );
    }
    app.as_("attendance-lead")
        .get(&format!("/v1/cases/{case}/timeline/{first}"))
        .await
        .refused(404, "not_found");
    let file = app.as_("attendance-lead").get(&format!("/v1/cases/{case}")).await.expect(200);
    assert!(!file.text.contains("too much") && !file.text.contains("Too much"), "{}", file.text);
    assert_eq!(timeline(&app, LEAD, &case).await.json["total"], 7);
}

#[on_both]
async fn a_timeline_filters_and_pages(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    for minute in 0..5 {
        let body = with(
            note(&format!("Note {minute}"), "shared"),
            "/occurredAt",
            json!(format!("2026-03-15T20:0{minute}:00Z")),
        );
        app.step(MANAGER, &case, "notes", body).await.expect(201);
    }
    app.reached(&case, "school", "2026-03-15T21:00:00Z").await.expect(201);
    let mut path = format!("/v1/cases/{case}/timeline?kind=note&limit=2");
    let mut seen = Vec::new();
    loop {
        let page = app.as_(LEAD).get(&path).await.expect(200);
        seen.extend(
            page.json["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| item["details"]["comment"].clone()),
        );
        let Some(cursor) = page.json["nextCursor"].as_str() else { break };
        path = format!("/v1/cases/{case}/timeline?kind=note&limit=2&cursor={cursor}");
    }
    assert_eq!(seen, ["Note 4", "Note 3", "Note 2", "Note 1", "Note 0"]);
}

#[on_both]
async fn what_is_recorded_happened_between_the_referral_and_now(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let future = with(note("x", "shared"), "/occurredAt", json!("2026-03-16T00:00:01Z"));
    app.step(MANAGER, &case, "notes", future).await.refused(422, "occurred_in_future");
    let early = with(note("x", "shared"), "/occurredAt", json!("2026-03-14T00:00:00Z"));
    app.step(MANAGER, &case, "notes", early).await.refused(422, "occurred_before_referral");
}

#[on_both]
async fn a_closed_case_takes_no_entries(app: TestApp) {
    let case = app.closed("Hana").await;
    app.step(MANAGER, &case, "notes", note("x", "shared")).await.refused(409, "case_closed");
    let comment = json!({ "occurredAt": "2026-03-16T00:00:00Z", "comment": "Here" });
    app.step("attendance-lead", &case, "comments", comment).await.refused(409, "case_closed");
}

#[on_both]
async fn every_step_leaves_one_audit_entry_one_event_and_one_entry(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let counts = || async {
        (
            app.count("audit_entry", "action <> 'cases:read'").await,
            app.count("event", "1 = 1").await,
            app.count("case_entry", "1 = 1").await,
        )
    };
    let (audits, events, entries) = counts().await;
    app.step(MANAGER, &case, "pause", pause()).await.expect(200);
    app.step(MANAGER, &case, "notes", note("x", "private")).await.expect(201);
    assert_eq!(counts().await, (audits + 2, events + 2, entries + 2));
    app.step(MANAGER, &case, "pause", pause()).await.refused(409, "already_paused");
    let dry = app
        .as_(MANAGER)
        .post(&format!("/v1/cases/{case}/notes?validateOnly=true"), note("x", "private"))
        .await;
    dry.expect(200);
    assert_eq!(
        (app.count("event", "1 = 1").await, app.count("case_entry", "1 = 1").await),
        (events + 2, entries + 2)
    );
}

#[on_both]
async fn a_case_follows_its_student_to_another_school(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let to = json!({ "primaryContactId": app.world.primary_contact });
    let followed =
        app.step("attendance-lead", &case, "primary-contact", to.clone()).await.expect(200);
    assert_eq!(followed.json["primaryContactId"], to["primaryContactId"]);
    let path = format!("/v1/cases/{case}");
    app.as_("primary-contact").get(&path).await.expect(200);
    let student = followed.json["student"]["id"].as_str().unwrap().to_owned();
    let change = format!("/v1/students/{student}/school-changes");
    let unknown = app.as_(MANAGER).post(&change, json!({ "schoolNumber": "9999" })).await;
    assert_eq!((unknown.status, unknown.faults()), (422, vec!["/schoolNumber unknown".to_owned()]));
    app.as_(MANAGER).post(&change, json!({ "schoolNumber": "9101" })).await.expect(200);
    app.as_(MANAGER)
        .post(&change, json!({ "schoolNumber": "9101" }))
        .await
        .refused(409, "already_enrolled_there");
    for gone in ["attendance-lead", "primary-contact"] {
        app.as_(gone).get(&path).await.refused(404, "not_found");
    }
    let seen = app.as_("attendance-lead-2").get(&path).await.expect(200);
    assert_eq!(
        (&seen.json["primaryContactId"], &seen.json["recentEntries"][0]["kind"]),
        (&Value::Null, &json!("school_change"))
    );
    // A person of the old school is no primary contact any more.
    app.step("attendance-lead-2", &case, "primary-contact", to)
        .await
        .refused(409, "contact_not_at_school");
}

#[on_both]
async fn a_referral_from_another_school_moves_the_case_too(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let to = json!({ "primaryContactId": app.world.primary_contact });
    app.step(LEAD, &case, "primary-contact", to).await.expect(200);
    let moved = with(crate::given::referral("Hana"), "/schoolNumber", json!("9101"));
    app.as_("office-support-2").post("/v1/referrals", moved).await.expect(201);
    // The school before has the student until somebody agrees.
    app.as_("primary-contact").get(&format!("/v1/cases/{case}")).await.expect(200);
    assert_eq!(app.count("case_entry", "kind = 'school_change'").await, 0);
    let claims = app.as_(LEAD).get("/v1/enrolment-claims").await.expect(200);
    let claim = claims.json["items"][0]["id"].as_str().expect("a claim");
    app.as_(LEAD)
        .post(&format!("/v1/enrolment-claims/{claim}/agreement"), json!({}))
        .await
        .expect(200);
    app.as_("primary-contact").get(&format!("/v1/cases/{case}")).await.refused(404, "not_found");
    assert_eq!(app.count("case_entry", "kind = 'school_change'").await, 1);
}
