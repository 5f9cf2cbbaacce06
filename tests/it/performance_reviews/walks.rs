//! A model of a review's life and of its decision's, written differently from the rules: tables of what leads
//! where. On random walks the system and the model agree at every step.

use std::collections::BTreeSet;

use super::*;
use crate::lifecycle_walks::Dice;

/// Walks of each database; each goes on where the one before ended, ten times on one review.
const WALKS: usize = 120;
const STEPS: usize = 3;

const STATES: [&str; 4] = ["opened", "commented", "met_with", "concluded"];

/// The steps, and where each leads from opened, commented, met with and concluded.
const MOVES: [(&str, [&str; 4]); 4] = [
    ("comment", ["commented", "not_in_this_state", "not_in_this_state", "not_in_this_state"]),
    ("meet", ["not_in_this_state", "met_with", "not_in_this_state", "not_in_this_state"]),
    ("find", ["opened", "commented", "met_with", "frozen"]),
    ("conclude", ["not_in_this_state", "not_in_this_state", "concluded", "not_in_this_state"]),
];

/// A decision as the model knows it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Decision {
    None,
    Proposed,
    Confirmed,
    Paid,
}

#[on_both]
async fn walks_of_a_review_agree(app: TestApp) {
    let mut dice = Dice(7);
    let (mut review, mut state) = (next_opened(&app).await, 0);
    let mut seen = BTreeSet::new();
    for walk in 1..=WALKS {
        for _ in 0..STEPS {
            let at = dice.below(MOVES.len());
            let (what, leads) = MOVES[at];
            let answer = match what {
                "comment" => comment(&app, &review).await,
                "meet" => meet(&app, &review, true).await,
                "find" => find(&app, &review, "note").await,
                _ => conclude(&app, &review).await,
            };
            let told = format!("{} {what}: {}", STATES[state], answer.text);
            seen.insert((state, at));
            match STATES.iter().position(|name| *name == leads[state]) {
                Some(next) => {
                    assert_eq!(answer.status, 200, "{told}");
                    assert_eq!(answer.json["status"], STATES[next], "{told}");
                    state = next;
                }
                None => assert_eq!(answer.code(), leads[state], "{told}"),
            }
        }
        if walk % 10 == 0 {
            (review, state) = (next_opened(&app).await, 0);
        }
    }
    assert_eq!(seen.len(), STATES.len() * MOVES.len(), "the walks met too little: {seen:?}");
}

#[on_both]
async fn walks_of_a_decision_agree(app: TestApp) {
    let mut dice = Dice(11);
    let mut review = concluded(&app, false).await.0;
    let (mut decision, mut number) = (Decision::None, 0);
    let mut seen = BTreeSet::new();
    for walk in 1..=WALKS {
        for _ in 0..STEPS {
            let at = dice.below(4);
            let again = json!({ "outcome": "released", "reason": "Again.", "supersedes": number });
            let first = json!({ "outcome": "released" });
            let answer = match at {
                0 => propose(&app, ADMIN, &review, first).await,
                1 => propose(&app, ADMIN, &review, again).await,
                2 => step(&app, ADMIN, &review, number.max(1), "confirmation").await,
                _ => step(&app, ADMIN, &review, number.max(1), "payment").await,
            };
            let wanted = match (at, decision) {
                (0, Decision::None) | (1, Decision::Proposed | Decision::Confirmed) => {
                    Ok(Decision::Proposed)
                }
                // No decision has the number 0.
                (1, Decision::None) => Err("invalid_body"),
                (0 | 1, _) => Err("already_decided"),
                (_, Decision::None) => Err("not_found"),
                (2, Decision::Proposed) => Ok(Decision::Confirmed),
                (3, Decision::Confirmed) => Ok(Decision::Paid),
                _ => Err("not_in_this_state"),
            };
            seen.insert((decision, at));
            let got = if answer.status == 200 { Ok(()) } else { Err(answer.code()) };
            assert_eq!(got, wanted.map(drop), "{at}: {}", answer.text);
            let Ok(next) = wanted else { continue };
            number += i32::from(at < 2);
            decision = next;
            let newest = &answer.json["withholdingDecisions"][0];
            let status = match decision {
                Decision::Proposed => "proposed",
                Decision::Confirmed => "confirmed",
                _ => "paid",
            };
            assert_eq!((&newest["number"], &newest["status"]), (&json!(number), &json!(status)));
        }
        if walk % 10 == 0 {
            review = concluded(&app, false).await.0;
            (decision, number) = (Decision::None, 0);
        }
    }
    assert_eq!(seen.len(), 16, "the walks met too little");
}
