//! Corrections of contacts: what was logged wrongly stops no clock for ever.

use serde_json::{Value, json};

use super::call;
use crate::given::with;
use crate::lifecycle_walks::Dice;
use crate::support::{Answer, TestApp, on_both};

/// What is said of a contact that was wrong.
fn correction(contact: Value) -> Value {
    json!({ "contact": contact, "reason": "The cousin answered, not the dean." })
}

async fn correct(app: &TestApp, who: &str, case: &str, contact: &str, body: Value) -> Answer {
    app.step(who, case, &format!("contacts/{contact}/correction"), body).await
}

async fn logged(app: &TestApp, who: &str, case: &str) -> String {
    app.step(who, case, "contacts", call()).await.expect(201).id()
}

async fn standing(app: &TestApp) -> Value {
    let path =
        "/v1/measures/members?measure=school_contact&withinDays=5&level=national&term=2026-1";
    let members = app.as_("ministry-analyst").get(path).await.expect(200);
    members.json["items"][0]["standing"].clone()
}

/// What of an answer tells of corrections.
fn marks(contact: &Value) -> [&Value; 4] {
    ["corrects", "correctedBy", "withdrawn", "correctedAt"].map(|member| &contact[member])
}

#[on_both]
async fn a_corrected_contact_stays_beside_the_one_that_puts_it_right(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let wrong = logged(&app, "case-manager", &case).await;
    let path = format!("/v1/cases/{case}/contacts");
    let kaimahi = app.as_("case-manager");
    let tag = kaimahi.get(&format!("{path}/{wrong}")).await.header("etag").unwrap().to_owned();
    let whanau = with(call(), "/party", json!("whanau"));
    let shown = correct(&app, "case-manager", &case, &wrong, correction(whanau)).await.expect(200);
    let right = shown.json["correctedBy"].as_str().expect("a contact").to_owned();
    let now = json!("2026-03-16T00:00:00Z");
    assert_eq!(marks(&shown.json), [&Value::Null, &json!(right), &json!(false), &now]);
    assert_eq!((&shown.json["id"], &shown.json["party"]), (&json!(wrong), &json!("school")));
    assert_eq!(shown.json["notes"], "Spoke with the dean.");
    let old = kaimahi.get(&format!("{path}/{wrong}")).await.expect(200);
    assert_eq!((&old.json, old.header("etag")), (&shown.json, shown.header("etag")));
    assert_ne!(old.header("etag"), Some(tag.as_str()));
    let new = kaimahi.get(&format!("{path}/{right}")).await.expect(200);
    assert_eq!(marks(&new.json), [&json!(wrong), &Value::Null, &json!(false), &Value::Null]);
    assert_eq!(
        (&new.json["party"], &new.json["correctionReason"]),
        (&json!("whanau"), &Value::Null)
    );
    let listed = kaimahi.get(&format!("{path}?includeTotal=true")).await.expect(200);
    assert_eq!(
        (&listed.json["total"], &listed.json["items"]),
        (&json!(2), &json!([new.json, old.json]))
    );
}

#[on_both]
async fn the_clock_runs_again_and_stops_again(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    app.set_time("2026-03-20T00:00:00Z");
    let wrong = logged(&app, "case-manager", &case).await;
    assert_eq!(standing(&app).await, "met");
    let agency = with(call(), "/party", json!("agency"));
    let by = |answer: Answer| answer.expect(200).json["correctedBy"].as_str().unwrap().to_owned();
    let second = by(correct(&app, "case-manager", &case, &wrong, correction(agency)).await);
    assert_eq!(standing(&app).await, "pending");
    // The deadline was Monday the 23rd.
    app.set_time("2026-03-24T00:00:00Z");
    assert_eq!(standing(&app).await, "missed");
    let deadlines = app.as_("case-manager").get(&format!("/v1/cases/{case}")).await.expect(200);
    assert_eq!(deadlines.json["contactDeadlines"][0]["reachedOn"], Value::Null);
    let third = by(correct(&app, "case-manager", &case, &second, correction(call())).await);
    assert_eq!(standing(&app).await, "met");
    let late = with(call(), "/occurredAt", json!("2026-03-23T22:00:00Z"));
    let fourth = by(correct(&app, "case-manager", &case, &third, correction(late)).await);
    assert_eq!(standing(&app).await, "missed");
    let nobody = with(call(), "/outcome", json!("message_left"));
    correct(&app, "case-manager", &case, &fourth, correction(nobody)).await.expect(200);
    assert_eq!(
        app.count("referral_clock", "school_days IS NULL AND school_reached_on IS NULL").await,
        1
    );
    assert_eq!(app.count("contact", "corrected_at IS NULL").await, 1);
}

#[on_both]
async fn a_contact_that_never_happened_is_withdrawn(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let wrong = logged(&app, "case-manager", &case).await;
    app.set_time("2026-03-17T00:00:00Z");
    let shown =
        correct(&app, "case-manager", &case, &wrong, correction(Value::Null)).await.expect(200);
    let now = json!("2026-03-17T00:00:00Z");
    assert_eq!(marks(&shown.json), [&Value::Null, &Value::Null, &json!(true), &now]);
    assert_eq!(shown.json["correctionReason"], "The cousin answered, not the dean.");
    assert_eq!(standing(&app).await, "pending");
    assert_eq!(app.count("contact", "1 = 1").await, 1);
    let again = correct(&app, "case-manager", &case, &wrong, correction(call())).await;
    again.refused(409, "already_corrected");
    // It did happen after all.
    logged(&app, "case-manager", &case).await;
    assert_eq!(standing(&app).await, "met");
}

#[on_both]
async fn the_timeline_tells_both_and_which_corrects_which(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let wrong = logged(&app, "case-manager", &case).await;
    let earlier = with(call(), "/occurredAt", json!("2026-03-15T20:00:00Z"));
    let shown = correct(&app, "case-manager", &case, &wrong, correction(earlier)).await.expect(200);
    let right = shown.json["correctedBy"].as_str().unwrap().to_owned();
    app.set_time("2026-03-17T00:00:00Z");
    correct(&app, "case-manager", &case, &right, correction(Value::Null)).await.expect(200);
    for who in ["case-manager", "attendance-lead"] {
        let told =
            app.as_(who).get(&format!("/v1/cases/{case}/timeline?kind=contact")).await.expect(200);
        let entries = told.json["items"].as_array().unwrap();
        let [withdrawal, first, second] = entries.as_slice() else {
            panic!("{who}: {}", told.text)
        };
        assert_eq!((&first["subjectId"], &second["subjectId"]), (&json!(wrong), &json!(right)));
        assert_eq!((&first["corrects"], &first["correctedBy"]), (&Value::Null, &second["id"]));
        assert_eq!(
            (&second["corrects"], &second["correctedBy"]),
            (&first["id"], &withdrawal["id"])
        );
        assert_eq!(withdrawal["subjectId"], right.as_str());
        assert_eq!(
            withdrawal["details"],
            json!({
                "type": "contact_withdrawal", "party": "school", "channel": "phone", "outcome": "reached",
            })
        );
        assert!(!told.text.contains("cousin"), "{who}: the reason stays with the contact");
    }
}

#[on_both]
async fn a_contact_is_corrected_once_by_its_author_or_a_lead(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let of_lead = logged(&app, "workflow-lead", &case).await;
    let by_other = correct(&app, "case-manager", &case, &of_lead, correction(Value::Null)).await;
    by_other.refused(409, "not_the_author");
    let of_manager = logged(&app, "case-manager", &case).await;
    correct(&app, "workflow-lead-b", &case, &of_manager, correction(call())).await.expect(200);
    correct(&app, "case-manager", &case, &of_manager, correction(call()))
        .await
        .refused(409, "already_corrected");
    assert_eq!(app.count("contact", "corrects IS NOT NULL").await, 1);
}

#[on_both]
async fn of_two_corrections_at_once_one_wins(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let wrong = logged(&app, "case-manager", &case).await;
    let (one, two) = tokio::join!(
        correct(&app, "case-manager", &case, &wrong, correction(call())),
        correct(&app, "workflow-lead", &case, &wrong, correction(Value::Null)),
    );
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    assert_eq!(app.count("case_entry", "corrects IS NOT NULL").await, 1);
}

#[on_both]
async fn what_it_should_read_is_held_to_what_every_contact_is_held_to(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let wrong = logged(&app, "case-manager", &case).await;
    let at = |instant: &str| correction(with(call(), "/occurredAt", json!(instant)));
    for (body, status, code) in [
        (at("2026-03-16T00:00:01Z"), 422, "contact_in_future"),
        (at("2026-03-15T10:59:59Z"), 422, "contact_before_referral"),
        (
            correction(with(call(), "/channel", json!("home_visit"))),
            422,
            "risk_assessment_required",
        ),
        (json!({ "reason": "Neither one nor null." }), 422, "invalid_body"),
        (json!({ "contact": null }), 422, "invalid_body"),
        (correction(with(call(), "/party", json!("dean"))), 422, "invalid_body"),
    ] {
        correct(&app, "case-manager", &case, &wrong, body).await.refused(status, code);
    }
    assert_eq!(app.count("contact", "corrected_at IS NULL").await, 1);
    assert_eq!(standing(&app).await, "met");
}

#[on_both]
async fn on_a_closed_case_nothing_is_corrected(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let wrong = logged(&app, "workflow-lead", &case).await;
    app.step("case-manager", &case, "closure", crate::given::closure()).await.expect(200);
    app.step("workflow-lead", &case, "closure-approval", json!({})).await.expect(200);
    for contact in [call(), Value::Null] {
        correct(&app, "workflow-lead", &case, &wrong, correction(contact))
            .await
            .refused(409, "case_closed");
    }
}

#[on_both]
async fn who_does_not_reach_the_case_is_told_nothing(app: TestApp) {
    let (case, other) = (app.assigned("Hana").await.1, app.assigned("Ari").await.1);
    let wrong = logged(&app, "case-manager", &case).await;
    for who in ["workflow-lead-2", "case-manager-2"] {
        correct(&app, who, &case, &wrong, correction(call())).await.refused(404, "not_found");
    }
    correct(&app, "case-manager", &other, &wrong, correction(call()))
        .await
        .refused(404, "not_found");
    for who in ["attendance-lead", "primary-contact"] {
        correct(&app, who, &case, &wrong, correction(call())).await.refused(403, "role_may_not");
    }
    assert_eq!(app.count("contact", "corrected_at IS NOT NULL").await, 0);
}

#[on_both]
async fn the_schools_people_see_that_it_was_corrected_and_not_why(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let wrong = logged(&app, "case-manager", &case).await;
    correct(&app, "case-manager", &case, &wrong, correction(Value::Null)).await.expect(200);
    let seen = app
        .as_("attendance-lead")
        .get(&format!("/v1/cases/{case}/contacts/{wrong}"))
        .await
        .expect(200);
    assert_eq!(
        (&seen.json["withdrawn"], &seen.json["correctionReason"]),
        (&json!(true), &Value::Null)
    );
    assert!(!seen.text.contains("cousin"), "{}", seen.text);
}

#[on_both]
async fn a_correction_leaves_one_entry_and_one_event_and_a_retry_none(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let wrong = logged(&app, "case-manager", &case).await;
    let allowed = "action = 'contacts:log' AND subject_kind = 'case'";
    let before = app.count("audit_entry", allowed).await;
    let path = format!("/v1/cases/{case}/contacts/{wrong}/correction");
    let kaimahi = app.as_("case-manager");
    let first = kaimahi.post_keyed(&path, "once", correction(call())).await.expect(200);
    let again = kaimahi.post_keyed(&path, "once", correction(call())).await.expect(200);
    assert_eq!((first.text, first.headers.get("etag")), (again.text, again.headers.get("etag")));
    assert_eq!(app.count("audit_entry", allowed).await, before + 1);
    assert_eq!(app.count("event", "kind = 'contact.corrected' AND subject_version = 2").await, 1);
    assert_eq!(app.count("event", "kind = 'contact.logged'").await, 1);
    assert_eq!(app.count("contact", "1 = 1").await, 2);
}

#[on_both]
async fn of_random_corrections_the_clocks_go_by_the_contacts_that_stand(app: TestApp) {
    app.set_time("2026-03-16T00:00:00Z");
    let mut dice = Dice(7);
    let mut met = [0; 3];
    for walk in 0..4 {
        let (referral, case) = app.assigned(&format!("Walker {walk}")).await;
        app.set_time("2026-03-27T00:00:00Z");
        let mut said: Vec<Said> = Vec::new();
        for _ in 0..40 {
            met[step(&app, &mut dice, &case, &mut said).await] += 1;
            let expected = clock(&said);
            let found = app
                .count("referral_clock", &format!("{expected} AND {}", of(&app, &referral)))
                .await;
            assert_eq!(found, 1, "{expected}: {said:?}");
        }
        as_listed(&app, &case, &said).await;
        app.set_time("2026-03-16T00:00:00Z");
    }
    assert!(met.iter().all(|times| *times > 10), "the walks met too little: {met:?}");
}

/// A contact as the model knows it.
#[derive(Debug)]
struct Said {
    id: String,
    party: &'static str,
    reached: bool,
    /// A business day of March, as the days on from the 16th.
    days: usize,
    stands: bool,
}

const PARTIES: [&str; 4] = ["school", "student", "whanau", "agency"];

/// The first ten business days from Monday the 16th of March 2026, which has no holiday in the
/// school's region.
const DAYS: [u32; 10] = [16, 17, 18, 19, 20, 23, 24, 25, 26, 27];

/// Says something at random: 0 when a contact was logged, 1 corrected or withdrawn, 2 refused.
async fn step(app: &TestApp, dice: &mut Dice, case: &str, said: &mut Vec<Said>) -> usize {
    let (party, days) = (PARTIES[dice.below(4)], dice.below(DAYS.len()));
    let reached = dice.below(4) > 0;
    let contact = json!({
        "party": party, "channel": "phone", "outcome": if reached { "reached" } else { "attempted" },
        "occurredAt": format!("2026-03-{}T00:00:00Z", DAYS[days]),
    });
    let new = |id: String| Said { id, party, reached, days, stands: true };
    if said.is_empty() || dice.below(3) == 0 {
        said.push(new(app.step("case-manager", case, "contacts", contact).await.expect(201).id()));
        return 0;
    }
    let wrong = dice.below(said.len());
    let body = if dice.below(2) == 0 { correction(Value::Null) } else { correction(contact) };
    let answer = correct(app, "case-manager", case, &said[wrong].id, body).await;
    if !said[wrong].stands {
        answer.refused(409, "already_corrected");
        return 2;
    }
    let answer = answer.expect(200);
    said[wrong].stands = false;
    said.extend(answer.json["correctedBy"].as_str().map(|id| new(id.to_owned())));
    1
}

/// How the row of the clock must be, by folding what stands.
fn clock(said: &[Said]) -> String {
    let each = PARTIES[..3].iter().map(|party| {
        let counts = said.iter().filter(|one| one.stands && one.reached && one.party == *party);
        match counts.map(|one| one.days).min() {
            Some(days) => {
                format!("{party}_reached_on = '2026-03-{}' AND {party}_days = {days}", DAYS[days])
            }
            None => format!("{party}_reached_on IS NULL AND {party}_days IS NULL"),
        }
    });
    each.collect::<Vec<_>>().join(" AND ")
}

/// The condition that a row is this referral's.
fn of(app: &TestApp, referral: &str) -> String {
    match app.on {
        crate::support::On::Sqlite => format!("referral_id = X'{}'", referral.replace('-', "")),
        crate::support::On::Postgres => format!("referral_id = '{referral}'"),
    }
}

/// The list shows all that was ever said, and whether it stands.
async fn as_listed(app: &TestApp, case: &str, said: &[Said]) {
    let path = format!("/v1/cases/{case}/contacts?limit=200");
    let listed = app.as_("case-manager").get(&path).await.expect(200);
    let items = listed.json["items"].as_array().expect("items");
    assert_eq!(items.len(), said.len());
    for one in said {
        let item = items.iter().find(|item| item["id"] == one.id.as_str()).expect("it is listed");
        assert_eq!(
            (item["correctedAt"].is_null(), &item["party"]),
            (one.stands, &json!(one.party))
        );
    }
}
