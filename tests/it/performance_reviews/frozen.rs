//! Figures and requirements: as an independent count has them, and as they were however often something is corrected.

use sea_orm::ConnectionTrait;
use sha2::{Digest, Sha256};

use super::*;

/// The digest, made as the document says.
fn digest(review: &Value) -> String {
    let members = ["contractId", "figures", "requirements", "ruleVersion", "term"];
    let mut whole: BTreeMap<&str, Value> =
        members.into_iter().map(|member| (member, review[member].clone())).collect();
    let requirements = whole.get_mut("requirements").expect("requirements");
    for one in requirements.as_array_mut().expect("requirements") {
        one.as_object_mut().expect("members").remove("acceptedDespite");
        if one["requirement"] == "took_part" {
            one["result"] = json!("not_yet");
        }
    }
    let json = serde_json::to_string(&whole).expect("json");
    Sha256::digest(json).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The numbers of contact, as `measure withinDays numerator/denominator pending`.
fn contact(numbers: &[Value]) -> Vec<String> {
    let of_contact = numbers.iter().filter(|number| {
        number["measure"] == "school_contact" || number["measure"] == "whanau_contact"
    });
    let mut words: Vec<String> = of_contact
        .map(|number| {
            let [measure, within_days, numerator, denominator, pending] =
                ["measure", "withinDays", "numerator", "denominator", "pending"]
                    .map(|member| number[member].to_string());
            format!("{measure} {within_days} {numerator}/{denominator} {pending}")
        })
        .collect();
    words.sort();
    words
}

#[on_both]
async fn frozen_figures_are_those_of_an_independent_count(app: TestApp) {
    // Two referrals of the 16th of March; the school of one is reached in time, its whānau late.
    let first = app.accepted("Aria").await.1;
    app.accepted("Tama").await;
    app.reached(&first, "school", "2026-03-15T22:00:00Z").await.expect(201);
    let (_, review) = opened(&app).await;
    let frozen = &review.json["figures"]["items"][0];
    assert_eq!(frozen["figure"], "service_levels");
    let numbers = frozen["numbers"].as_array().expect("numbers");
    // By hand.
    let school: Vec<(&Value, &Value)> = numbers
        .iter()
        .filter(|number| number["measure"] == "school_contact")
        .map(|number| (&number["numerator"], &number["denominator"]))
        .collect();
    assert_eq!(school, [(&json!(1), &json!(2)), (&json!(1), &json!(2))]);
    // By the measures of the provider, which has no other contract, as of the same instant.
    let as_of = review.json["figures"]["asOf"].as_str().expect("an instant");
    let path = format!("/v1/measures?level=provider&term=2026-1&asOf={as_of}");
    let measured = app.as_(ADMIN).get(&path).await.expect(200);
    let groups = measured.json["items"].as_array().expect("groups");
    let own = groups.iter().find(|group| group["key"] == "P01").expect("P01");
    assert_eq!(contact(numbers), contact(own["numbers"].as_array().expect("numbers")));
    let results = results(&review);
    for (requirement, result) in [
        // It was due before the contract was on record.
        ("plan_on_time", "not_applicable"),
        ("took_part", "not_yet"),
        // Due on the 5th of May.
        ("reports_on_time", "not_yet"),
        ("school_contact_first", "unmet"),
        ("school_contact_second", "unmet"),
        ("whanau_contact_first", "unmet"),
        ("enrolled", "not_applicable"),
    ] {
        assert_eq!(results[requirement], result, "{requirement}: {results:?}");
    }
    let reports = &review.json["requirements"][2];
    assert_eq!(reports["requirement"], "reports_on_time");
    let shown = reports["evidence"].as_array().expect("ids");
    assert_eq!(shown.len(), 2, "{reports}");
}

#[on_both]
async fn frozen_figures_stay_as_they_were_after_a_correction(app: TestApp) {
    let case = app.accepted("Aria").await.1;
    let (_, review) = opened(&app).await;
    assert_eq!(review.json["sha256"], digest(&review.json));
    let before = read(&app, LEAD, &review).await;
    // The provider finds that the school was reached in time after all.
    app.reached(&case, "school", "2026-03-15T22:00:00Z").await.expect(201);
    assert_eq!(read(&app, LEAD, &review).await.text, before.text);
    let kept = app.count("performance_review", "length(sha256) = 64").await;
    assert_eq!(kept, 1);
    comment(&app, &review).await.expect(200);
    let met = meet(&app, &review, true).await.expect(200);
    for member in ["figures", "sha256", "ruleVersion"] {
        assert_eq!(met.json[member], before.json[member], "{member}");
    }
    assert_eq!(met.json["sha256"], digest(&met.json));
}

#[on_both]
async fn the_database_itself_keeps_what_a_review_was_opened_with(app: TestApp) {
    decided(&app).await;
    let db = app.database().await;
    for sql in [
        "UPDATE performance_review SET sha256 = sha256",
        "DELETE FROM performance_review",
        "UPDATE review_finding SET comment = 'Less.'",
        "UPDATE withholding_decision SET amount_cents = 1",
        "UPDATE withholding_decision SET reason = 'Another.'",
        "DELETE FROM withholding_step",
    ] {
        let refused = db.execute_unprepared(sql).await.expect_err(sql).to_string();
        assert!(refused.contains("append-only"), "{sql}: {refused}");
    }
    // What is concluded is frozen in the entry, too.
    let content = match app.on {
        crate::support::On::Sqlite => "'{}'",
        crate::support::On::Postgres => "'{}'::jsonb",
    };
    let sql =
        format!("UPDATE register_entry SET content = {content} WHERE kind = 'performance_review'");
    db.execute_unprepared(&sql).await.expect_err("it is frozen");
    db.close().await.expect("close");
}

#[on_both]
async fn a_version_of_the_rule_makes_another_requirement_a_gate(app: TestApp) {
    let contract = contracts::with_a_year(&app).await.id();
    let rule = "/v1/rules/withholding/versions";
    let requirement = |name: &str, gate: bool| json!({ "requirement": name, "gate": gate });
    let version = |requirements: Value| {
        json!({
            "version": "withholding-2026-2", "validFrom": "2026-07-01",
            "withholding": { "requirements": requirements },
        })
    };
    let twice = json!([requirement("enrolled", true), requirement("enrolled", false)]);
    let refused = app.as_(ADMIN).post(rule, version(twice)).await;
    assert_eq!(
        (refused.status, refused.faults()),
        (422, vec!["/withholding/requirements contradicts".to_owned()])
    );
    let own = json!([requirement("reports_on_time", true), requirement("took_part", false)]);
    app.as_(ADMIN).post(rule, version(own)).await.expect(201);
    app.set_time("2026-09-01T00:00:00Z");
    let before = open(&app, &contract, "2026-1").await.expect(201);
    assert_eq!(before.json["ruleVersion"], "withholding-2026-1");
    // The term ends on the 3rd of July. Neither report on it was submitted.
    let after = open(&app, &contract, "2026-2").await.expect(201);
    assert_eq!(after.json["ruleVersion"], "withholding-2026-2");
    let shown: Vec<Value> = after.json["requirements"]
        .as_array()
        .expect("requirements")
        .iter()
        .map(|one| json!([one["requirement"], one["gate"], one["result"]]))
        .collect();
    assert_eq!(
        json!(shown),
        json!([["reports_on_time", true, "unmet"], ["took_part", false, "not_yet"]])
    );
    let listed = app.as_(ADMIN).get("/v1/rules?rule=withholding").await.expect(200);
    let gates = &listed.json["items"][0]["withholding"]["requirements"];
    assert_eq!(gates.as_array().expect("requirements").len(), 11);
}
