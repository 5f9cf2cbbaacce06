//! The decision on the withholding payment.

use super::*;
use crate::bulletins::second_admin;

const SECOND: &str = "ministry-admin-b";

fn outcome(outcome: &str) -> Value {
    json!({ "outcome": outcome })
}

fn because(body: Value) -> Value {
    with_member(body, "reason", json!("Nobody came to the meeting."))
}

fn with_member(mut body: Value, member: &str, value: Value) -> Value {
    body[member] = value;
    body
}

/// The review of the first term of 2026, concluded; its provider took part or did not.
async fn concluded_with(app: &TestApp, attended: bool) -> Answer {
    let (_, review) = opened(app).await;
    comment(app, &review).await.expect(200);
    meet(app, &review, attended).await.expect(200);
    conclude(app, &review).await.expect(200)
}

/// The decisions, as `number outcome status`.
fn decisions(review: &Answer) -> Vec<String> {
    let all = review.json["withholdingDecisions"].as_array().expect("decisions").iter();
    let words = all.map(|one| {
        let text = |member: &str| one[member].as_str().expect("a word").to_owned();
        format!("{} {} {}", one["number"], text("outcome"), text("status"))
    });
    words.collect()
}

#[on_both]
async fn one_person_releases_while_no_gate_is_unmet(app: TestApp) {
    let (_, open) = opened(&app).await;
    propose(&app, ADMIN, &open, outcome("released")).await.refused(409, "not_concluded");
    comment(&app, &open).await.expect(200);
    meet(&app, &open, true).await.expect(200);
    let review = conclude(&app, &open).await.expect(200);
    // What can not be known yet is no reason.
    assert_eq!(results(&review)["reports_on_time"], "not_yet");
    let withheld = because(outcome("withheld"));
    propose(&app, ADMIN, &review, withheld).await.refused(409, "nothing_unmet");
    let met = json!([{ "requirement": "took_part", "reason": "They came." }]);
    let despite = with_member(outcome("released"), "acceptedDespite", met);
    let refused = propose(&app, ADMIN, &review, despite).await;
    assert_eq!(
        (refused.status, refused.faults()),
        (422, vec!["/acceptedDespite/0/requirement not_one_of".to_owned()])
    );
    let proposed = propose(&app, ADMIN, &review, outcome("released")).await.expect(200);
    assert_eq!(decisions(&proposed), ["1 released proposed"]);
    // A tenth of the year's amount, in four parts.
    let decision = &proposed.json["withholdingDecisions"][0];
    assert_eq!(
        (&decision["amountCents"], &decision["needsSecond"]),
        (&json!(2_500_000), &json!(false))
    );
    assert_eq!(decisions(&read(&app, LEAD, &review).await), Vec::<String>::new());
    propose(&app, ADMIN, &review, outcome("released")).await.refused(409, "already_decided");
    step(&app, ADMIN, &review, 1, "payment").await.refused(409, "not_in_this_state");
    step(&app, ADMIN, &review, 2, "confirmation").await.refused(404, "not_found");
    let confirmed = step(&app, ADMIN, &review, 1, "confirmation").await.expect(200);
    assert_eq!(decisions(&confirmed), ["1 released confirmed"]);
    assert_eq!(decisions(&read(&app, LEAD, &review).await), ["1 released confirmed"]);
    step(&app, ADMIN, &review, 1, "confirmation").await.refused(409, "not_in_this_state");
    let paid = step(&app, ADMIN, &review, 1, "payment").await.expect(200);
    assert_eq!(decisions(&paid), ["1 released paid"]);
    step(&app, ADMIN, &review, 1, "payment").await.refused(409, "not_in_this_state");
    let again = because(with_member(outcome("released"), "supersedes", json!(1)));
    propose(&app, ADMIN, &review, again).await.refused(409, "already_decided");
}

#[on_both]
async fn a_second_person_confirms_while_a_gate_is_unmet(app: TestApp) {
    second_admin(&app).await;
    let review = concluded_with(&app, false).await;
    propose(&app, ADMIN, &review, outcome("withheld")).await.refused(422, "reason_required");
    propose(&app, ADMIN, &review, outcome("released")).await.refused(422, "reason_required");
    let withheld = propose(&app, ADMIN, &review, because(outcome("withheld"))).await.expect(200);
    assert_eq!(withheld.json["withholdingDecisions"][0]["needsSecond"], true);
    step(&app, ADMIN, &review, 1, "confirmation")
        .await
        .refused(409, "requirement_unmet_needs_second");
    step(&app, SECOND, &review, 1, "confirmation").await.expect(200);
    // What is withheld is not paid.
    step(&app, SECOND, &review, 1, "payment").await.refused(409, "not_in_this_state");
    // It turns out that a flood kept them away: another decision takes its place.
    let accepted = json!([{ "requirement": "took_part", "reason": "A flood closed the road." }]);
    let released = with_member(outcome("released"), "acceptedDespite", accepted);
    let bare = with_member(released.clone(), "supersedes", json!(1));
    propose(&app, ADMIN, &review, bare.clone()).await.refused(422, "reason_required");
    let other = because(with_member(released, "supersedes", json!(2)));
    propose(&app, ADMIN, &review, other).await.refused(409, "already_decided");
    let superseded = propose(&app, SECOND, &review, because(bare)).await.expect(200);
    assert_eq!(decisions(&superseded), ["2 released proposed", "1 withheld superseded"]);
    let took_part = &superseded.json["requirements"][1];
    assert_eq!(
        (&took_part["requirement"], &took_part["result"], &took_part["acceptedDespite"]["reason"]),
        (&json!("took_part"), &json!("unmet"), &json!("A flood closed the road."))
    );
    // The provider was told of the first one only.
    assert_eq!(decisions(&read(&app, LEAD, &review).await), ["1 withheld superseded"]);
    step(&app, ADMIN, &review, 1, "confirmation").await.refused(409, "not_in_this_state");
    step(&app, SECOND, &review, 2, "confirmation")
        .await
        .refused(409, "requirement_unmet_needs_second");
    step(&app, ADMIN, &review, 2, "confirmation").await.expect(200);
    let paid = step(&app, SECOND, &review, 2, "payment").await.expect(200);
    assert_eq!(decisions(&paid), ["2 released paid", "1 withheld superseded"]);
    for (happened, many) in
        [("withholding_proposed", 2), ("withholding_confirmed", 2), ("withholding_paid", 1)]
    {
        let kind = format!("kind = 'performance_review.{happened}'");
        assert_eq!(app.count("event", &kind).await, many, "{happened}");
    }
}

#[on_both]
async fn where_nothing_is_withheld_nothing_is_decided(app: TestApp) {
    let contract = contracts::active(&app, contracts::contract(&app, "AS-1")).await.id();
    app.set_time(AFTER_TERM);
    let review = open(&app, &contract, "2026-1").await.expect(201);
    comment(&app, &review).await.expect(200);
    meet(&app, &review, true).await.expect(200);
    conclude(&app, &review).await.expect(200);
    propose(&app, ADMIN, &review, outcome("released")).await.refused(409, "nothing_withheld");
    pay(&app, &contract, 2026, 0).await;
    propose(&app, ADMIN, &review, outcome("released")).await.refused(409, "nothing_withheld");
    pay(&app, &contract, 2026, 10).await;
    propose(&app, ADMIN, &review, outcome("released")).await.expect(200);
}

#[on_both]
async fn the_last_review_of_a_year_pays_the_remainder(app: TestApp) {
    let contract = contracts::active(&app, contracts::contract(&app, "AS-1")).await.id();
    pay(&app, &contract, 2026, 10).await;
    app.set_time("2027-01-20T00:00:00Z");
    // 10,000,003 cents in four parts.
    for (term, cents) in [("2026-1", 2_500_000), ("2026-4", 2_500_003)] {
        let review = open(&app, &contract, term).await.expect(201);
        comment(&app, &review).await.expect(200);
        meet(&app, &review, true).await.expect(200);
        conclude(&app, &review).await.expect(200);
        // Reports of the first term are late by now; no gate is.
        let proposed = propose(&app, ADMIN, &review, outcome("released")).await.expect(200);
        assert_eq!(proposed.json["withholdingDecisions"][0]["amountCents"], cents, "{term}");
    }
}

#[on_both]
async fn of_eight_decisions_at_once_one_is_taken(app: TestApp) {
    let review = concluded_with(&app, true).await;
    let all = (0..8).map(|_| propose(&app, ADMIN, &review, outcome("released")));
    let answers = futures_util::future::join_all(all).await;
    let taken = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(taken, 1);
    for answer in answers.iter().filter(|answer| answer.status != 200) {
        answer.refused(409, "already_decided");
    }
    assert_eq!(app.count("withholding_decision", "1 = 1").await, 1);
}
