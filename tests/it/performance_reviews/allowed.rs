//! `allowedActions` of a review, of an agreed action and of a decision: listed as allowed exactly when the
//! call succeeds, and refused with the code that was advertised.

use actix_web::http::Method;
use actix_web::test::TestRequest;

use super::*;
use crate::bulletins::second_admin;
use crate::documents::raw;

const SECOND: &str = "ministry-admin-b";

const STAGES: [&str; 10] = [
    "opened",
    "commented",
    "met",
    "open_breach",
    "concluded",
    "action_done",
    "proposed",
    "confirmed",
    "paid",
    "second_needed",
];

const WHO: [&str; 5] = [ADMIN, SECOND, LEAD, "case-manager", "ministry-analyst"];

/// The members that have a list of their own.
const PARTS: [&str; 3] = ["review", "actions", "withholdingDecisions"];

async fn made(app: &TestApp, stage: &str) -> Answer {
    match stage {
        "opened" => next_opened(app).await,
        "commented" => {
            let review = next_opened(app).await;
            comment(app, &review).await.expect(200)
        }
        "met" => met(app).await,
        "open_breach" => {
            let review = met(app).await;
            find(app, &review, "breach").await.expect(200)
        }
        "concluded" => concluded(app, false).await.0,
        "action_done" => concluded(app, true).await.0,
        "proposed" => released(app, false).await,
        "confirmed" => released(app, true).await,
        "paid" => {
            let review = released(app, true).await;
            step(app, ADMIN, &review, 1, "payment").await.expect(200)
        }
        "second_needed" => {
            let review = next_opened(app).await;
            comment(app, &review).await.expect(200);
            meet(app, &review, false).await.expect(200);
            conclude(app, &review).await.expect(200);
            let withheld = json!({ "outcome": "withheld", "reason": "Nobody came." });
            propose(app, ADMIN, &review, withheld).await.expect(200)
        }
        other => panic!("no way is known to {other}: add one"),
    }
}

/// What is listed of a part: each action, whether it is allowed, and the code otherwise.
fn listed(review: &Answer, part: &str) -> Vec<(String, bool, Value)> {
    let whole = &review.json;
    let list = match part {
        "review" => &whole["allowedActions"],
        part => &whole[part][0]["allowedActions"],
    };
    let each = list.as_array().into_iter().flatten().map(|one| {
        let action = one["action"].as_str().expect("an action").to_owned();
        (action, one["allowed"] == true, one["code"].clone())
    });
    each.collect()
}

/// A good body for an action, and the end of its path.
fn call(app: &TestApp, review: &Answer, (part, action): (&str, &str)) -> (String, Value) {
    let whole = &review.json;
    let of_action = |end: &str| {
        let id = whole["actions"][0]["id"].as_str().expect("an id");
        format!("actions/{id}/{end}")
    };
    let of_decision = |end: &str| {
        let number = &whole["withholdingDecisions"][0]["number"];
        format!("withholding-decisions/{number}/{end}")
    };
    match (part, action) {
        (_, "comment") => ("comment".into(), json!({ "comment": "We were ill." })),
        (_, "record_meeting") => {
            let held =
                json!({ "heldAt": app.now(), "providerAttended": true, "minutes": "We met." });
            ("meeting".into(), held)
        }
        (_, "add_document") => ("documents/raw".into(), Value::Null),
        (_, "add_finding") => ("findings".into(), json!({ "grade": "note", "comment": "Late." })),
        (_, "agree_action") => {
            let agreed = json!({ "action": "Call.", "owner": "Lead", "dueOn": "2026-06-30" });
            ("actions".into(), agreed)
        }
        (_, "conclude") => ("conclusion".into(), Value::Null),
        (_, "propose_withholding") => {
            let last = &whole["withholdingDecisions"][0]["number"];
            let mut decision = json!({ "outcome": "released", "reason": "It is so." });
            if !last.is_null() {
                decision["supersedes"] = last.clone();
            }
            let requirements = whole["requirements"].as_array().expect("requirements").iter();
            let unmet = requirements.filter(|one| one["result"] == "unmet" && one["gate"] == true);
            let accepted = unmet
                .map(|one| json!({ "requirement": one["requirement"], "reason": "A flood." }))
                .collect::<Vec<_>>();
            decision["acceptedDespite"] = json!(accepted);
            ("withholding-decisions".into(), decision)
        }
        (_, "finish") => (of_action("completion"), Value::Null),
        (_, "verify") => (of_action("settlement"), json!({ "outcome": "verified" })),
        (_, "drop") => {
            (of_action("settlement"), json!({ "outcome": "dropped", "reason": "No need." }))
        }
        (_, "confirm") => (of_decision("confirmation"), Value::Null),
        (_, "pay") => (of_decision("payment"), Value::Null),
        (_, other) => panic!("no call is known for {other}: add one"),
    }
}

async fn posted(app: &TestApp, who: &str, to: &str, body: Value) -> Answer {
    if let Some(review) = to.strip_suffix("/documents/raw") {
        let to = format!("{review}/documents/raw?name=minutes.txt");
        let request = raw(TestRequest::default(), b"Minutes.");
        return app.as_(who).send_as_is(request, Method::POST, &to).await;
    }
    if body.is_null() {
        app.as_(who).post_empty(to).await
    } else {
        app.as_(who).post(to, body).await
    }
}

/// Whether the stage has something for a second person alone.
fn looks_on(stage: &str, who: &str) -> bool {
    who != SECOND || stage == "second_needed"
}

#[on_both]
async fn what_is_listed_of_a_review_is_what_happens(app: TestApp) {
    second_admin(&app).await;
    let mut parts_seen = 0;
    for stage in STAGES {
        let mut review = made(&app, stage).await;
        for who in WHO.into_iter().filter(|who| looks_on(stage, who)) {
            let first = read(&app, who, &review).await;
            for part in PARTS {
                let list = listed(&first, part);
                parts_seen += usize::from(!list.is_empty());
                for (action, allowed, code) in list {
                    let seen = read(&app, who, &review).await;
                    let (end, body) = call(&app, &seen, (part, &action));
                    let to = format!("{}/{end}", path(&review));
                    let answer = posted(&app, who, &to, body).await;
                    let what = format!("{stage} {who} {action}: {}", answer.text);
                    assert_eq!(allowed, answer.status < 300, "{what}");
                    assert!(allowed || code == answer.code(), "{code} is advertised, {what}");
                    if allowed {
                        review = made(&app, stage).await;
                        let anew = read(&app, who, &review).await;
                        assert_eq!(listed(&anew, part), listed(&first, part), "{what}");
                    }
                }
            }
        }
    }
    // The review for everybody, and actions and decisions where they are seen.
    assert!(parts_seen > STAGES.len() * (WHO.len() - 1), "{parts_seen}");
}

#[on_both]
async fn a_meeting_without_a_comment_is_offered_once_its_time_is_over(app: TestApp) {
    let (_, review) = opened(&app).await;
    let meeting = |review: &Answer| {
        let list = listed(review, "review");
        let found = list.into_iter().find(|(action, ..)| action == "record_meeting");
        let (_, allowed, code) = found.expect("the meeting");
        (allowed, code)
    };
    app.set_time("2026-04-24T11:59:59Z");
    let before = read(&app, ADMIN, &review).await;
    assert_eq!(meeting(&before), (false, json!("not_in_this_state")));
    app.set_time("2026-04-24T12:00:00Z");
    assert_eq!(meeting(&read(&app, ADMIN, &review).await), (true, Value::Null));
    meet(&app, &review, false).await.expect(200);
}

#[on_both]
async fn nothing_is_proposed_where_nothing_is_withheld(app: TestApp) {
    let contract = contracts::active(&app, contracts::contract(&app, "AS-1")).await.id();
    app.set_time(AFTER_TERM);
    let review = open(&app, &contract, "2026-1").await.expect(201);
    comment(&app, &review).await.expect(200);
    meet(&app, &review, true).await.expect(200);
    let concluded = conclude(&app, &review).await.expect(200);
    let proposal = |review: &Answer| {
        let list = listed(review, "review");
        list.into_iter().find(|(action, ..)| action == "propose_withholding").expect("it")
    };
    assert_eq!(proposal(&concluded).2, json!("nothing_withheld"));
    pay(&app, &contract, 2026, 10).await;
    assert!(proposal(&read(&app, ADMIN, &review).await).1);
    // A list shows what the read shows.
    for who in [ADMIN, LEAD, "case-manager"] {
        let listed = app.as_(who).get(REVIEWS).await.expect(200);
        assert_eq!(listed.json["items"][0], read(&app, who, &review).await.json, "{who}");
    }
}
