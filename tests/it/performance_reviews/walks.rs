//! A model of a review's life, written differently from the rules: a table of what leads where. On random walks the
//! system and the model agree at every step.

use std::collections::BTreeSet;

use super::*;
use crate::lifecycle_walks::{Dice, walks_of};

/// Walks of an ordinary run; `REVIEW_WALKS=2000` for all of them. Each goes on where the one before ended, ten times on
/// one review.
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

#[on_both]
async fn walks_of_a_review_agree(app: TestApp) {
    let mut dice = Dice(7);
    let (mut review, mut state) = (next_opened(&app).await, 0);
    let mut seen = BTreeSet::new();
    for walk in 1..=walks_of("REVIEW_WALKS", WALKS) {
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
