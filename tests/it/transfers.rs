//! Transfers: a case goes from one provider to another, and its reach with it in one instant.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::given::closure;
use crate::support::{Answer, TestApp, on_both};

const GIVER: &str = "workflow-lead";
const RECEIVER: &str = "workflow-lead-2";

fn offer(app: &TestApp) -> Value {
    json!({ "toProviderId": app.world.other_provider, "reason": "The family moved." })
}

async fn offered(app: &TestApp, case: &str) -> String {
    app.step(GIVER, case, "transfers", offer(app)).await.expect(201).id()
}

async fn decide(app: &TestApp, who: &str, transfer: &str, outcome: &str) -> Answer {
    let words = (outcome == "declined").then_some("Too far.");
    let body = json!({ "outcome": outcome, "comment": words });
    app.as_(who).post(&format!("/v1/transfers/{transfer}/decision"), body).await
}

fn note() -> Value {
    json!({ "occurredAt": "2026-03-16T00:00:00Z", "visibility": "private", "comment": "A word." })
}

#[on_both]
async fn an_accepted_case_is_the_receivers_in_one_instant(app: TestApp) {
    let (referral, case) = app.assigned("Hana").await;
    let student =
        app.as_(GIVER).get(&format!("/v1/cases/{case}")).await.expect(200).json["student"]["id"]
            .clone();
    let student = format!("/v1/students/{}", student.as_str().unwrap());
    app.step("case-manager", &case, "notes", note()).await.expect(201);
    let transfer = offered(&app, &case).await;
    let path = format!("/v1/cases/{case}");
    app.as_(RECEIVER).get(&path).await.refused(404, "not_found");
    let seen = app.as_(RECEIVER).get(&format!("/v1/transfers/{transfer}")).await.expect(200);
    assert!(!seen.text.contains("Hana"), "{}", seen.text);
    decide(&app, RECEIVER, &transfer, "accepted").await.expect(200);
    let file = app.as_(RECEIVER).get(&path).await.expect(200);
    assert_eq!(
        (&file.json["status"], &file.json["provider"]["code"]),
        (&json!("unassigned"), &json!("P02"))
    );
    assert!(file.text.contains("A word."), "the whole file goes over");
    app.as_(RECEIVER).get(&student).await.expect(200);
    app.as_(RECEIVER).get(&format!("/v1/referrals/{referral}")).await.expect(200);
    for who in [GIVER, "case-manager"] {
        app.as_(who).get(&path).await.refused(404, "not_found");
        app.as_(who).get(&student).await.refused(404, "not_found");
    }
    // Both sides keep an account of it.
    for who in [GIVER, RECEIVER] {
        let kept = app.as_(who).get("/v1/transfers?status=accepted").await.expect(200);
        assert_eq!(kept.json["items"][0]["id"], json!(transfer));
    }
    assert_eq!(app.count("case_assignment", "ended_at IS NULL").await, 0);
}

#[on_both]
async fn open_tasks_go_over_as_nobodys(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let (open, done) =
        (app.task("case-manager", &case).await, app.task("case-manager", &case).await);
    let finish = json!({ "outcome": "done" });
    app.step("case-manager", &case, &format!("tasks/{done}/completion"), finish).await.expect(200);
    let path = |task: &str| format!("/v1/cases/{case}/tasks/{task}");
    let transfer = offered(&app, &case).await;
    decide(&app, RECEIVER, &transfer, "declined").await.expect(200);
    assert_eq!(app.as_(GIVER).get(&path(&open)).await.json["assigneeName"], "case manager");
    let transfer = offered(&app, &case).await;
    decide(&app, RECEIVER, &transfer, "accepted").await.expect(200);
    let seen = app.as_(RECEIVER).get(&path(&open)).await.expect(200);
    assert_eq!((&seen.json["assigneeId"], &seen.json["status"]), (&Value::Null, &json!("open")));
    assert_eq!(seen.json["version"], 2);
    // The people who took each step are still named.
    let kept = app.as_(RECEIVER).get(&path(&done)).await.expect(200);
    assert_eq!(kept.json["assigneeName"], "case manager");
    let lost = "subject_kind = 'task' AND version = 2 AND field = 'assigneeId'";
    assert_eq!(app.count("field_change", lost).await, 1);
    assert_eq!(
        (
            app.count("event", "kind = 'task.changed'").await,
            app.count("case_entry", "kind = 'task'").await
        ),
        (1, 4)
    );
    let own = app.as_(RECEIVER).get("/v1/work-list/counts?withinDays=10").await.expect(200);
    let due = own.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["queue"] == "due_soon")
        .unwrap()
        .clone();
    assert_eq!(due["count"], 1, "a lead sees what nobody has");
}

#[on_both]
async fn a_transfer_is_answered_once_and_by_its_receiver(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let transfer = offered(&app, &case).await;
    app.step(GIVER, &case, "transfers", offer(&app))
        .await
        .refused(409, "transfer_already_requested");
    app.step(GIVER, &case, "closure", closure()).await.refused(409, "transfer_already_requested");
    decide(&app, GIVER, &transfer, "accepted").await.refused(409, "not_the_receiver");
    decide(&app, "workflow-lead-s", &transfer, "accepted").await.refused(404, "not_found");
    let cancel = format!("/v1/transfers/{transfer}/cancellation");
    app.as_(RECEIVER).post(&cancel, json!({})).await.refused(409, "not_the_giver");
    decide(&app, RECEIVER, &transfer, "declined").await.expect(200);
    decide(&app, RECEIVER, &transfer, "accepted").await.refused(409, "transfer_already_decided");
    app.as_(GIVER).post(&cancel, json!({})).await.refused(409, "transfer_already_decided");
    let again = offered(&app, &case).await;
    let cancelled = app
        .as_(GIVER)
        .post(&format!("/v1/transfers/{again}/cancellation"), json!({}))
        .await
        .expect(200);
    assert_eq!(cancelled.json["status"], "cancelled");
    app.as_(GIVER).get(&format!("/v1/cases/{case}")).await.expect(200);
}

#[on_both]
async fn a_case_goes_only_to_a_provider_that_serves_its_school(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let to = |id: Value| json!({ "toProviderId": id, "reason": "x" });
    let own = app.step(GIVER, &case, "transfers", to(json!(app.world.provider))).await;
    own.refused(409, "transfer_to_same_provider");
    let nobody = app.step(GIVER, &case, "transfers", to(json!(app.world.case_manager))).await;
    assert_eq!(nobody.faults(), ["/toProviderId unknown"]);
    let team = to(json!("01900000-0000-7000-8000-000000000003"));
    app.step(GIVER, &case, "transfers", team).await.refused(409, "team_of_another_school");
    app.step(GIVER, &app.closed("Ari").await, "transfers", offer(&app))
        .await
        .refused(409, "case_closed");
}

#[on_both]
async fn a_team_takes_who_is_at_its_school_now(app: TestApp) {
    let team = json!({ "toProviderId": "01900000-0000-7000-8000-000000000003", "reason": "Their own team." });
    let moved = async |case: &str, to: &str| {
        let file = app.as_(GIVER).get(&format!("/v1/cases/{case}")).await.expect(200);
        let student = file.json["student"]["id"].as_str().expect("a student").to_owned();
        let path = format!("/v1/students/{student}/school-changes");
        app.as_(GIVER).post(&path, json!({ "schoolNumber": to })).await.expect(200);
    };
    let case = app.assigned("Hana").await.1;
    moved(&case, crate::given::SCHOOL_WITH_TEAM).await;
    let transfer = app.step(GIVER, &case, "transfers", team.clone()).await.expect(201).id();
    // Meanwhile the student is back, and the team has nothing to do with them any more.
    moved(&case, crate::given::SCHOOL).await;
    decide(&app, "workflow-lead-s", &transfer, "accepted")
        .await
        .refused(409, "team_of_another_school");
    decide(&app, "workflow-lead-s", &transfer, "declined").await.expect(200);
    app.step(GIVER, &case, "transfers", team.clone()).await.refused(409, "team_of_another_school");
    moved(&case, crate::given::SCHOOL_WITH_TEAM).await;
    let transfer = app.step(GIVER, &case, "transfers", team).await.expect(201).id();
    decide(&app, "workflow-lead-s", &transfer, "accepted").await.expect(200);
    let told = "kind = 'transfer.accepted' AND user_id = (SELECT id FROM user_account WHERE subject = 'case-manager') AND case_id IS NOT NULL";
    assert_eq!(app.count("notification", told).await, 1);
}

#[on_both]
async fn who_declines_says_why(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let transfer = offered(&app, &case).await;
    let path = format!("/v1/transfers/{transfer}/decision");
    let refused = app.as_(RECEIVER).post(&path, json!({ "outcome": "declined" })).await;
    assert_eq!((refused.status, refused.faults()), (422, vec!["/comment required".to_owned()]));
}

#[on_both]
async fn a_case_of_a_school_with_a_team_goes_to_the_team_and_back(app: TestApp) {
    let body = crate::given::with(
        crate::given::referral("Hana"),
        "/schoolNumber",
        json!(crate::given::SCHOOL_WITH_TEAM),
    );
    let referral = app.as_("office-support-t").post("/v1/referrals", body).await.expect(201).id();
    let decided = app.decide(&referral, json!({ "outcome": "accepted" })).await.expect(200);
    let case = decided.json["caseId"].as_str().unwrap().to_owned();
    let team = json!({ "toProviderId": "01900000-0000-7000-8000-000000000003", "reason": "Their own team." });
    let transfer = app.step(GIVER, &case, "transfers", team).await.expect(201).id();
    decide(&app, "workflow-lead-s", &transfer, "accepted").await.expect(200);
    let own = app.as_("workflow-lead-s").get("/v1/cases?includeTotal=true").await.expect(200);
    assert_eq!(own.json["total"], 1);
    let back = json!({ "toProviderId": app.world.provider, "reason": "Beyond us." });
    let transfer = app.step("workflow-lead-s", &case, "transfers", back).await.expect(201).id();
    decide(&app, GIVER, &transfer, "accepted").await.expect(200);
    app.as_("workflow-lead-s").get(&format!("/v1/cases/{case}")).await.refused(404, "not_found");
}

#[on_both]
async fn of_many_answers_at_once_one_wins(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let transfer = offered(&app, &case).await;
    let accept = || decide(&app, RECEIVER, &transfer, "accepted");
    let decline = || decide(&app, RECEIVER, &transfer, "declined");
    let (a, b, c, d) = tokio::join!(accept(), decline(), accept(), decline());
    let won = [a, b, c, d].iter().filter(|answer| answer.status == 200).count();
    assert_eq!(won, 1);
    assert_eq!(app.count("event", "kind IN ('transfer.accepted', 'transfer.declined')").await, 1);
}

#[on_both]
async fn every_write_belongs_to_the_owner_at_its_commit(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let moves = async {
        for round in 0..100 {
            let (from, to, id) = if round % 2 == 0 {
                (GIVER, RECEIVER, app.world.other_provider)
            } else {
                (RECEIVER, GIVER, app.world.provider)
            };
            let offer = json!({ "toProviderId": id, "reason": "Back and forth." });
            let transfer = app.step(from, &case, "transfers", offer).await.expect(201).id();
            decide(&app, to, &transfer, "accepted").await.expect(200);
        }
    };
    let done = std::cell::Cell::new(false);
    let writers = (0..8).map(|n| {
        let (app, case, done) = (&app, &case, &done);
        async move {
            let who = if n % 2 == 0 { GIVER } else { RECEIVER };
            let (mut kept, mut refused) = (0, 0);
            while !done.get() {
                let answer = app.step(who, case, "notes", note()).await;
                match answer.status {
                    201 => kept += 1,
                    404 => refused += 1,
                    other => panic!("{other}: {}", answer.text),
                }
            }
            (kept, refused)
        }
    });
    let moving = async {
        moves.await;
        done.set(true);
    };
    let (written, ()) = tokio::join!(join_all(writers), moving);
    let kept: i64 = written.iter().map(|(kept, _)| kept).sum();
    let refused: i64 = written.iter().map(|(_, refused)| refused).sum();
    assert!(kept > 0 && refused > 0, "{kept} kept, {refused} refused");
    assert_eq!(app.count("case_entry", "kind = 'note'").await, kept);
    // The author's provider is the one that was responsible when the entry was written.
    let foreign = "kind = 'note' AND NOT EXISTS (SELECT 1 FROM appointment a \
         WHERE a.user_id = case_entry.recorded_by AND a.provider_id = case_entry.provider_id)";
    assert_eq!(app.count("case_entry", foreign).await, 0);
}
