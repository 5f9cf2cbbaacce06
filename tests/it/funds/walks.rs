//! A model of a fund's life and of its budgets, written differently from the rules. On random walks the system and the
//! model agree at every step.

use std::collections::BTreeSet;

use super::*;
use crate::lifecycle_walks::walks_of;

/// Walks of an ordinary run; `FUND_WALKS=2000` for all of them. Each goes on where the one before ended, so many times on
/// one fund: each has a year of its own.
const WALKS: usize = 56;
const OF_A_FUND: usize = 28;
const STEPS: usize = 3;
/// In its last walks a fund may be closed: after that it has nothing more to show.
const OPEN_FOR: usize = 21;

/// The steps: who does what. What one person of the Ministry proposes, the other may decide.
const MOVES: [(&str, &str); 8] = [
    (ADMIN, "propose"),
    (SECOND, "confirm"),
    (SECOND, "reject"),
    (ADMIN, "confirm"),
    (ADMIN, "override"),
    (ADMIN, "shrink"),
    (LEAD, "propose"),
    (ADMIN, "close"),
];

/// A fund as the model knows it: how it stands, who proposed what waits, and its cents.
#[derive(Clone, Copy, Debug)]
struct Walker {
    status: &'static str,
    waits: Option<(&'static str, i64)>,
    budget: i64,
    overrides: i64,
}

impl Walker {
    /// What comes of a step: the fund as it is then, or the code of the refusal.
    fn expected(self, (who, what): (&'static str, &str)) -> Result<Self, &'static str> {
        let is_closed = self.status == "closed";
        match (what, self.waits) {
            _ if who == LEAD => Err("role_may_not"),
            ("propose" | "shrink" | "override" | "close", _) if is_closed => Err("fund_closed"),
            ("propose" | "shrink", Some(_)) => Err("budget_proposed"),
            ("shrink", None) if self.budget < SHRINKS_BY => Err("over_budget"),
            ("shrink", None) => Ok(Self { waits: Some((who, -SHRINKS_BY)), ..self }),
            ("propose", None) => Ok(Self { waits: Some((who, 100)), ..self }),
            ("confirm" | "reject", None) => Err("no_budget_proposed"),
            ("confirm" | "reject", Some((by, _))) if by == who => Err("own_decision"),
            ("reject", Some(_)) => Ok(Self { waits: None, ..self }),
            ("confirm", Some((_, cents))) => {
                Ok(Self { status: "open", waits: None, budget: self.budget + cents, ..self })
            }
            ("override", _) if self.status == "proposed" => Err("no_fund"),
            ("override", _) => Ok(Self { overrides: self.overrides + 100, ..self }),
            _ => Ok(Self { status: "closed", waits: None, ..self }),
        }
    }
}

const SHRINKS_BY: i64 = BUDGET / 2;

async fn take(app: &TestApp, fund: &str, (who, what): (&str, &str)) -> Answer {
    let money = |cents: i64| json!({ "amountCents": cents, "reason": "A walk." });
    let (name, body) = match what {
        "propose" => ("budget-change", money(100)),
        "shrink" => ("budget-change", money(-SHRINKS_BY)),
        "confirm" => ("budget-change/decision", json!({ "outcome": "confirmed" })),
        "reject" => ("budget-change/decision", json!({ "outcome": "rejected" })),
        "override" => ("overrides", money(100)),
        _ => ("closure", Value::Null),
    };
    step(app, who, fund, name, body).await
}

/// A fund of a year that the contract pays.
async fn begun(app: &TestApp, contract: &str, year: i32) -> String {
    let amounts = json!({
        "amountCents": 50_000_000, "withholdingPer": "term", "basicNeedsCents": BUDGET,
    });
    let path = format!("/v1/contracts/{contract}/years/{year}");
    app.as_(ADMIN).patch_if(&path, Some("*"), amounts).await.expect(200);
    let body = json!({ "contractId": contract, "year": year });
    app.as_(ADMIN).post("/v1/funds", body).await.expect(201).id()
}

#[on_both]
async fn a_fund_walks_as_its_model_says(app: TestApp) {
    second_admin(&app).await;
    let contract = contract(&app, of_p01(&app, "second_person")).await;
    let mut dice = Dice(11);
    let mut seen = BTreeSet::new();
    let nothing = Walker { status: "proposed", waits: None, budget: 0, overrides: 0 };
    let (mut fund, mut walker) = (String::new(), nothing);
    let walks = walks_of("FUND_WALKS", WALKS);
    for walk in 0..walks {
        if walk % OF_A_FUND == 0 {
            let year = 2026 + i32::try_from(walk / OF_A_FUND).expect("a year");
            fund = begun(&app, &contract, year).await;
            walker = Walker { waits: Some((ADMIN, BUDGET)), ..nothing };
        }
        for _ in 0..STEPS {
            let may_close = walk % OF_A_FUND >= OPEN_FOR;
            let kinds = if may_close { MOVES.len() } else { MOVES.len() - 1 };
            let step = MOVES[dice.below(kinds)];
            let answer = take(&app, &fund, step).await;
            let wanted = walker.expected(step);
            let got = if answer.status < 300 { Ok(()) } else { Err(answer.code()) };
            let told = format!("{walker:?} {step:?}: {}", answer.text);
            assert_eq!(got, wanted.map(drop), "{told}");
            seen.insert((walker.status, wanted.err(), step.1));
            let Ok(next) = wanted else { continue };
            walker = next;
            assert_eq!(answer.json["status"], walker.status, "{told}");
            assert_eq!(!answer.json["proposed"].is_null(), walker.waits.is_some(), "{told}");
            let money = [walker.budget, walker.overrides, 0, 0, walker.budget + walker.overrides];
            assert_eq!(parts(&answer.json), money, "{told}");
        }
        if walk % OF_A_FUND == OF_A_FUND - 1 || walk + 1 == walks {
            adds_up(&app, &fund).await;
        }
    }
    for code in [
        "role_may_not",
        "fund_closed",
        "budget_proposed",
        "no_budget_proposed",
        "own_decision",
        "over_budget",
        "no_fund",
    ] {
        assert!(seen.iter().any(|one| one.1 == Some(code)), "{code} was never met: {seen:?}");
    }
    for status in ["proposed", "open", "closed"] {
        let met = seen.iter().filter(|one| one.0 == status).count();
        assert!(met >= 6, "{status}: the walks met too little: {seen:?}");
    }
}
