//! A model of a submission's life, written differently from the rules: a table of what leads where. On random
//! walks the system and the model agree at every step.

use std::collections::BTreeSet;

use serde_json::json;

use super::{accept, begin, begun, contract, edited, sent_back, submit, vary, whole_plan};
use crate::lifecycle_walks::{Dice, walks_of};
use crate::support::{TestApp, on_both};
use crate::templates;

/// Walks of each database and kind in an ordinary run; `SUBMISSION_WALKS=2000` for all of them. Each goes on where the
/// one before ended, twenty times on one submission or more: each has a year of its own.
const WALKS: usize = 200;
const OF_A_SUBMISSION: usize = 20;
const MOST_YEARS: usize = 24;
const STEPS: usize = 3;

/// The steps, and where each leads from draft, submitted, returned and accepted; of a plan where two kinds differ.
const MOVES: [(&str, [&str; 4]); 5] = [
    ("edit", ["draft", "frozen", "returned", "frozen"]),
    ("submit", ["submitted", "not_in_this_state", "submitted", "not_in_this_state"]),
    ("return", ["not_in_this_state", "returned", "not_in_this_state", "not_in_this_state"]),
    ("accept", ["not_in_this_state", "accepted", "not_in_this_state", "not_in_this_state"]),
    ("vary", ["not_in_this_state", "not_in_this_state", "not_in_this_state", "draft of a plan"]),
];

const STATES: [&str; 4] = ["draft", "submitted", "returned", "accepted"];

struct Walker {
    kind: &'static str,
    state: usize,
    versions: u32,
}

impl Walker {
    /// What comes of a step: the next state, or the code of the refusal.
    fn expected(&self, step: usize) -> Result<usize, &'static str> {
        let (what, leads) = MOVES[step];
        let decides = what == "return" || what == "accept";
        if decides && self.versions == 0 {
            // The Ministry does not see it yet.
            return Err("not_found");
        }
        let leads = match (leads[self.state], self.kind) {
            ("draft of a plan", "plan") => "draft",
            ("draft of a plan", _) => "not_in_this_state",
            (leads, _) => leads,
        };
        STATES.iter().position(|state| *state == leads).ok_or(leads)
    }
}

async fn walks(app: &TestApp, kind: &'static str, seed: u64) {
    app.set_time("2026-11-02T00:00:00Z");
    let contract = contract(app).await;
    let template = templates::published(app, templates::short(kind, "walked")).await;
    let mut dice = Dice(seed);
    let mut walker = Walker { kind, state: 0, versions: 0 };
    let mut submission = None;
    let mut seen = BTreeSet::new();
    let walks = walks_of("SUBMISSION_WALKS", WALKS);
    let of_one = OF_A_SUBMISSION.max(walks.div_ceil(MOST_YEARS));
    for walk in 0..walks {
        if walk % of_one == 0 {
            let year = 2026 + i32::try_from(walk / of_one).expect("a year");
            let new = begun(app, begin(&contract, &template, year)).await;
            let mut whole = whole_plan();
            if kind == "plan" {
                let milestones = whole["milestones"].as_array_mut().expect("a list");
                for milestone in milestones {
                    let due = milestone["dueOn"].as_str().expect("a day");
                    milestone["dueOn"] = json!(due.replace("2027", &year.to_string()));
                }
            } else {
                whole["milestones"] = json!([]);
            }
            edited(app, &new, whole).await.expect(200);
            submission = Some(new);
            walker = Walker { kind, state: 0, versions: 0 };
        }
        let submission = submission.as_ref().expect("one");
        for _ in 0..STEPS {
            let step = dice.below(MOVES.len());
            let words = format!("Words {}", dice.below(1000));
            let words = json!({ "answers": [{ "question": "words", "text": words }] });
            let answer = match MOVES[step].0 {
                "edit" => edited(app, submission, words).await,
                "submit" => submit(app, submission).await,
                "return" => sent_back(app, submission).await,
                "accept" => accept(app, submission).await,
                _ => vary(app, submission).await,
            };
            let wanted = walker.expected(step);
            let what = format!("{} {}: {}", STATES[walker.state], MOVES[step].0, answer.text);
            let got = if answer.status < 300 { Ok(()) } else { Err(answer.code()) };
            assert_eq!(got, wanted.map(drop), "{what}");
            seen.insert((walker.state, step));
            let Ok(next) = wanted else { continue };
            walker.state = next;
            walker.versions += u32::from(MOVES[step].0 == "submit");
            assert_eq!(answer.json["status"], STATES[next], "{what}");
            assert_eq!(answer.json["versions"], walker.versions, "{what}");
        }
    }
    assert_eq!(seen.len(), STATES.len() * MOVES.len(), "the walks met too little: {seen:?}");
}

#[on_both]
async fn walks_of_a_plan_agree(app: TestApp) {
    walks(&app, "plan", 1).await;
}

#[on_both]
async fn walks_of_a_survey_agree(app: TestApp) {
    walks(&app, "survey", 2).await;
}
