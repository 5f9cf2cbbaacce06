//! Attendance that a referral claims: held against what can be, and against what is on record.

use serde_json::{Value, json};

use crate::given::{self, SCHOOL, with};
use crate::support::{Answer, TestApp, on_both};

fn claiming(name: &str, present: u32, possible: u32) -> Value {
    let claim =
        json!([{ "term": "2026-1", "possibleHalfDays": possible, "presentHalfDays": present }]);
    let body = with(given::referral(name), "/student/nsn", json!("17"));
    let body = with(body, "/supportRequest/whanauToldOn", json!("2026-02-02"));
    with(body, "/supportRequest/attendance", claim)
}

async fn refer(app: &TestApp, body: Value) -> Answer {
    app.as_("office-support").post("/v1/referrals", body).await
}

/// A student of Example College with every school day of a month on record, two half-days each,
/// and the referral that made the student known taken back.
async fn on_record(app: &TestApp, present: u32, absent: u32) -> String {
    let sent = refer(app, claiming("Aria", 13, 20)).await.expect(201);
    let reason = json!({ "reasonCode": "attendance_improved" });
    let path = format!("/v1/referrals/{}/withdrawal", sent.id());
    app.as_("office-support").post(&path, reason).await.expect(200);
    let first: chrono::NaiveDate = "2026-01-27".parse().expect("a day");
    let open = first.iter_days().filter(|day| {
        use chrono::Datelike;
        day.weekday().number_from_monday() < 6 && day.to_string() != "2026-02-06"
    });
    let mut left = (present, absent);
    let mut days = Vec::new();
    for day in open {
        let here = left.0.min(2);
        let away = left.1.min(2 - here);
        left = (left.0 - here, left.1 - away);
        if here + away == 0 {
            break;
        }
        days.push(json!({ "date": day, "halfDays": { "present": here, "unjustified": away } }));
    }
    let student = sent.json["student"]["id"].as_str().expect("a student").to_owned();
    let body =
        json!({ "schoolNumber": SCHOOL, "students": [{ "studentId": student, "days": days }] });
    let taken = app.as_("office-support").post("/v1/attendance", body).await.expect(200);
    assert_eq!(taken.json["faults"], json!([]), "{}", taken.text);
    student
}

#[on_both]
async fn more_half_days_than_the_term_has_had_are_refused_with_the_figures(app: TestApp) {
    // Auckland's anniversary and Waitangi Day left out: 27 January to 4 February are seven school days.
    app.set_time("2026-02-04T00:00:00Z");
    let refused = refer(&app, claiming("Aria", 90, 250)).await;
    refused.refused(422, "invalid_body");
    assert_eq!(refused.faults(), ["/supportRequest/attendance/0/possibleHalfDays too_large"]);
    for figure in ["14", "250", "2026-1", "2026-02-04"] {
        assert!(refused.text.contains(figure), "{figure}: {}", refused.text);
    }
    refer(&app, claiming("Aria", 5, 15)).await.refused(422, "invalid_body");
    assert_eq!(app.count("referral", "1 = 1").await, 0);
    // Of a term that has not begun there is nothing to claim, of one that is over no more than it had.
    let of = |term: &str, possible: u32| {
        let claim = json!([{ "term": term, "possibleHalfDays": possible, "presentHalfDays": 4 }]);
        with(claiming("Aria", 0, 0), "/supportRequest/attendance", claim)
    };
    refer(&app, of("2026-2", 4)).await.refused(422, "invalid_body");
    refer(&app, of("2025-4", 109)).await.refused(422, "invalid_body");
    refer(&app, of("2025-4", 108)).await.expect(201);
    app.set_time("2026-03-16T00:00:00Z");
    let sent = refer(&app, claiming("Tama", 40, 68)).await.expect(201);
    app.decide(&sent.id(), json!({ "outcome": "returned", "comment": "Which term?" }))
        .await
        .expect(200);
    // Sent again it is held against the same.
    let request = claiming("Tama", 40, 69)["supportRequest"].clone();
    let path = format!("/v1/referrals/{}/submission", sent.id());
    let again = app.as_("office-support").post(&path, json!({ "supportRequest": request })).await;
    assert_eq!(
        (again.status, again.faults()),
        (422, vec!["/supportRequest/attendance/0/possibleHalfDays too_large".to_owned()])
    );
}

#[on_both]
async fn a_schools_totals_are_held_against_the_same(app: TestApp) {
    let sent = refer(&app, claiming("Aria", 13, 20)).await.expect(201);
    let student = sent.json["student"]["id"].clone();
    let totals = |present: u32, absent: u32| {
        json!({ "schoolNumber": SCHOOL, "students": [{
        "studentId": student, "terms": [{ "term": "2026-1", "halfDays": { "present": present, "unjustified": absent } }],
    }] })
    };
    let office = app.as_("office-support");
    let refused = office.post("/v1/attendance", totals(60, 9)).await.expect(200);
    assert_eq!(
        (&refused.json["faults"][0]["code"], &refused.json["terms"]),
        (&json!("too_many_half_days"), &json!(0))
    );
    assert!(refused.text.contains("68"), "{}", refused.text);
    assert_eq!(office.post("/v1/attendance", totals(60, 8)).await.expect(200).json["terms"], 1);
}

#[on_both]
async fn a_claim_that_the_days_on_record_contradict_is_told_and_flagged(app: TestApp) {
    on_record(&app, 49, 17).await;
    app.set_time("2026-03-17T00:00:00Z");
    let sent = refer(&app, claiming("Aria", 16, 66)).await.expect(201);
    let claimed = json!({ "term": "2026-1", "possibleHalfDays": 66, "presentHalfDays": 16 });
    let recorded = json!({ "term": "2026-1", "possibleHalfDays": 66, "presentHalfDays": 49 });
    let told = |on_record: Value| json!([{ "claimed": claimed, "onRecord": on_record, "counts": "claimed" }]);
    assert_eq!(sent.json["assessment"]["contradictions"], told(Value::Null), "the sender is told");
    assert_eq!(sent.json["assessment"]["baseline"], claimed);
    let lead = app.as_("workflow-lead");
    let read = lead.get(&format!("/v1/referrals/{}", sent.id())).await.expect(200);
    assert_eq!(read.json["assessment"]["contradictions"], told(recorded));
    let listed = lead.get("/v1/referrals").await.expect(200);
    let flags: Vec<&Value> = listed.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["contradictsRecord"])
        .collect();
    assert_eq!(flags, [&json!(true), &json!(false)]);
    let members = "/v1/measures/members?measure=improved_attendance&level=national&year=2026";
    let analyst = app.as_("ministry-analyst");
    let flagged = analyst.get(&format!("{members}&contradicted=true")).await.expect(200);
    let items = flagged.json["items"].as_array().unwrap();
    assert_eq!((items.len(), &items[0]["referralId"]), (1, &json!(sent.id())));
    assert_eq!(
        items[0]["outcome"]["contradictedBy"],
        json!({ "presentHalfDays": 49, "possibleHalfDays": 66, "rate": 0.7424 })
    );
    assert_eq!(items[0]["outcome"]["baseline"]["presentHalfDays"], 16);
    let others = analyst.get(&format!("{members}&contradicted=false")).await.expect(200);
    assert_eq!(others.json["items"].as_array().unwrap().len(), 1);
    assert_eq!(others.json["items"][0]["outcome"]["contradictedBy"], Value::Null);
}

#[on_both]
async fn a_claim_that_agrees_with_the_record_or_is_ahead_of_it_is_no_contradiction(app: TestApp) {
    on_record(&app, 20, 20).await;
    app.set_time("2026-03-17T00:00:00Z");
    let sent = refer(&app, claiming("Aria", 30, 66)).await.expect(201);
    assert_eq!(sent.json["assessment"]["contradictions"], json!([]));
    let listed = app.as_("workflow-lead").get("/v1/referrals").await.expect(200);
    assert_eq!(listed.json["items"][0]["contradictsRecord"], false);
}

/// That days are on record at all would tell a school that never had the child.
#[on_both]
async fn a_stranger_is_told_of_no_contradiction(app: TestApp) {
    on_record(&app, 49, 17).await;
    app.set_time("2026-03-17T00:00:00Z");
    let body = with(claiming("Aria", 16, 66), "/schoolNumber", json!(given::SCHOOL_WITH_TEAM));
    let office = app.as_("office-support-t");
    let checked = office.post("/v1/referrals?validateOnly=true", body.clone()).await.expect(200);
    let sent = office.post("/v1/referrals", body).await.expect(201);
    let read = office.get(&format!("/v1/referrals/{}", sent.id())).await.expect(200);
    for told in [&checked, &sent, &read] {
        assert_eq!(told.json["assessment"]["contradictions"], json!([]), "{}", told.text);
        assert_eq!(told.json["assessment"]["baseline"]["presentHalfDays"], 16);
    }
    let listed = office.get("/v1/referrals").await.expect(200);
    assert_eq!(listed.json["items"][0]["contradictsRecord"], false);
    let read =
        app.as_("workflow-lead").get(&format!("/v1/referrals/{}", sent.id())).await.expect(200);
    assert_eq!(read.json["assessment"]["contradictions"][0]["onRecord"]["presentHalfDays"], 49);
}

/// Which of the two counts is the Ministry's to say, from a day on.
#[on_both]
async fn by_a_version_of_the_rule_the_record_counts(app: TestApp) {
    on_record(&app, 30, 36).await;
    let rules = json!({
        "minimumAge": 5, "maximumAge": 16, "minimumYearLevel": 1, "maximumYearLevel": 11, "chronicPercent": 70,
        "baselineWindow": "term_to_date", "baselineSource": "recorded", "contradictionPoints": 5,
        "minimumRecordPercent": 20, "urgentPercent": 50,
    });
    let version =
        json!({ "version": "eligibility-2026-2", "validFrom": "2026-03-17", "eligibility": rules });
    app.as_("ministry-admin").post("/v1/rules/eligibility/versions", version).await.expect(201);
    app.set_time("2026-03-17T00:00:00Z");
    let sent = refer(&app, claiming("Aria", 6, 66)).await.expect(201);
    assert_eq!(sent.json["assessment"]["baseline"]["presentHalfDays"], 30);
    assert_eq!(sent.json["assessment"]["contradictions"][0]["counts"], "recorded");
    let members = "/v1/measures/members?measure=improved_attendance&level=national&year=2026&contradicted=true";
    let flagged = app.as_("ministry-analyst").get(members).await.expect(200);
    assert_eq!(flagged.json["items"][0]["outcome"]["contradictedBy"]["presentHalfDays"], 6);
    assert_eq!(flagged.json["items"][0]["outcome"]["baseline"]["presentHalfDays"], 30);
}
