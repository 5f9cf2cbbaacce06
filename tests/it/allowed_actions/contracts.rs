//! The same of contracts and of their funds.

use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use crate::funds::{self, ADMIN, BUDGET, LEAD, SECOND, approved, opened};
use crate::given::SCHOOL;
use crate::support::{Answer, TestApp, on_both};

const ANALYST: &str = "ministry-analyst";

/// A team's contract for one day, each a day before the last one that was made: what is ended runs until today,
/// and nothing overlaps.
fn of_a_day(app: &TestApp, until: &str) -> Value {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let last = LAST.fetch_add(1, Ordering::Relaxed);
    let until: chrono::NaiveDate = until.parse().expect("a day");
    let day = until - chrono::Days::new(last);
    json!({
        "number": format!("AS-A{last}"), "organisationId": app.world.provider,
        "kind": "in_school", "schoolNumber": SCHOOL, "startsOn": day, "endsOn": day,
        "approvalPolicy": "second_person", "dutyProfile": "in_school",
    })
}

async fn contract_at(app: &TestApp, stage: &str) -> Answer {
    let past = of_a_day(app, "2026-03-01");
    match stage {
        "draft" => crate::contracts::added(app, past).await,
        "overlapping" => {
            let mut same_day = past.clone();
            same_day["number"] = json!(format!("{}-B", past["number"].as_str().unwrap()));
            crate::contracts::active(app, past).await;
            crate::contracts::added(app, same_day).await
        }
        "active" => crate::contracts::active(app, past).await,
        "to_come" => crate::contracts::active(app, of_a_day(app, "2027-12-31")).await,
        "ended" => {
            let contract = crate::contracts::active(app, past).await;
            of_contract(app, ADMIN, &contract, "end").await.expect(200)
        }
        other => panic!("no way is known to {other}: add one"),
    }
}

async fn of_contract(app: &TestApp, who: &str, contract: &Answer, action: &str) -> Answer {
    let path = format!("/v1/contracts/{}", contract.id());
    let caller = app.as_(who);
    let read = caller.get(&path).await.expect(200);
    let first_day = read.json["startsOn"].as_str().expect("a day");
    let year = first_day.split('-').next().expect("a year");
    match action {
        "change" => {
            let edit = json!({ "approvalPolicy": "self_with_review" });
            caller.patch(&path, &read, edit).await
        }
        "activate" => caller.post_empty(&format!("{path}/activation")).await,
        "set_year" => {
            let amounts = json!({
                "amountCents": 1_000, "withholdingPer": "term", "basicNeedsCents": 0,
            });
            caller.patch(&format!("{path}/years/{year}"), &read, amounts).await
        }
        "end" => {
            let end = json!({ "endsOn": "2026-03-16", "comment": "It is over." });
            caller.post(&format!("{path}/ending"), end).await
        }
        other => panic!("no call is known for {other}: add one"),
    }
}

/// What is listed: each action, whether it is allowed, and the code otherwise.
fn listed(record: &Answer) -> Vec<(String, bool, Value)> {
    let all = record.json["allowedActions"].as_array().expect("a list").iter();
    let each = all.map(|one| {
        let action = one["action"].as_str().expect("an action").to_owned();
        (action, one["allowed"] == true, one["code"].clone())
    });
    each.collect()
}

#[on_both]
async fn what_is_listed_of_a_contract_is_what_happens(app: TestApp) {
    let read = async |who: &str, contract: &Answer| {
        app.as_(who).get(&format!("/v1/contracts/{}", contract.id())).await.expect(200)
    };
    for stage in ["draft", "overlapping", "active", "to_come", "ended"] {
        let mut contract = contract_at(&app, stage).await;
        for who in [ADMIN, LEAD, ANALYST] {
            let first = read(who, &contract).await;
            for (action, allowed, code) in listed(&first) {
                let answer = of_contract(&app, who, &contract, &action).await;
                let what = format!("{stage} {who} {action}: {}", answer.text);
                assert_eq!(allowed, answer.status < 300, "{what}");
                assert!(allowed || code == answer.code(), "{code} is advertised, {what}");
                if allowed {
                    contract = contract_at(&app, stage).await;
                    assert_eq!(listed(&read(who, &contract).await), listed(&first), "{what}");
                }
            }
        }
    }
    for who in [ADMIN, LEAD, ANALYST] {
        let page = app.as_(who).get("/v1/contracts?limit=50").await.expect(200);
        for item in page.json["items"].as_array().expect("a page") {
            let path = format!("/v1/contracts/{}", item["id"].as_str().expect("an id"));
            assert_eq!(*item, app.as_(who).get(&path).await.expect(200).json, "{who}");
        }
    }
}

async fn fund_at(app: &TestApp, stage: &str) -> Answer {
    let contract = crate::contracts::active(app, of_a_day(app, "2026-12-31")).await;
    let amounts = json!({
        "amountCents": 50_000_000, "withholdingPer": "term", "basicNeedsCents": BUDGET,
    });
    let year = format!("/v1/contracts/{}/years/2026", contract.id());
    app.as_(ADMIN).patch_if(&year, Some("*"), amounts).await.expect(200);
    let body = json!({ "contractId": contract.id(), "year": 2026 });
    let fund = app.as_(ADMIN).post("/v1/funds", body).await.expect(201);
    let step = async |who: &str, action: &str| of_fund(app, who, &fund, action).await.expect(200);
    match stage {
        "proposed" => fund,
        "open" => step(SECOND, "confirm_budget").await,
        "change_proposed" => {
            step(SECOND, "confirm_budget").await;
            step(ADMIN, "propose_budget_change").await
        }
        "closed" => {
            step(SECOND, "confirm_budget").await;
            step(ADMIN, "close").await
        }
        other => panic!("no way is known to {other}: add one"),
    }
}

async fn of_fund(app: &TestApp, who: &str, fund: &Answer, action: &str) -> Answer {
    let one_cent = json!({ "amountCents": 1, "reason": "A cent more." });
    let (step, body) = match action {
        "propose_budget_change" => ("budget-change", one_cent),
        "confirm_budget" => ("budget-change/decision", json!({ "outcome": "confirmed" })),
        "reject_budget" => ("budget-change/decision", json!({ "outcome": "rejected" })),
        "override" => ("overrides", one_cent),
        "close" => ("closure", Value::Null),
        other => panic!("no call is known for {other}: add one"),
    };
    funds::step(app, who, &fund.id(), step, body).await
}

#[on_both]
async fn what_is_listed_of_a_fund_is_what_happens(app: TestApp) {
    crate::bulletins::second_admin(&app).await;
    let read = async |who: &str, fund: &Answer| {
        app.as_(who).get(&format!("/v1/funds/{}", fund.id())).await.expect(200)
    };
    for stage in ["proposed", "open", "change_proposed", "closed"] {
        let mut fund = fund_at(&app, stage).await;
        for who in [ADMIN, SECOND, LEAD, ANALYST] {
            let first = read(who, &fund).await;
            for (action, allowed, code) in listed(&first) {
                let answer = of_fund(&app, who, &fund, &action).await;
                let what = format!("{stage} {who} {action}: {}", answer.text);
                assert_eq!(allowed, answer.status < 300, "{what}");
                assert!(allowed || code == answer.code(), "{code} is advertised, {what}");
                if allowed {
                    fund = fund_at(&app, stage).await;
                    assert_eq!(listed(&read(who, &fund).await), listed(&first), "{what}");
                }
            }
        }
    }
}

#[on_both]
async fn a_fund_that_promised_something_is_not_offered_to_be_closed(app: TestApp) {
    let (_, fund) = opened(&app).await;
    let case = app.assigned("Hana").await.1;
    approved(&app, &case, 100).await;
    let read = app.as_(ADMIN).get(&format!("/v1/funds/{fund}")).await.expect(200);
    let close = listed(&read).into_iter().find(|(action, ..)| action == "close");
    assert_eq!(close, Some(("close".to_owned(), false, json!("open_commitments"))));
    of_fund(&app, ADMIN, &read, "close").await.refused(409, "open_commitments");
}
