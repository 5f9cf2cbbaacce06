//! A model of a case's life, written differently from the rules: a table of what leads where. On
//! random walks the system and the model agree at every step.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::given::{add_lead, closure, pause};
use crate::support::{TestApp, on_both, setting};

/// Walks of each part, and the steps of each walk: 1,000 walks on each database. Each part takes every step
/// in every place.
const WALKS: usize = 500;
const STEPS: usize = 3;
const PLACES: usize = 10;

/// Where a case can be; with a proposal that waits, by whom it was made. The case manager proposes for no
/// case that nobody manages, so there are ten places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Unassigned,
    Active,
    Paused,
    /// Proposed by the lead (1) or by the case manager (2), from one of the places above.
    Waiting(u8, u8),
    /// Closed, with a case manager or without.
    Closed(bool),
}

/// The steps of a walk: who does what. `second-lead` never proposes and manages nothing.
const MOVES: [(&str, &str); 10] = [
    ("workflow-lead", "assignment"),
    ("case-manager", "pause"),
    ("workflow-lead", "resumption"),
    ("case-manager", "closure"),
    ("workflow-lead", "closure"),
    ("workflow-lead", "closure-approval"),
    ("second-lead", "closure-approval"),
    ("second-lead", "closure-return"),
    ("workflow-lead", "reopening"),
    ("workflow-lead", "notes"),
];

/// What comes of a step: the next place, or the code of the refusal. One row a step, one column a
/// place: unassigned, active, paused, waiting, closed.
fn expected(place: Place, step: (&str, &str)) -> Result<Place, &'static str> {
    use Place::{Active, Closed, Paused, Unassigned, Waiting};
    let (who, what) = step;
    // Whom the case is not assigned to does not see it.
    let unseen = matches!(place, Unassigned | Waiting(_, 0) | Closed(false));
    if who == "case-manager" && unseen {
        return Err("not_found");
    }
    let proposer = if who == "workflow-lead" { 1 } else { 2 };
    match (what, place) {
        ("reopening", Closed(true)) => Ok(Active),
        ("reopening", Closed(false)) => Ok(Unassigned),
        ("reopening", _) => Err("case_not_closed"),
        (_, Closed(_)) => Err("case_closed"),
        ("notes", same) => Ok(same),
        ("assignment", Unassigned) => Ok(Active),
        ("assignment", Waiting(by, 0)) => Ok(Waiting(by, 1)),
        ("assignment", _) => Err("already_assigned"),
        ("pause", Active) => Ok(Paused),
        ("pause", Waiting(by, 1)) => Ok(Waiting(by, 2)),
        ("pause", Paused | Waiting(_, 2)) => Err("already_paused"),
        ("resumption", Paused) => Ok(Active),
        ("resumption", Waiting(by, 2)) => Ok(Waiting(by, 1)),
        ("resumption", _) => Err("not_paused"),
        ("closure", Waiting(..)) => Err("closure_already_proposed"),
        ("closure", Unassigned) => Ok(Waiting(proposer, 0)),
        ("closure", Active) => Ok(Waiting(proposer, 1)),
        ("closure", Paused) => Ok(Waiting(proposer, 2)),
        ("closure-approval", Waiting(1, _)) if who == "workflow-lead" => Err("own_closure"),
        ("closure-approval", Waiting(_, from)) => Ok(Closed(from > 0)),
        ("closure-return", Waiting(_, 0)) => Ok(Unassigned),
        ("closure-return", Waiting(_, 1)) => Ok(Active),
        ("closure-return", Waiting(_, _)) => Ok(Paused),
        ("closure-approval" | "closure-return", _) => Err("no_closure_proposed"),
        other => panic!("the model does not know {other:?}"),
    }
}

fn body(app: &TestApp, what: &str) -> Value {
    match what {
        "assignment" => json!({ "caseManagerId": app.world.case_manager }),
        "pause" => pause(),
        "closure" => closure(),
        "closure-return" => json!({ "comment": "Not yet." }),
        "reopening" => json!({ "reason": "Away again." }),
        "notes" => json!({
            "occurredAt": "2026-03-16T00:00:00Z", "visibility": "private", "comment": "A word.",
        }),
        _ => json!({}),
    }
}

fn shown(place: Place) -> &'static str {
    match place {
        Place::Unassigned | Place::Waiting(_, 0) => "unassigned",
        Place::Active | Place::Waiting(_, 1) => "active",
        Place::Paused | Place::Waiting(..) => "paused",
        Place::Closed(_) => "closed",
    }
}

/// A small generator of the same walks on every run (Knuth's constants for a 64-bit sequence).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, n: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n
    }
}

/// How many walks a test takes: as many as a variable says, `REVIEW_WALKS=2000` for all of them, and else an ordinary
/// number.
pub fn walks_of(variable: &str, ordinary: usize) -> usize {
    setting(variable).map_or(ordinary, |many| many.parse().expect("a number of walks"))
}

/// A walk goes on where the one before ended, twenty times on one case, so that every place is a
/// start.
async fn walks(app: &TestApp, seed: u64) {
    add_lead(app, "second-lead").await;
    let mut dice = Dice(seed);
    let (mut case, mut place) = (String::new(), Place::Unassigned);
    let mut met = BTreeSet::new();
    for walk in 0..WALKS {
        if walk % 20 == 0 {
            case = app.accepted(&format!("Walker {walk}")).await.1;
            place = Place::Unassigned;
        }
        for _ in 0..STEPS {
            let step = MOVES[dice.below(MOVES.len())];
            let answer = app.step(step.0, &case, step.1, body(app, step.1)).await;
            let got = if answer.status < 300 { Ok(()) } else { Err(answer.code().to_owned()) };
            let wanted = expected(place, step);
            let what = format!("{place:?} {step:?}: {}", answer.text);
            met.insert(format!("{place:?} {step:?}"));
            assert_eq!(got, wanted.map(|_| ()).map_err(str::to_owned), "{what}");
            let Ok(next) = wanted else { continue };
            place = next;
            assert!(step.1 == "notes" || answer.json["status"] == shown(place), "{what}");
        }
    }
    assert_eq!(met.len(), PLACES * MOVES.len(), "not every step in every place: {met:?}");
}

#[on_both]
async fn the_first_part_agrees(app: TestApp) {
    walks(&app, 1).await;
}

#[on_both]
async fn the_second_part_agrees(app: TestApp) {
    walks(&app, 3).await;
}
