//! A model of a plan that is varied while progress of its milestones is recorded, written differently from the rules. On
//! random walks the system and the model agree at every step.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    LEAD, accept, begin, begun, contract, edited, milestones, path, sent_back, submit, vary,
};
use crate::lifecycle_walks::{Dice, walks_of};
use crate::support::{Answer, TestApp, on_both};
use crate::templates;

/// Walks of an ordinary run; `MILESTONE_WALKS=2000` for all of them. Each goes on where the one before ended, twenty
/// times on one plan or more: each has a year of its own.
const WALKS: usize = 160;
const OF_A_PLAN: usize = 20;
const MOST_YEARS: usize = 24;
const STEPS: usize = 3;

const MOVES: [&str; 9] =
    ["with", "without", "submit", "return", "accept", "vary", "usual", "further", "ahead"];

/// A plan as the model knows it: whether what is written, what was submitted and what was accepted last has the further
/// milestone.
#[derive(Clone, Copy, Debug)]
struct Walker {
    state: &'static str,
    written: bool,
    submitted: Option<bool>,
    accepted: Option<bool>,
}

impl Walker {
    /// What comes of a step: the plan as it is then, or the code or the fault of the refusal.
    fn expected(self, step: &str) -> Result<Self, &'static str> {
        let is_open = self.state == "draft" || self.state == "returned";
        match step {
            "with" | "without" if is_open => Ok(Self { written: step == "with", ..self }),
            "with" | "without" => Err("frozen"),
            "submit" if is_open => {
                Ok(Self { state: "submitted", submitted: Some(self.written), ..self })
            }
            // The Ministry does not see it yet.
            "return" | "accept" if self.submitted.is_none() => Err("not_found"),
            "return" if self.state == "submitted" => Ok(Self { state: "returned", ..self }),
            "accept" if self.state == "submitted" => {
                Ok(Self { state: "accepted", accepted: self.submitted, ..self })
            }
            "vary" if self.state == "accepted" => Ok(Self { state: "draft", ..self }),
            // Progress is recorded on what was accepted last, also while it is varied.
            "usual" | "further" | "ahead" if self.accepted.is_none() => Err("not_in_this_state"),
            "usual" => Ok(self),
            "further" if self.accepted == Some(true) => Ok(self),
            "further" => Err("/milestone unknown"),
            "ahead" => Err("/assessedOn in_the_future"),
            _ => Err("not_in_this_state"),
        }
    }
}

/// The milestones of a year, with the further one or without.
fn written(year: i32, with_further: bool) -> Value {
    let mut all = milestones();
    let list = all.as_array_mut().expect("a list");
    if with_further {
        let mut further = list[1].clone();
        further["key"] = json!("further");
        list.push(further);
    }
    for milestone in list {
        let due = milestone["dueOn"].as_str().expect("a day");
        milestone["dueOn"] = json!(due.replace("2027", &year.to_string()));
    }
    json!({ "milestones": all })
}

async fn record(app: &TestApp, plan: &Answer, milestone: &str, assessed_on: &str) -> Answer {
    let progress = json!({
        "milestone": milestone, "assessedOn": assessed_on, "standing": "on_track",
        "comment": "It goes well.",
    });
    app.as_(LEAD).post(&format!("{}/progress", path(plan)), progress).await
}

async fn take(app: &TestApp, plan: &Answer, step: &str, year: i32) -> Answer {
    match step {
        "with" | "without" => edited(app, plan, written(year, step == "with")).await,
        "submit" => submit(app, plan).await,
        "return" => sent_back(app, plan).await,
        "accept" => accept(app, plan).await,
        "vary" => vary(app, plan).await,
        "usual" => record(app, plan, "first-contact", "2026-11-01").await,
        "further" => record(app, plan, "further", "2026-11-01").await,
        _ => record(app, plan, "first-contact", "2026-11-03").await,
    }
}

#[on_both]
async fn walks_of_milestones_and_variations_agree(app: TestApp) {
    app.set_time("2026-11-02T00:00:00Z");
    let contract = contract(&app).await;
    let template = templates::published(&app, templates::short("plan", "walked")).await;
    let walks = walks_of("MILESTONE_WALKS", WALKS);
    let of_one = OF_A_PLAN.max(walks.div_ceil(MOST_YEARS));
    let mut dice = Dice(17);
    let mut plan: Option<(Answer, i32, Walker, i64)> = None;
    let mut seen = BTreeSet::new();
    for walk in 0..walks {
        if walk % of_one == 0 {
            let year = 2026 + i32::try_from(walk / of_one).expect("a year");
            let new = begun(&app, begin(&contract, &template, year)).await;
            let words = json!({ "answers": [{ "question": "words", "text": "All of it." }] });
            edited(&app, &new, words).await.expect(200);
            edited(&app, &new, written(year, false)).await.expect(200);
            let walker = Walker { state: "draft", written: false, submitted: None, accepted: None };
            plan = Some((new, year, walker, 0));
        }
        let (plan, year, walker, recorded) = plan.as_mut().expect("one");
        for _ in 0..STEPS {
            let step = MOVES[dice.below(MOVES.len())];
            let answer = take(&app, plan, step, *year).await;
            let wanted = walker.expected(step);
            let what = format!("{walker:?} {step}: {}", answer.text);
            let got = if answer.status < 300 {
                Ok(())
            } else {
                Err(answer.faults().pop().unwrap_or_else(|| answer.code().to_owned()))
            };
            assert_eq!(got, wanted.map(drop).map_err(str::to_owned), "{what}");
            seen.insert((walker.state, walker.accepted, step));
            let Ok(next) = wanted else { continue };
            *walker = next;
            if ["usual", "further"].contains(&step) {
                *recorded += 1;
            } else {
                assert_eq!(answer.json["status"], next.state, "{what}");
            }
        }
        let of_plan = format!("{}/progress?includeTotal=true", path(plan));
        let total = app.as_(LEAD).get(&of_plan).await.expect(200).json["total"].as_i64();
        assert_eq!(total, Some(*recorded), "nothing that was recorded is gone");
    }
    for step in MOVES {
        let met = |with: Option<bool>| seen.iter().any(|one| one.1 == with && one.2 == step);
        assert!(met(None) && met(Some(false)) && met(Some(true)), "{step} was met too little");
    }
}
