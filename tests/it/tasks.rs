//! Tasks: set, changed and finished by the provider's people, and seen by them alone.

use serde_json::{Value, json};

use crate::given::{closure, with};
use crate::support::{Answer, TestApp, on_both};

const LEAD: &str = "workflow-lead";
const MANAGER: &str = "case-manager";

fn on(day: &str) -> Value {
    json!({ "title": "Ring the aunt", "dueOn": day })
}

async fn finish(app: &TestApp, case: &str, task: &str, outcome: &str) -> Answer {
    let body = json!({ "outcome": outcome, "comment": "She moved." });
    app.step(MANAGER, case, &format!("tasks/{task}/completion"), body).await
}

#[on_both]
async fn business_days_become_a_day_of_the_schools_calendar(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    // From Monday the 16th of March over Good Friday and Easter Monday.
    let body = json!({ "title": "Ring the aunt", "dueInBusinessDays": 15 });
    let task = app.step(MANAGER, &case, "tasks", body).await.expect(201);
    assert_eq!(task.json["dueOn"], "2026-04-08");
    assert_eq!(task.json["calendarVersion"], "contract-2026/1+0");
    assert_eq!(task.json["assigneeName"], "case manager");
    let place = task.header("location").expect("a place").to_owned();
    let read = app.as_(LEAD).get(&place).await.expect(200);
    assert_eq!((read.header("etag"), &read.text), (task.header("etag"), &task.text));
    // Auckland's anniversary day of 2027 is Monday the 1st of February.
    app.set_time("2027-01-28T22:00:00Z");
    let body = json!({ "title": "Ring the aunt", "dueInBusinessDays": 1 });
    let task = app.step(MANAGER, &case, "tasks", body).await.expect(201);
    assert_eq!(task.json["dueOn"], "2027-02-02");
}

#[on_both]
async fn a_day_that_is_named_is_taken_as_it_is(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let task = app.step(MANAGER, &case, "tasks", on("2026-03-21")).await.expect(201);
    assert_eq!(
        (&task.json["dueOn"], &task.json["calendarVersion"]),
        (&json!("2026-03-21"), &Value::Null)
    );
    app.step(MANAGER, &case, "tasks", on("2026-03-16")).await.expect(201);
    let past = app.step(MANAGER, &case, "tasks", on("2026-03-15")).await;
    assert_eq!((past.status, past.faults()), (422, vec!["/dueOn in_the_past".to_owned()]));
}

#[on_both]
async fn a_task_is_due_once(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    for (body, fault) in [
        (json!({ "title": "x" }), "/dueOn required"),
        (with(on("2026-03-20"), "/dueInBusinessDays", json!(3)), "/dueOn given_twice"),
        (json!({ "title": "x", "dueInBusinessDays": 251 }), "/dueInBusinessDays too_large"),
        (json!({ "title": "x", "dueInBusinessDays": -1 }), "/dueInBusinessDays too_small"),
        (json!({ "title": "", "dueInBusinessDays": 1 }), "/title too_short"),
    ] {
        let refused = app.step(MANAGER, &case, "tasks", body).await;
        assert_eq!((refused.status, refused.faults()), (422, vec![fault.to_owned()]));
    }
    assert_eq!(app.count("task", "1 = 1").await, 0);
}

#[on_both]
async fn a_task_goes_only_to_somebody_who_may_do_it(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let world = app.world;
    for (person, code) in [
        (world.untrained, "assignee_untrained"),
        (world.disabled, "assignee_disabled"),
        (world.other_case_manager, "assignee_not_here"),
        (world.primary_contact, "assignee_not_here"),
    ] {
        let body = with(on("2026-03-20"), "/assigneeId", json!(person));
        app.step(MANAGER, &case, "tasks", body).await.refused(409, code);
    }
    let nobody = with(on("2026-03-20"), "/assigneeId", json!(case));
    assert_eq!(app.step(MANAGER, &case, "tasks", nobody).await.faults(), ["/assigneeId unknown"]);
    let lead = with(on("2026-03-20"), "/assigneeId", json!(world.second_lead));
    let task = app.step(MANAGER, &case, "tasks", lead).await.expect(201);
    assert_eq!(task.json["assigneeName"], "workflow lead b");
}

#[on_both]
async fn where_nobody_manages_the_case_a_task_waits_for_somebody(app: TestApp) {
    let case = app.accepted("Hana").await.1;
    let task = app.step(LEAD, &case, "tasks", on("2026-03-20")).await.expect(201);
    assert_eq!(
        (&task.json["assigneeId"], &task.json["assigneeName"]),
        (&Value::Null, &Value::Null)
    );
}

#[on_both]
async fn an_open_task_is_changed_member_by_member(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let path = format!("/v1/cases/{case}/tasks/{}", app.task(MANAGER, &case).await);
    let manager = app.as_(MANAGER);
    let read = manager.get(&path).await.expect(200);
    manager.patch_if(&path, None, json!({})).await.refused(428, "precondition_required");
    let moved = manager
        .patch(&path, &read, json!({ "dueOn": "2026-04-01", "assigneeId": null }))
        .await
        .expect(200);
    assert_eq!(
        (&moved.json["title"], &moved.json["dueOn"]),
        (&json!("Ring the aunt"), &json!("2026-04-01"))
    );
    assert_eq!(
        (&moved.json["assigneeId"], &moved.json["calendarVersion"]),
        (&Value::Null, &Value::Null)
    );
    manager.patch(&path, &read, json!({ "title": "Visit" })).await.refused(412, "stale");
    let to = json!({ "title": "Visit", "assigneeId": app.world.case_manager });
    let given = manager.patch(&path, &moved, to).await.expect(200);
    assert_eq!(
        (&given.json["title"], &given.json["assigneeName"]),
        (&json!("Visit"), &json!("case manager"))
    );
    assert_eq!(given.json["version"], 3);
    let past = manager.patch(&path, &given, json!({ "dueOn": "2026-03-15" })).await;
    assert_eq!(past.faults(), ["/dueOn in_the_past"]);
    let other = json!({ "assigneeId": app.world.other_case_manager });
    manager.patch(&path, &given, other).await.refused(409, "assignee_not_here");
    let nothing = manager.patch(&path, &given, json!({ "title": null })).await;
    assert_eq!((nothing.status, nothing.code()), (422, "invalid_body"));
}

#[on_both]
async fn a_task_ends_once(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let (first, second) = (app.task(MANAGER, &case).await, app.task(MANAGER, &case).await);
    let without = app
        .step(
            MANAGER,
            &case,
            &format!("tasks/{first}/completion"),
            json!({ "outcome": "cancelled" }),
        )
        .await;
    assert_eq!((without.status, without.faults()), (422, vec!["/comment required".to_owned()]));
    let done = app
        .step(LEAD, &case, &format!("tasks/{first}/completion"), json!({ "outcome": "done" }))
        .await
        .expect(200);
    assert_eq!(
        (&done.json["status"], &done.json["finishedByName"]),
        (&json!("done"), &json!("workflow lead"))
    );
    assert_eq!(done.json["finishedAt"], "2026-03-16T00:00:00Z");
    finish(&app, &case, &first, "cancelled").await.refused(409, "task_already_finished");
    let path = format!("/v1/cases/{case}/tasks/{first}");
    app.as_(LEAD)
        .patch(&path, &done, json!({ "title": "Again" }))
        .await
        .refused(409, "task_already_finished");
    let cancelled = finish(&app, &case, &second, "cancelled").await.expect(200);
    assert_eq!(
        (&cancelled.json["status"], &cancelled.json["comment"]),
        (&json!("cancelled"), &json!("She moved."))
    );
}

#[on_both]
async fn of_two_who_finish_a_task_at_once_one_does(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let task = app.task(MANAGER, &case).await;
    let (one, two) =
        tokio::join!(finish(&app, &case, &task, "done"), finish(&app, &case, &task, "cancelled"));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}

#[on_both]
async fn tasks_are_listed_by_the_day_they_are_due(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    for day in ["2026-03-20", "2026-03-18", "2026-03-20", "2026-03-19"] {
        app.step(MANAGER, &case, "tasks", on(day)).await.expect(201);
    }
    let last = app.step(MANAGER, &case, "tasks", on("2026-03-17")).await.expect(201).id();
    finish(&app, &case, &last, "done").await.expect(200);
    let mut path = format!("/v1/cases/{case}/tasks?status=open&limit=3&includeTotal=true");
    let (mut days, mut pages) = (Vec::new(), 0);
    loop {
        let page = app.as_(LEAD).get(&path).await.expect(200);
        assert_eq!(page.json["total"], 4);
        days.extend(
            page.json["items"].as_array().unwrap().iter().map(|item| item["dueOn"].clone()),
        );
        pages += 1;
        let Some(cursor) = page.json["nextCursor"].as_str() else { break };
        path =
            format!("/v1/cases/{case}/tasks?status=open&limit=3&includeTotal=true&cursor={cursor}");
    }
    assert_eq!(
        (days, pages),
        (
            vec![
                json!("2026-03-18"),
                json!("2026-03-19"),
                json!("2026-03-20"),
                json!("2026-03-20")
            ],
            2
        )
    );
    let all = app.as_(LEAD).get(&format!("/v1/cases/{case}/tasks")).await.expect(200);
    assert_eq!(
        (all.json["items"].as_array().unwrap().len(), &all.json["items"][0]["status"]),
        (5, &json!("done"))
    );
}

#[on_both]
async fn the_school_sees_no_trace_of_a_task(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let school = app.as_("attendance-lead");
    let timeline = format!("/v1/cases/{case}/timeline?includeTotal=true");
    let before = school.get(&timeline).await.expect(200);
    let task = app.task(MANAGER, &case).await;
    finish(&app, &case, &task, "done").await.expect(200);
    assert_eq!(school.get(&timeline).await.text, before.text);
    for who in ["attendance-lead", "primary-contact", "office-support"] {
        app.as_(who).get(&format!("/v1/cases/{case}/tasks")).await.refused(403, "role_may_not");
        app.as_(who)
            .get(&format!("/v1/cases/{case}/tasks/{task}"))
            .await
            .refused(403, "role_may_not");
    }
    let own = app.as_(LEAD).get(&format!("/v1/cases/{case}/timeline?kind=task")).await.expect(200);
    let told: Vec<&Value> =
        own.json["items"].as_array().unwrap().iter().map(|item| &item["details"]["what"]).collect();
    assert_eq!(told, ["done", "added"]);
    assert_eq!(
        (&own.json["items"][0]["subjectId"], &own.json["items"][0]["visibility"]),
        (&json!(task), &json!("private"))
    );
    let for_school = "kind LIKE 'task.%' AND school_id IS NOT NULL";
    assert_eq!(
        (app.count("event", "kind LIKE 'task.%'").await, app.count("event", for_school).await),
        (2, 0)
    );
}

#[on_both]
async fn a_task_of_another_case_is_not_there(app: TestApp) {
    let (one, other) = (app.assigned("Hana").await.1, app.assigned("Ari").await.1);
    let task = app.task(MANAGER, &one).await;
    let path = format!("/v1/cases/{other}/tasks/{task}");
    app.as_(MANAGER).get(&path).await.refused(404, "not_found");
    app.as_(MANAGER).patch_if(&path, Some("*"), json!({})).await.refused(404, "not_found");
    finish(&app, &other, &task, "done").await.refused(404, "not_found");
    let stranger = app.as_("workflow-lead-2");
    stranger.get(&format!("/v1/cases/{one}/tasks/{task}")).await.refused(404, "not_found");
    stranger.get(&format!("/v1/cases/{one}/tasks")).await.refused(404, "not_found");
}

#[on_both]
async fn a_case_closes_when_its_tasks_are_finished(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let task = app.task(MANAGER, &case).await;
    app.step(MANAGER, &case, "closure", closure()).await.refused(409, "open_tasks");
    finish(&app, &case, &task, "cancelled").await.expect(200);
    app.step(MANAGER, &case, "closure", closure()).await.expect(200);
    // What was set to do since then keeps the case open too.
    let late = app.task(LEAD, &case).await;
    app.step(LEAD, &case, "closure-approval", json!({})).await.refused(409, "open_tasks");
    finish(&app, &case, &late, "done").await.expect(200);
    app.step(LEAD, &case, "closure-approval", json!({})).await.expect(200);
    app.step(LEAD, &case, "tasks", on("2026-03-20")).await.refused(409, "case_closed");
    finish(&app, &case, &late, "done").await.refused(409, "case_closed");
    let read = app.as_(LEAD).get(&format!("/v1/cases/{case}")).await.expect(200);
    let actions = read.json["allowedActions"].as_array().unwrap();
    let add = actions.iter().find(|one| one["action"] == "add_task").expect("listed");
    assert_eq!((&add["allowed"], &add["code"]), (&json!(false), &json!("case_closed")));
}

#[on_both]
async fn who_no_longer_has_the_case_has_no_open_task_of_it(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let done = app.task(MANAGER, &case).await;
    finish(&app, &case, &done, "done").await.expect(200);
    let (own, of_lead) = (app.task(MANAGER, &case).await, app.task(MANAGER, &case).await);
    let task = |id: &str| format!("/v1/cases/{case}/tasks/{id}");
    let lead = app.as_(LEAD);
    let to_lead = json!({ "assigneeId": app.world.workflow_lead });
    lead.patch_if(&task(&of_lead), Some("*"), to_lead).await.expect(200);
    let to = json!({ "caseManagerId": app.world.second_lead });
    app.step(LEAD, &case, "assignment", to).await.expect(200);
    app.as_(MANAGER).get(&task(&own)).await.refused(404, "not_found");
    let given = lead.get(&task(&own)).await.expect(200);
    assert_eq!((&given.json["assigneeId"], &given.json["version"]), (&Value::Null, &json!(2)));
    // What others have, and what is over, stays as it was.
    assert_eq!(lead.get(&task(&of_lead)).await.expect(200).json["assigneeName"], "workflow lead");
    assert_eq!(lead.get(&task(&done)).await.expect(200).json["assigneeName"], "case manager");
    let history = lead.get(&format!("/v1/cases/{case}/history?recordKind=task")).await.expect(200);
    let changes = history.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|item| item["recordId"] == own.as_str());
    assert_eq!(changes.map(|item| item["field"].clone()).collect::<Vec<_>>(), ["assigneeId"]);
    let told = lead.get(&format!("/v1/cases/{case}/timeline?kind=task")).await.expect(200);
    assert_eq!(told.json["items"][0]["details"]["what"], "changed");
    // It falls to who manages the case now, and the case can be closed.
    let work = app
        .as_("workflow-lead-b")
        .get("/v1/work-list?queue=due_soon&withinDays=10")
        .await
        .expect(200);
    assert!(work.text.contains(&own), "{}", work.text);
    for id in [own, of_lead] {
        app.as_("workflow-lead-b")
            .post(&format!("{}/completion", task(&id)), json!({ "outcome": "done" }))
            .await
            .expect(200);
    }
    app.step("workflow-lead-b", &case, "closure", closure()).await.expect(200);
}

#[on_both]
async fn a_task_is_added_once_for_one_key_and_not_at_all_for_a_rehearsal(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let path = format!("/v1/cases/{case}/tasks");
    let manager = app.as_(MANAGER);
    manager.post(&format!("{path}?validateOnly=true"), on("2026-03-20")).await.expect(200);
    assert_eq!(app.count("task", "1 = 1").await, 0);
    let first = manager.post_keyed(&path, "one", on("2026-03-20")).await.expect(201);
    let again = manager.post_keyed(&path, "one", on("2026-03-20")).await.expect(201);
    assert_eq!(first.text, again.text);
    assert_eq!(app.count("task", "1 = 1").await, 1);
}

#[on_both]
async fn each_change_of_a_task_leaves_one_of_each(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let counts = || async {
        (
            app.count("audit_entry", "action = 'casework:write'").await,
            app.count("event", "kind LIKE 'task.%'").await,
            app.count("case_entry", "kind = 'task'").await,
            app.count("notification", "kind LIKE 'task.%'").await,
        )
    };
    let path = format!("/v1/cases/{case}/tasks/{}", app.task(LEAD, &case).await);
    assert_eq!(counts().await, (1, 1, 1, 1));
    app.as_(MANAGER).patch_if(&path, Some("*"), json!({ "title": "Visit" })).await.expect(200);
    assert_eq!(counts().await, (2, 2, 2, 1));
    app.as_(LEAD)
        .post(&format!("{path}/completion"), json!({ "outcome": "done" }))
        .await
        .expect(200);
    assert_eq!(counts().await, (3, 3, 3, 2));
}
