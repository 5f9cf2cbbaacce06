//! Needs that are asked for at the same moment, and name each other's cases.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::funds::{MANAGER, need, opened};
use crate::given::with;
use crate::support::{TestApp, on_both};

const CASES: usize = 4;
const ASKS_OF_EACH: usize = 4;

/// The further cases in another order for each request, so that no two lock the same cases in the same order by luck.
fn further(cases: &[String], own: usize, turn: usize) -> Vec<String> {
    let mut others: Vec<String> = cases.to_vec();
    others.remove(own);
    let places = others.len();
    others.rotate_left(turn % places);
    if turn % 2 == 1 {
        others.reverse();
    }
    others
}

#[on_both]
async fn requests_that_name_each_others_cases_are_all_answered(app: TestApp) {
    opened(&app).await;
    let mut cases = Vec::new();
    for name in ["Ari", "Tama", "Mere", "Rua"] {
        cases.push(app.assigned(name).await.1);
    }
    assert_eq!(cases.len(), CASES);
    let ask = async |own: usize, turn: usize| {
        let body = with(need(100), "/furtherCaseIds", json!(further(&cases, own, turn)));
        app.step(MANAGER, &cases[own], "needs", body).await
    };
    let turns = (0..ASKS_OF_EACH).flat_map(|turn| (0..CASES).map(move |own| (own, turn)));
    let answers = join_all(turns.map(|(own, turn)| ask(own, turn))).await;
    for answer in &answers {
        assert_eq!(answer.status, 201, "{}", answer.text);
        let named = answer.json["furtherCaseIds"].as_array().map(Vec::len);
        assert_eq!(named, Some(CASES - 1), "{}", answer.text);
        assert_ne!(answer.json["caseId"], Value::Null);
    }
    let asks = i64::try_from(CASES * ASKS_OF_EACH).expect("a few");
    assert_eq!(app.count("need", "status = 'requested'").await, asks);
    assert_eq!(app.count("need_case", "1 = 1").await, asks * i64::try_from(CASES).expect("a few"));
}

#[on_both]
async fn a_request_that_names_a_case_out_of_reach_is_refused_and_locks_nothing(app: TestApp) {
    opened(&app).await;
    let case = app.assigned("Hana").await.1;
    // Accepted, and managed by nobody: the case manager does not see it.
    let other = app.accepted("Aroha").await.1;
    let body = with(need(100), "/furtherCaseIds", json!([other]));
    let refused = app.step(MANAGER, &case, "needs", body.clone()).await;
    assert_eq!((refused.status, app.count("need", "1 = 1").await), (422, 0), "{}", refused.text);
    // Its own case among the further ones is its own case.
    let own = with(body, "/furtherCaseIds", json!([case]));
    let asked = app.step(MANAGER, &case, "needs", own).await.expect(201);
    assert_eq!(asked.json["furtherCaseIds"], json!([]));
    // A case out of reach is not there, and says nothing of what else a request names.
    app.step(MANAGER, &other, "needs", need(100)).await.refused(404, "not_found");
}
