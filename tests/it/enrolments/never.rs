//! A school says that a student was never enrolled there: what it said before is taken back, with
//! all that came of it.

use serde_json::{Value, json};

use super::{BORN, enrolled, nowhere, periods, remarks, send, send_as, status, student, told};
use crate::given::{self, OTHER_SCHOOL, SCHOOL};
use crate::support::{TestApp, on_both};

fn never(school: &str, nsn: &str) -> Value {
    json!({ "said": "never_enrolled", "schoolNumber": school, "nsn": nsn })
}

/// A number that decides money is put right, and what it was is still there to be asked for.
#[on_both]
async fn an_enrolment_by_mistake_counts_no_longer_and_its_referral_waits_again(app: TestApp) {
    let body = given::with(given::non_enrolment("Aria"), "/student/nsn", json!("17"));
    let contact = json!({ "name": "Mere", "relationship": "mother", "phone": "021 555 000", "confirmedOn": "2026-03-16" });
    let body = given::with(body, "/student/whanauContacts", json!([contact]));
    let referral = app.as_("office-support").post("/v1/referrals", body).await.expect(201).id();
    app.set_time("2026-03-17T00:00:00Z");
    send(&app, "", json!([enrolled(OTHER_SCHOOL, "17", "2026-03-17")])).await;
    assert_eq!(status(&app, &referral).await, "resolved");
    let standing = async |query: &str| {
        let path = format!(
            "/v1/measures/members?measure=enrolled&withinDays=50&level=national&year=2026{query}"
        );
        app.as_("ministry-analyst").get(&path).await.expect(200).json["items"][0]["standing"]
            .clone()
    };
    app.set_time("2026-03-18T00:00:00Z");
    assert_eq!(standing("").await, "met");

    let sent =
        send_as(&app, "office-support-2", "", json!([never(OTHER_SCHOOL, "17")])).await.expect(200);
    assert_eq!((told(&sent), remarks(&sent, "warnings").len()), ([1, 0, 0], 0), "{}", sent.text);
    assert_eq!(status(&app, &referral).await, "submitted");
    app.set_time("2026-03-19T00:00:00Z");
    assert_eq!(standing("").await, "pending");
    assert_eq!(standing("&asOf=2026-03-17T12:00:00Z").await, "met");
    let path = format!("/v1/referrals/{referral}/history");
    let past = app.as_("workflow-lead").get(&path).await.expect(200);
    assert_eq!(
        (&past.json["items"][0]["from"], &past.json["items"][0]["to"]),
        (&json!("resolved"), &json!("submitted")),
        "{}",
        past.text
    );
    let accepted = app.decide(&referral, json!({ "outcome": "accepted" })).await.expect(200);
    assert_eq!(accepted.json["referralDate"], "2026-03-16");
}

#[on_both]
async fn the_school_before_has_the_student_back(app: TestApp) {
    let aria = student(&app, "Aria", "17").await;
    send(&app, "2026-03-16T00:10:00Z", json!([enrolled(SCHOOL, "17", "2026-02-03")])).await;
    send(&app, "2026-03-16T00:30:00Z", json!([enrolled(OTHER_SCHOOL, "17", "2026-03-09")])).await;
    app.as_("attendance-lead")
        .get(&format!("/v1/students/{aria}/enrolments"))
        .await
        .refused(404, "not_found");
    // Sent before the word that it would take back, it takes back nothing.
    let early = send(&app, "2026-03-16T00:20:00Z", json!([never(OTHER_SCHOOL, "17")])).await;
    assert_eq!(told(&early), [0, 1, 0]);
    let again = json!([never(OTHER_SCHOOL, "17")]);
    assert_eq!(told(&send(&app, "2026-03-16T00:40:00Z", again.clone()).await), [1, 0, 0]);
    assert_eq!(told(&send(&app, "2026-03-16T00:40:00Z", again).await), [0, 0, 1]);
    assert_eq!(periods(&app, "attendance-lead", &aria).await, [format!("2026-02-03 - {SCHOOL}")]);
    app.as_("attendance-lead-2")
        .get(&format!("/v1/students/{aria}/enrolments"))
        .await
        .refused(404, "not_found");
}

#[on_both]
async fn who_was_enrolled_elsewhere_since_stays_resolved(app: TestApp) {
    let referral = nowhere(&app, "Aria", "17").await;
    let push = json!([enrolled(OTHER_SCHOOL, "17", "2026-03-16")]);
    send(&app, "2026-03-16T00:10:00Z", push).await;
    let left = json!({ "said": "left", "schoolNumber": OTHER_SCHOOL, "nsn": "17", "lastDay": "2026-03-16", "leavingReason": "other_school" });
    send(&app, "2026-03-16T00:20:00Z", json!([left])).await;
    send(&app, "2026-03-16T00:30:00Z", json!([never(SCHOOL, "17")])).await;
    assert_eq!(status(&app, &referral).await, "resolved");
}

#[on_both]
async fn who_was_referred_anew_meanwhile_waits_once(app: TestApp) {
    let first = nowhere(&app, "Aria", "17").await;
    send(&app, "2026-03-16T00:10:00Z", json!([enrolled(OTHER_SCHOOL, "17", "2026-03-16")])).await;
    assert_eq!(status(&app, &first).await, "resolved");
    let second = nowhere(&app, "Aria", "17").await;
    send(&app, "2026-03-16T00:20:00Z", json!([never(OTHER_SCHOOL, "17")])).await;
    let now = [status(&app, &first).await, status(&app, &second).await];
    assert_eq!(now, ["resolved", "submitted"]);
}

#[on_both]
async fn it_is_said_alone_and_without_days(app: TestApp) {
    student(&app, "Aria", "17").await;
    student(&app, "Tama", "18").await;
    let push = json!([
        enrolled(SCHOOL, "17", "2026-02-03"),
        never(SCHOOL, "17"),
        never(SCHOOL, "18"),
        enrolled(SCHOOL, "18", "2026-02-03"),
        never(SCHOOL, "18"),
        given::with(never(OTHER_SCHOOL, "17"), "/firstDay", json!("2026-02-03")),
    ]);
    let sent = send(&app, "", push).await;
    let faults = [
        "/statements/1 repeated",
        "/statements/3 repeated",
        "/statements/4 repeated",
        "/statements/5 not_of_this_kind",
    ];
    assert_eq!(remarks(&sent, "faults"), faults);
    // A school that never told of a student learns nothing of them by this either.
    let probe = given::with(never(OTHER_SCHOOL, "17"), "/birthDate", json!(BORN));
    let probe = send_as(&app, "office-support-2", "", json!([probe])).await.expect(200);
    assert_eq!(remarks(&probe, "faults"), ["/statements/0 unknown_student"]);
}
