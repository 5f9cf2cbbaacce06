//! A model of the actions that are agreed at a review, written differently from the rules. On random walks the system and
//! the model agree at every step.

use std::collections::BTreeSet;

use super::*;
use crate::lifecycle_walks::{Dice, walks_of};

/// Walks of an ordinary run; `ACTION_WALKS=2000` for all of them. Each goes on where the one before ended, two times on
/// one action.
const WALKS: usize = 160;
const OF_AN_ACTION: usize = 2;
const ACTIONS: usize = 8;
const STEPS: usize = 3;

const MOVES: [&str; 5] = ["finish", "verify", "drop", "drop without a reason", "conclude"];

/// An action as the model knows it, and whether its review is concluded: before that the provider does not know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Walker {
    is_concluded: bool,
    status: &'static str,
}

fn expected(at: Walker, step: &str) -> Result<Walker, &'static str> {
    match (step, at.status) {
        ("conclude", _) if !at.is_concluded => Ok(Walker { is_concluded: true, ..at }),
        ("drop without a reason", _) => Err("reason_required"),
        ("finish", _) if !at.is_concluded => Err("not_found"),
        ("finish", "open") => Ok(Walker { status: "done", ..at }),
        ("verify", "done") => Ok(Walker { status: "verified", ..at }),
        ("drop", "open" | "done") => Ok(Walker { status: "dropped", ..at }),
        _ => Err("not_in_this_state"),
    }
}

async fn take(app: &TestApp, review: &Answer, action: &str, step: &str) -> Answer {
    match step {
        "finish" => finish(app, review, action).await,
        "verify" => settle(app, review, action, json!({ "outcome": "verified" })).await,
        "drop" => {
            let body = json!({ "outcome": "dropped", "reason": "The school closed." });
            settle(app, review, action, body).await
        }
        "drop without a reason" => {
            settle(app, review, action, json!({ "outcome": "dropped" })).await
        }
        _ => conclude(app, review).await,
    }
}

/// A review that is met about, and the actions that were agreed there.
async fn with_actions(app: &TestApp) -> (Answer, Vec<String>) {
    let review = met(app).await;
    let mut agreed = agree(app, &review, Value::Null).await.expect(200);
    for _ in 1..ACTIONS {
        agreed = agree(app, &review, Value::Null).await.expect(200);
    }
    let all = agreed.json["actions"].as_array().expect("actions").iter();
    let ids: Vec<String> =
        all.map(|action| action["id"].as_str().expect("an id").to_owned()).collect();
    assert_eq!(ids.len(), ACTIONS);
    (review, ids)
}

fn status_of<'a>(review: &'a Answer, action: &str) -> &'a Value {
    let all = review.json["actions"].as_array().expect("actions");
    &all.iter().find(|one| one["id"] == action).expect("the action")["status"]
}

#[on_both]
async fn walks_of_an_agreed_action_agree(app: TestApp) {
    let mut dice = Dice(24);
    let (mut review, mut actions) = with_actions(&app).await;
    let mut at = Walker { is_concluded: false, status: "open" };
    let mut seen = BTreeSet::new();
    for walk in 0..walks_of("ACTION_WALKS", WALKS) {
        let turn = walk / OF_AN_ACTION;
        if walk % OF_AN_ACTION == 0 {
            at.status = "open";
            if turn > 0 && turn.is_multiple_of(ACTIONS) {
                (review, actions) = with_actions(&app).await;
                at.is_concluded = false;
            }
        }
        let action = &actions[turn % ACTIONS];
        for _ in 0..STEPS {
            // A conclusion is rare, so that actions are met on either side of it.
            let kinds = if dice.below(4) == 0 { MOVES.len() } else { MOVES.len() - 1 };
            let step = MOVES[dice.below(kinds)];
            let answer = take(&app, &review, action, step).await;
            let wanted = expected(at, step);
            let told = format!("{at:?} {step}: {}", answer.text);
            let got = if answer.status < 300 { Ok(()) } else { Err(answer.code()) };
            assert_eq!(got, wanted.map(drop), "{told}");
            seen.insert((at, step));
            let Ok(next) = wanted else { continue };
            at = next;
            assert_eq!(status_of(&answer, action), at.status, "{told}");
            let review_is = if at.is_concluded { "concluded" } else { "met_with" };
            assert_eq!(answer.json["status"], review_is, "{told}");
        }
    }
    // Nothing is done, and so nothing verified, before the conclusion.
    for (is_concluded, statuses) in
        [(false, &["open", "dropped"][..]), (true, &["open", "done", "verified", "dropped"][..])]
    {
        for &status in statuses {
            let met = |step: &&str| seen.contains(&(Walker { is_concluded, status }, *step));
            assert!(MOVES.iter().all(met), "{is_concluded} {status}: the walks met too little");
        }
    }
}
