//! Barriers: what keeps a student from school, from found to removed, and what the school sees.

use serde_json::{Value, json};

use crate::given::{closure, with};
use crate::support::{Answer, TestApp, on_both};

const LEAD: &str = "workflow-lead";
const MANAGER: &str = "case-manager";

fn transport() -> Value {
    json!({ "code": "transport", "severity": "high", "comment": "No bus since March." })
}

async fn moved(app: &TestApp, case: &str, barrier: &str, body: Value) -> Answer {
    app.step(MANAGER, case, &format!("barriers/{barrier}/status"), body).await
}

#[on_both]
async fn a_barrier_is_found_today_or_on_a_day_before(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let barrier = app.step(MANAGER, &case, "barriers", transport()).await.expect(201);
    assert_eq!(
        (&barrier.json["status"], &barrier.json["identifiedOn"]),
        (&json!("identified"), &json!("2026-03-16"))
    );
    assert_eq!((&barrier.json["resolvedOn"], &barrier.json["moves"]), (&Value::Null, &json!([])));
    let place = barrier.header("location").expect("a place").to_owned();
    let read = app.as_(LEAD).get(&place).await.expect(200);
    assert_eq!((read.header("etag"), &read.text), (barrier.header("etag"), &barrier.text));
    let earlier = with(transport(), "/identifiedOn", json!("2026-02-20"));
    let earlier = app.step(MANAGER, &case, "barriers", earlier).await.expect(201);
    assert_eq!(earlier.json["identifiedOn"], "2026-02-20");
    for (body, fault) in [
        (with(transport(), "/identifiedOn", json!("2026-03-17")), "/identifiedOn in_the_future"),
        (with(transport(), "/code", json!("no_such_code")), "/code unknown_code"),
        (with(transport(), "/severity", json!("worst")), "/severity not_one_of"),
    ] {
        let refused = app.step(MANAGER, &case, "barriers", body).await;
        assert_eq!((refused.status, refused.faults()), (422, vec![fault.to_owned()]));
    }
    assert_eq!(app.count("barrier", "1 = 1").await, 2);
}

#[on_both]
async fn a_barrier_is_addressed_resolved_and_comes_back_with_words(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let barrier = app.barrier(MANAGER, &case).await;
    let addressed = json!({ "status": "being_addressed", "comment": "Asked the council." });
    let first = moved(&app, &case, &barrier, addressed).await.expect(200);
    assert_eq!(first.json["status"], "being_addressed");
    moved(&app, &case, &barrier, json!({ "status": "being_addressed" }))
        .await
        .refused(409, "barrier_already_there");
    app.set_time("2026-03-20T00:00:00Z");
    let resolved = moved(&app, &case, &barrier, json!({ "status": "resolved" })).await.expect(200);
    assert_eq!(
        (&resolved.json["status"], &resolved.json["resolvedOn"]),
        (&json!("resolved"), &json!("2026-03-20"))
    );
    moved(&app, &case, &barrier, json!({ "status": "resolved" }))
        .await
        .refused(409, "barrier_already_there");
    let silent = moved(&app, &case, &barrier, json!({ "status": "being_addressed" })).await;
    assert_eq!((silent.status, silent.faults()), (422, vec!["/comment required".to_owned()]));
    let back = json!({ "status": "being_addressed", "comment": "The bus was cut again." });
    let back = moved(&app, &case, &barrier, back).await.expect(200);
    assert_eq!(
        (&back.json["status"], &back.json["resolvedOn"]),
        (&json!("being_addressed"), &Value::Null)
    );
    let moves = back.json["moves"].as_array().unwrap();
    let told: Vec<_> = moves
        .iter()
        .map(|one| (one["status"].as_str().unwrap(), one["comment"].as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("being_addressed", Some("The bus was cut again.")),
            ("resolved", None),
            ("being_addressed", Some("Asked the council.")),
        ]
    );
    assert_eq!(moves[0]["movedByName"], "case manager");
    moved(&app, &case, &barrier, json!({ "status": "identified" }))
        .await
        .refused(422, "invalid_body");
}

#[on_both]
async fn a_barrier_can_be_resolved_at_once(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let barrier = app.barrier(LEAD, &case).await;
    moved(&app, &case, &barrier, json!({ "status": "resolved" })).await.expect(200);
}

#[on_both]
async fn of_two_who_resolve_a_barrier_at_once_one_does(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let barrier = app.barrier(MANAGER, &case).await;
    let body = json!({ "status": "resolved" });
    let (one, two) = tokio::join!(
        moved(&app, &case, &barrier, body.clone()),
        moved(&app, &case, &barrier, body)
    );
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}

#[on_both]
async fn the_school_sees_a_barrier_without_the_words(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let barrier = app.barrier(MANAGER, &case).await;
    let contact = json!({ "primaryContactId": app.world.primary_contact });
    app.step("workflow-lead", &case, "primary-contact", contact).await.expect(200);
    moved(
        &app,
        &case,
        &barrier,
        json!({ "status": "being_addressed", "comment": "Asked the council." }),
    )
    .await
    .expect(200);
    let path = format!("/v1/cases/{case}/barriers");
    for who in ["attendance-lead", "primary-contact"] {
        let school = app.as_(who);
        let listed = school.get(&path).await.expect(200);
        let read = school.get(&format!("{path}/{barrier}")).await.expect(200);
        assert_eq!(listed.json["items"][0], read.json);
        assert_eq!((&read.json["severity"], &read.json["comment"]), (&json!("high"), &Value::Null));
        assert_eq!(
            (&read.json["moves"][0]["status"], &read.json["moves"][0]["comment"]),
            (&json!("being_addressed"), &Value::Null)
        );
        let told = school.get(&format!("/v1/cases/{case}/timeline")).await.expect(200);
        for answer in [listed, read, told] {
            assert!(
                !answer.text.contains("No bus") && !answer.text.contains("council"),
                "{}",
                answer.text
            );
        }
        school.post(&path, transport()).await.refused(403, "role_may_not");
    }
    let own = app.as_(MANAGER).get(&format!("{path}/{barrier}")).await.expect(200);
    assert_eq!(
        (&own.json["comment"], &own.json["moves"][0]["comment"]),
        (&json!("No bus since March."), &json!("Asked the council."))
    );
    app.as_("office-support").get(&path).await.refused(403, "role_may_not");
}

#[on_both]
async fn what_changes_in_words_alone_is_told_to_the_provider_alone(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let path = format!("/v1/cases/{case}/barriers/{}", app.barrier(MANAGER, &case).await);
    let manager = app.as_(MANAGER);
    let timeline = format!("/v1/cases/{case}/timeline?kind=barrier&includeTotal=true");
    let read = manager.get(&path).await.expect(200);
    manager.patch_if(&path, None, json!({})).await.refused(428, "precondition_required");
    let said =
        manager.patch(&path, &read, json!({ "comment": "No bus at all." })).await.expect(200);
    assert_eq!(
        (&said.json["comment"], &said.json["severity"]),
        (&json!("No bus at all."), &json!("high"))
    );
    let seen = app.as_("attendance-lead").get(&timeline).await.expect(200);
    assert_eq!(
        (&seen.json["total"], &seen.json["items"][0]["details"]["what"]),
        (&json!(1), &json!("added"))
    );
    manager.patch(&path, &read, json!({ "severity": "low" })).await.refused(412, "stale");
    let lighter = manager
        .patch(&path, &said, json!({ "severity": "low", "comment": null }))
        .await
        .expect(200);
    assert_eq!(
        (&lighter.json["comment"], &lighter.json["severity"]),
        (&Value::Null, &json!("low"))
    );
    let seen = app.as_("attendance-lead").get(&timeline).await.expect(200);
    assert_eq!(
        (&seen.json["total"], &seen.json["items"][0]["details"]["severity"]),
        (&json!(2), &json!("low"))
    );
    assert_eq!(app.as_(LEAD).get(&timeline).await.json["total"], 3);
    let nothing = manager.patch(&path, &lighter, json!({ "severity": null })).await;
    assert_eq!((nothing.status, nothing.code()), (422, "invalid_body"));
}

#[on_both]
async fn words_that_change_are_no_version_to_the_school(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let barrier = app.barrier(MANAGER, &case).await;
    let all = format!("/v1/cases/{case}/barriers");
    let path = format!("{all}/{barrier}");
    let (manager, school) = (app.as_(MANAGER), app.as_("attendance-lead"));
    let (before, listed) =
        (school.get(&path).await.expect(200), school.get(&all).await.expect(200));
    let read = manager.get(&path).await.expect(200);
    app.set_time("2026-03-16T01:00:00Z");
    let said =
        manager.patch(&path, &read, json!({ "comment": "No bus at all." })).await.expect(200);
    assert_eq!(
        (&said.json["version"], &said.json["updatedAt"]),
        (&json!(2), &json!("2026-03-16T01:00:00Z"))
    );
    let after = school.get(&path).await.expect(200);
    assert_eq!((before.header("etag"), &before.text), (after.header("etag"), &after.text));
    assert_eq!(listed.text, school.get(&all).await.text);
    manager.patch(&path, &read, json!({ "comment": "A bus." })).await.refused(412, "stale");
    // What the school does see is counted for it without the rest.
    let lighter = manager.patch(&path, &said, json!({ "severity": "low" })).await.expect(200);
    let seen = school.get(&path).await.expect(200);
    assert_eq!(
        (&seen.json["version"], &seen.json["updatedAt"]),
        (&json!(2), &lighter.json["updatedAt"])
    );
    assert!(seen.header("etag").unwrap().starts_with("\"2."));
    moved(&app, &case, &barrier, json!({ "status": "resolved" })).await.expect(200);
    let (seen, told) = (school.get(&path).await.expect(200), school.get(&all).await.expect(200));
    assert_eq!((&seen.json["version"], &told.json["items"][0]["version"]), (&json!(3), &json!(3)));
    assert_eq!(manager.get(&path).await.expect(200).json["version"], 4);
}

#[on_both]
async fn a_barrier_of_another_case_is_not_there(app: TestApp) {
    let (one, other) = (app.assigned("Hana").await.1, app.assigned("Ari").await.1);
    let barrier = app.barrier(MANAGER, &one).await;
    let path = format!("/v1/cases/{other}/barriers/{barrier}");
    app.as_(MANAGER).get(&path).await.refused(404, "not_found");
    app.as_(MANAGER).patch_if(&path, Some("*"), json!({})).await.refused(404, "not_found");
    moved(&app, &other, &barrier, json!({ "status": "resolved" })).await.refused(404, "not_found");
    for who in ["workflow-lead-2", "attendance-lead-2"] {
        app.as_(who).get(&format!("/v1/cases/{one}/barriers")).await.refused(404, "not_found");
    }
}

#[on_both]
async fn a_case_closes_when_each_barrier_is_resolved_or_explained(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let (first, second) = (app.barrier(MANAGER, &case).await, app.barrier(MANAGER, &case).await);
    let explained = |barriers: &[&String]| {
        let each = barriers.iter().map(|id| json!({ "barrierId": id, "comment": "They moved." }));
        with(closure(), "/checklist/barriers", each.collect())
    };
    let refused = app.step(MANAGER, &case, "closure", explained(&[&second])).await;
    refused.refused(422, "checklist_unconfirmed");
    assert_eq!(refused.faults(), ["/checklist/barriers unconfirmed"]);
    moved(&app, &case, &first, json!({ "status": "being_addressed" })).await.expect(200);
    app.step(MANAGER, &case, "closure", explained(&[&second]))
        .await
        .refused(422, "checklist_unconfirmed");
    moved(&app, &case, &first, json!({ "status": "resolved" })).await.expect(200);
    app.step(MANAGER, &case, "closure", explained(&[&second])).await.expect(200);
    app.step(LEAD, &case, "closure-approval", json!({})).await.expect(200);
    app.step(LEAD, &case, "barriers", transport()).await.refused(409, "case_closed");
    moved(&app, &case, &second, json!({ "status": "resolved" })).await.refused(409, "case_closed");
    app.as_(LEAD).get(&format!("/v1/cases/{case}/barriers/{second}")).await.expect(200);
}

#[on_both]
async fn a_barrier_that_came_up_after_the_proposal_keeps_the_case_open(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let (known, back) = (app.barrier(MANAGER, &case).await, app.barrier(MANAGER, &case).await);
    moved(&app, &case, &back, json!({ "status": "resolved" })).await.expect(200);
    let explained = |ids: &[&String]| {
        let each = ids.iter().map(|id| json!({ "barrierId": id, "comment": "They moved." }));
        with(closure(), "/checklist/barriers", each.collect())
    };
    let approve = || app.step(LEAD, &case, "closure-approval", json!({}));
    app.step(MANAGER, &case, "closure", explained(&[&known])).await.expect(200);
    let late = app.barrier(LEAD, &case).await;
    approve().await.refused(409, "unexplained_barriers");
    moved(&app, &case, &late, json!({ "status": "resolved" })).await.expect(200);
    let cut = json!({ "status": "being_addressed", "comment": "The bus was cut again." });
    moved(&app, &case, &back, cut).await.expect(200);
    approve().await.refused(409, "unexplained_barriers");
    // Sent back and proposed again with it explained, the closure stands.
    app.step(LEAD, &case, "closure-return", json!({ "comment": "The bus?" })).await.expect(200);
    app.step(MANAGER, &case, "closure", explained(&[&known, &back])).await.expect(200);
    moved(&app, &case, &known, json!({ "status": "being_addressed" })).await.expect(200);
    approve().await.expect(200);
}

/// What the file of a case lists of one more barrier.
fn add_barrier(file: &Answer) -> Value {
    let actions = file.json["allowedActions"].as_array().expect("a list").iter();
    let mut adding = actions.filter(|one| one["action"] == "add_barrier");
    let one = adding.next().expect("it is listed");
    json!([one["allowed"], one["code"]])
}

#[on_both]
async fn a_case_has_no_more_barriers_than_its_closure_can_explain(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    for _ in 0..50 {
        app.barrier(MANAGER, &case).await;
    }
    app.step(MANAGER, &case, "barriers", transport()).await.refused(409, "too_many_barriers");
    // No reader is offered what everybody is refused, and those that are there are worked on.
    for who in [MANAGER, LEAD] {
        let file = app.as_(who).get(&format!("/v1/cases/{case}")).await.expect(200);
        assert_eq!(add_barrier(&file), json!([false, "too_many_barriers"]), "{who}");
    }
    let listed = app.as_(LEAD).get(&format!("/v1/cases/{case}/barriers")).await.expect(200);
    let one = listed.json["items"][0]["id"].as_str().expect("a barrier").to_owned();
    moved(&app, &case, &one, json!({ "status": "resolved" })).await.expect(200);
    let place = format!("/v1/cases/{case}/barriers/{one}");
    let milder = json!({ "severity": "low" });
    app.as_(LEAD).patch_if(&place, Some("*"), milder).await.expect(200);
    app.step(MANAGER, &case, "barriers", transport()).await.refused(409, "too_many_barriers");
    let other = app.assigned("Ari").await.1;
    app.barrier(MANAGER, &other).await;
    let file = app.as_(MANAGER).get(&format!("/v1/cases/{other}")).await.expect(200);
    assert_eq!(add_barrier(&file), json!([true, null]));
    let mut path = format!("/v1/cases/{case}/barriers?limit=30");
    let mut ids = Vec::new();
    loop {
        let page = app.as_(LEAD).get(&path).await.expect(200);
        ids.extend(
            page.json["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| item["id"].as_str().unwrap().to_owned()),
        );
        let Some(cursor) = page.json["nextCursor"].as_str() else { break };
        path = format!("/v1/cases/{case}/barriers?limit=30&cursor={cursor}");
    }
    assert_eq!(ids.len(), 50);
    assert!(ids.is_sorted());
}

#[on_both]
async fn each_change_of_a_barrier_leaves_one_of_each(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let counts = || async {
        (
            app.count("audit_entry", "action = 'casework:write'").await,
            app.count("event", "kind LIKE 'barrier.%'").await,
            app.count("case_entry", "kind = 'barrier'").await,
        )
    };
    let path = format!("/v1/cases/{case}/barriers");
    app.as_(MANAGER).post(&format!("{path}?validateOnly=true"), transport()).await.expect(200);
    let (audits, events, entries) = counts().await;
    assert_eq!((events, entries), (0, 0));
    let first = app.as_(MANAGER).post_keyed(&path, "one", transport()).await.expect(201);
    let again = app.as_(MANAGER).post_keyed(&path, "one", transport()).await.expect(201);
    assert_eq!(first.text, again.text);
    let barrier = first.id();
    assert_eq!(app.count("barrier", "1 = 1").await, 1);
    // The retry left an entry of its own: it showed the record again.
    assert_eq!(counts().await, (audits + 2, 1, 1));
    app.as_(LEAD)
        .patch_if(&format!("{path}/{barrier}"), Some("*"), json!({ "severity": "low" }))
        .await
        .expect(200);
    moved(&app, &case, &barrier, json!({ "status": "resolved" })).await.expect(200);
    assert_eq!(counts().await, (audits + 4, 3, 3));
}
