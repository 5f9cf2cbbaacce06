//! Models of the decision on a withholding payment, written differently from the rules: where every gate is met, and where
//! one is not. On random walks the system and the models agree at every step.

use std::collections::BTreeSet;

use super::*;
use crate::bulletins::second_admin;
use crate::lifecycle_walks::{Dice, walks_of};

/// Walks of an ordinary run; `WITHHOLDING_WALKS=2000` for all of them. Each goes on where the one before ended, ten times
/// on one review.
const WALKS: usize = 120;
const STEPS: usize = 3;

const SECOND: &str = "ministry-admin-b";

/// A decision as the model knows it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Decision {
    None,
    Proposed,
    Confirmed,
    Paid,
}

#[on_both]
async fn walks_of_a_decision_agree(app: TestApp) {
    let mut dice = Dice(11);
    let mut review = concluded(&app, false).await.0;
    let (mut decision, mut number) = (Decision::None, 0);
    let mut seen = BTreeSet::new();
    for walk in 1..=walks_of("WITHHOLDING_WALKS", WALKS) {
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

/// The steps where a gate is unmet: who does what.
const MOVES: [(&str, &str); 11] = [
    (ADMIN, "withhold"),
    (SECOND, "withhold"),
    (ADMIN, "release despite"),
    (SECOND, "release despite"),
    (ADMIN, "withhold without a reason"),
    (ADMIN, "release"),
    (SECOND, "withhold once more"),
    (ADMIN, "confirmation"),
    (SECOND, "confirmation"),
    (ADMIN, "payment"),
    (LEAD, "withhold"),
];

/// The last decision where a gate is unmet: by whom, whether it releases, and how it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Last {
    by: &'static str,
    releases: bool,
    status: &'static str,
}

fn expected(last: Option<Last>, step: (&'static str, &str)) -> Result<Last, &'static str> {
    let (who, what) = step;
    if who == LEAD {
        return Err("role_may_not");
    }
    let proposed = |releases: bool| Last { by: who, releases, status: "proposed" };
    let is_paid = last.is_some_and(|last| last.status == "paid");
    match (what, last) {
        // One that supersedes nothing, although there is one.
        ("withhold once more", Some(_)) => Err("already_decided"),
        ("confirmation" | "payment", None) => Err("not_found"),
        ("confirmation", Some(last)) if last.status != "proposed" => Err("not_in_this_state"),
        ("confirmation", Some(last)) if last.by == who => Err("requirement_unmet_needs_second"),
        ("confirmation", Some(last)) => Ok(Last { status: "confirmed", ..last }),
        ("payment", Some(last)) if last.status == "confirmed" && last.releases => {
            Ok(Last { status: "paid", ..last })
        }
        ("payment", Some(_)) => Err("not_in_this_state"),
        (_, _) if is_paid => Err("already_decided"),
        ("withhold" | "withhold once more", _) => Ok(proposed(false)),
        ("release despite", _) => Ok(proposed(true)),
        // The gate that is unmet is not accepted, or no reason is said.
        _ => Err("reason_required"),
    }
}

async fn take(app: &TestApp, review: &Answer, step: (&str, &str), number: i32) -> Answer {
    let (who, what) = step;
    let body = match what {
        "confirmation" | "payment" => {
            return super::step(app, who, review, number.max(1), what).await;
        }
        "release despite" => json!({
            "outcome": "released", "reason": "They could not come.",
            "acceptedDespite": [{ "requirement": "took_part", "reason": "A flood." }],
        }),
        "release" => json!({ "outcome": "released", "reason": "They could not come." }),
        "withhold without a reason" => json!({ "outcome": "withheld" }),
        _ => json!({ "outcome": "withheld", "reason": "Nobody came to the meeting." }),
    };
    let supersedes = number > 0 && what != "withhold once more";
    let body = if supersedes { with(body, "/supersedes", json!(number)) } else { body };
    propose(app, who, review, body).await
}

/// A review to whose meeting the provider did not come, which is a gate.
async fn with_an_unmet_gate(app: &TestApp) -> Answer {
    let review = next_opened(app).await;
    comment(app, &review).await.expect(200);
    meet(app, &review, false).await.expect(200);
    conclude(app, &review).await.expect(200)
}

#[on_both]
async fn walks_of_a_decision_with_an_unmet_gate_agree(app: TestApp) {
    second_admin(&app).await;
    let mut dice = Dice(29);
    let mut review = with_an_unmet_gate(&app).await;
    let (mut last, mut number) = (None, 0);
    let mut seen = BTreeSet::new();
    for walk in 1..=walks_of("WITHHOLDING_WALKS", WALKS) {
        for _ in 0..STEPS {
            let step = MOVES[dice.below(MOVES.len())];
            let answer = take(&app, &review, step, number).await;
            let wanted = expected(last, step);
            let told = format!("{last:?} {step:?}: {}", answer.text);
            let got = if answer.status < 300 { Ok(()) } else { Err(answer.code()) };
            assert_eq!(got, wanted.map(drop), "{told}");
            seen.insert((last.map(|last: Last| last.status), step));
            let Ok(next) = wanted else { continue };
            number += i32::from(next.status == "proposed");
            last = Some(next);
            let newest = &answer.json["withholdingDecisions"][0];
            let outcome = if next.releases { "released" } else { "withheld" };
            assert_eq!(
                (&newest["number"], &newest["status"], &newest["outcome"]),
                (&json!(number), &json!(next.status), &json!(outcome)),
                "{told}"
            );
            assert_eq!(newest["needsSecond"], true, "{told}");
        }
        if walk % 10 == 0 {
            review = with_an_unmet_gate(&app).await;
            (last, number) = (None, 0);
        }
    }
    for status in [None, Some("proposed"), Some("confirmed"), Some("paid")] {
        let met = MOVES.iter().filter(|step| seen.contains(&(status, **step))).count();
        assert!(met > MOVES.len() / 2, "{status:?}: the walks met too little: {seen:?}");
    }
}
