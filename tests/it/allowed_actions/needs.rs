//! The same of needs, in the states that their money makes too.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::funds::{
    self, ADMIN, BUDGET, LEAD, MANAGER, OTHER_LEAD, approved, asked, need, of_p01, on_need, opened,
    refund, spending,
};
use crate::support::{Answer, TestApp, on_both};

/// The states that matter, and how a need gets there.
const STATES: [&str; 11] = [
    "requested",
    "requested_by_lead",
    "too_dear",
    "approved",
    "part_spent",
    "used_up",
    "came_back",
    "settled",
    "settled_after_spending",
    "declined",
    "cancelled",
];

/// A role each, and a lead who decides on what the first one asked for.
const WHO: [&str; 5] = [LEAD, OTHER_LEAD, MANAGER, ADMIN, "ministry-analyst"];

fn call(action: &str) -> (&'static str, Value) {
    match action {
        "approve" => ("decision", json!({ "outcome": "approved" })),
        "decline" => ("decision", json!({ "outcome": "declined", "comment": "Not now." })),
        "cancel" => ("cancellation", json!({})),
        "record_spending" => ("spending", spending(1)),
        "record_refund" => ("refunds", refund(1)),
        "settle" => ("settlement", Value::Null),
        "review" => ("review", json!({ "outcome": "confirmed" })),
        other => panic!("no call is known for {other}: add one"),
    }
}

async fn done(app: &TestApp, who: &str, need: &str, action: &str) -> Answer {
    let (step, body) = call(action);
    on_need(app, who, need, step, body).await
}

async fn in_state(app: &TestApp, case: &str, state: &str) -> String {
    let spent = async |cents: i64| {
        let id = approved(app, case, 100).await;
        on_need(app, MANAGER, &id, "spending", spending(cents)).await.expect(200);
        id
    };
    match state {
        "requested" => asked(app, case, 100).await,
        "requested_by_lead" => app.step(LEAD, case, "needs", need(100)).await.expect(201).id(),
        "too_dear" => asked(app, case, BUDGET + 1).await,
        "approved" => approved(app, case, 100).await,
        "part_spent" => spent(40).await,
        "used_up" => spent(100).await,
        "came_back" => {
            let id = spent(40).await;
            on_need(app, MANAGER, &id, "refunds", refund(40)).await.expect(200);
            id
        }
        "settled" => {
            let id = approved(app, case, 100).await;
            done(app, MANAGER, &id, "settle").await.expect(200);
            id
        }
        "settled_after_spending" => {
            let id = spent(40).await;
            done(app, MANAGER, &id, "settle").await.expect(200);
            id
        }
        "declined" | "cancelled" => {
            let id = asked(app, case, 100).await;
            let (who, action) =
                if state == "declined" { (LEAD, "decline") } else { (MANAGER, "cancel") };
            done(app, who, &id, action).await.expect(200);
            id
        }
        other => panic!("no way is known to {other}: add one"),
    }
}

/// What is listed of each action: whether it is allowed, and the code otherwise.
async fn listed(app: &TestApp, who: &str, need: &str) -> BTreeMap<String, (bool, Value)> {
    let read = app.as_(who).get(&format!("/v1/needs/{need}")).await.expect(200);
    let all = read.json["allowedActions"].as_array().expect("a list");
    let each = all.iter().map(|one| {
        let action = one["action"].as_str().expect("an action").to_owned();
        (action, (one["allowed"] == true, one["code"].clone()))
    });
    each.collect()
}

/// Does every action that is listed, each on a need of its own once one is done.
async fn happens(app: &TestApp, who: &str, make: impl AsyncFn() -> String, what: &str) {
    let mut need = make().await;
    let list = listed(app, who, &need).await;
    for action in ascms_domain::needs::NeedAction::ALL {
        let action = action.as_str();
        let (allowed, code) = list.get(action).unwrap_or_else(|| panic!("{action} is not listed"));
        let answer = done(app, who, &need, action).await;
        let what = format!("{what} {who} {action}: {}", answer.text);
        assert_eq!(*allowed, answer.status < 300, "{what}");
        assert!(*allowed || code == answer.code(), "{code} is advertised, {what}");
        if *allowed {
            need = make().await;
            assert_eq!(listed(app, who, &need).await, list, "{what}");
        }
    }
    assert_eq!(list.len(), ascms_domain::needs::NeedAction::ALL.len());
}

#[on_both]
async fn what_is_listed_of_a_need_is_what_happens(app: TestApp) {
    opened(&app).await;
    let case = app.assigned("Hana").await.1;
    for state in STATES {
        for who in WHO {
            happens(&app, who, async || in_state(&app, &case, state).await, state).await;
        }
    }
}

#[on_both]
async fn a_list_of_needs_shows_what_each_read_shows(app: TestApp) {
    opened(&app).await;
    let case = app.assigned("Hana").await.1;
    for state in STATES {
        in_state(&app, &case, state).await;
    }
    for who in WHO {
        let page = app.as_(who).get("/v1/needs?limit=100").await.expect(200);
        let items = page.json["items"].as_array().unwrap();
        assert_eq!(items.len(), STATES.len());
        for item in items {
            let path = format!("/v1/needs/{}", item["id"].as_str().unwrap());
            assert_eq!(*item, app.as_(who).get(&path).await.expect(200).json, "{who}");
        }
    }
}

#[on_both]
async fn a_need_of_a_case_that_was_closed_is_declined_alone(app: TestApp) {
    opened(&app).await;
    let waits = std::cell::RefCell::new(String::new());
    app.closed_after("Hana", async |case| {
        let id = asked(&app, case, 100).await;
        waits.replace(id);
    })
    .await;
    let waits = waits.into_inner();
    let list = listed(&app, LEAD, &waits).await;
    let refused = done(&app, LEAD, &waits, "approve").await;
    assert_eq!((list["approve"].0, &list["approve"].1), (false, &json!(refused.code())));
    assert_eq!(refused.status, 409);
    assert_eq!(list["decline"], (true, Value::Null));
    done(&app, LEAD, &waits, "decline").await.expect(200);
}

#[on_both]
async fn what_is_listed_follows_the_policy_of_the_contract_and_its_fund(app: TestApp) {
    crate::bulletins::second_admin(&app).await;
    let contract = funds::contract(&app, of_p01(&app, "ministry_second")).await;
    let case = app.assigned("Hana").await.1;
    let make = async || asked(&app, &case, 100).await;
    for who in WHO {
        happens(&app, who, &make, "no fund").await;
    }
    let of_admin = listed(&app, ADMIN, &make().await).await;
    assert_eq!(of_admin["approve"], (false, json!("no_fund")));
    let fund = funds::fund(&app, &contract, 2026).await;
    for who in WHO {
        happens(&app, who, &make, "a fund").await;
    }
    let of_admin = listed(&app, ADMIN, &make().await).await;
    assert_eq!(of_admin["approve"], (true, Value::Null));
    // What was approved is settled, so that the Ministry can close the fund.
    let promised = app.as_(LEAD).get("/v1/needs?status=approved&limit=100").await.expect(200);
    for need in promised.json["items"].as_array().unwrap() {
        done(&app, LEAD, need["id"].as_str().unwrap(), "settle").await.expect(200);
    }
    funds::step(&app, ADMIN, &fund, "closure", Value::Null).await.expect(200);
    for who in WHO {
        happens(&app, who, &make, "a closed fund").await;
    }
    let of_admin = listed(&app, ADMIN, &make().await).await;
    assert_eq!(of_admin["approve"], (false, json!("fund_closed")));
}
