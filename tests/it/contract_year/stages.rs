//! The stages of the year, in the order of time: each begins with what the calendar of obligations shows by then.

use super::*;

/// What is due in November 2026 for the year ahead: a plan that is returned once, and two confirmations, one late.
/// Answers the plan.
pub async fn november(year: &LivedYear<'_>) -> Answer {
    let app = year.app;
    let of_2027 = [
        "service_delivery_plan 2027 2026-11-15 open",
        "policy_confirmation 2027 2026-11-15 open",
        "security_assurance 2027 2026-11-15 open",
    ];
    year.shows(&of_2027, [17, 0, 0, 0]).await;
    // Of the weeks that the contract has of 2026, no plan and no report on the year is asked for.
    let all = format!("/v1/obligations?contractId={}&limit=200", year.contract);
    let listed = app.as_(ADMIN).get(&all).await.expect(200);
    for one in listed.json["items"].as_array().expect("items") {
        if one["period"] == "2026" {
            let path = format!("/v1/obligations/{}/waiver", one["id"].as_str().expect("an id"));
            let body = json!({ "reason": "The contract begins with the last term." });
            app.as_(ADMIN).post(&path, body).await.expect(200);
        }
    }
    app.set_time("2026-11-10T00:00:00Z");
    let plan = year.submit("plan", 2027, None).await;
    year.shows(&of_2027[1..], [12, 1, 5, 0]).await;
    year.submit("policies", 2027, None).await;
    app.set_time("2026-11-13T00:00:00Z");
    submissions::sent_back(app, &plan).await.expect(200);
    app.set_time("2026-11-16T00:00:00Z");
    duties::settle(app).await;
    year.shows(&["security_assurance 2027 2026-11-15 open!"], [12, 2, 5, 0]).await;
    let late = year.submit("security", 2027, None).await;
    assert_eq!(late.json["daysLate"], 1);
    submissions::submit(app, &plan).await.expect(200);
    let accepted = submissions::accept(app, &plan).await.expect(200);
    assert_eq!(
        (&accepted.json["acceptedVersion"], &accepted.json["daysLate"]),
        (&json!(2), &json!(0))
    );
    year.shows(&[], [12, 3, 5, 0]).await;
    plan
}

/// The year begins: the fund is opened by two people, and what is left of 2026 comes late. Answers the fund.
pub async fn january(year: &LivedYear<'_>) -> String {
    let app = year.app;
    app.set_time("2027-01-05T00:00:00Z");
    duties::settle(app).await;
    let of_2026 = ["termly_report 2026-4 2027-01-21 open", "fund_report 2026-4 2027-01-21 open"];
    year.shows(&of_2026, [15, 3, 5, 0]).await;
    let body = json!({ "contractId": year.contract, "year": 2027 });
    let fund = app.as_(ADMIN).post("/v1/funds", body).await.expect(201).id();
    let confirm = json!({ "outcome": "confirmed" });
    let decision = "budget-change/decision";
    funds::step(app, ADMIN, &fund, decision, confirm.clone()).await.refused(409, "own_decision");
    funds::step(app, SECOND, &fund, decision, confirm).await.expect(200);
    app.set_time("2027-01-25T00:00:00Z");
    let late = of_2026.map(|line| format!("{line}!"));
    year.shows(&late.each_ref().map(String::as_str), [15, 3, 5, 0]).await;
    for kind in ["termly", "fund"] {
        let report = year.submit(kind, 2026, Some("2026-4")).await;
        assert_eq!(report.json["daysLate"], 4, "{kind}");
    }
    year.shows(&[], [15, 5, 5, 0]).await;
    fund
}

/// Two referrals of the first term, of which the school of one is reached in time; their cases.
pub async fn referred(app: &TestApp) -> [String; 2] {
    app.set_time("2027-02-09T00:00:00Z");
    let mut cases = Vec::new();
    for name in ["Rangi", "Aroha"] {
        let body = with(referral(name), "/supportRequest/whanauToldOn", json!("2027-02-01"));
        let attendance =
            json!([{ "term": "2026-4", "possibleHalfDays": 80, "presentHalfDays": 48 }]);
        let body = with(body, "/supportRequest/attendance", attendance);
        let sent = app.as_("office-support").post("/v1/referrals", body).await.expect(201).id();
        let decided = app.decide(&sent, json!({ "outcome": "accepted" })).await.expect(200);
        let case = decided.json["caseId"].as_str().expect("a case").to_owned();
        let to = json!({ "caseManagerId": app.world.case_manager });
        app.step(LEAD, &case, "assignment", to).await.expect(200);
        cases.push(case);
    }
    app.set_time("2027-02-10T01:00:00Z");
    app.reached(&cases[0], "school", "2027-02-10T00:00:00Z").await.expect(201);
    cases.try_into().expect("two")
}

/// Spends money of a need today.
async fn spend(app: &TestApp, need: &str, cents: i64) {
    let today = app.now().date_naive();
    let body = json!({ "amountCents": cents, "spentOn": today });
    funds::on_need(app, MANAGER, need, "spending", body).await.expect(200);
}

/// Needs of the first quarter: nobody decides on their own. Answers the one that is still to be spent of.
pub async fn first_needs(app: &TestApp, cases: &[String; 2]) -> String {
    let approve = json!({ "outcome": "approved" });
    app.set_time("2027-02-11T00:00:00Z");
    let own = app.step(LEAD, &cases[0], "needs", funds::need(1_000)).await.expect(201).id();
    funds::on_need(app, LEAD, &own, "decision", approve).await.refused(409, "own_request");
    funds::on_need(app, LEAD, &own, "cancellation", json!({})).await.expect(200);
    let shoes = funds::approved(app, &cases[0], 40_000).await;
    app.set_time("2027-02-15T00:00:00Z");
    spend(app, &shoes, 35_050).await;
    funds::on_need(app, MANAGER, &shoes, "settlement", Value::Null).await.expect(200);
    app.set_time("2027-03-10T00:00:00Z");
    let bus = funds::approved(app, &cases[1], 50_000).await;
    spend(app, &bus, 30_000).await;
    bus
}

/// The first two terms: reports, reviews, and a release each. What is corrected later changes no review.
pub async fn first_half(year: &mut LivedYear<'_>, cases: &[String; 2], bus: &str) {
    let app = year.app;
    app.set_time("2027-05-04T00:00:00Z");
    let due = ["termly_report 2027-1 2027-05-10 open", "fund_report 2027-1 2027-05-10 open"];
    year.shows(&due, [13, 5, 5, 0]).await;
    year.report("2027-1").await;
    app.set_time("2027-05-11T00:00:00Z");
    let review = year.review("2027-1").await;
    year.shows(&["review_comment 2027-1 2027-05-25 open"], [13, 7, 5, 0]).await;
    let results = reviews::results(&review);
    for (requirement, result) in [
        ("plan_on_time", "met"),
        ("took_part", "not_yet"),
        ("reports_on_time", "met"),
        // One of two schools.
        ("school_contact_first", "unmet"),
        ("policies", "met"),
        ("security", "unmet"),
    ] {
        assert_eq!(results[requirement], result, "{requirement}");
    }
    year.release(&review, PART).await;
    app.set_time("2027-05-20T00:00:00Z");
    app.reached(&cases[1], "school", "2027-02-10T00:00:00Z").await.expect(201);
    assert_eq!(schools_reached(app).await, json!(2));
    year.stay_frozen().await;
    app.set_time("2027-06-09T00:00:00Z");
    spend(app, bus, 20_000).await;
    app.set_time("2027-07-28T00:00:00Z");
    year.submit("termly", 2027, Some("2027-2")).await;
    app.set_time("2027-08-02T00:00:00Z");
    year.shows(&["fund_report 2027-2 2027-07-30 open!"], [11, 9, 5, 0]).await;
    assert_eq!(year.submit("fund", 2027, Some("2027-2")).await.json["daysLate"], 3);
    let review = year.review("2027-2").await;
    assert_eq!(reviews::results(&review)["reports_on_time"], "unmet");
    year.release(&review, PART).await;
    year.shows(&[], [11, 11, 5, 0]).await;
}

/// How many schools the provider reached in the first term, as it is known now.
async fn schools_reached(app: &TestApp) -> Value {
    let path = "/v1/measures?level=provider&term=2027-1";
    let measured = app.as_(ADMIN).get(path).await.expect(200);
    let groups = measured.json["items"].as_array().expect("groups");
    let own = groups.iter().find(|group| group["key"] == "P01").expect("P01");
    let numbers = own["numbers"].as_array().expect("numbers");
    let school = numbers.iter().find(|number| number["measure"] == "school_contact");
    school.expect("the schools")["numerator"].clone()
}

/// Some of the money comes back, and the fund is spent to the last cent.
pub async fn spent_down(app: &TestApp, fund: &str, case: &str, bus: &str) {
    let approve = json!({ "outcome": "approved" });
    app.set_time("2027-08-18T00:00:00Z");
    let back = json!({
        "amountCents": 5_500, "refundedOn": "2027-08-18", "reason": "Two cards were not used.",
    });
    funds::on_need(app, MANAGER, bus, "refunds", back).await.expect(200);
    assert_eq!(funds::read(app, fund).await["leftCents"], 20_450);
    let more = funds::asked(app, case, 20_451).await;
    funds::on_need(app, LEAD, &more, "decision", approve).await.refused(409, "over_budget");
    funds::on_need(app, MANAGER, &more, "cancellation", json!({})).await.expect(200);
    let rest = funds::approved(app, case, 20_450).await;
    app.set_time("2027-10-20T00:00:00Z");
    spend(app, &rest, 20_450).await;
    funds::adds_up(app, fund).await;
    let report = app.as_(LEAD).get(&format!("/v1/funds/{fund}/report")).await.expect(200).json;
    let months: Vec<[Value; 2]> = report["byMonth"]
        .as_array()
        .expect("months")
        .iter()
        .map(|one| [one["month"].clone(), one["spent"]["cents"].clone()])
        .collect();
    assert_eq!(
        json!(months),
        json!([[2, 35_050], [3, 30_000], [6, 20_000], [8, -5_500], [10, 20_450]])
    );
    let sums = ["leftCents", "students"].map(|member| report[member].clone());
    assert_eq!((json!(sums), &report["spent"]["cents"]), (json!([0, 2]), &json!(funds::BUDGET)));
}

/// The third term: the provider does not come to the meeting, and what is withheld is released after all.
pub async fn third_term(year: &mut LivedYear<'_>) {
    let app = year.app;
    app.set_time("2027-10-21T00:00:00Z");
    let due = [
        "termly_report 2027-3 2027-10-22 open",
        "fund_report 2027-3 2027-10-22 open",
        "service_delivery_plan 2028 2027-11-15 open",
        "policy_confirmation 2028 2027-11-15 open",
        "security_assurance 2028 2027-11-15 open",
    ];
    year.shows(&due, [6, 11, 5, 0]).await;
    year.report("2027-3").await;
    app.set_time("2027-10-26T00:00:00Z");
    let review = year.review("2027-3").await;
    for (kind, due) in
        [("plan", "2027-11-08"), ("policies", "2027-11-08"), ("security", "2027-11-09")]
    {
        app.set_time(&format!("{due}T00:00:00Z"));
        assert_eq!(year.submit(kind, 2028, None).await.json["daysLate"], 0, "{kind}");
    }
    app.set_time("2027-11-10T00:00:00Z");
    year.shows(&["review_comment 2027-3 2027-11-09 open!"], [6, 16, 5, 0]).await;
    reviews::meet(app, &review, false).await.expect(200);
    year.shows(&[], [6, 16, 5, 1]).await;
    let concluded = reviews::conclude(app, &review).await.expect(200);
    assert_eq!(reviews::results(&concluded)["took_part"], "unmet");
    let withhold = json!({ "outcome": "withheld", "reason": "Nobody of the provider came." });
    let withheld = reviews::propose(app, ADMIN, &review, withhold).await.expect(200);
    assert_eq!(withheld.json["withholdingDecisions"][0]["amountCents"], PART);
    let alone = "requirement_unmet_needs_second";
    reviews::step(app, ADMIN, &review, 1, "confirmation").await.refused(409, alone);
    reviews::step(app, SECOND, &review, 1, "confirmation").await.expect(200);
    app.set_time("2027-11-26T00:00:00Z");
    let release = json!({
        "outcome": "released", "reason": "A flood closed the road.", "supersedes": 1,
        "acceptedDespite": [{ "requirement": "took_part", "reason": "The road was closed." }],
    });
    reviews::propose(app, SECOND, &review, release).await.expect(200);
    reviews::step(app, SECOND, &review, 2, "confirmation").await.refused(409, alone);
    reviews::step(app, ADMIN, &review, 2, "confirmation").await.expect(200);
    reviews::step(app, SECOND, &review, 2, "payment").await.expect(200);
}

/// The year ends: the fund is closed, the last reports and the last review come, and one report is still owed.
pub async fn last_term(year: &mut LivedYear<'_>, fund: &str, bus: &str) {
    let app = year.app;
    app.set_time("2027-12-20T00:00:00Z");
    funds::step(app, ADMIN, fund, "closure", Value::Null).await.expect(200);
    let back = json!({ "amountCents": 1, "refundedOn": "2027-12-20", "reason": "A card." });
    funds::on_need(app, MANAGER, bus, "refunds", back).await.refused(409, "fund_closed");
    app.set_time("2028-01-18T00:00:00Z");
    let due = [
        "termly_report 2027-4 2028-01-20 open",
        "fund_report 2027-4 2028-01-20 open",
        "initiatives_report 2027 2028-02-02 open",
        "annual_report 2027 2028-02-02 open",
    ];
    year.shows(&due, [2, 16, 5, 1]).await;
    year.report("2027-4").await;
    app.set_time("2028-01-21T00:00:00Z");
    let review = year.review("2027-4").await;
    year.release(&review, LAST_PART).await;
    app.set_time("2028-01-31T00:00:00Z");
    assert_eq!(year.submit("annual", 2027, None).await.json["daysLate"], 0);
    app.set_time("2028-02-03T00:00:00Z");
    year.shows(&["initiatives_report 2027 2028-02-02 open!"], [2, 20, 5, 1]).await;
}
