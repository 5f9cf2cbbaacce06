//! First days at a school that are told before they come.

use ascms_domain::organisations::AccountStatus;
use sea_orm::ConnectionTrait;
use serde_json::json;

use super::{enrolled, nowhere, periods, remarks, send, send_as, status, told};
use crate::given::{self, OTHER_SCHOOL, SCHOOL};
use crate::support::{On, TestApp, on_both};

/// What a server does behind the calls, until there is no more; how many first days it took up.
async fn begin(app: &TestApp) -> usize {
    let mut begun = 0;
    while app.state.store().begin_one_told_ahead(app.now()).await.expect("begun") {
        begun += 1;
    }
    begun
}

#[on_both]
async fn a_first_day_ahead_resolves_nothing_before_it_comes(app: TestApp) {
    let waiting = nowhere(&app, "Aria", "17").await;
    let push = json!([enrolled(OTHER_SCHOOL, "17", "2026-03-18")]);
    let sent = send(&app, "2026-03-16T00:30:00Z", push.clone()).await;
    assert_eq!(
        (told(&sent), remarks(&sent, "warnings")),
        ([0, 1, 0], vec!["/statements/0 starts_ahead".to_owned()])
    );
    assert_eq!(status(&app, &waiting).await, "submitted");
    // Said again on the day, by a call of its own.
    app.set_time("2026-03-18T00:00:00Z");
    send(&app, "2026-03-17T20:00:00Z", push).await;
    assert_eq!(status(&app, &waiting).await, "resolved");
    assert_eq!(begin(&app).await, 1);
}

#[on_both]
async fn a_first_day_ahead_takes_effect_when_it_has_come(app: TestApp) {
    let waiting = nowhere(&app, "Aria", "17").await;
    let read = app.as_("workflow-lead").get(&format!("/v1/referrals/{waiting}")).await.expect(200);
    let aria = read.json["student"]["id"].as_str().expect("a student").to_owned();
    let tama = nowhere(&app, "Tama", "18").await;
    let accepted = app.decide(&tama, json!({ "outcome": "accepted" })).await.expect(200);
    let case = accepted.json["caseId"].as_str().expect("a case").to_owned();
    let both = json!([
        enrolled(OTHER_SCHOOL, "17", "2026-03-18"),
        enrolled(OTHER_SCHOOL, "18", "2026-03-18")
    ]);
    send(&app, "2026-03-16T00:30:00Z", both).await;
    // An hour before that day, in New Zealand.
    app.set_time("2026-03-17T10:00:00Z");
    assert_eq!(begin(&app).await, 0);
    assert_eq!(status(&app, &waiting).await, "submitted");
    app.as_("attendance-lead-2").get(&format!("/v1/cases/{case}")).await.refused(404, "not_found");
    app.set_time("2026-03-17T11:00:00Z");
    // Two servers look at the same time.
    let step = || app.state.store().begin_one_told_ahead(app.now());
    assert!(matches!(futures_util::future::join(step(), step()).await, (Ok(true), Ok(true))));
    begin(&app).await;
    assert_eq!(status(&app, &waiting).await, "resolved");
    app.as_("attendance-lead-2").get(&format!("/v1/cases/{case}")).await.expect(200);
    let expected = [format!("- 2026-02-23 {SCHOOL}"), format!("2026-03-18 - {OTHER_SCHOOL}")];
    assert_eq!(periods(&app, "attendance-lead-2", &aria).await, expected);
    let history = app
        .as_("workflow-lead")
        .get(&format!("/v1/cases/{case}/timeline?kind=school_change"))
        .await
        .expect(200);
    assert_eq!(history.json["items"].as_array().unwrap().len(), 1, "{}", history.text);
}

#[on_both]
async fn a_first_day_ahead_waits_when_its_sender_may_send_no_longer(app: TestApp) {
    let waiting = nowhere(&app, "Aria", "17").await;
    let push = json!([enrolled(SCHOOL, "17", "2026-03-18")]);
    send_as(&app, "office-support", "", push.clone()).await.expect(200);
    let sender = app.world.office_support;
    app.state.store().set_user_status(sender, AccountStatus::Disabled).await.expect("disabled");
    app.set_time("2026-03-18T00:00:00Z");
    assert_eq!(begin(&app).await, 1);
    assert_eq!(status(&app, &waiting).await, "submitted");
    // Whatever is said of the student next, the day has come.
    send(&app, "2026-03-15T00:00:00Z", json!([enrolled(OTHER_SCHOOL, "17", "2026-03-11")])).await;
    assert_eq!(status(&app, &waiting).await, "resolved");
}

#[on_both]
async fn one_that_can_not_take_effect_is_in_nobodys_way(app: TestApp) {
    let stuck = nowhere(&app, "Aria", "17").await;
    let waiting = nowhere(&app, "Tama", "18").await;
    app.decide(&waiting, json!({ "outcome": "returned", "comment": "Which school?" }))
        .await
        .expect(200);
    let both = json!([
        enrolled(OTHER_SCHOOL, "17", "2026-03-18"),
        enrolled(OTHER_SCHOOL, "18", "2026-03-19")
    ]);
    send(&app, "2026-03-16T00:30:00Z", both).await;
    let refuse = match app.on {
        On::Sqlite => {
            "CREATE TRIGGER stuck BEFORE UPDATE ON referral WHEN OLD.status = 'submitted' \
             BEGIN SELECT RAISE(ABORT, 'stuck'); END"
        }
        On::Postgres => {
            "CREATE TRIGGER stuck BEFORE UPDATE ON referral FOR EACH ROW \
             WHEN (OLD.status = 'submitted') EXECUTE FUNCTION refuse_change()"
        }
    };
    let db = app.database().await;
    db.execute_unprepared(refuse).await.expect("a trigger");
    db.close().await.expect("closed");
    app.set_time("2026-03-20T00:00:00Z");
    assert_eq!(begin(&app).await, 2);
    assert_eq!(
        (status(&app, &stuck).await, status(&app, &waiting).await),
        ("submitted".into(), "resolved".into())
    );
}

/// Nothing more has to be sent on the day for the child to count.
#[on_both]
async fn a_first_day_ahead_counts_when_it_has_come(app: TestApp) {
    let body = given::with(given::non_enrolment("Aria"), "/student/nsn", json!("17"));
    let contact = json!({ "name": "Mere", "relationship": "mother", "phone": "021 555 000", "confirmedOn": "2026-03-16" });
    let body = given::with(body, "/student/whanauContacts", json!([contact]));
    app.as_("office-support").post("/v1/referrals", body).await.expect(201);
    let push = json!([enrolled(OTHER_SCHOOL, "17", "2026-03-18")]);
    send(&app, "2026-03-16T00:30:00Z", push).await;
    let member = async |query: &str| {
        let path = format!(
            "/v1/measures/members?measure=enrolled&withinDays=50&level=national&year=2026{query}"
        );
        let members = app.as_("ministry-analyst").get(&path).await.expect(200);
        members.json["items"][0].clone()
    };
    app.set_time("2026-03-17T00:00:00Z");
    let before = member("").await;
    assert_eq!((&before["standing"], &before["days"]), (&json!("pending"), &json!(2)));
    app.set_time("2026-03-18T00:00:00Z");
    assert_eq!(member("").await["standing"], "met");
    assert_eq!(member("&asOf=2026-03-17T00:00:00Z").await["standing"], "pending");
    // The school takes it back: a later first day.
    let push = json!([enrolled(OTHER_SCHOOL, "17", "2026-07-20")]);
    send(&app, "2026-03-18T00:30:00Z", push).await;
    app.set_time("2026-03-19T00:00:00Z");
    assert_eq!(member("").await["standing"], "pending");
}
