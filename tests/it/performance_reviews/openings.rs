//! The reviews of a term, opened by one call for all contracts.

use super::*;
use crate::jobs;
use crate::submissions::contract_of;

const OPENINGS: &str = "/v1/performance-reviews/openings";

/// Orders and does the job; its lines, by the contract.
async fn opened_all(app: &TestApp, term: &str) -> BTreeMap<String, Value> {
    let ordered = app.as_(ADMIN).post(OPENINGS, json!({ "term": term })).await.expect(202);
    assert_eq!(ordered.json["kind"], "performance_reviews");
    jobs::finish(app).await;
    let job = app.as_(ADMIN).get(&format!("/v1/jobs/{}", ordered.id())).await.expect(200);
    assert_eq!(job.json["state"], "done");
    let result = format!("/v1/jobs/{}/result", ordered.id());
    let text = app.as_(ADMIN).get(&result).await.expect(200).text;
    let lines = text.lines().map(|line| {
        let line: Value = serde_json::from_str(line).expect("a line of JSON");
        (line["contractId"].as_str().expect("an id").to_owned(), line)
    });
    let lines: BTreeMap<String, Value> = lines.collect();
    assert_eq!(job.json["lines"], lines.len());
    lines
}

#[on_both]
async fn one_call_opens_the_reviews_of_all_contracts(app: TestApp) {
    let own = contracts::with_a_year(&app).await.id();
    let other = contract_of(&app, "K-002", json!(app.world.other_provider), "C02").await;
    // Neither a draft nor what ended before the term is reviewed.
    contracts::added(&app, contracts::contract(&app, "AS-9")).await;
    next_contract(&app).await;
    app.as_(ADMIN).post(OPENINGS, json!({ "term": "2026-1" })).await.refused(409, "term_not_over");
    app.set_time(AFTER_TERM);
    let lines = opened_all(&app, "2026-1").await;
    assert_eq!(lines.keys().cloned().collect::<Vec<_>>(), {
        let mut both = vec![own.clone(), other.clone()];
        both.sort();
        both
    });
    let mut instants = Vec::new();
    for (contract, line) in &lines {
        assert_eq!(line["refusal"], Value::Null);
        let id = line["performanceReviewId"].as_str().expect("an id");
        let review = app.as_("auditor").get(&format!("{REVIEWS}/{id}")).await.expect(200);
        assert_eq!(review.json["contractId"], json!(contract));
        instants.push(review.json["figures"]["asOf"].clone());
    }
    assert_eq!(instants[0], instants[1]);
    // Each provider reads its own.
    for (who, contract) in [(LEAD, &own), ("workflow-lead-2", &other)] {
        let listed = app.as_(who).get(REVIEWS).await.expect(200);
        let items = listed.json["items"].as_array().expect("a page");
        assert_eq!(items.len(), 1, "{who}");
        assert_eq!(items[0]["contractId"], json!(contract), "{who}");
    }
    let again = opened_all(&app, "2026-1").await;
    for line in again.values() {
        assert_eq!(
            (&line["refusal"], &line["performanceReviewId"]),
            (&json!("review_exists"), &Value::Null)
        );
    }
    assert_eq!(app.count("performance_review", "1 = 1").await, 2);
    app.as_(LEAD).post(OPENINGS, json!({ "term": "2026-1" })).await.refused(403, "role_may_not");
}
