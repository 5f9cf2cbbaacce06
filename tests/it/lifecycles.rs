//! The states of a lifecycle are compared in the domain. Persistence asks a state what the domain
//! knows of it, and a query asks for the states of which the domain says so (`rows/lifecycle.rs`).

use std::collections::BTreeSet;

use crate::architecture::{code, sources};

/// The files that take states apart all the same, each with the reason.
const TAKEN_APART: &[(&str, &str)] = &[
    ("features/enrolment_claims/opening.rs", "each state has an event, and events have names here"),
    ("features/transfers.rs", "each state has an event, and events have names here"),
    ("gate/case_state.rs", "a row becomes the state that the domain decides on"),
    ("gate/referral_state.rs", "a row becomes the state that the domain decides on"),
];

/// The closed lists of the domain that are the states of a lifecycle.
fn states() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (_, text) in sources("crates/domain/src") {
        for (_, line) in code(&text) {
            let Some(list) = line.strip_prefix("    ").and_then(|rest| rest.strip_suffix(" {"))
            else {
                continue;
            };
            // A list that clients see has its labels behind its name.
            let name = list.split(':').next().unwrap_or(list);
            let is_word = name.chars().all(char::is_alphanumeric);
            let of_lifecycle = ["Status", "State", "Standing"]
                .iter()
                .any(|kind| name.ends_with(kind) && name.len() > kind.len());
            if is_word && of_lifecycle {
                found.insert(name.to_owned());
            }
        }
    }
    found
}

/// Whether a line names a state otherwise than to set it.
fn compares(line: &str, state: &str) -> bool {
    let path = format!("{state}::");
    line.match_indices(&path).any(|(at, _)| {
        let (before, after) = (&line[..at], &line[at + path.len()..]);
        let of_another = before.ends_with(|letter: char| letter.is_alphanumeric());
        let mut letters = after.chars();
        let is_variant = letters.next().is_some_and(char::is_uppercase)
            && letters.next().is_some_and(char::is_lowercase);
        let sets = before.ends_with(": ") || before.ends_with(" = ");
        is_variant && !of_another && !sets
    })
}

/// Whether a line asks for a state in words of SQL.
fn asks_in_sql(line: &str) -> bool {
    ["status", "state", "standing"].iter().any(|column| {
        let quoted = [format!("\\\"{column}\\\" "), format!("\"{column} "), format!(" {column} ")];
        let asks = |name: &String| {
            ["= '", "<> '", "IN ("].iter().any(|ask| line.contains(&format!("{name}{ask}")))
        };
        quoted.iter().any(asks)
    })
}

#[test]
fn states_are_compared_in_the_domain_alone() {
    let states = states();
    for known in ["CaseStatus", "ClaimStanding", "DocumentState", "ReferralStatus"] {
        assert!(states.contains(known), "{states:?}");
    }
    let (mut found, mut apart) = (Vec::new(), BTreeSet::new());
    for (name, text) in sources("crates/persistence/src") {
        let file = name.trim_start_matches("crates/persistence/src/");
        // The sandbox's history is written as it was, state by state.
        if file.starts_with("seed") || file.ends_with("/tests.rs") {
            continue;
        }
        let excepted = TAKEN_APART.iter().any(|(excepted, _)| *excepted == file);
        for (number, line) in code(&text) {
            let named = states.iter().any(|state| compares(line, state));
            if named && excepted && line.contains(" =>") {
                apart.insert(file.to_owned());
            } else if named || asks_in_sql(line) {
                found.push(format!("{file}:{number} {}", line.trim()));
            }
        }
    }
    assert_eq!(found, [""; 0]);
    let excepted: BTreeSet<String> = TAKEN_APART.iter().map(|(file, _)| (*file).into()).collect();
    assert_eq!(apart, excepted, "an exception that is none any more");
}

#[test]
fn a_comparison_is_told_from_a_state_that_is_set() {
    for line in [
        "if case.status == CaseStatus::Closed {",
        "if CaseStatus::Closed != case.status {",
        "matches!(row.status, CaseStatus::Active | CaseStatus::Paused)",
        ".filter(Column::Status.eq(CaseStatus::Closed))",
        "CaseStatus::Closed => true,",
    ] {
        assert!(compares(line, "CaseStatus"), "{line}");
    }
    for line in [
        "status: CaseStatus::Unassigned,",
        "row.status = CaseStatus::Closed;",
        "lifecycle::is((Entity, Column::Status), CaseStatus::is_closed)",
        "let all = CaseStatus::ALL;",
        "use ascms_domain::cases::CaseStatus;",
    ] {
        assert!(!compares(line, "CaseStatus"), "{line}");
    }
    assert!(asks_in_sql(r#"Expr::cust("\"task\".\"status\" = 'open'")"#));
    assert!(asks_in_sql(r#"Expr::cust("state = 'quarantined'")"#));
    assert!(!asks_in_sql(r#"Expr::cust("finished_at IS NULL")"#));
}
