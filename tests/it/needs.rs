//! Needs: asked for on a case, decided by a second person, paid for, given back and settled.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::funds::{
    self, ADMIN, BUDGET, Holder, LEAD, MANAGER, OTHER_LEAD, approved, asked, contract, need,
    of_p01, on_need, opened, read, refund, spending,
};
use crate::given::{self, SCHOOL_WITH_TEAM, closure, with};
use crate::lifecycle_walks::Dice;
use crate::support::{TestApp, on_both, setting};

fn approval() -> Value {
    json!({ "outcome": "approved" })
}

#[on_both]
async fn a_need_goes_from_the_request_to_the_settlement(app: TestApp) {
    let (contract, fund) = opened(&app).await;
    let case = app.assigned("Hana").await.1;
    let barrier = app.barrier(MANAGER, &case).await;
    let document = app.uploaded(MANAGER, &case, "private").await.id();
    let body = with(need(12_000), "/barrierId", json!(barrier));
    let body = with(body, "/documentIds", json!([document]));
    let asked = app.step(MANAGER, &case, "needs", body).await.expect(201);
    let id = asked.id();
    let shown = &asked.json;
    assert_eq!(
        (&shown["status"], &shown["contractId"], &shown["fundId"], &shown["decideBy"]),
        (&json!("requested"), &json!(contract), &Value::Null, &json!("2026-03-19"))
    );
    assert_eq!((&shown["barrierId"], &shown["documentIds"]), (&json!(barrier), &json!([document])));
    let approved = on_need(&app, LEAD, &id, "decision", approval()).await.expect(200);
    assert_eq!(
        (&approved.json["status"], &approved.json["fundId"], &approved.json["committedCents"]),
        (&json!("approved"), &json!(fund), &json!(12_000))
    );
    // Thirty business days over Easter and Anzac Day.
    assert_eq!(approved.json["settleBy"], "2026-04-30");
    let receipt = with(spending(8_990), "/receiptId", json!(document));
    let spent = on_need(&app, MANAGER, &id, "spending", receipt).await.expect(200);
    assert_eq!(
        (&spent.json["status"], &spent.json["committedCents"], &spent.json["spentCents"]),
        (&json!("part_spent"), &json!(3_010), &json!(8_990))
    );
    let back = on_need(&app, MANAGER, &id, "refunds", refund(990)).await.expect(200);
    assert_eq!(
        (&back.json["committedCents"], &back.json["spentCents"]),
        (&json!(3_010), &json!(8_000))
    );
    let settled = on_need(&app, LEAD, &id, "settlement", Value::Null).await.expect(200);
    assert_eq!(
        (&settled.json["status"], &settled.json["committedCents"]),
        (&json!("settled"), &json!(0))
    );
    let stands = read(&app, &fund).await;
    assert_eq!(
        (&stands["spentCents"], &stands["leftCents"]),
        (&json!(8_000), &json!(BUDGET - 8_000))
    );
    let path = format!("/v1/funds/{fund}/entries");
    let ledger = app.as_(LEAD).get(&path).await.expect(200);
    let kinds: Vec<&str> = ledger.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["release", "refund", "spend", "commitment", "budget"]);
    let read = app.as_(LEAD).get(&format!("/v1/needs/{id}")).await.expect(200);
    assert_eq!((read.header("etag"), &read.text), (settled.header("etag"), &settled.text));
    let listed = app.as_(MANAGER).get(&format!("/v1/needs?caseId={case}")).await.expect(200);
    assert_eq!(listed.json["items"][0]["id"], id);
}

#[on_both]
async fn who_waits_is_told_and_the_school_sees_nothing(app: TestApp) {
    opened(&app).await;
    let case = app.assigned("Hana").await.1;
    let to = json!({ "primaryContactId": app.world.primary_contact });
    app.step("attendance-lead", &case, "primary-contact", to).await.expect(200);
    let told = async |who: &str| {
        let all = app.as_(who).get("/v1/notifications?limit=100").await.expect(200);
        let items = all.json["items"].as_array().unwrap().clone();
        let kinds = items.iter().map(|one| one["kind"].as_str().unwrap().to_owned());
        kinds.filter(|kind| kind.starts_with("need.")).collect::<Vec<_>>()
    };
    let id = asked(&app, &case, 5_000).await;
    assert_eq!(told(LEAD).await, ["need.asked"]);
    on_need(&app, LEAD, &id, "decision", approval()).await.expect(200);
    assert_eq!(told(MANAGER).await, ["need.approved"]);
    on_need(&app, MANAGER, &id, "spending", spending(10)).await.expect(200);
    for who in ["attendance-lead", "primary-contact"] {
        assert_eq!(told(who).await, [""; 0]);
        let timeline = app.as_(who).get(&format!("/v1/cases/{case}/timeline")).await.expect(200);
        assert!(!timeline.text.contains("need"), "{}", timeline.text);
        app.as_(who).get(&format!("/v1/needs/{id}")).await.refused(403, "role_may_not");
        app.step(who, &case, "needs", need(1)).await.refused(403, "role_may_not");
    }
    let timeline = app.as_(MANAGER).get(&format!("/v1/cases/{case}/timeline")).await.expect(200);
    let entries = timeline.json["items"].as_array().unwrap();
    let steps: Vec<&Value> = entries
        .iter()
        .filter(|entry| entry["kind"] == "need")
        .map(|entry| {
            assert_eq!(entry["visibility"], "private");
            &entry["details"]["what"]
        })
        .collect();
    assert_eq!(steps, [&json!("spent"), &json!("approved"), &json!("asked")]);
    app.as_("workflow-lead-2").get(&format!("/v1/needs/{id}")).await.refused(404, "not_found");
    let others = app.as_("case-manager-2").get("/v1/needs").await.expect(200);
    assert_eq!(others.json["items"], json!([]));
    app.as_("ministry-analyst").get(&format!("/v1/needs/{id}")).await.expect(200);
}

/// Text that the provider's people write, which may name somebody.
const NAMING: &str = "Shoes for Hana Tūī";

#[on_both]
async fn the_ministry_reads_no_text_of_the_provider(app: TestApp) {
    crate::bulletins::second_admin(&app).await;
    let contract = contract(&app, of_p01(&app, "ministry_second")).await;
    let fund = funds::fund(&app, &contract, 2026).await;
    let case = app.assigned("Hana").await.1;
    let body = with(need(2_000), "/purpose", json!(NAMING));
    let id = app.step(MANAGER, &case, "needs", body.clone()).await.expect(201).id();
    let decision = json!({ "outcome": "approved", "comment": NAMING });
    let decided = on_need(&app, ADMIN, &id, "decision", decision).await.expect(200);
    assert!(!decided.text.contains(NAMING), "{}", decided.text);
    let bought = with(spending(900), "/supplier", json!(NAMING));
    let bought = with(bought, "/reason", json!(NAMING));
    on_need(&app, MANAGER, &id, "spending", bought).await.expect(200);
    let back = with(refund(100), "/reason", json!(NAMING));
    on_need(&app, MANAGER, &id, "refunds", back).await.expect(200);
    let cancelled = app.step(MANAGER, &case, "needs", body).await.expect(201).id();
    let why = json!({ "comment": NAMING });
    on_need(&app, MANAGER, &cancelled, "cancellation", why).await.expect(200);
    let more = json!({ "amountCents": 500, "reason": "A flood." });
    funds::step(&app, ADMIN, &fund, "overrides", more).await.expect(200);
    let places = [
        format!("/v1/needs/{id}"),
        format!("/v1/needs/{cancelled}"),
        format!("/v1/needs?contractId={contract}"),
        format!("/v1/funds/{fund}/entries?limit=100"),
    ];
    for who in [ADMIN, "ministry-analyst", "auditor"] {
        for place in &places {
            let read = app.as_(who).get(place).await.expect(200);
            assert!(!read.text.contains(NAMING), "{who} {place}: {}", read.text);
            assert!(read.text.contains(r#""textWithheld":true"#), "{who} {place}: {}", read.text);
        }
        let read = app.as_(who).get(&places[0]).await.expect(200);
        assert_eq!(
            (&read.json["purpose"], &read.json["comment"], &read.json["caseId"]),
            (&Value::Null, &Value::Null, &json!(case))
        );
        assert_eq!(
            (&read.json["amountCents"], &read.json["spentCents"], &read.json["category"]),
            (&json!(2_000), &json!(800), &json!("footwear"))
        );
        // The Ministry's own reasons stay.
        let ledger = app.as_(who).get(&places[3]).await.expect(200);
        let entries = ledger.json["items"].as_array().unwrap();
        let own = entries.iter().find(|entry| entry["kind"] == "override").unwrap();
        assert_eq!((&own["reason"], &own["textWithheld"]), (&json!("A flood."), &json!(false)));
        for path in [format!("/v1/funds/{fund}"), format!("/v1/funds/{fund}/report")] {
            let read = app.as_(who).get(&path).await.expect(200);
            assert!(!read.text.contains(NAMING), "{who} {path}: {}", read.text);
        }
        app.as_(who).get(&format!("/v1/cases/{case}/timeline")).await.refused(403, "role_may_not");
        app.as_(who).get(&format!("/v1/cases/{case}/history")).await.refused(403, "role_may_not");
    }
    for (who, place) in [(LEAD, &places[0]), (MANAGER, &places[0]), (LEAD, &places[3])] {
        let read = app.as_(who).get(place).await.expect(200);
        assert!(read.text.contains(NAMING), "{who} {place}: {}", read.text);
        assert!(!read.text.contains(r#""textWithheld":true"#), "{who} {place}: {}", read.text);
    }
}

#[on_both]
async fn nobody_decides_on_their_own_request(app: TestApp) {
    opened(&app).await;
    let case = app.assigned("Hana").await.1;
    let id = app.step(LEAD, &case, "needs", need(1_000)).await.expect(201).id();
    let declined = json!({ "outcome": "declined", "comment": "No." });
    for decision in [approval(), declined] {
        on_need(&app, LEAD, &id, "decision", decision.clone()).await.refused(409, "own_request");
        on_need(&app, ADMIN, &id, "decision", decision).await.refused(409, "provider_decides");
    }
    assert_eq!(app.count("fund_entry", "kind = 'commitment'").await, 0);
    on_need(&app, OTHER_LEAD, &id, "decision", approval()).await.expect(200);
    // Nor does who asked go beyond what somebody else approved.
    on_need(&app, LEAD, &id, "spending", spending(1_001)).await.refused(409, "over_commitment");
    on_need(&app, MANAGER, &id, "spending", spending(1_001)).await.refused(409, "over_commitment");
    let beyond = on_need(&app, OTHER_LEAD, &id, "spending", spending(1_001)).await.expect(200);
    assert_eq!(
        (&beyond.json["committedCents"], &beyond.json["spentCents"]),
        (&json!(0), &json!(1_001))
    );
    let all = spending(BUDGET);
    on_need(&app, OTHER_LEAD, &id, "spending", all).await.refused(409, "over_budget");
}

#[on_both]
async fn the_ministry_decides_where_the_contract_says_so(app: TestApp) {
    crate::bulletins::second_admin(&app).await;
    let contract = contract(&app, of_p01(&app, "ministry_second")).await;
    funds::fund(&app, &contract, 2026).await;
    let case = app.assigned("Hana").await.1;
    let id = asked(&app, &case, 1_000).await;
    on_need(&app, LEAD, &id, "decision", approval()).await.refused(409, "second_person_needed");
    let approved = on_need(&app, ADMIN, &id, "decision", approval()).await.expect(200);
    assert_eq!(approved.json["status"], "approved");
    on_need(&app, LEAD, &id, "spending", spending(1_001)).await.refused(409, "over_commitment");
}

#[on_both]
async fn a_team_of_one_decides_alone_and_the_ministry_reviews_that(app: TestApp) {
    crate::bulletins::second_admin(&app).await;
    let holder = Holder {
        number: "AS-2026-S01",
        organisation: json!("01900000-0000-7000-8000-000000000003"),
        catchments: json!([]),
        school: json!(SCHOOL_WITH_TEAM),
        kind: "in_school",
        policy: "self_with_review",
    };
    let contract = contract(&app, holder).await;
    funds::fund(&app, &contract, 2026).await;
    let body = with(given::referral("Hana"), "/schoolNumber", json!(SCHOOL_WITH_TEAM));
    let body = with(body, "/inSchoolProvision", json!(true));
    let sent = app.as_("office-support-t").post("/v1/referrals", body).await.expect(201).id();
    let lead = app.as_("workflow-lead-s");
    let path = format!("/v1/referrals/{sent}/decision");
    let decided = lead.post(&path, json!({ "outcome": "accepted" })).await.expect(200);
    let case = decided.json["caseId"].as_str().unwrap();
    let id = app.step("workflow-lead-s", case, "needs", need(1_000)).await.expect(201).id();
    let alone = on_need(&app, "workflow-lead-s", &id, "decision", approval()).await.expect(200);
    assert_eq!(
        (&alone.json["review"]["dueOn"], &alone.json["review"]["outcome"]),
        (&json!("2026-03-30"), &Value::Null)
    );
    let waiting = app.as_(ADMIN).get("/v1/needs?reviewToCome=true").await.expect(200);
    assert_eq!(waiting.json["items"][0]["id"], id);
    let silent = on_need(&app, ADMIN, &id, "review", json!({ "outcome": "questioned" })).await;
    assert_eq!((silent.status, silent.faults()), (422, vec!["/comment required".to_owned()]));
    let questioned = json!({ "outcome": "questioned", "comment": "Whose shoes?" });
    on_need(&app, "workflow-lead-s", &id, "review", questioned.clone())
        .await
        .refused(403, "role_may_not");
    on_need(&app, ADMIN, &id, "review", questioned.clone()).await.expect(200);
    on_need(&app, ADMIN, &id, "review", questioned).await.refused(409, "not_in_this_state");
    let read = app.as_("workflow-lead-s").get(&format!("/v1/needs/{id}")).await.expect(200);
    assert_eq!(read.json["review"]["comment"], "Whose shoes?");
    let none = app.as_(ADMIN).get("/v1/needs?reviewToCome=true").await.expect(200);
    assert_eq!(none.json["items"], json!([]));
    // The team spends, gives back and settles by itself.
    on_need(&app, "workflow-lead-s", &id, "spending", spending(900)).await.expect(200);
    on_need(&app, "workflow-lead-s", &id, "settlement", Value::Null).await.expect(200);
}

#[on_both]
async fn last_years_money_is_not_spent_this_year(app: TestApp) {
    let (contract, fund) = opened(&app).await;
    let case = app.assigned("Hana").await.1;
    let of_old_year = approved(&app, &case, 2_000).await;
    let waits = asked(&app, &case, 1_000).await;
    app.set_time("2027-01-11T00:00:00Z");
    // Nothing of 2026 pays for what is approved in 2027.
    on_need(&app, LEAD, &waits, "decision", approval()).await.refused(409, "no_fund");
    let on = |day: &str| with(spending(500), "/spentOn", json!(day));
    let spend = async |day: &str| on_need(&app, MANAGER, &of_old_year, "spending", on(day)).await;
    spend("2027-01-10").await.refused(422, "outside_year");
    spend("2025-12-31").await.refused(422, "outside_year");
    spend("2027-01-12").await.refused(422, "in_the_future");
    let back = with(refund(1), "/refundedOn", json!("2027-01-10"));
    let entries = app.count("fund_entry", "1 = 1").await;
    // What was bought in December is recorded in January.
    spend("2026-12-18").await.expect(200);
    on_need(&app, MANAGER, &of_old_year, "refunds", back).await.refused(422, "outside_year");
    assert_eq!(app.count("fund_entry", "1 = 1").await, entries + 1);
    let next = funds::fund(&app, &contract, 2027).await;
    let decided = on_need(&app, LEAD, &waits, "decision", approval()).await.expect(200);
    assert_eq!(decided.json["fundId"], next);
    assert_eq!(read(&app, &fund).await["committedCents"], 1_500);
    assert_eq!(read(&app, &next).await["committedCents"], 1_000);
}

#[on_both]
async fn what_is_refused_leaves_nothing_behind(app: TestApp) {
    let (_, fund) = opened(&app).await;
    let case = app.assigned("Hana").await.1;
    let id = approved(&app, &case, 1_000).await;
    let waits = asked(&app, &case, 100).await;
    let before = (read(&app, &fund).await, app.count("event", "1 = 1").await);
    on_need(&app, MANAGER, &id, "refunds", refund(1)).await.refused(409, "not_in_this_state");
    on_need(&app, MANAGER, &waits, "spending", spending(1)).await.refused(409, "not_in_this_state");
    on_need(&app, MANAGER, &waits, "settlement", Value::Null)
        .await
        .refused(409, "not_in_this_state");
    on_need(&app, MANAGER, &id, "cancellation", json!({})).await.refused(409, "not_in_this_state");
    on_need(&app, LEAD, &id, "decision", approval()).await.refused(409, "not_in_this_state");
    on_need(&app, ADMIN, &id, "review", json!({ "outcome": "confirmed" }))
        .await
        .refused(409, "not_in_this_state");
    on_need(&app, MANAGER, &id, "decision", approval()).await.refused(403, "role_may_not");
    let unknown = with(spending(1), "/receiptId", json!(app.world.provider));
    let refused = on_need(&app, MANAGER, &id, "spending", unknown).await;
    assert_eq!((refused.status, refused.faults()), (422, vec!["/receiptId unknown".to_owned()]));
    let after = (read(&app, &fund).await, app.count("event", "1 = 1").await);
    assert_eq!(before, after);
    on_need(&app, MANAGER, &id, "spending", spending(600)).await.expect(200);
    on_need(&app, MANAGER, &id, "refunds", refund(601)).await.refused(409, "refund_exceeds_spend");
    assert_eq!(read(&app, &fund).await["spentCents"], 600);
}

#[on_both]
async fn a_request_names_what_is_there(app: TestApp) {
    opened(&app).await;
    let case = app.assigned("Hana").await.1;
    let other = app.accepted("Tama").await.1;
    let unknown = json!(app.world.provider);
    for (pointer, value, fault) in [
        ("/category", json!("yacht"), "/category unknown_code"),
        ("/barrierId", unknown.clone(), "/barrierId unknown"),
        ("/documentIds", json!([unknown]), "/documentIds unknown"),
        // A case that the case manager does not have.
        ("/furtherCaseIds", json!([other]), "/furtherCaseIds unknown"),
        ("/othersSupported", json!(-1), "/othersSupported too_small"),
        ("/purpose", json!(""), "/purpose too_short"),
    ] {
        let refused = app.step(MANAGER, &case, "needs", with(need(1), pointer, value)).await;
        assert_eq!((refused.status, refused.faults()), (422, vec![fault.to_owned()]));
    }
    for (cents, fault) in [
        (json!(0), "/amountCents too_small"),
        (json!(-1), "/amountCents too_small"),
        (json!(100_000_001), "/amountCents too_large"),
        (json!(i64::MIN), "/amountCents too_small"),
        (json!(u64::MAX), "/amountCents too_large"),
        (json!(1.5), "/amountCents wrong_type"),
        (json!("100"), "/amountCents wrong_type"),
        (Value::Null, "/amountCents wrong_type"),
    ] {
        let body = with(need(1), "/amountCents", cents);
        let refused = app.step(MANAGER, &case, "needs", body).await;
        assert_eq!((refused.status, refused.faults()), (422, vec![fault.to_owned()]));
    }
    assert_eq!(app.count("need", "1 = 1").await, 0);
    let id = approved(&app, &case, 1).await;
    for cents in [json!(0), json!(-5), json!(100_000_001)] {
        let spent = with(spending(1), "/amountCents", cents.clone());
        assert_eq!(on_need(&app, MANAGER, &id, "spending", spent).await.status, 422);
        let back = with(refund(1), "/amountCents", cents);
        assert_eq!(on_need(&app, MANAGER, &id, "refunds", back).await.status, 422);
    }
    let silent = on_need(&app, LEAD, &id, "decision", json!({ "outcome": "declined" })).await;
    assert_eq!((silent.status, silent.faults()), (422, vec!["/comment required".to_owned()]));
}

#[on_both]
async fn a_closed_case_asks_for_nothing_and_settles_what_it_has(app: TestApp) {
    opened(&app).await;
    let case = app.assigned("Hana").await.1;
    let id = approved(&app, &case, 1_000).await;
    let waits = asked(&app, &case, 100).await;
    app.step(MANAGER, &case, "closure", closure()).await.expect(200);
    app.step(LEAD, &case, "closure-approval", json!({})).await.expect(200);
    app.step(MANAGER, &case, "needs", need(1)).await.refused(409, "case_closed");
    on_need(&app, LEAD, &waits, "decision", approval()).await.refused(409, "case_closed");
    on_need(&app, MANAGER, &id, "spending", spending(900)).await.expect(200);
    on_need(&app, MANAGER, &id, "settlement", Value::Null).await.expect(200);
    on_need(&app, MANAGER, &waits, "cancellation", json!({})).await.expect(200);
}

#[on_both]
async fn a_provider_without_a_contract_has_no_fund_to_ask(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    app.step(MANAGER, &case, "needs", need(1)).await.refused(422, "outside_contract");
    assert_eq!(app.count("need", "1 = 1").await, 0);
}

#[on_both]
async fn the_money_of_a_case_that_went_elsewhere_stays_with_who_promised_it(app: TestApp) {
    let (_, fund) = opened(&app).await;
    let case = app.assigned("Hana").await.1;
    let id = approved(&app, &case, 1_000).await;
    let waits = asked(&app, &case, 100).await;
    let offer = json!({ "toProviderId": app.world.other_provider, "reason": "They moved." });
    let transfer = app.step(LEAD, &case, "transfers", offer).await.expect(201).id();
    let path = format!("/v1/transfers/{transfer}/decision");
    let accept = json!({ "outcome": "accepted" });
    app.as_("workflow-lead-2").post(&path, accept).await.expect(200);
    on_need(&app, LEAD, &waits, "decision", approval()).await.refused(422, "outside_contract");
    on_need(&app, LEAD, &id, "spending", spending(400)).await.expect(200);
    on_need(&app, LEAD, &id, "settlement", Value::Null).await.expect(200);
    let theirs = app.as_("workflow-lead-2").get("/v1/needs").await.expect(200);
    assert_eq!(theirs.json["items"], json!([]));
    let timeline = app.as_("workflow-lead-2").get(&format!("/v1/cases/{case}/timeline")).await;
    let spent = timeline.json["items"].as_array().unwrap().iter();
    assert_eq!(spent.filter(|entry| entry["details"]["what"] == "spent").count(), 0);
    assert_eq!(read(&app, &fund).await["spentCents"], 400);
}

#[on_both]
async fn a_retry_spends_once(app: TestApp) {
    let (_, fund) = opened(&app).await;
    let case = app.assigned("Hana").await.1;
    let id = approved(&app, &case, 1_000).await;
    let path = format!("/v1/needs/{id}/spending");
    let manager = app.as_(MANAGER);
    let first = manager.post_keyed(&path, "once", spending(300)).await.expect(200);
    let again = manager.post_keyed(&path, "once", spending(300)).await.expect(200);
    assert_eq!(first.text, again.text);
    assert_eq!(read(&app, &fund).await["spentCents"], 300);
}

#[on_both]
async fn a_need_is_on_the_work_list_until_it_is_decided_and_settled(app: TestApp) {
    opened(&app).await;
    let case = app.assigned("Hana").await.1;
    let id = asked(&app, &case, 1_000).await;
    let listed = async |who: &str, queue: &str| {
        let path = format!("/v1/work-list?queue={queue}&withinDays=2");
        let list = app.as_(who).get(&path).await.expect(200);
        let items = list.json["items"].as_array().unwrap().clone();
        let needs =
            items.iter().filter(|item| item["reason"].as_str().unwrap().starts_with("need"));
        needs.map(|item| (item["reason"].clone(), item["dueOn"].clone())).collect::<Vec<_>>()
    };
    let waits = [(json!("need_requested"), json!("2026-03-19"))];
    assert_eq!(listed(LEAD, "awaiting_my_approval").await, waits);
    assert_eq!(listed(MANAGER, "awaiting_my_approval").await, []);
    app.set_time("2026-03-20T00:00:00Z");
    assert_eq!(listed(LEAD, "overdue").await, waits);
    on_need(&app, LEAD, &id, "decision", approval()).await.expect(200);
    assert_eq!(listed(LEAD, "awaiting_my_approval").await, []);
    app.set_time("2026-05-04T00:00:00Z");
    let unsettled = [(json!("need_unsettled"), json!("2026-05-06"))];
    assert_eq!(listed(MANAGER, "due_soon").await, unsettled);
    app.set_time("2026-05-07T00:00:00Z");
    assert_eq!(listed(MANAGER, "overdue").await, unsettled);
    on_need(&app, MANAGER, &id, "settlement", Value::Null).await.expect(200);
    assert_eq!(listed(MANAGER, "overdue").await, []);
}

/// Walks of an ordinary run; `NEED_WALKS=2000` for all of them.
const WALKS: usize = 240;
const STEPS: usize = 3;

/// The steps of a walk: who does what.
const MOVES: [(&str, &str); 9] = [
    (LEAD, "approve"),
    (OTHER_LEAD, "approve"),
    (LEAD, "decline"),
    (MANAGER, "cancellation"),
    (MANAGER, "spend"),
    (MANAGER, "overspend"),
    (LEAD, "overspend"),
    (MANAGER, "refund"),
    (MANAGER, "settlement"),
];

/// Where a need can be, and what of its 100 cents is promised and spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place(&'static str, i64, i64);

/// What comes of a step: the next place, or the code of the refusal.
fn expected(place: Place, step: (&str, &str)) -> Result<Place, &'static str> {
    let late = Err("not_in_this_state");
    let Place(status, promised, spent) = place;
    match (step.1, status) {
        ("approve", "requested") => Ok(Place("approved", 100, 0)),
        ("decline", "requested") => Ok(Place("declined", 0, 0)),
        ("cancellation", "requested") => Ok(Place("cancelled", 0, 0)),
        ("spend", "approved" | "part_spent") if promised >= 30 => {
            Ok(Place("part_spent", promised - 30, spent + 30))
        }
        ("overspend", "approved" | "part_spent") if step.0 == LEAD => {
            Ok(Place("part_spent", 0, spent + 101))
        }
        ("spend" | "overspend", "approved" | "part_spent") => Err("over_commitment"),
        ("refund", "part_spent" | "settled") if spent < 20 => Err("refund_exceeds_spend"),
        ("refund", "part_spent" | "settled") => Ok(Place(status, promised, spent - 20)),
        ("settlement", "approved" | "part_spent") => Ok(Place("settled", 0, spent)),
        _ => late,
    }
}

fn sent((_, what): (&str, &str)) -> (&'static str, Value) {
    match what {
        "approve" => ("decision", approval()),
        "decline" => ("decision", json!({ "outcome": "declined", "comment": "Not now." })),
        "cancellation" => ("cancellation", json!({})),
        "spend" => ("spending", spending(30)),
        "overspend" => ("spending", spending(101)),
        "refund" => ("refunds", refund(20)),
        _ => ("settlement", Value::Null),
    }
}

#[on_both]
async fn a_need_walks_as_its_model_says(app: TestApp) {
    let (_, fund) = opened(&app).await;
    // So that no walk ends at the budget.
    let leave = json!({ "amountCents": 50_000_000, "reason": "For the walks." });
    funds::step(&app, ADMIN, &fund, "overrides", leave).await.expect(200);
    let case = app.assigned("Walker").await.1;
    let walks = setting("NEED_WALKS").and_then(|walks| walks.parse().ok()).unwrap_or(WALKS);
    let mut dice = Dice(5);
    let (mut id, mut place, mut seen) = (String::new(), Place("", 0, 0), BTreeSet::new());
    for walk in 0..walks {
        if walk % 4 == 0 {
            id = asked(&app, &case, 100).await;
            place = Place("requested", 0, 0);
        }
        for _ in 0..STEPS {
            let step = MOVES[dice.below(MOVES.len())];
            let (name, body) = sent(step);
            let answer = on_need(&app, step.0, &id, name, body).await;
            let wanted = expected(place, step);
            let got = if answer.status < 300 { Ok(()) } else { Err(answer.code()) };
            let what = format!("{place:?} {step:?}: {}", answer.text);
            assert_eq!(got, wanted.map(|_| ()), "{what}");
            seen.insert(format!("{} {}", place.0, step.1));
            let Ok(next) = wanted else { continue };
            place = next;
            let shown = (&answer.json["committedCents"], &answer.json["spentCents"]);
            assert_eq!(shown, (&json!(next.1), &json!(next.2)), "{what}");
            assert_eq!(answer.json["status"], next.0, "{what}");
        }
    }
    assert!(seen.len() > 25, "the walks met too little: {seen:?}");
}
