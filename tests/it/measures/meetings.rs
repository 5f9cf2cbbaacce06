//! A meeting stops the clocks of those whom it reached, and a correction or withdrawal takes it back.

use serde_json::{Value, json};

use super::{levels, numbers};
use crate::given::with;
use crate::support::{Answer, TestApp, on_both};

fn hui(occurred_at: &str, reached: Value) -> Value {
    json!({
        "occurredAt": occurred_at, "visibility": "shared", "kind": "whanau_hui", "people": ["The mother"],
        "agencies": [], "decisions": "A later bus.", "reached": reached,
    })
}

async fn meet(app: &TestApp, case: &str, body: Value) -> Answer {
    app.step("case-manager", case, "meetings", body).await
}

/// The first school and the first whānau number of contact.
async fn contact(app: &TestApp) -> [String; 2] {
    let national = levels(app, "level=national&term=2026-1").await;
    let all = numbers(&national, "national");
    [all[0].clone(), all[2].clone()]
}

const NEITHER: [&str; 2] =
    ["school_contact 5: 0/1 0 80 false", "whanau_contact 10: 0/1 0 80 false"];
const HOME: [&str; 2] = ["school_contact 5: 0/1 0 80 false", "whanau_contact 10: 1/1 0 80 true"];
const BOTH: [&str; 2] = ["school_contact 5: 1/1 0 80 true", "whanau_contact 10: 1/1 0 80 true"];

#[on_both]
async fn a_hui_with_the_mother_is_contact_and_says_whom_it_reached(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    app.set_time("2026-04-20T00:00:00Z");
    assert_eq!(contact(&app).await, NEITHER);
    let silent = hui("2026-03-17T00:00:00Z", json!(["whanau"]));
    let mut silent_body = silent.clone();
    silent_body.as_object_mut().unwrap().remove("reached");
    let refused = meet(&app, &case, silent_body).await;
    assert_eq!(
        (refused.status, refused.faults()),
        (422, vec!["/reached required".to_owned()]),
        "{}",
        refused.text
    );
    let made = meet(&app, &case, silent).await.expect(201);
    assert_eq!(made.json["details"]["reached"], json!(["whanau"]));
    assert_eq!(contact(&app).await, HOME);
    let file = app.as_("case-manager").get(&format!("/v1/cases/{case}")).await.expect(200);
    assert_eq!(file.json["contactDeadlines"][2]["reachedOn"], "2026-03-17");
    // Of one that reached nobody, or an agency, nothing stops.
    meet(&app, &case, hui("2026-03-16T00:00:00Z", json!([]))).await.expect(201);
    meet(&app, &case, hui("2026-03-16T00:00:00Z", json!(["agency"]))).await.expect(201);
    assert_eq!(contact(&app).await, HOME);
    // A contact before it takes over, and the earlier of the two stands when the other is taken back.
    let call = app.reached(&case, "student", "2026-03-16T02:00:00Z").await.expect(201).id();
    let read = async |app: &TestApp| {
        let file = app.as_("case-manager").get(&format!("/v1/cases/{case}")).await.expect(200);
        file.json["contactDeadlines"][2]["reachedOn"].clone()
    };
    assert_eq!(read(&app).await, "2026-03-16");
    let never = json!({ "contact": null, "reason": "Another student's." });
    app.step("workflow-lead", &case, &format!("contacts/{call}/correction"), never)
        .await
        .expect(200);
    assert_eq!(read(&app).await, "2026-03-17");
}

#[on_both]
async fn a_correction_takes_back_what_the_meeting_said(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    app.set_time("2026-04-20T00:00:00Z");
    let made =
        meet(&app, &case, hui("2026-03-17T00:00:00Z", json!(["school", "whanau", "school"])))
            .await
            .expect(201)
            .id();
    assert_eq!(contact(&app).await, BOTH);
    app.set_time("2026-04-21T00:00:00Z");
    let right = with(hui("2026-03-17T00:00:00Z", json!(["student"])), "/corrects", json!(made));
    let right = meet(&app, &case, right).await.expect(201).id();
    assert_eq!(contact(&app).await, HOME);
    // On the day after the deadline it is no longer in time.
    app.set_time("2026-04-22T00:00:00Z");
    let late = with(hui("2026-03-31T00:00:00Z", json!(["student"])), "/corrects", json!(right));
    let late = meet(&app, &case, late).await.expect(201).id();
    assert_eq!(contact(&app).await, NEITHER);
    assert_eq!(app.count("meeting_reached", "corrected_at IS NULL").await, 1);
    let as_of = levels(&app, "level=national&term=2026-1&asOf=2026-04-20T12:00:00Z").await;
    assert_eq!(numbers(&as_of, "national")[0], BOTH[0], "as it was known");
    let again = with(hui("2026-03-17T00:00:00Z", json!(["school"])), "/corrects", json!(made));
    meet(&app, &case, again).await.refused(409, "already_corrected");
    // A note corrects no meeting.
    let note = json!({ "occurredAt": "2026-03-17T00:00:00Z", "visibility": "shared", "comment": "x", "corrects": late });
    assert_eq!(
        app.step("case-manager", &case, "notes", note).await.faults(),
        ["/corrects other_kind"]
    );
}

#[on_both]
async fn a_meeting_that_never_took_place_is_withdrawn(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    app.set_time("2026-04-20T00:00:00Z");
    let made = meet(&app, &case, hui("2026-03-17T00:00:00Z", json!(["school", "whanau"])))
        .await
        .expect(201)
        .id();
    let path = format!("meetings/{made}/withdrawal");
    let body = json!({ "reason": "It was put off." });
    let rehearsed = app
        .step("case-manager", &case, &format!("{path}?validateOnly=true"), body.clone())
        .await
        .expect(200);
    assert_eq!(
        (&rehearsed.json["corrects"], contact(&app).await),
        (&json!(made), BOTH.map(str::to_owned))
    );
    let before = (
        app.count("audit_entry", "action = 'casework:write'").await,
        app.count("event", "kind = 'entry.recorded'").await,
    );
    let told = app.step("case-manager", &case, &path, body.clone()).await.expect(201);
    assert_eq!(
        told.json["details"],
        json!({ "type": "meeting_withdrawal", "reason": "It was put off." })
    );
    assert_eq!(
        (&told.json["kind"], &told.json["visibility"]),
        (&json!("meeting"), &json!("shared"))
    );
    let after = (
        app.count("audit_entry", "action = 'casework:write'").await,
        app.count("event", "kind = 'entry.recorded'").await,
    );
    assert_eq!(after, (before.0 + 1, before.1 + 1));
    assert_eq!(contact(&app).await, NEITHER);
    app.step("case-manager", &case, &path, body.clone()).await.refused(409, "already_corrected");
    // It did take place after all: what took it back is corrected.
    let right =
        with(hui("2026-03-17T00:00:00Z", json!(["whanau"])), "/corrects", told.json["id"].clone());
    meet(&app, &case, right).await.expect(201);
    assert_eq!(contact(&app).await, HOME);
    // What is no meeting is not found, and no stranger finds one.
    let words =
        json!({ "occurredAt": "2026-03-17T00:00:00Z", "visibility": "shared", "comment": "x" });
    let note = app.step("case-manager", &case, "notes", words).await.expect(201).id();
    app.step("case-manager", &case, &format!("meetings/{note}/withdrawal"), body.clone())
        .await
        .refused(404, "not_found");
    app.step("case-manager-2", &case, &path, body).await.refused(404, "not_found");
}

#[on_both]
async fn a_private_meeting_counts_and_is_not_told(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    app.set_time("2026-04-20T00:00:00Z");
    let private =
        with(hui("2026-03-17T00:00:00Z", json!(["whanau"])), "/visibility", json!("private"));
    let made = meet(&app, &case, private).await.expect(201).id();
    assert_eq!(contact(&app).await, HOME);
    let path = format!("meetings/{made}/withdrawal");
    app.step("case-manager", &case, &path, json!({ "reason": "It was put off." }))
        .await
        .expect(201);
    assert_eq!(contact(&app).await, NEITHER);
    let seen = app
        .as_("attendance-lead")
        .get(&format!("/v1/cases/{case}/timeline?kind=meeting"))
        .await
        .expect(200);
    assert_eq!(seen.json["items"], json!([]));
}
