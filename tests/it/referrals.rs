//! The life of a referral, as its sender, its provider and the Ministry see it.

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement, TransactionTrait};
use serde_json::json;

use crate::given::{self, with};
use crate::support::{On, TestApp, on_both};

/// Until a call waits for a lock. On SQLite every call waits for the one that writes.
async fn somebody_waits(app: &TestApp, db: &DatabaseConnection) {
    let sql = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let waiting = Statement::from_string(db.get_database_backend(), sql);
    for _ in 0..10_000 {
        if app.on == On::Sqlite
            || db.query_one_raw(waiting.clone()).await.expect("an answer").is_some()
        {
            return;
        }
    }
    panic!("nobody waited");
}

#[on_both]
async fn a_provider_decides_only_on_what_it_has_and_withdraws_only_what_it_sent(app: TestApp) {
    let own = app
        .as_("workflow-lead")
        .post("/v1/referrals", given::referral("Sent by P01"))
        .await
        .expect(201);
    let to = app.world.other_provider;
    let team = json!({ "outcome": "redirected", "reasonCode": "other_catchment", "providerId": "01900000-0000-7000-8000-000000000003" });
    app.decide(&own.id(), team).await.refused(409, "team_of_another_school");
    let decision =
        json!({ "outcome": "redirected", "reasonCode": "other_catchment", "providerId": to });
    let redirected = app.decide(&own.id(), decision).await.expect(200);
    let there = format!("/v1/referrals/{}", redirected.json["successorId"].as_str().unwrap());
    let accept = json!({ "outcome": "accepted" });
    app.as_("workflow-lead")
        .post(&format!("{there}/decision"), accept)
        .await
        .refused(404, "not_found");

    let of_school = app.submitted("Sent by the school").await.id();
    let path = format!("/v1/referrals/{of_school}/withdrawal");
    let reason = json!({ "reasonCode": "attendance_improved" });
    app.as_("workflow-lead").post(&path, reason.clone()).await.refused(404, "not_found");
    let withdrawn = app.as_("office-support").post(&path, reason).await.expect(200);
    assert_eq!(withdrawn.json["withdrawalReason"], "attendance_improved");
}

#[on_both]
async fn what_only_was_validated_or_replayed_leaves_a_trace(app: TestApp) {
    let office = app.as_("office-support");
    office.post("/v1/referrals?validateOnly=true", given::referral("Traced")).await.expect(200);
    assert_eq!(app.count("audit_entry", "subject_kind = 'validated_request'").await, 1);
    for _ in 0..2 {
        office.post_keyed("/v1/referrals", "k", given::referral("Traced")).await.expect(201);
    }
    assert_eq!(app.count("audit_entry", "subject_kind = 'replayed_answer'").await, 1);
}

#[on_both]
async fn a_push_becomes_a_referral_with_receipt_and_advice(app: TestApp) {
    let created = app.submitted("Āria").await;
    let id = created.id();
    assert_eq!(created.header("location"), Some(format!("/v1/referrals/{id}").as_str()));
    assert_eq!(created.json["status"], "submitted");
    assert_eq!(created.json["referralDate"], "2026-03-16");
    assert_eq!(created.json["matchedBy"], "created");
    assert_eq!(created.json["provider"]["code"], "P01");
    assert_eq!(created.json["waitingPosition"], 1);
    let assessment = &created.json["assessment"];
    assert_eq!(assessment["advice"], "consider");
    assert_eq!(assessment["circumstances"], json!(["chronically_absent"]));
    assert_eq!(assessment["baseline"]["term"], "2026-1");
    assert_eq!(assessment["ruleVersion"], "eligibility-2026-1");
}

#[on_both]
async fn the_waiting_position_counts_those_before(app: TestApp) {
    let first = app.submitted("One").await.id();
    let second = app.submitted("Two").await;
    assert_eq!(second.json["waitingPosition"], 2);
    app.decide(&first, json!({ "outcome": "accepted" })).await.expect(200);
    let path = format!("/v1/referrals/{}", second.id());
    let read = app.as_("office-support").get(&path).await.expect(200);
    assert_eq!(read.json["waitingPosition"], 1);
}

#[on_both]
async fn an_accepted_referral_opens_a_case_that_its_sender_does_not_see(app: TestApp) {
    let (referral, case) = app.accepted("Hemi").await;
    let lead = app.as_("workflow-lead").get(&format!("/v1/cases/{case}")).await.expect(200);
    assert_eq!(lead.json["number"], "AS-2026-000001");
    assert_eq!(lead.json["status"], "unassigned");
    let path = format!("/v1/referrals/{referral}");
    let sender = app.as_("office-support").get(&path).await.expect(200);
    assert_eq!(sender.json["outcomeCategory"], "being_supported");
    assert_eq!((&sender.json["caseId"], &sender.json["caseNumber"]), (&json!(null), &json!(null)));
    app.as_("office-support").get(&format!("/v1/cases/{case}")).await.refused(403, "role_may_not");
}

#[on_both]
async fn a_referral_is_decided_once(app: TestApp) {
    let id = app.submitted("Mere").await.id();
    app.decide(&id, json!({ "outcome": "accepted" })).await.expect(200);
    let declined = json!({ "outcome": "declined", "reasonCode": "outside_age_range" });
    app.decide(&id, declined).await.refused(409, "referral_already_decided");
}

#[on_both]
async fn of_two_decisions_at_once_one_wins(app: TestApp) {
    let id = app.submitted("Tama").await.id();
    let accept = || app.decide(&id, json!({ "outcome": "accepted" }));
    let (first, second) = tokio::join!(accept(), accept());
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(app.count("attendance_case", "1 = 1").await, 1);
}

#[on_both]
async fn referrals_of_one_student_accepted_at_once_share_one_case(app: TestApp) {
    let mut waiting = Vec::new();
    // A student waits once at a school, of each kind.
    for body in [given::referral("Aroha"), given::non_enrolment("Aroha")] {
        for (school, office) in [(given::SCHOOL, "office-support"), ("9002", "office-support-t")] {
            let body = with(body.clone(), "/schoolNumber", json!(school));
            waiting.push(app.as_(office).post("/v1/referrals", body).await.expect(201).id());
        }
    }
    let accepted = waiting.iter().map(|id| app.decide(id, json!({ "outcome": "accepted" })));
    let answers = futures_util::future::join_all(accepted).await;
    let cases: std::collections::BTreeSet<String> =
        answers.into_iter().map(|answer| answer.expect(200).json["caseId"].to_string()).collect();
    assert_eq!(cases.len(), 1, "{cases:?}");
    assert_eq!(app.count("attendance_case", "1 = 1").await, 1);
    assert_eq!(app.count("referral", "status = 'accepted'").await, 4);
}

#[on_both]
async fn every_outcome_says_why(app: TestApp) {
    for (decision, place) in [
        (json!({ "outcome": "declined" }), "/reasonCode required"),
        (json!({ "outcome": "returned" }), "/comment required"),
        (
            json!({ "outcome": "redirected", "reasonCode": "other_catchment" }),
            "/providerId required",
        ),
        (
            json!({ "outcome": "declined", "reasonCode": "no_such_reason" }),
            "/reasonCode unknown_code",
        ),
    ] {
        let id = app.submitted(place).await.id();
        let refused = app.decide(&id, decision).await;
        refused.refused(422, "invalid_body");
        assert_eq!(refused.faults(), [place]);
    }
}

#[on_both]
async fn a_returned_referral_is_submitted_again(app: TestApp) {
    let id = app.submitted("Kiri").await.id();
    let missing = json!({ "outcome": "returned", "comment": "Which days?" });
    let returned = app.decide(&id, missing).await.expect(200);
    assert_eq!(returned.json["decisions"][0]["comment"], "Which days?");
    let again = json!({ "supportRequest": given::referral("Kiri")["supportRequest"] });
    let again = with(again, "/supportRequest/reason", json!("Away most Mondays and Fridays."));
    let path = format!("/v1/referrals/{id}/submission");
    let sent = app.as_("office-support").post(&path, again.clone()).await.expect(200);
    assert_eq!(sent.json["status"], "submitted");
    assert_eq!(sent.json["supportRequest"]["reason"], "Away most Mondays and Fridays.");
    assert_eq!(sent.json["decisions"].as_array().unwrap().len(), 1);
    app.as_("office-support").post(&path, again).await.refused(409, "referral_not_returned");
}

#[on_both]
async fn the_sender_takes_a_referral_back_while_nobody_works_on_it(app: TestApp) {
    let reason = json!({ "reasonCode": "attendance_improved" });
    let id = app.submitted("Ana").await.id();
    let path = format!("/v1/referrals/{id}/withdrawal");
    let withdrawn = app.as_("office-support").post(&path, reason.clone()).await.expect(200);
    assert_eq!(withdrawn.json["status"], "withdrawn");
    let (accepted, _) = app.accepted("Rangi").await;
    let path = format!("/v1/referrals/{accepted}/withdrawal");
    app.as_("office-support").post(&path, reason).await.refused(409, "referral_not_withdrawable");
}

#[on_both]
async fn a_redirected_referral_goes_on_at_the_other_provider(app: TestApp) {
    let id = app.submitted("Wiremu").await.id();
    let to = app.world.other_provider;
    let decision =
        json!({ "outcome": "redirected", "reasonCode": "other_catchment", "providerId": to });
    let redirected = app.decide(&id, decision).await.expect(200);
    let successor = redirected.json["successorId"].as_str().unwrap().to_owned();
    let there =
        app.as_("workflow-lead-2").get(&format!("/v1/referrals/{successor}")).await.expect(200);
    assert_eq!(there.json["predecessorId"], id.as_str());
    assert_eq!(there.json["status"], "submitted");
    app.as_("workflow-lead")
        .get(&format!("/v1/referrals/{successor}"))
        .await
        .refused(404, "not_found");
    let own = json!({ "outcome": "redirected", "reasonCode": "other_catchment", "providerId": to });
    let path = format!("/v1/referrals/{successor}/decision");
    app.as_("workflow-lead-2").post(&path, own).await.refused(409, "already_with_provider");
}

#[on_both]
async fn a_case_tells_which_referral_opened_it_and_which_joined(app: TestApp) {
    let first = app.submitted("Moana").await.id();
    let elsewhere = with(given::referral("Moana"), "/schoolNumber", json!("9002"));
    let waiting =
        app.as_("office-support-t").post("/v1/referrals", elsewhere).await.expect(201).id();
    let decided = app.decide(&first, json!({ "outcome": "accepted" })).await.expect(200);
    let case = decided.json["caseId"].as_str().expect("a case").to_owned();
    let to = json!({ "caseManagerId": app.world.case_manager });
    app.as_("workflow-lead").post(&format!("/v1/cases/{case}/assignment"), to).await.expect(200);
    let timeline = format!("/v1/cases/{case}/timeline?kind=referral");
    let told = async |who: &str| {
        let entries = app.as_(who).get(&timeline).await.expect(200).json;
        let entries = entries["items"].as_array().unwrap().clone();
        entries
            .into_iter()
            .map(|entry| entry["details"].clone())
            .collect::<Vec<serde_json::Value>>()
    };
    let opened = json!({ "type": "referral", "referralId": first, "openedCase": true });
    assert_eq!(told("attendance-lead").await, std::slice::from_ref(&opened));
    let path = format!("/v1/cases/{case}");
    let before = app.as_("attendance-lead").get(&path).await.expect(200);

    app.decide(&waiting, json!({ "outcome": "accepted" })).await.expect(200);
    let sent = app.submitted("Moana").await.id();
    let joined = |id: &str| json!({ "type": "referral", "referralId": id, "openedCase": false });
    let all = [joined(&sent), joined(&waiting), opened.clone()];
    assert_eq!(told("case-manager").await, all);
    // Another school may have sent them: the first one sees no trace.
    assert_eq!(told("attendance-lead").await, [opened]);
    let after = app.as_("attendance-lead").get(&path).await.expect(200);
    assert_eq!((before.header("etag"), &before.text), (after.header("etag"), &after.text));
    assert_eq!(app.count("notification", "kind = 'case.joined'").await, 2);
}

#[on_both]
async fn a_case_that_closes_at_that_moment_is_not_joined(app: TestApp) {
    app.accepted("Moana").await;
    let db = app.database().await;
    let closing = db.begin().await.expect("a transaction");
    let close = "UPDATE attendance_case SET status = 'closed', closed_at = opened_at, closure_reason = 'goals_met'";
    closing.execute_unprepared(close).await.expect("closed");
    let office = app.as_("office-support");
    let (sent, ()) = tokio::join!(office.post("/v1/referrals", given::referral("Moana")), async {
        somebody_waits(&app, &db).await;
        closing.commit().await.expect("closed");
    });
    // Where the case could be read before it closed, the sender is asked to try again.
    let sent = if sent.status == 503 {
        office.post("/v1/referrals", given::referral("Moana")).await
    } else {
        sent
    };
    assert_eq!(sent.expect(201).json["status"], "submitted");
    assert_eq!(app.count("referral", "case_id IS NOT NULL").await, 1);
}

#[on_both]
async fn a_student_in_an_open_case_joins_it(app: TestApp) {
    let (_, case) = app.accepted("Moana").await;
    let joined = app.submitted("Moana").await;
    assert_eq!(joined.json["status"], "accepted");
    assert_eq!(joined.json["matchedBy"], "name_and_birth_date");
    assert_eq!(joined.json["assessment"]["circumstances"], json!(["already_in_open_case"]));
    let path = format!("/v1/referrals/{}", joined.id());
    let lead = app.as_("workflow-lead").get(&path).await.expect(200);
    assert_eq!(lead.json["caseId"], case.as_str());
    assert_eq!(app.count("attendance_case", "1 = 1").await, 1);
}

#[on_both]
async fn who_may_not_be_referred_is_refused_with_every_reason(app: TestApp) {
    let body = with(given::referral("Tama"), "/student/birthDate", json!("2000-01-01"));
    let attendance = json!([{ "term": "2026-1", "possibleHalfDays": 60, "presentHalfDays": 50 }]);
    let body = with(body, "/supportRequest/attendance", attendance);
    let refused = app.as_("office-support").post("/v1/referrals", body).await;
    refused.refused(422, "not_eligible");
    assert_eq!(
        refused.faults(),
        [
            "/student/birthDate outside_age_range",
            "/supportRequest/attendance/0 not_chronically_absent",
        ]
    );
    let told = refused.json["errors"].to_string();
    for figures in [
        "50 of 60 half-days",
        "2026-1",
        "83.33 %",
        "70 %",
        "26 years",
        "5 to 16",
        "eligibility-2026-1",
    ] {
        assert!(told.contains(figures), "{figures}: {told}");
    }
    assert_eq!(app.count("student", "1 = 1").await, 0);
}

#[on_both]
async fn validate_only_checks_everything_and_keeps_nothing(app: TestApp) {
    let office = app.as_("office-support");
    let path = "/v1/referrals?validateOnly=true";
    let checked = office.post(path, given::referral("Nobody")).await.expect(200);
    assert_eq!(checked.json["assessment"]["advice"], "consider");
    assert_eq!(checked.header("location"), None);
    let bad = with(given::referral("Nobody"), "/schoolNumber", json!("9998"));
    office.post(path, bad).await.refused(422, "invalid_body");
    let events = "subject_kind = 'referral'";
    for (table, rows) in [("referral", "1 = 1"), ("student", "1 = 1"), ("event", events)] {
        assert_eq!(app.count(table, rows).await, 0, "{table}");
    }
}

#[on_both]
async fn lists_show_what_single_reads_would_newest_first(app: TestApp) {
    for name in ["One", "Two", "Three"] {
        app.submitted(name).await;
    }
    let office = app.as_("office-support");
    let first = office.get("/v1/referrals?limit=2&includeTotal=true").await.expect(200);
    assert_eq!(first.json["total"], 3);
    let names = |answer: &crate::support::Answer| -> Vec<String> {
        let items = answer.json["items"].as_array().unwrap();
        items
            .iter()
            .map(|item| item["student"]["givenNames"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(&first), ["Three", "Two"]);
    let link = first.header("link").unwrap();
    let next = link.trim_start_matches('<').split('>').next().unwrap();
    let second = office.get(next).await.expect(200);
    assert_eq!(
        (names(&second), &second.json["nextCursor"]),
        (vec!["One".to_owned()], &json!(null))
    );
    let none = app.as_("office-support-2").get("/v1/referrals?includeTotal=true").await.expect(200);
    assert_eq!((none.json["items"].as_array().unwrap().len(), &none.json["total"]), (0, &json!(0)));
}

#[on_both]
async fn a_cursor_belongs_to_its_caller_its_list_and_its_filters(app: TestApp) {
    for name in ["One", "Two"] {
        app.submitted(name).await;
    }
    let first = app.as_("office-support").get("/v1/referrals?limit=1").await.expect(200);
    let cursor = first.json["nextCursor"].as_str().unwrap().to_owned();
    let page = |filter: &str| format!("/v1/referrals?{filter}cursor={cursor}");
    app.as_("office-support").get(&page("")).await.expect(200);
    app.as_("attendance-lead").get(&page("")).await.refused(422, "invalid_cursor");
    app.as_("office-support").get(&page("status=submitted&")).await.refused(422, "invalid_cursor");
    let changed = format!("{}A", &cursor[..cursor.len() - 1]);
    let path = format!("/v1/referrals?cursor={changed}");
    app.as_("office-support").get(&path).await.refused(422, "invalid_cursor");
    app.as_("workflow-lead")
        .get(&format!("/v1/cases?cursor={cursor}"))
        .await
        .refused(422, "invalid_cursor");
}
