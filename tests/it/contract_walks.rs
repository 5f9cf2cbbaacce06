//! A model of two contracts for one catchment, written differently from the rules. On random walks the
//! system and the model agree at every step.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use crate::contracts::{activate, added, contract, path};
use crate::given::with;
use crate::lifecycle_walks::Dice;
use crate::support::{Answer, TestApp, on_both};

/// Walks of each of the four parts, and the steps of each walk: 2,000 walks on each database.
const WALKS: usize = 500;
const STEPS: usize = 3;
/// So many walks go on with the same two contracts.
const OF_A_PAIR: usize = 5;

const MOVES: [&str; 4] = ["activation", "ending", "edit", "year"];

/// A contract as the model knows it: its days are numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Walker {
    status: &'static str,
    first: usize,
    last: usize,
}

impl Walker {
    fn meets(self, other: Self) -> bool {
        other.status != "draft"
            && (self.first..=self.last).any(|day| (other.first..=other.last).contains(&day))
    }
}

/// What comes of a step: the contract as it is then, or the code of the refusal.
fn expected(own: Walker, other: Walker, step: &str, day: usize) -> Result<Walker, &'static str> {
    let after = Walker { last: day, ..own };
    match (step, own.status) {
        ("activation", "draft") if own.meets(other) => Err("contracts_overlap"),
        ("activation", "draft") => Ok(Walker { status: "active", ..own }),
        ("ending", "active") => Ok(Walker { status: "ended", last: own.first, ..own }),
        ("activation" | "ending", _) => Err("not_in_this_state"),
        ("edit" | "year", "ended") => Err("contract_ended"),
        ("edit", "active") if after.meets(other) => Err("contracts_overlap"),
        ("edit", _) => Ok(after),
        ("year", _) => Ok(own),
        other => panic!("the model does not know {other:?}"),
    }
}

/// The day of a number, in a window that no other pair has.
fn day(window: usize, number: usize) -> NaiveDate {
    let begin: NaiveDate = "2020-01-01".parse().expect("a day");
    let days = u64::try_from(window * 10 + number).expect("a number of days");
    begin.checked_add_days(Days::new(days)).expect("a day")
}

async fn draft(app: &TestApp, number: String, window: usize, at: Walker) -> Answer {
    let body = with(contract(app, &number), "/startsOn", json!(day(window, at.first)));
    added(app, with(body, "/endsOn", json!(day(window, at.last)))).await
}

async fn take(
    app: &TestApp,
    read: &Answer,
    step: &str,
    window: usize,
    at: (Walker, usize),
) -> Answer {
    let (own, last) = at;
    let admin = app.as_("ministry-admin");
    match step {
        "activation" => activate(app, read).await,
        "ending" => {
            let body = json!({ "endsOn": day(window, own.first), "comment": "It was a mistake." });
            admin.post(&format!("{}/ending", path(read)), body).await
        }
        "edit" => admin.patch(&path(read), read, json!({ "endsOn": day(window, last) })).await,
        _ => {
            let year = &day(window, own.first).to_string()[..4];
            let set = json!({ "amountCents": 1, "withholdingPer": "year", "basicNeedsCents": 0 });
            admin.patch(&format!("{}/years/{year}", path(read)), read, set).await
        }
    }
}

async fn walks(app: &TestApp, seed: u64) {
    let mut dice = Dice(seed);
    let mut pair: Vec<(Walker, Answer)> = Vec::new();
    let mut seen = BTreeSet::new();
    for walk in 0..WALKS {
        let window = walk / OF_A_PAIR;
        if walk % OF_A_PAIR == 0 {
            pair.clear();
            for which in ["A", "B"] {
                let first = dice.below(5);
                let at = Walker { status: "draft", first, last: first + dice.below(4) };
                let number = format!("{which}-{seed}-{window}");
                pair.push((at, draft(app, number, window, at).await));
            }
        }
        for _ in 0..STEPS {
            let (which, step) = (dice.below(2), MOVES[dice.below(MOVES.len())]);
            let (own, other) = (pair[which].0, pair[1 - which].0);
            let last = own.first + dice.below(5);
            let answer = take(app, &pair[which].1, step, window, (own, last)).await;
            let got = if answer.status < 300 { Ok(()) } else { Err(answer.code().to_owned()) };
            let wanted = expected(own, other, step, last);
            let what = format!("{own:?} beside {other:?}: {step} {last}: {}", answer.text);
            assert_eq!(got, wanted.map(|_| ()).map_err(str::to_owned), "{what}");
            seen.insert(format!("{} {step} {got:?}", own.status));
            let Ok(next) = wanted else { continue };
            assert_eq!(answer.json["status"], Value::from(next.status), "{what}");
            assert_eq!(answer.json["endsOn"], json!(day(window, next.last)), "{what}");
            pair[which] = (next, answer);
        }
    }
    assert!(seen.len() > 12, "the walks met too little: {seen:?}");
}

#[on_both]
async fn the_first_part_agrees(app: TestApp) {
    walks(&app, 1).await;
}

#[on_both]
async fn the_second_part_agrees(app: TestApp) {
    walks(&app, 2).await;
}

#[on_both]
async fn the_third_part_agrees(app: TestApp) {
    walks(&app, 3).await;
}

#[on_both]
async fn the_fourth_part_agrees(app: TestApp) {
    walks(&app, 4).await;
}
