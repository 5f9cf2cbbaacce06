//! Unmet basic needs funds: budgets with a second person, the ledger, and the report that it adds up to.

use std::cell::RefCell;

use ascms_domain::funds::{FundBalance, FundEntryKind, Posting};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::bulletins::second_admin;
use crate::lifecycle_walks::Dice;
use crate::support::{Answer, TestApp, on_both, setting};

mod walks;

pub const ADMIN: &str = "ministry-admin";
/// Another person of the Ministry, whom `opened` adds.
pub const SECOND: &str = "ministry-admin-b";
pub const LEAD: &str = "workflow-lead";
pub const OTHER_LEAD: &str = "workflow-lead-b";
pub const MANAGER: &str = "case-manager";
/// The budget of the funds here: a thousand dollars.
pub const BUDGET: i64 = 100_000;

/// Whose contract it is, and what it covers.
pub struct Holder {
    pub number: &'static str,
    pub organisation: Value,
    pub catchments: Value,
    pub school: Value,
    pub kind: &'static str,
    pub policy: &'static str,
}

pub fn of_p01(app: &TestApp, policy: &'static str) -> Holder {
    Holder {
        number: "AS-2026-P01",
        organisation: json!(app.world.provider),
        catchments: json!(["C01"]),
        school: Value::Null,
        kind: "catchment",
        policy,
    }
}

/// A contract that is in force from 2026 on, with the amounts of three years.
pub async fn contract(app: &TestApp, holder: Holder) -> String {
    let admin = app.as_(ADMIN);
    let Holder { number, organisation, catchments, school, kind, policy } = holder;
    let mut body = json!({
        "number": number, "organisationId": organisation, "kind": kind, "catchments": catchments,
        "startsOn": "2026-01-01", "approvalPolicy": policy, "dutyProfile": kind,
    });
    if !school.is_null() {
        body["schoolNumber"] = school;
    }
    let id = admin.post("/v1/contracts", body).await.expect(201).id();
    admin.post_empty(&format!("/v1/contracts/{id}/activation")).await.expect(200);
    set_years(app, &id).await;
    id
}

async fn set_years(app: &TestApp, contract: &str) {
    let amounts = json!({
        "amountCents": 50_000_000, "withholdingPer": "term", "basicNeedsCents": BUDGET,
    });
    for year in [2026, 2027, 2028] {
        let path = format!("/v1/contracts/{contract}/years/{year}");
        app.as_(ADMIN).patch_if(&path, Some("*"), amounts.clone()).await.expect(200);
    }
}

/// The fund of a contract's year, with a budget that a second person confirmed.
pub async fn fund(app: &TestApp, contract: &str, year: i32) -> String {
    let body = json!({ "contractId": contract, "year": year });
    let id = app.as_(ADMIN).post("/v1/funds", body).await.expect(201).id();
    step(app, SECOND, &id, "budget-change/decision", json!({ "outcome": "confirmed" }))
        .await
        .expect(200);
    id
}

/// The contract of P01, and its fund of 2026.
pub async fn opened(app: &TestApp) -> (String, String) {
    second_admin(app).await;
    let contract = contract(app, of_p01(app, "second_person")).await;
    let fund = fund(app, &contract, 2026).await;
    (contract, fund)
}

/// A step of a fund.
pub async fn step(app: &TestApp, who: &str, fund: &str, step: &str, body: Value) -> Answer {
    let path = format!("/v1/funds/{fund}/{step}");
    if body.is_null() {
        return app.as_(who).post_empty(&path).await;
    }
    app.as_(who).post(&path, body).await
}

/// A need of a case that the case manager asked for.
pub async fn asked(app: &TestApp, case: &str, cents: i64) -> String {
    app.step(MANAGER, case, "needs", need(cents)).await.expect(201).id()
}

pub fn need(cents: i64) -> Value {
    json!({ "category": "footwear", "amountCents": cents, "purpose": "Shoes for sport." })
}

/// A step of a need.
pub async fn on_need(app: &TestApp, who: &str, need: &str, step: &str, body: Value) -> Answer {
    let path = format!("/v1/needs/{need}/{step}");
    if body.is_null() {
        return app.as_(who).post_empty(&path).await;
    }
    app.as_(who).post(&path, body).await
}

pub async fn approved(app: &TestApp, case: &str, cents: i64) -> String {
    let need = asked(app, case, cents).await;
    on_need(app, LEAD, &need, "decision", json!({ "outcome": "approved" })).await.expect(200);
    need
}

pub fn spending(cents: i64) -> Value {
    json!({ "amountCents": cents, "spentOn": "2026-03-16", "supplier": "Example Shoes" })
}

pub fn refund(cents: i64) -> Value {
    json!({ "amountCents": cents, "refundedOn": "2026-03-16", "reason": "A pair went back." })
}

/// A need of which something was spent; the fund and the need.
pub async fn spent(app: &TestApp) -> (String, String) {
    let (_, fund) = opened(app).await;
    (fund, bought(app).await)
}

/// The same by a contract that is there.
pub async fn spent_of(app: &TestApp, contract: &str) {
    second_admin(app).await;
    fund(app, contract, 2026).await;
    bought(app).await;
}

async fn bought(app: &TestApp) -> String {
    let case = app.assigned("Rangi").await.1;
    let need = approved(app, &case, 12_000).await;
    on_need(app, MANAGER, &need, "spending", spending(8_990)).await.expect(200);
    need
}

/// The number of the contract that the stage of the access matrix has.
const ON_STAGE: &str = "AS-0";

/// A fund of a contract that is there, and a need of a case that the case manager has.
pub async fn on_stage(app: &TestApp, contract: &str, case: &str) -> (String, String) {
    second_admin(app).await;
    set_years(app, contract).await;
    (fund(app, contract, 2026).await, asked(app, case, 12_000).await)
}

async fn of_stage(app: &TestApp) -> String {
    let listed = app.as_(ADMIN).get("/v1/contracts?limit=200").await.expect(200);
    let contracts = listed.json["items"].as_array().expect("items");
    let found = contracts.iter().find(|one| one["number"] == ON_STAGE).expect("the stage's");
    found["id"].as_str().expect("an id").to_owned()
}

/// A need that this operation can be called on by this role.
pub async fn need_to(app: &TestApp, operation: &str, role: &str, case: &str) -> String {
    let policy = match (operation, role) {
        ("decideNeed", ADMIN) => "ministry_second",
        ("reviewNeed", _) => "self_with_review",
        _ => "second_person",
    };
    let by = if operation == "reviewNeed" { LEAD } else { MANAGER };
    let asked = app.step(by, case, "needs", need(9_000)).await.expect(201);
    let contract = asked.json["contractId"].as_str().expect("a contract");
    with_fund(app, contract, policy).await;
    let (id, approve) = (asked.id(), json!({ "outcome": "approved" }));
    if ["decideNeed", "cancelNeed"].contains(&operation) {
        return id;
    }
    on_need(app, LEAD, &id, "decision", approve).await.expect(200);
    if operation == "recordRefund" {
        on_need(app, MANAGER, &id, "spending", spending(8_990)).await.expect(200);
    }
    id
}

/// Lets a contract have this policy, and a fund of 2026.
async fn with_fund(app: &TestApp, contract: &str, policy: &str) {
    let path = format!("/v1/contracts/{contract}");
    let body = json!({ "approvalPolicy": policy });
    app.as_(ADMIN).patch_if(&path, Some("*"), body).await.expect(200);
    let path = format!("/v1/funds?contractId={contract}&year=2026");
    let funds = app.as_(ADMIN).get(&path).await.expect(200);
    if funds.json["items"].as_array().expect("items").is_empty() {
        set_years(app, contract).await;
        fund(app, contract, 2026).await;
    }
}

/// Takes away the budget that waits for a decision, if one does.
pub async fn without_proposal(app: &TestApp, fund: &str) {
    let rejected = json!({ "outcome": "rejected" });
    for who in [ADMIN, SECOND] {
        step(app, who, fund, "budget-change/decision", rejected.clone()).await;
    }
}

pub async fn proposed(app: &TestApp, who: &str, fund: &str) {
    let change = json!({ "amountCents": 500, "reason": "More students." });
    step(app, who, fund, "budget-change", change).await.expect(200);
}

/// A fund of the stage's contract of which nothing is promised.
pub async fn another(app: &TestApp) -> String {
    let contract = of_stage(app).await;
    fund(app, &contract, 2027).await
}

/// The body that opens a fund of the stage's contract.
pub async fn unopened(app: &TestApp) -> Value {
    json!({ "contractId": of_stage(app).await, "year": 2028 })
}

pub async fn read(app: &TestApp, fund: &str) -> Value {
    app.as_(LEAD).get(&format!("/v1/funds/{fund}")).await.expect(200).json
}

fn parts(fund: &Value) -> [i64; 5] {
    ["budgetCents", "overridesCents", "committedCents", "spentCents", "leftCents"]
        .map(|part| fund[part].as_i64().expect(part))
}

/// The whole ledger, the first entry first.
async fn ledger(app: &TestApp, path: &str) -> Vec<Value> {
    let mark = if path.contains('?') { '&' } else { '?' };
    let mut entries = Vec::new();
    let mut next = Some(format!("{path}{mark}limit=200"));
    while let Some(page) = next {
        let found = app.as_("auditor").get(&page).await.expect(200);
        entries.extend(found.json["items"].as_array().expect("items").clone());
        let cursor = found.json["nextCursor"].as_str();
        next = cursor.map(|cursor| format!("{path}{mark}limit=200&cursor={cursor}"));
    }
    entries.reverse();
    entries
}

fn posting(entry: &Value) -> Posting {
    Posting {
        kind: entry["kind"].as_str().and_then(|kind| kind.parse::<FundEntryKind>().ok()).unwrap(),
        amount_cents: entry["amountCents"].as_i64().unwrap(),
        drawn_cents: entry["drawnCents"].as_i64().unwrap(),
    }
}

/// The fund, its report, its ledger and its needs say the same, and the rule holds after every entry.
pub async fn adds_up(app: &TestApp, fund: &str) {
    let stands = read(app, fund).await;
    let entries = ledger(app, &format!("/v1/funds/{fund}/entries")).await;
    let folded = FundBalance::of(entries.iter().map(posting)).expect("the rule holds throughout");
    let folded_parts = [
        folded.budget_cents,
        folded.overrides_cents,
        folded.committed_cents,
        folded.spent_cents,
        folded.left_cents(),
    ];
    assert_eq!(parts(&stands), folded_parts);
    assert!(folded_parts.iter().all(|part| *part >= 0), "{folded_parts:?}");
    let report = app.as_(LEAD).get(&format!("/v1/funds/{fund}/report")).await.expect(200).json;
    for (part, cents) in ["budget", "overrides", "committed", "spent"].iter().zip(folded_parts) {
        assert_eq!(report[part]["cents"], cents, "{part}");
    }
    for side in ["byCategory", "byMonth", "bySchool"] {
        let sums = report[side].as_array().unwrap().iter();
        let sum: i64 = sums.map(|one| one["spent"]["cents"].as_i64().unwrap()).sum();
        assert_eq!(sum, folded.spent_cents, "{side}: {report}");
    }
    let needs = ledger(app, &format!("/v1/needs?fundId={fund}")).await;
    let sum = |part: &str| needs.iter().map(|need| need[part].as_i64().unwrap()).sum::<i64>();
    assert_eq!(sum("committedCents"), folded.committed_cents);
    assert_eq!(sum("spentCents"), folded.spent_cents);
    let supported = needs.iter().filter(|need| need["spentCents"] != 0);
    let others: i64 = supported.map(|need| need["othersSupported"].as_i64().unwrap()).sum();
    assert_eq!(report["othersSupported"], others);
}

#[on_both]
async fn a_budget_waits_for_a_second_person_of_the_ministry(app: TestApp) {
    second_admin(&app).await;
    let contract = contract(&app, of_p01(&app, "second_person")).await;
    let body = json!({ "contractId": contract, "year": 2026 });
    let opened = app.as_(ADMIN).post("/v1/funds", body.clone()).await.expect(201);
    let fund = opened.id();
    assert_eq!(opened.json["status"], "proposed");
    assert_eq!(opened.json["proposed"]["amountCents"], BUDGET);
    assert_eq!(parts(&opened.json), [0; 5]);
    app.as_(SECOND).post("/v1/funds", body).await.refused(409, "fund_exists");
    let change = json!({ "amountCents": 500, "reason": "More students." });
    step(&app, ADMIN, &fund, "budget-change", change.clone()).await.refused(409, "budget_proposed");
    let case = app.assigned("Hana").await.1;
    let need = asked(&app, &case, 500).await;
    let approve = json!({ "outcome": "approved" });
    on_need(&app, LEAD, &need, "decision", approve.clone()).await.refused(409, "no_fund");
    let confirm = json!({ "outcome": "confirmed" });
    let decide = async |who: &str, body: &Value| {
        step(&app, who, &fund, "budget-change/decision", body.clone()).await
    };
    decide(ADMIN, &confirm).await.refused(409, "own_decision");
    let open = decide(SECOND, &confirm).await.expect(200);
    assert_eq!((&open.json["status"], &open.json["proposed"]), (&json!("open"), &Value::Null));
    assert_eq!(parts(&open.json), [BUDGET, 0, 0, 0, BUDGET]);
    decide(SECOND, &confirm).await.refused(409, "no_budget_proposed");
    on_need(&app, LEAD, &need, "decision", approve).await.expect(200);
    // A change is rejected, another one confirmed.
    step(&app, SECOND, &fund, "budget-change", change.clone()).await.expect(200);
    decide(ADMIN, &json!({ "outcome": "rejected" })).await.expect(200);
    step(&app, SECOND, &fund, "budget-change", change).await.expect(200);
    let changed = decide(ADMIN, &confirm).await.expect(200);
    assert_eq!(changed.json["budgetCents"], BUDGET + 500);
    // No budget shrinks below what is promised of it.
    let all = json!({ "amountCents": -(BUDGET + 500), "reason": "Closed." });
    step(&app, ADMIN, &fund, "budget-change", all).await.refused(409, "over_budget");
    adds_up(&app, &fund).await;
    let kinds = "kind IN ('fund.opened', 'fund.budget_confirmed', 'fund.budget_rejected')";
    assert_eq!(app.count("event", kinds).await, 4);
    app.as_(LEAD).post("/v1/funds", json!({})).await.refused(403, "role_may_not");
}

#[on_both]
async fn a_fund_is_opened_for_a_year_that_the_contract_pays(app: TestApp) {
    second_admin(&app).await;
    let contract = contract(&app, of_p01(&app, "second_person")).await;
    let open = async |contract: &Value, year: i32| {
        let body = json!({ "contractId": contract, "year": year });
        app.as_(ADMIN).post("/v1/funds", body).await
    };
    open(&json!(contract), 2029).await.refused(409, "no_contract_year");
    let unknown = open(&json!(app.world.provider), 2026).await;
    assert_eq!((unknown.status, unknown.faults()), (422, vec!["/contractId unknown".to_owned()]));
    let absurd = open(&json!(contract), 1999).await;
    assert_eq!((absurd.status, absurd.faults()), (422, vec!["/year too_small".to_owned()]));
    assert_eq!(app.count("fund", "1 = 1").await, 0);
    let path = "/v1/funds?validateOnly=true";
    let tried = json!({ "contractId": contract, "year": 2026 });
    app.as_(ADMIN).post(path, tried).await.expect(200);
    assert_eq!(app.count("fund", "1 = 1").await, 0);
}

#[on_both]
async fn eight_at_once_open_one_fund_and_decide_once(app: TestApp) {
    second_admin(&app).await;
    let contract = contract(&app, of_p01(&app, "second_person")).await;
    let body = json!({ "contractId": contract, "year": 2026 });
    let open = || async { app.as_(ADMIN).post("/v1/funds", body.clone()).await };
    let answers = join_all((0..8).map(|_| open())).await;
    let made: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!(made.len(), 1);
    assert!(answers.iter().all(|one| one.status == 201 || one.code() == "fund_exists"));
    let fund = made[0].id();
    let confirm = json!({ "outcome": "confirmed" });
    let decide =
        || async { step(&app, SECOND, &fund, "budget-change/decision", confirm.clone()).await };
    let answers = join_all((0..8).map(|_| decide())).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert_eq!(app.count("fund_entry", "kind = 'budget'").await, 1);
}

#[on_both]
async fn the_last_dollar_is_promised_once(app: TestApp) {
    let (_, fund) = opened(&app).await;
    let case = app.assigned("Hana").await.1;
    approved(&app, &case, BUDGET - 100).await;
    let mut needs = Vec::new();
    for name in ["Ari", "Tama", "Mere", "Rua", "Wiri", "Kahu", "Moana", "Tui"] {
        needs.push(asked(&app, &app.assigned(name).await.1, 100).await);
    }
    let approve = json!({ "outcome": "approved" });
    let answers =
        join_all(needs.iter().map(|need| on_need(&app, LEAD, need, "decision", approve.clone())))
            .await;
    let done = answers.iter().filter(|answer| answer.status == 200).count();
    let told = answers.iter().filter(|answer| answer.code() == "over_budget").count();
    let codes: Vec<&str> = answers.iter().map(Answer::code).collect();
    assert_eq!((done, told), (1, 7), "{codes:?}");
    assert_eq!(parts(&read(&app, &fund).await), [BUDGET, 0, BUDGET, 0, 0]);
    adds_up(&app, &fund).await;
}

#[on_both]
async fn an_override_lets_the_provider_go_beyond_the_budget(app: TestApp) {
    let (_, fund) = opened(&app).await;
    let case = app.assigned("Hana").await.1;
    let need = asked(&app, &case, BUDGET + 1).await;
    let approve = json!({ "outcome": "approved" });
    on_need(&app, LEAD, &need, "decision", approve.clone()).await.refused(409, "over_budget");
    let leave = json!({ "amountCents": 1, "reason": "A flood." });
    step(&app, LEAD, &fund, "overrides", leave.clone()).await.refused(403, "role_may_not");
    step(&app, ADMIN, &fund, "overrides", leave).await.expect(200);
    on_need(&app, LEAD, &need, "decision", approve).await.expect(200);
    assert_eq!(parts(&read(&app, &fund).await), [BUDGET, 1, BUDGET + 1, 0, 0]);
    adds_up(&app, &fund).await;
}

#[on_both]
async fn a_closed_fund_takes_no_entry(app: TestApp) {
    let (_, fund) = opened(&app).await;
    let case = app.assigned("Hana").await.1;
    let need = approved(&app, &case, 5_000).await;
    on_need(&app, MANAGER, &need, "spending", spending(4_000)).await.expect(200);
    step(&app, ADMIN, &fund, "closure", Value::Null).await.refused(409, "open_commitments");
    on_need(&app, MANAGER, &need, "settlement", Value::Null).await.expect(200);
    let closed = step(&app, ADMIN, &fund, "closure", Value::Null).await.expect(200);
    assert_eq!(closed.json["status"], "closed");
    let entries = app.count("fund_entry", "1 = 1").await;
    let leave = json!({ "amountCents": 1, "reason": "A flood." });
    let change = json!({ "amountCents": 1, "reason": "More." });
    step(&app, ADMIN, &fund, "closure", Value::Null).await.refused(409, "fund_closed");
    step(&app, ADMIN, &fund, "overrides", leave).await.refused(409, "fund_closed");
    step(&app, ADMIN, &fund, "budget-change", change).await.refused(409, "fund_closed");
    on_need(&app, MANAGER, &need, "refunds", refund(1)).await.refused(409, "fund_closed");
    let another = asked(&app, &case, 1).await;
    let approve = json!({ "outcome": "approved" });
    on_need(&app, LEAD, &another, "decision", approve).await.refused(409, "fund_closed");
    assert_eq!(app.count("fund_entry", "1 = 1").await, entries);
    adds_up(&app, &fund).await;
}

#[on_both]
async fn every_figure_of_the_report_leads_to_the_entries_that_it_is_the_sum_of(app: TestApp) {
    let (fund, need) = spent(&app).await;
    on_need(&app, MANAGER, &need, "refunds", refund(990)).await.expect(200);
    let second = app.assigned("Aroha").await.1;
    let further = json!({
        "category": "transport", "amountCents": 3_000, "purpose": "A bus card.",
        "furtherCaseIds": [app.assigned("Tama").await.1], "othersSupported": 2,
    });
    let shared = app.step(MANAGER, &second, "needs", further).await.expect(201).id();
    on_need(&app, LEAD, &shared, "decision", json!({ "outcome": "approved" })).await.expect(200);
    let in_february = json!({ "amountCents": 2_500, "spentOn": "2026-02-27" });
    on_need(&app, MANAGER, &shared, "spending", in_february).await.expect(200);
    let leave = json!({ "amountCents": 700, "reason": "A flood." });
    step(&app, ADMIN, &fund, "overrides", leave).await.expect(200);
    let path = format!("/v1/funds/{fund}/report");
    let report = app.as_(LEAD).get(&path).await.expect(200).json;
    assert_eq!(
        (&report["students"], &report["othersSupported"], &report["usedTenThousandths"]),
        (&json!(3), &json!(2), &json!(1_050)),
        "{report}"
    );
    assert_eq!(report["leftCents"], BUDGET + 700 - 10_500 - 3_510);
    let sides = ["byCategory", "byMonth", "bySchool"].map(|side| report[side].as_array().unwrap());
    assert_eq!(sides.map(Vec::len), [2, 2, 1]);
    let counted = sides.iter().flat_map(|side| side.iter().map(|one| &one["spent"]));
    for part in
        ["budget", "overrides", "spent"].map(|part| &report[part]).into_iter().chain(counted)
    {
        let entries = ledger(&app, part["entries"].as_str().unwrap()).await;
        let sum: i64 = entries.iter().map(|entry| entry["amountCents"].as_i64().unwrap()).sum();
        assert_eq!(part["cents"], sum, "{part}");
    }
    let moved = ledger(&app, report["committed"]["entries"].as_str().unwrap()).await;
    let committed = moved.iter().map(posting).map(|entry| {
        let spends = entry.kind == FundEntryKind::Spend;
        if spends { -entry.drawn_cents } else { entry.amount_cents }
    });
    assert_eq!(report["committed"]["cents"], committed.sum::<i64>());
    // Whose money all came back is supported no longer.
    on_need(&app, MANAGER, &need, "refunds", refund(8_000)).await.expect(200);
    let report = app.as_(LEAD).get(&path).await.expect(200).json;
    assert_eq!((&report["students"], &report["spent"]["cents"]), (&json!(2), &json!(2_500)));
    adds_up(&app, &fund).await;
}

#[on_both]
async fn records_of_one_student_are_one_who_was_supported(app: TestApp) {
    let (_, fund) = opened(&app).await;
    let (mut students, mut cases) = (Vec::new(), Vec::new());
    for name in ["Hana", "Aria"] {
        let case = app.assigned(name).await.1;
        let need = approved(&app, &case, 1_000).await;
        on_need(&app, MANAGER, &need, "spending", spending(1_000)).await.expect(200);
        let read = app.as_(LEAD).get(&format!("/v1/cases/{case}")).await.expect(200);
        students.push(read.json["student"]["id"].as_str().unwrap().to_owned());
        cases.push(case);
    }
    let supported = async || {
        let path = format!("/v1/funds/{fund}/report");
        app.as_(LEAD).get(&path).await.expect(200).json["students"].clone()
    };
    assert_eq!(supported().await, 2);
    app.step(LEAD, &cases[0], "closure", crate::given::closure()).await.expect(200);
    app.step(OTHER_LEAD, &cases[0], "closure-approval", json!({})).await.expect(200);
    let into = json!({ "intoStudentId": students[1], "reason": "One student." });
    let path = format!("/v1/students/{}/merge", students[0]);
    app.as_(LEAD).post(&path, into).await.expect(200);
    assert_eq!(supported().await, 1);
}

#[on_both]
async fn a_provider_reads_its_own_fund_and_no_other(app: TestApp) {
    let (fund, _) = spent(&app).await;
    for part in ["", "/entries", "/report"] {
        let path = format!("/v1/funds/{fund}{part}");
        for who in [LEAD, "ministry-analyst", "auditor", ADMIN] {
            app.as_(who).get(&path).await.expect(200);
        }
        app.as_("workflow-lead-2").get(&path).await.refused(404, "not_found");
        app.as_(MANAGER).get(&path).await.refused(403, "role_may_not");
        app.as_("attendance-lead").get(&path).await.refused(403, "role_may_not");
    }
    let listed = app.as_("workflow-lead-2").get("/v1/funds").await.expect(200);
    assert_eq!(listed.json["items"], json!([]));
    let own = app.as_(LEAD).get("/v1/funds?year=2026&status=open").await.expect(200);
    assert_eq!(own.json["items"][0]["id"], fund);
}

/// How many operations an ordinary run has; `FUND_OPERATIONS=10000` for all of them.
const ORDINARY: usize = 320;
const WRITERS: usize = 8;

/// What may be told to a writer who comes too late, or asks for too much.
const REFUSALS: [&str; 7] = [
    "not_in_this_state",
    "over_budget",
    "over_commitment",
    "own_request",
    "refund_exceeds_spend",
    "budget_proposed",
    "no_budget_proposed",
];

/// One of eight who write at the same time.
struct Writer<'a> {
    app: &'a TestApp,
    fund: &'a str,
    cases: &'a [String],
    /// The needs of all of them.
    needs: &'a RefCell<Vec<String>>,
    dice: Dice,
}

impl Writer<'_> {
    fn need(&mut self) -> Option<String> {
        let needs = self.needs.borrow();
        if needs.is_empty() { None } else { Some(needs[self.dice.below(needs.len())].clone()) }
    }

    fn cents(&mut self, most: usize) -> i64 {
        i64::try_from(self.dice.below(most)).unwrap() + 1
    }

    async fn ask(&mut self) -> Answer {
        let case = &self.cases[self.dice.below(self.cases.len())];
        let who = [MANAGER, LEAD][self.dice.below(2)];
        let category = ["footwear", "transport", "food"][self.dice.below(3)];
        let cents = self.cents(9_000);
        let body = json!({
            "category": category, "amountCents": cents, "purpose": "At random.",
            "othersSupported": self.dice.below(4),
        });
        let asked = self.app.step(who, case, "needs", body).await;
        if asked.status == 201 {
            self.needs.borrow_mut().push(asked.id());
        }
        asked
    }

    async fn budget(&mut self) -> Answer {
        let cents = self.cents(12_000) - 6_001;
        let cents = if cents == 0 { 1 } else { cents };
        let change = json!({ "amountCents": cents, "reason": "At random." });
        let proposed = step(self.app, ADMIN, self.fund, "budget-change", change).await;
        if proposed.status != 200 {
            return proposed;
        }
        let outcome = ["confirmed", "rejected"][self.dice.below(2)];
        let body = json!({ "outcome": outcome });
        let decided = step(self.app, SECOND, self.fund, "budget-change/decision", body).await;
        if decided.code() == "over_budget" {
            // What others promised meanwhile: the proposal does not stay in the way.
            let body = json!({ "outcome": "rejected" });
            return step(self.app, SECOND, self.fund, "budget-change/decision", body).await;
        }
        decided
    }

    async fn operate(&mut self) -> (usize, Answer) {
        let kind = self.dice.below(12);
        let Some(need) = self.need() else { return (0, self.ask().await) };
        let app = self.app;
        let lead = [LEAD, OTHER_LEAD][self.dice.below(2)];
        let answer = match kind {
            0 | 1 => self.ask().await,
            2..=4 => {
                let outcome = ["approved", "approved", "declined"][self.dice.below(3)];
                let body = json!({ "outcome": outcome, "comment": "At random." });
                on_need(app, lead, &need, "decision", body).await
            }
            5..=7 => {
                let who = [MANAGER, lead][self.dice.below(2)];
                let cents = self.cents(6_000);
                on_need(app, who, &need, "spending", spending(cents)).await
            }
            8 => {
                let cents = self.cents(4_000);
                on_need(app, MANAGER, &need, "refunds", refund(cents)).await
            }
            9 => on_need(app, MANAGER, &need, "settlement", Value::Null).await,
            10 => on_need(app, MANAGER, &need, "cancellation", json!({})).await,
            _ => self.budget().await,
        };
        (kind, answer)
    }
}

#[on_both]
async fn whatever_eight_writers_do_the_balance_is_the_fold_over_the_ledger(app: TestApp) {
    let (_, fund) = opened(&app).await;
    let mut cases = Vec::new();
    for name in ["Ari", "Tama", "Mere", "Rua", "Wiri", "Kahu"] {
        cases.push(app.assigned(name).await.1);
    }
    let operations = setting("FUND_OPERATIONS").and_then(|many| many.parse().ok());
    let each = operations.unwrap_or(ORDINARY) / WRITERS;
    let needs = RefCell::new(Vec::new());
    let writers = (1_u64..).take(WRITERS).map(|seed| {
        let (app, fund, cases, needs) = (&app, fund.as_str(), cases.as_slice(), &needs);
        let mut writer = Writer { app, fund, cases, needs, dice: Dice(seed * 7919) };
        async move {
            let (mut done, mut met) = (0, Vec::new());
            for _ in 0..each {
                let (kind, answer) = writer.operate().await;
                let code = answer.code().to_owned();
                let told = answer.status == 409 && REFUSALS.contains(&code.as_str());
                assert!(answer.status < 300 || told, "{kind}: {}", answer.text);
                done += usize::from(answer.status < 300);
                met.push(code);
            }
            (done, met)
        }
    });
    let each = join_all(writers).await;
    let done: usize = each.iter().map(|(done, _)| done).sum();
    assert!(done > 0, "nothing was done");
    for code in ["not_in_this_state", "over_budget", "own_request"] {
        let met = each.iter().any(|(_, met)| met.iter().any(|one| one == code));
        assert!(met || operations.is_none(), "{code} was never met");
    }
    adds_up(&app, &fund).await;
    let students = app.as_(LEAD).get(&format!("/v1/funds/{fund}/report")).await.expect(200);
    let mut supported: Vec<String> = Vec::new();
    for need in ledger(&app, &format!("/v1/needs?fundId={fund}")).await {
        if need["spentCents"] != 0 {
            supported.push(need["caseId"].as_str().unwrap().to_owned());
        }
    }
    supported.sort();
    supported.dedup();
    assert_eq!(students.json["students"], supported.len());
}
