//! Work lists: what enters each queue and what leaves it, for whom; counts; caseloads.

use ascms_domain::ids::UserId;
use ascms_domain::work_list::WorkQueue;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::given::closure;
use crate::support::{On, TestApp, on_both};

const LEAD: &str = "workflow-lead";
const OTHER_LEAD: &str = "workflow-lead-b";
const MANAGER: &str = "case-manager";

/// An item as the tests compare it: case, reason, due date.
type Item = (String, String, Option<String>);

fn item(case: &str, reason: &str, due_on: Option<&str>) -> Item {
    (case.to_owned(), reason.to_owned(), due_on.map(str::to_owned))
}

async fn counted(app: &TestApp, who: &str, queue: WorkQueue, days: u16) -> u64 {
    let path = format!("/v1/work-list/counts?withinDays={days}");
    let counts = app.as_(who).get(&path).await.expect(200);
    let items = counts.json["items"].as_array().expect("items");
    assert_eq!(items.len(), WorkQueue::ALL.len());
    let of_queue = items.iter().find(|item| item["queue"] == queue.as_str()).expect("a count");
    of_queue["count"].as_u64().expect("a number")
}

/// A queue within so many days, walked through one item a page; its count is the same.
async fn within(app: &TestApp, who: &str, queue: WorkQueue, days: u16) -> Vec<Item> {
    let first = format!("/v1/work-list?queue={queue}&withinDays={days}&limit=1&includeTotal=true");
    let (mut found, mut path) = (Vec::new(), first.clone());
    let total = loop {
        let page = app.as_(who).get(&path).await.expect(200);
        for shown in page.json["items"].as_array().expect("items") {
            assert_eq!(shown["queue"], queue.as_str());
            assert_eq!(shown["taskId"].is_string(), shown["reason"] == "task", "{shown}");
            let text = |value: &Value| value.as_str().map(str::to_owned);
            let (case, reason) = (text(&shown["case"]["id"]), text(&shown["reason"]));
            found.push((case.expect("a case"), reason.expect("a reason"), text(&shown["dueOn"])));
        }
        let Some(cursor) = page.json["nextCursor"].as_str() else {
            break page.json["total"].clone();
        };
        path = format!("{first}&cursor={cursor}");
    };
    assert_eq!(total, json!(found.len()), "{who} {queue}");
    let counted = counted(app, who, queue, days).await;
    assert_eq!(counted, u64::try_from(found.len()).unwrap(), "{who} {queue}");
    found
}

async fn queue(app: &TestApp, who: &str, queue: WorkQueue) -> Vec<Item> {
    within(app, who, queue, 2).await
}

async fn open(app: &TestApp, who: &str, case: &str) {
    app.as_(who).get(&format!("/v1/cases/{case}")).await.expect(200);
}

async fn assign(app: &TestApp, case: &str, to: UserId) {
    app.step(LEAD, case, "assignment", json!({ "caseManagerId": to })).await.expect(200);
}

async fn note(app: &TestApp, who: &str, case: &str, visibility: &str) {
    let note = json!({
        "occurredAt": "2026-03-16T00:00:00Z", "visibility": visibility, "comment": "Something new",
    });
    app.step(who, case, "notes", note).await.expect(201);
}

async fn run(app: &TestApp, sql: &str) {
    let db = app.database().await;
    db.execute_unprepared(sql).await.unwrap_or_else(|err| panic!("{sql}: {err}"));
    db.close().await.expect("close");
}

fn id(app: &TestApp, id: Uuid) -> String {
    match app.on {
        On::Sqlite => format!("x'{}'", id.simple()),
        On::Postgres => format!("'{id}'"),
    }
}

/// An open task of a case.
async fn task(app: &TestApp, case: &str, assignee: Option<UserId>, due_on: &str) {
    let at = "2026-03-16T00:00:00+00:00";
    let assignee = assignee.map_or("NULL".to_owned(), |who| id(app, who.0));
    let case = id(app, case.parse().expect("an id"));
    let (own, by) = (id(app, Uuid::now_v7()), id(app, app.world.case_manager.0));
    run(
        app,
        &format!(
            "INSERT INTO task (id, case_id, title, assignee_id, due_on, status, added_by, added_at, version, updated_at) \
             VALUES ({own}, {case}, 'Ring the aunt', {assignee}, '{due_on}', 'open', {by}, '{at}', 1, '{at}')"
        ),
    )
    .await;
}

async fn finish_tasks(app: &TestApp) {
    let set = "status = 'done', finished_by = added_by, finished_at = added_at";
    run(app, &format!("UPDATE task SET {set}")).await;
}

async fn caseload(app: &TestApp, who: &str, name: &str) -> Vec<u64> {
    let loads = app.as_(who).get("/v1/caseloads").await.expect(200);
    let items = loads.json["items"].as_array().expect("items");
    let load = items.iter().find(|item| item["name"] == name);
    let load = load.unwrap_or_else(|| panic!("{name} in {}", loads.text));
    ["active", "paused", "openTasks", "overdue"].map(|part| load[part].as_u64().unwrap()).into()
}

#[on_both]
async fn a_case_is_new_to_its_case_manager_until_they_open_it(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let new = [item(&case, "assigned_to_me", None)];
    assert_eq!(queue(&app, MANAGER, WorkQueue::NewToMe).await, new);
    assert_eq!(queue(&app, LEAD, WorkQueue::NewToMe).await, []);
    app.set_time("2026-03-16T01:00:00Z");
    open(&app, MANAGER, &case).await;
    assert_eq!(queue(&app, MANAGER, WorkQueue::NewToMe).await, []);
    app.set_time("2026-03-16T02:00:00Z");
    assign(&app, &case, app.world.second_lead).await;
    assert_eq!(queue(&app, MANAGER, WorkQueue::NewToMe).await, []);
    assert_eq!(queue(&app, OTHER_LEAD, WorkQueue::NewToMe).await, new);
    assign(&app, &case, app.world.case_manager).await;
    assert_eq!(queue(&app, MANAGER, WorkQueue::NewToMe).await, new);
    assert_eq!(queue(&app, OTHER_LEAD, WorkQueue::NewToMe).await, []);
}

#[on_both]
async fn a_case_of_nobody_is_new_to_leads_until_somebody_has_it(app: TestApp) {
    let case = app.accepted("Hana").await.1;
    for lead in [LEAD, OTHER_LEAD] {
        open(&app, lead, &case).await;
        let new = queue(&app, lead, WorkQueue::NewToMe).await;
        assert_eq!(new, [item(&case, "unassigned", None)]);
    }
    assert_eq!(queue(&app, MANAGER, WorkQueue::NewToMe).await, []);
    assign(&app, &case, app.world.case_manager).await;
    assert_eq!(queue(&app, LEAD, WorkQueue::NewToMe).await, []);
}

#[on_both]
async fn a_proposed_closure_waits_for_a_lead_with_no_part_in_it(app: TestApp) {
    let case = app.closure_proposed("Hana").await;
    let own = app.assigned("Ari").await.1;
    app.step(LEAD, &own, "closure", closure()).await.expect(200);
    let waits = |case: &str| item(case, "closure_proposed", None);
    assert_eq!(queue(&app, LEAD, WorkQueue::AwaitingMyApproval).await, [waits(&case)]);
    assert_eq!(
        queue(&app, OTHER_LEAD, WorkQueue::AwaitingMyApproval).await,
        [waits(&case), waits(&own)]
    );
    assert_eq!(queue(&app, MANAGER, WorkQueue::AwaitingMyApproval).await, []);
    app.step(OTHER_LEAD, &own, "closure-approval", json!({})).await.expect(200);
    assert_eq!(queue(&app, OTHER_LEAD, WorkQueue::AwaitingMyApproval).await, [waits(&case)]);
    app.step(LEAD, &case, "closure-approval", json!({})).await.expect(200);
    assert_eq!(queue(&app, LEAD, WorkQueue::AwaitingMyApproval).await, []);
}

#[on_both]
async fn a_returned_closure_is_listed_until_it_is_proposed_again(app: TestApp) {
    let case = app.closure_proposed("Hana").await;
    assert_eq!(queue(&app, MANAGER, WorkQueue::Returned).await, []);
    let why = json!({ "comment": "The plan's last review is missing." });
    app.step(LEAD, &case, "closure-return", why.clone()).await.expect(200);
    for who in [MANAGER, LEAD] {
        assert_eq!(
            queue(&app, who, WorkQueue::Returned).await,
            [item(&case, "closure_returned", None)]
        );
    }
    assert_eq!(queue(&app, LEAD, WorkQueue::AwaitingMyApproval).await, []);
    app.step(MANAGER, &case, "closure", closure()).await.expect(200);
    assert_eq!(queue(&app, MANAGER, WorkQueue::Returned).await, []);
    app.step(LEAD, &case, "closure-return", why).await.expect(200);
    app.step(MANAGER, &case, "closure", closure()).await.expect(200);
    app.step(LEAD, &case, "closure-approval", json!({})).await.expect(200);
    app.step(LEAD, &case, "reopening", json!({ "reason": "Away again." })).await.expect(200);
    assert_eq!(queue(&app, MANAGER, WorkQueue::Returned).await, []);
}

#[on_both]
async fn a_task_is_due_soon_then_overdue_then_done(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    task(&app, &case, None, "2026-03-19").await;
    task(&app, &case, Some(app.world.case_manager), "2026-03-18").await;
    task(&app, &case, Some(app.world.second_lead), "2026-03-16").await;
    let due = |day| item(&case, "task", Some(day));
    assert_eq!(queue(&app, MANAGER, WorkQueue::DueSoon).await, [due("2026-03-18")]);
    assert_eq!(
        within(&app, MANAGER, WorkQueue::DueSoon, 3).await,
        [due("2026-03-18"), due("2026-03-19")]
    );
    assert_eq!(queue(&app, LEAD, WorkQueue::DueSoon).await, [due("2026-03-16"), due("2026-03-18")]);
    assert_eq!(queue(&app, MANAGER, WorkQueue::Overdue).await, []);
    // The last minute of Wednesday in New Zealand, and the first of Thursday.
    app.set_time("2026-03-18T10:59:00Z");
    assert_eq!(queue(&app, MANAGER, WorkQueue::Overdue).await, []);
    app.set_time("2026-03-18T11:00:00Z");
    assert_eq!(queue(&app, MANAGER, WorkQueue::DueSoon).await, [due("2026-03-19")]);
    assert_eq!(queue(&app, MANAGER, WorkQueue::Overdue).await, [due("2026-03-18")]);
    assert_eq!(queue(&app, LEAD, WorkQueue::Overdue).await, [due("2026-03-16"), due("2026-03-18")]);
    assert_eq!(caseload(&app, LEAD, "case manager").await, [1, 0, 2, 1]);
    assert_eq!(caseload(&app, LEAD, "workflow lead b").await, [0, 0, 1, 1]);
    finish_tasks(&app).await;
    assert_eq!(queue(&app, LEAD, WorkQueue::Overdue).await, []);
    assert_eq!(queue(&app, LEAD, WorkQueue::DueSoon).await, []);
    assert_eq!(caseload(&app, LEAD, "case manager").await, [1, 0, 0, 0]);
}

#[on_both]
async fn a_contact_deadline_nears_passes_and_is_met(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let school = |day| item(&case, "school_contact", Some(day));
    let whanau = |day| item(&case, "whanau_contact", Some(day));
    // Five business days after Monday the 16th: the Wednesday before is one day too early.
    app.set_time("2026-03-18T00:00:00Z");
    assert_eq!(queue(&app, MANAGER, WorkQueue::AboutToBreach).await, []);
    assert_eq!(within(&app, MANAGER, WorkQueue::AboutToBreach, 3).await, [school("2026-03-23")]);
    app.set_time("2026-03-19T00:00:00Z");
    assert_eq!(queue(&app, MANAGER, WorkQueue::AboutToBreach).await, [school("2026-03-23")]);
    app.set_time("2026-03-23T00:00:00Z");
    assert_eq!(queue(&app, LEAD, WorkQueue::AboutToBreach).await, [school("2026-03-23")]);
    assert_eq!(queue(&app, LEAD, WorkQueue::Overdue).await, []);
    app.set_time("2026-03-26T00:00:00Z");
    assert_eq!(
        queue(&app, LEAD, WorkQueue::AboutToBreach).await,
        [school("2026-03-30"), whanau("2026-03-30")]
    );
    assert_eq!(queue(&app, LEAD, WorkQueue::Overdue).await, [school("2026-03-23")]);
    app.set_time("2026-03-31T00:00:00Z");
    assert_eq!(
        queue(&app, LEAD, WorkQueue::Overdue).await,
        [school("2026-03-23"), whanau("2026-03-30")]
    );
    assert_eq!(caseload(&app, LEAD, "case manager").await, [1, 0, 0, 2]);
    app.reached(&case, "school", "2026-03-30T20:00:00Z").await.expect(201);
    assert_eq!(queue(&app, LEAD, WorkQueue::Overdue).await, [whanau("2026-03-30")]);
    app.reached(&case, "whanau", "2026-03-30T20:00:00Z").await.expect(201);
    assert_eq!(queue(&app, LEAD, WorkQueue::Overdue).await, []);
    assert_eq!(within(&app, LEAD, WorkQueue::AboutToBreach, 20).await, []);
}

#[on_both]
async fn a_pause_is_reviewed_in_time_or_stands_out(app: TestApp) {
    let case = app.paused("Hana").await;
    let review = item(&case, "pause_review", Some("2026-04-20"));
    assert_eq!(queue(&app, MANAGER, WorkQueue::DueSoon).await, []);
    app.set_time("2026-04-16T00:00:00Z");
    assert_eq!(queue(&app, MANAGER, WorkQueue::DueSoon).await, std::slice::from_ref(&review));
    app.set_time("2026-04-20T00:00:00Z");
    assert_eq!(queue(&app, MANAGER, WorkQueue::PausedPastReview).await, []);
    app.set_time("2026-04-21T00:00:00Z");
    for who in [MANAGER, LEAD] {
        assert_eq!(
            queue(&app, who, WorkQueue::PausedPastReview).await,
            std::slice::from_ref(&review)
        );
        assert_eq!(queue(&app, who, WorkQueue::DueSoon).await, []);
    }
    assert_eq!(caseload(&app, MANAGER, "case manager").await[..2], [0, 1]);
    app.step(MANAGER, &case, "resumption", json!({})).await.expect(200);
    assert_eq!(queue(&app, MANAGER, WorkQueue::PausedPastReview).await, []);
}

#[on_both]
async fn a_change_by_somebody_else_is_listed_until_the_case_is_opened(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let changed = [item(&case, "changed", None)];
    note(&app, LEAD, &case, "shared").await;
    assert_eq!(queue(&app, MANAGER, WorkQueue::ChangedSinceILooked).await, []);
    open(&app, MANAGER, &case).await;
    note(&app, MANAGER, &case, "shared").await;
    assert_eq!(queue(&app, MANAGER, WorkQueue::ChangedSinceILooked).await, []);
    note(&app, LEAD, &case, "private").await;
    assert_eq!(queue(&app, MANAGER, WorkQueue::ChangedSinceILooked).await, changed);
    // What one writes oneself is no look at what others wrote.
    note(&app, MANAGER, &case, "shared").await;
    assert_eq!(queue(&app, MANAGER, WorkQueue::ChangedSinceILooked).await, changed);
    // A person who never opened it is told nothing of changes; nor is the one who made them.
    assert_eq!(queue(&app, OTHER_LEAD, WorkQueue::ChangedSinceILooked).await, []);
    assert_eq!(queue(&app, LEAD, WorkQueue::ChangedSinceILooked).await, []);
    open(&app, MANAGER, &case).await;
    assert_eq!(queue(&app, MANAGER, WorkQueue::ChangedSinceILooked).await, []);
    let comment = json!({ "occurredAt": "2026-03-16T00:00:00Z", "comment": "Here all week." });
    app.step("attendance-lead", &case, "comments", comment).await.expect(201);
    assert_eq!(queue(&app, MANAGER, WorkQueue::ChangedSinceILooked).await, changed);
}

#[on_both]
async fn a_look_is_kept_once_a_person_for_those_who_work_on_the_case(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    for school in ["attendance-lead", "case-manager-2"] {
        app.as_(school).get(&format!("/v1/cases/{case}")).await;
    }
    assert_eq!(app.count("case_look", "1 = 1").await, 0);
    let audits = app.count("audit_entry", "action = 'cases:read'").await;
    let path = format!("/v1/cases/{case}");
    let (lead, manager) = (app.as_(LEAD), app.as_(MANAGER));
    let read =
        tokio::join!(lead.get(&path), manager.get(&path), lead.get(&path), manager.get(&path));
    assert!([read.0, read.1, read.2, read.3].iter().all(|answer| answer.status == 200));
    assert_eq!(app.count("case_look", "1 = 1").await, 2);
    assert_eq!(app.count("audit_entry", "action = 'cases:read'").await, audits + 4);
    app.set_time("2026-03-16T01:00:00Z");
    open(&app, LEAD, &case).await;
    assert_eq!(app.count("case_look", "1 = 1").await, 2);
}

#[on_both]
async fn another_team_has_nothing_of_it(app: TestApp) {
    let case = app.closure_proposed("Hana").await;
    app.accepted("Ari").await;
    let paused = app.paused("Tui").await;
    task(&app, &paused, None, "2026-03-17").await;
    for who in ["workflow-lead-2", "case-manager-2", "workflow-lead-s"] {
        for queue in WorkQueue::ALL {
            assert_eq!(within(&app, who, *queue, 20).await, [], "{who} {queue}");
        }
        let loads = app.as_(who).get("/v1/caseloads").await.expect(200);
        assert!(!loads.text.contains("\"name\":\"case manager\""), "{}", loads.text);
    }
    // A closed case is nobody's work any more.
    app.step(LEAD, &case, "closure-approval", json!({})).await.expect(200);
    app.set_time("2026-06-01T00:00:00Z");
    for who in [LEAD, MANAGER] {
        for queue in WorkQueue::ALL {
            let items = within(&app, who, *queue, 20).await;
            assert!(items.iter().all(|item| item.0 != case), "{who} {queue}");
        }
    }
}

#[on_both]
async fn a_lead_takes_a_case_and_gives_it_away_again(app: TestApp) {
    let case = app.accepted("Hana").await.1;
    assert_eq!(caseload(&app, LEAD, "workflow lead b").await, [0, 0, 0, 0]);
    let me = json!({ "caseManagerId": app.world.second_lead });
    let taken = app.step(OTHER_LEAD, &case, "assignment", me.clone()).await.expect(200);
    assert_eq!(taken.json["caseManager"]["name"], "workflow lead b");
    assert_eq!(caseload(&app, LEAD, "workflow lead b").await, [1, 0, 0, 0]);
    app.step(OTHER_LEAD, &case, "assignment", me).await.refused(409, "already_assigned");
    assign(&app, &case, app.world.case_manager).await;
    assert_eq!(caseload(&app, LEAD, "workflow lead b").await, [0, 0, 0, 0]);
    assert_eq!(caseload(&app, LEAD, "case manager").await, [1, 0, 0, 0]);
    app.step(MANAGER, &case, "assignment", json!({ "caseManagerId": app.world.second_lead }))
        .await
        .refused(403, "role_may_not");
}

#[on_both]
async fn a_lead_sees_the_teams_caseloads_and_a_case_manager_their_own(app: TestApp) {
    app.assigned("Hana").await;
    let (mut names, mut path) = (Vec::new(), "/v1/caseloads?limit=2&includeTotal=true".to_owned());
    loop {
        let page = app.as_(LEAD).get(&path).await.expect(200);
        assert_eq!(page.json["total"], 5);
        names
            .extend(page.json["items"].as_array().unwrap().iter().map(|item| item["name"].clone()));
        let Some(cursor) = page.json["nextCursor"].as_str() else { break };
        path = format!("/v1/caseloads?limit=2&includeTotal=true&cursor={cursor}");
    }
    assert_eq!(
        names,
        ["case manager", "disabled", "untrained", "workflow lead", "workflow lead b"]
    );
    let own = app.as_(MANAGER).get("/v1/caseloads").await.expect(200);
    assert_eq!(own.json["items"].as_array().unwrap().len(), 1);
    assert_eq!(own.json["items"][0]["active"], 1);
}

#[on_both]
async fn a_work_list_is_asked_for_in_its_own_words(app: TestApp) {
    for (query, fault) in [
        ("", "queue required"),
        ("?queue=everything", "queue not_one_of"),
        ("?queue=overdue&withinDays=0", "withinDays too_small"),
        ("?queue=overdue&withinDays=21", "withinDays too_large"),
    ] {
        let refused = app.as_(LEAD).get(&format!("/v1/work-list{query}")).await;
        refused.refused(422, "invalid_query");
        assert_eq!(refused.faults(), [fault], "{query}");
    }
    // A cursor belongs to its queue.
    app.accepted("Hana").await;
    app.accepted("Ari").await;
    let page = app.as_(LEAD).get("/v1/work-list?queue=new_to_me&limit=1").await.expect(200);
    let cursor = page.json["nextCursor"].as_str().expect("more").to_owned();
    let path = format!("/v1/work-list?queue=overdue&limit=1&cursor={cursor}");
    app.as_(LEAD).get(&path).await.refused(422, "invalid_cursor");
}
