//! A model of a template's life, written differently from the rules: a table of what leads where. On random walks the
//! system and the model agree at every step.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{ADMIN, added, path, short, step};
use crate::given::with;
use crate::lifecycle_walks::{Dice, walks_of};
use crate::support::{TestApp, on_both};

/// Walks of an ordinary run; `TEMPLATE_WALKS=2000` for all of them. Each goes on where the one before ended, four times
/// on one template.
const WALKS: usize = 120;
const OF_A_TEMPLATE: usize = 4;
const STEPS: usize = 3;

const STATES: [&str; 3] = ["draft", "published", "retired"];

/// The steps, and where each leads from draft, published and retired.
const MOVES: [(&str, [&str; 3]); 5] = [
    ("edit", ["draft", "frozen", "frozen"]),
    ("publication", ["published", "not_in_this_state", "not_in_this_state"]),
    ("retirement", ["not_in_this_state", "retired", "not_in_this_state"]),
    // Somebody of a provider.
    ("publication by a lead", ["role_may_not", "role_may_not", "role_may_not"]),
    // The number of another version of the code.
    ("taken", ["/templateVersion taken", "frozen", "frozen"]),
];

#[on_both]
async fn walks_of_a_template_agree(app: TestApp) {
    let mut dice = Dice(13);
    let mut seen = BTreeSet::new();
    // What takes the number that another may not have.
    added(&app, short("annual", "walked")).await;
    let (mut template, mut state) = (None, 0);
    for walk in 0..walks_of("TEMPLATE_WALKS", WALKS) {
        if walk % OF_A_TEMPLATE == 0 {
            let number = i32::try_from(walk / OF_A_TEMPLATE).expect("a number") + 2;
            let body = with(short("annual", "walked"), "/templateVersion", json!(number));
            (template, state) = (Some(added(&app, body).await), 0);
        }
        let template = template.as_ref().expect("one");
        for _ in 0..STEPS {
            let at = dice.below(MOVES.len());
            let (what, leads) = MOVES[at];
            let read = app.as_(ADMIN).get(&path(template)).await.expect(200);
            let edit = async |edit: Value| app.as_(ADMIN).patch(&path(template), &read, edit).await;
            let answer = match what {
                "edit" => edit(json!({ "titleEn": format!("Title {}", dice.below(1000)) })).await,
                "taken" => edit(json!({ "templateVersion": 1 })).await,
                "publication by a lead" => {
                    let to = format!("{}/publication", path(template));
                    app.as_("workflow-lead").post_empty(&to).await
                }
                step_of_it => step(&app, template, step_of_it).await,
            };
            let told = format!("{} {what}: {}", STATES[state], answer.text);
            seen.insert((state, at));
            match STATES.iter().position(|name| *name == leads[state]) {
                Some(next) => {
                    assert_eq!(answer.status, 200, "{told}");
                    assert_eq!(answer.json["status"], STATES[next], "{told}");
                    state = next;
                }
                None if leads[state].starts_with('/') => {
                    assert_eq!(answer.faults(), [leads[state]], "{told}");
                }
                None => assert_eq!(answer.code(), leads[state], "{told}"),
            }
        }
    }
    assert_eq!(seen.len(), STATES.len() * MOVES.len(), "the walks met too little: {seen:?}");
}
