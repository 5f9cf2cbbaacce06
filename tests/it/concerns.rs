//! Whom a school should look at, and the referral that is drafted of it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::given::{self, OTHER_SCHOOL, SCHOOL, with};
use crate::support::{Answer, TestApp, on_both};

mod large_school;

const LEAD: &str = "attendance-lead";
const MACHINE: &str = "sms-client";

/// A student of Example College whom the service does not have.
async fn student(app: &TestApp, name: &str) -> String {
    let referral = app.submitted(name).await;
    let path = format!("/v1/referrals/{}/withdrawal", referral.id());
    let reason = json!({ "reasonCode": "attendance_improved" });
    app.as_("office-support").post(&path, reason).await.expect(200);
    referral.json["student"]["id"].as_str().expect("a student").to_owned()
}

fn half_days(present: u32, justified: u32) -> Value {
    json!({ "present": present, "justified": justified })
}

async fn send(app: &TestApp, student: &str, member: &str, what: Value) {
    let body =
        json!({ "schoolNumber": SCHOOL, "students": [{ "studentId": student, member: what }] });
    let sent = app.as_("office-support").post("/v1/attendance", body).await.expect(200);
    assert_eq!(sent.json["faults"], json!([]), "{}", sent.text);
}

/// A term's totals in place of days: half-days present, and absent with a reason.
async fn send_term(app: &TestApp, student: &str, term: &str, present: u32, absent: u32) {
    send(app, student, "terms", json!([{ "term": term, "halfDays": half_days(present, absent) }]))
        .await;
}

/// Half-days present of each of these days.
async fn send_days(app: &TestApp, student: &str, days: &[(String, u32)]) {
    let day = |(date, present): &(String, u32)| json!({ "date": date, "halfDays": half_days(*present, 2 - present) });
    send(app, student, "days", json!(days.iter().map(day).collect::<Vec<_>>())).await;
}

/// Monday to Friday from the 9th of February on; no holiday lies between there and Easter.
fn school_days(so_many: usize) -> Vec<String> {
    let first: chrono::NaiveDate = "2026-02-09".parse().expect("a date");
    let weekday = |day: &chrono::NaiveDate| {
        let name = day.format("%a").to_string();
        name != "Sat" && name != "Sun"
    };
    first.iter_days().filter(weekday).take(so_many).map(|day| day.to_string()).collect()
}

async fn ask(app: &TestApp, who: &str, more: &str) -> Answer {
    app.as_(who).get(&format!("/v1/attendance-concerns?schoolNumber={SCHOOL}{more}")).await
}

async fn listed(app: &TestApp, more: &str) -> Vec<Value> {
    let list = ask(app, LEAD, more).await.expect(200);
    list.json["items"].as_array().expect("items").clone()
}

fn ids(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["student"]["id"].as_str().expect("an id")).collect()
}

async fn concern(app: &TestApp, student: &str) -> Option<Value> {
    listed(app, "").await.into_iter().find(|item| item["student"]["id"] == student)
}

async fn attendance(app: &TestApp, student: &str, term: &str) -> Value {
    let path = format!("/v1/students/{student}/attendance?term={term}");
    app.as_(LEAD).get(&path).await.expect(200).json
}

async fn draft_by(app: &TestApp, who: &str, student: &str) -> Answer {
    app.as_(who).get(&format!("/v1/students/{student}/referral-draft")).await
}

async fn draft(app: &TestApp, student: &str) -> Value {
    draft_by(app, LEAD, student).await.expect(200).json
}

/// What a person adds to a draft.
fn completed(draft: &Value) -> Value {
    let mut body = draft["referral"].clone();
    let said = json!({
        "/supportRequest/reason": "Away most Mondays.",
        "/supportRequest/schoolResponse/attendanceManagementPlan": true,
        "/supportRequest/schoolResponse/individualPlanTried": false,
        "/supportRequest/nonEnrolment/sender": "school",
    });
    for pointer in draft["missing"].as_array().expect("pointers") {
        let pointer = pointer.as_str().expect("a pointer");
        *body.pointer_mut(pointer).expect("the member is there") = said[pointer].clone();
    }
    with(body, "/supportRequest/whanauToldOn", json!("2026-03-02"))
}

fn baseline_of(shown: &Value) -> Value {
    json!({
        "term": shown["term"],
        "possibleHalfDays": shown["halfDays"]["possible"],
        "presentHalfDays": shown["halfDays"]["present"],
    })
}

/// A generator with no other merit than that it is the same each time.
struct Draws(u64);

impl Draws {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// What a list shall say of a student, counted from what was sent.
fn expected(days: &BTreeMap<String, u32>, before: Option<(u32, u32)>, whole: u32) -> Option<Value> {
    let present: u32 = days.values().sum();
    let possible = u32::try_from(days.len()).expect("few") * 2;
    let absent = possible - present;
    let mut gone = 0;
    let mut reached = Vec::new();
    for (date, present) in days {
        for _ in 0..2 - present {
            gone += 1;
            if [10, 20, 30].contains(&gone) {
                reached.push(json!({ "daysAbsent": gone / 2, "on": date }));
            }
        }
    }
    let at_most = |percent: u32| present * 100 <= possible * percent;
    let band = match () {
        () if possible == 0 => Value::Null,
        () if at_most(70) => json!("chronic"),
        () if at_most(80) => json!("moderate"),
        () if at_most(90) => json!("irregular"),
        () => json!("regular"),
    };
    let baseline = if possible * 5 >= whole { Some((present, possible)) } else { before };
    let reason = match baseline {
        None => "no_baseline",
        Some((of, out_of)) if of * 2 <= out_of => "attended_half_or_less",
        Some((of, out_of)) if of * 10 <= out_of * 7 => "chronically_absent",
        Some(_) => "not_chronically_absent",
    };
    let meets = reason.ends_with("or_less") || reason == "chronically_absent";
    let is_concern = !reached.is_empty() || band == "moderate" || band == "chronic" || meets;
    is_concern.then(|| json!([present, possible, absent / 2, band, reached, meets, reason]))
}

/// The same of what is listed.
fn told(item: &Value) -> Value {
    let referral = &item["referral"];
    json!([
        item["halfDays"]["present"],
        item["halfDays"]["possible"],
        item["daysAbsent"],
        item["band"],
        item["thresholds"],
        referral["meetsCriteria"],
        referral["reasons"][0],
    ])
}

/// The half-days of each day that was sent, or a term's totals: present and possible.
type Sent = (BTreeMap<String, u32>, Option<(u32, u32)>);

#[on_both]
async fn seventy_percent_meets_the_criteria_and_the_least_above_does_not(app: TestApp) {
    let (aria, tama) = (student(&app, "Aria").await, student(&app, "Tama").await);
    send_term(&app, &aria, "2026-1", 42, 18).await;
    // 70.15 %: with the 68 half-days of the term so far there is nothing closer.
    send_term(&app, &tama, "2026-1", 47, 20).await;
    let of = async |student: &str| concern(&app, student).await.expect("a concern");
    let meets = |item: &Value| {
        let referral = &item["referral"];
        json!([
            item["band"],
            referral["meetsCriteria"],
            referral["adviceLevel"],
            referral["reasons"]
        ])
    };
    let expected = json!(["chronic", true, "consider", ["chronically_absent"]]);
    assert_eq!(meets(&of(&aria).await), expected);
    let expected = json!(["moderate", false, "do_not", ["not_chronically_absent"]]);
    assert_eq!(meets(&of(&tama).await), expected);
    assert_eq!(of(&aria).await["rate"], json!(0.7));
}

#[on_both]
async fn eighty_percent_is_a_concern_and_the_least_above_is_none(app: TestApp) {
    let (aria, tama) = (student(&app, "Aria").await, student(&app, "Tama").await);
    // Nine half-days absent are no threshold of STAR.
    send_term(&app, &aria, "2026-1", 36, 9).await;
    send_term(&app, &tama, "2026-1", 37, 9).await;
    assert_eq!(concern(&app, &aria).await.expect("a concern")["band"], "moderate");
    assert_eq!(concern(&app, &tama).await, None);
}

#[on_both]
async fn a_threshold_is_told_from_the_day_that_reaches_it(app: TestApp) {
    let aria = student(&app, "Aria").await;
    app.set_time("2026-03-30T00:00:00Z");
    // There for so long that five days away show in no band.
    let days = school_days(29);
    let there: Vec<(String, u32)> = days[..22].iter().map(|day| (day.clone(), 2)).collect();
    send_days(&app, &aria, &there).await;
    let sent = async |date: &str, present| {
        send_days(&app, &aria, &[(date.to_owned(), present)]).await;
        listed(&app, "").await
    };
    for date in &days[22..26] {
        assert_eq!(ids(&sent(date, 0).await), [""; 0], "{date}");
    }
    assert_eq!(ids(&sent(&days[26], 1).await), [""; 0]);
    let crossed = sent(&days[27], 1).await;
    assert_eq!(ids(&crossed), [aria.as_str()]);
    let reached = json!([{ "daysAbsent": 5, "on": days[27] }]);
    assert_eq!((&crossed[0]["thresholds"], &crossed[0]["band"]), (&reached, &json!("irregular")));
    // The day after, it is still the day before that crossed the line.
    assert_eq!(sent(&days[28], 0).await[0]["thresholds"], reached);
    assert_eq!(ids(&listed(&app, "&threshold=5").await), [aria.as_str()]);
    assert_eq!(ids(&listed(&app, "&threshold=10").await), [""; 0]);
    // Two corrections take it back.
    app.set_time("2026-03-31T00:00:00Z");
    sent(&days[22], 2).await;
    assert_eq!(ids(&sent(&days[23], 1).await), [""; 0]);
}

#[on_both]
async fn totals_reach_a_threshold_without_a_day(app: TestApp) {
    let aria = student(&app, "Aria").await;
    send_term(&app, &aria, "2026-1", 48, 20).await;
    let reached = json!([{ "daysAbsent": 5, "on": null }, { "daysAbsent": 10, "on": null }]);
    let found = concern(&app, &aria).await.expect("a concern");
    assert_eq!((&found["thresholds"], &found["band"]), (&reached, &json!("moderate")));
    assert_eq!(attendance(&app, &aria, "2026-1").await["thresholds"], reached);
    assert_eq!(ids(&listed(&app, "&threshold=10").await), [aria.as_str()]);
    assert_eq!(ids(&listed(&app, "&threshold=15").await), [""; 0]);
}

#[on_both]
async fn a_fifth_of_the_term_on_record_is_a_baseline_else_the_term_before_is(app: TestApp) {
    let aria = student(&app, "Aria").await;
    send_term(&app, &aria, "2025-4", 80, 20).await;
    let whole = draft(&app, &aria).await["baseline"]["terms"][0]["schoolHalfDays"].clone();
    let whole = u32::try_from(whole.as_u64().expect("a number")).expect("few");
    let enough = whole.div_ceil(5);
    send_term(&app, &aria, "2026-1", 0, enough - 1).await;
    let found = concern(&app, &aria).await.expect("a concern");
    assert_eq!(found["referral"]["reasons"], json!(["not_chronically_absent"]));
    assert_eq!(draft(&app, &aria).await["baseline"]["term"], "2025-4");
    app.set_time("2026-03-17T00:00:00Z");
    send_term(&app, &aria, "2026-1", 0, enough).await;
    let found = concern(&app, &aria).await.expect("a concern");
    assert_eq!(found["referral"]["reasons"], json!(["attended_half_or_less"]));
    assert_eq!(draft(&app, &aria).await["baseline"]["term"], "2026-1");
}

#[on_both]
async fn of_nobody_with_nothing_on_record_there_is_a_concern(app: TestApp) {
    let aria = student(&app, "Aria").await;
    assert_eq!(listed(&app, "").await, [json!(null); 0]);
    let shown = draft(&app, &aria).await;
    let expected = json!([false, "do_not", ["no_baseline"]]);
    let prospect = &shown["assessment"];
    assert_eq!(
        json!([prospect["meetsCriteria"], prospect["adviceLevel"], prospect["reasons"]]),
        expected
    );
    let missing = shown["missing"].as_array().expect("pointers");
    assert!(missing.contains(&json!("/supportRequest/attendance")), "{missing:?}");
    assert_eq!(shown["baseline"]["term"], json!(null));
}

#[on_both]
async fn a_student_who_came_brings_the_days_of_the_school_before(app: TestApp) {
    let case = app.assigned("Aria").await.1;
    let lead = app.as_("workflow-lead");
    let shown = lead.get(&format!("/v1/cases/{case}")).await.expect(200);
    let aria = shown.json["student"]["id"].as_str().expect("a student").to_owned();
    let days: Vec<(String, u32)> = school_days(20).into_iter().map(|day| (day, 0)).collect();
    send_days(&app, &aria, &days).await;
    assert_eq!(concern(&app, &aria).await.expect("a concern")["daysAbsent"], 20);
    app.set_time("2026-03-17T00:00:00Z");
    let there = json!({ "schoolNumber": OTHER_SCHOOL });
    lead.post(&format!("/v1/students/{aria}/school-changes"), there).await.expect(200);
    app.set_time("2026-03-20T00:00:00Z");
    // Of the day that both have, the school of enrolment stands; it is enrolled at both: the later.
    let both = json!([
        { "date": days[19].0, "halfDays": half_days(2, 0) },
        { "date": "2026-03-18", "halfDays": half_days(2, 0) },
    ]);
    let body =
        json!({ "schoolNumber": OTHER_SCHOOL, "students": [{ "studentId": aria, "days": both }] });
    app.as_("office-support-2").post("/v1/attendance", body).await.expect(200);
    assert_eq!(concern(&app, &aria).await, None);
    draft_by(&app, LEAD, &aria).await.refused(404, "not_found");
    let path = format!("/v1/attendance-concerns?schoolNumber={OTHER_SCHOOL}");
    let theirs = app.as_("attendance-lead-2").get(&path).await.expect(200);
    let found = &theirs.json["items"][0];
    let path = format!("/v1/students/{aria}/attendance?term=2026-1");
    let shown = app.as_("attendance-lead-2").get(&path).await.expect(200).json;
    assert_eq!(
        (&found["halfDays"], &found["thresholds"]),
        (&shown["halfDays"], &shown["thresholds"])
    );
    assert_eq!(
        (&found["halfDays"]["present"], &found["halfDays"]["possible"]),
        (&json!(4), &json!(42))
    );
    let drafted = draft_by(&app, "attendance-lead-2", &aria).await.expect(200).json;
    assert_eq!(drafted["referral"]["schoolNumber"], OTHER_SCHOOL);
}

#[on_both]
async fn a_leaver_is_no_longer_the_schools_and_is_drafted_as_enrolled_nowhere(app: TestApp) {
    let aria = student(&app, "Aria").await;
    send_term(&app, &aria, "2026-1", 8, 60).await;
    assert!(concern(&app, &aria).await.is_some());
    let gone = given::non_enrolment("Aria");
    app.as_("office-support").post("/v1/referrals", gone).await.expect(201);
    assert_eq!(concern(&app, &aria).await, None);
    draft_by(&app, LEAD, &aria).await.refused(404, "not_found");
    let shown = draft_by(&app, "workflow-lead", &aria).await.expect(200).json;
    let request = &shown["referral"]["supportRequest"];
    assert_eq!(
        (&request["kind"], &request["nonEnrolment"]["leftOn"]),
        (&json!("non_enrolment"), &json!("2026-02-23"))
    );
    assert_eq!(shown["assessment"]["reasons"], json!(["not_enrolled"]));
    assert_eq!(shown["assessment"]["alreadyInService"]["standing"], "referral_waiting");
    // Complete as it is, it would be taken, if the student did not wait already.
    let sent = app.as_("workflow-lead").post("/v1/referrals", completed(&shown)).await;
    sent.refused(409, "already_referred");
    app.open_to_another("Aria").await;
    app.as_("office-support").post("/v1/referrals", completed(&shown)).await.expect(201);
}

#[on_both]
async fn a_completed_draft_is_taken_with_the_attendance_on_record(app: TestApp) {
    let aria = student(&app, "Aria").await;
    send_term(&app, &aria, "2025-4", 40, 60).await;
    let days: Vec<(String, u32)> = school_days(20)
        .into_iter()
        .enumerate()
        .map(|(at, day)| (day, u32::from(at % 3 == 0)))
        .collect();
    send_days(&app, &aria, &days).await;
    let found = concern(&app, &aria).await.expect("a concern");
    let shown = draft(&app, &aria).await;
    assert_eq!(shown["assessment"], found["referral"]);
    assert_eq!(
        shown["assessment"]["alreadyInService"],
        json!({ "standing": "none", "referralId": null, "caseId": null })
    );
    let known = attendance(&app, &aria, "2026-1").await;
    let of_term = &shown["baseline"]["terms"][0];
    assert_eq!((&of_term["halfDays"], &of_term["rate"]), (&known["halfDays"], &known["rate"]));
    assert_eq!((&of_term["days"], &of_term["lastDay"]), (&json!(20), &json!("2026-03-06")));
    assert_eq!(of_term["reportedAt"], "2026-03-16T00:00:00Z");
    let of_before = &shown["baseline"]["terms"][1];
    assert_eq!(
        (&of_before["days"], &of_before["summarisedSchools"]),
        (&json!(0), &json!([SCHOOL]))
    );
    let sent = app.as_(LEAD).post("/v1/referrals", completed(&shown)).await.expect(201);
    assert_eq!(sent.json["student"]["id"], aria.as_str());
    assert_eq!(sent.json["matchedBy"], "name_and_birth_date");
    assert_eq!(sent.json["assessment"]["baseline"], baseline_of(&known));
    let prospect = &shown["assessment"];
    assert_eq!(sent.json["assessment"]["advice"], prospect["adviceLevel"]);
    assert_eq!(sent.json["assessment"]["circumstances"], prospect["reasons"]);
    let expected =
        json!([baseline_of(&known), baseline_of(&attendance(&app, &aria, "2025-4").await)]);
    assert_eq!(sent.json["supportRequest"]["attendance"], expected);
}

#[on_both]
async fn a_draft_and_the_list_tell_that_the_service_has_the_student(app: TestApp) {
    let aria = student(&app, "Aria").await;
    send_term(&app, &aria, "2026-1", 24, 36).await;
    let sent = app.as_(LEAD).post("/v1/referrals", completed(&draft(&app, &aria).await)).await;
    let referral = sent.expect(201).id();
    let of = async |who: &str| {
        let list = ask(&app, who, "&inService=true").await.expect(200);
        let shown = draft_by(&app, who, &aria).await.expect(200).json["assessment"].clone();
        let listed = list.json["items"][0]["referral"].clone();
        assert_eq!(shown, listed, "{who}");
        listed
    };
    let waits = json!({ "standing": "referral_waiting", "referralId": referral, "caseId": null });
    assert_eq!(of(LEAD).await["alreadyInService"], waits);
    assert_eq!(of(MACHINE).await["alreadyInService"], waits);
    let decided = app.decide(&referral, json!({ "outcome": "accepted" })).await.expect(200);
    let open =
        json!({ "standing": "open_case", "referralId": null, "caseId": decided.json["caseId"] });
    let told = of(LEAD).await;
    assert_eq!(
        (&told["alreadyInService"], &told["reasons"]),
        (&open, &json!(["already_in_open_case"]))
    );
    // A school's system has no cases, and hears that there is one.
    let open = with(open, "/caseId", json!(null));
    assert_eq!(of(MACHINE).await["alreadyInService"], open);
    // Nor does a token that was made for less.
    let mut claims = app.claims(LEAD);
    claims["scope"] = json!("attendance-concerns:read");
    let path = format!("/v1/attendance-concerns?schoolNumber={SCHOOL}");
    let narrow = app.with_claims(claims).get(&path).await.expect(200);
    assert_eq!(narrow.json["items"][0]["referral"]["alreadyInService"], open);
    assert_eq!(listed(&app, "&inService=false").await, [json!(null); 0]);
}

#[on_both]
async fn a_machine_learns_nothing_that_only_a_file_says(app: TestApp) {
    let body = with(given::referral("Aria"), "/supportRequest/safetyAlerts", json!(["violence"]));
    let body = with(body, "/student/gender", json!("21"));
    let body = with(body, "/student/ethnicities", json!(["2"]));
    let sent = app.as_("office-support").post("/v1/referrals", body).await.expect(201);
    let aria = sent.json["student"]["id"].as_str().expect("a student").to_owned();
    send_term(&app, &aria, "2026-1", 39, 21).await;
    let by = async |who: &str| draft_by(&app, who, &aria).await.expect(200).json;
    let (person, machine) = (by(LEAD).await, by(MACHINE).await);
    let seen = |draft: &Value| {
        let referral = &draft["referral"];
        json!([
            referral["student"]["gender"],
            referral["student"]["ethnicities"],
            referral["supportRequest"]["safetyAlerts"],
            draft["assessment"]["adviceLevel"],
        ])
    };
    assert_eq!(seen(&person), json!(["21", ["2"], ["violence"], "highly_recommended"]));
    assert_eq!(seen(&machine), json!([null, [], [], "consider"]));
    let list = ask(&app, MACHINE, "").await.expect(200);
    assert_eq!(list.json["items"][0]["referral"], machine["assessment"]);
    // And what it sends takes nothing from the file.
    let body = with(completed(&machine), "/source", json!("sms"));
    let body = with(body, "/sourceReference", json!("1"));
    app.open_to_another("Aria").await;
    app.as_(MACHINE).post_keyed("/v1/referrals", "one", body).await.expect(201);
    let file = app.as_(LEAD).get(&format!("/v1/students/{aria}")).await.expect(200).json;
    assert_eq!((&file["gender"], &file["safetyAlerts"]), (&json!("21"), &json!(["violence"])));
}

#[on_both]
async fn a_school_of_others_is_no_school(app: TestApp) {
    let aria = student(&app, "Aria").await;
    send_term(&app, &aria, "2026-1", 24, 36).await;
    for (who, number) in [
        (LEAD, OTHER_SCHOOL),
        (LEAD, "9999"),
        ("attendance-lead-2", SCHOOL),
        ("sms-client-2", SCHOOL),
    ] {
        let path = format!("/v1/attendance-concerns?schoolNumber={number}");
        app.as_(who).get(&path).await.refused(404, "not_found");
    }
    for who in [
        "office-support",
        "workflow-lead",
        "case-manager",
        "primary-contact",
        "ministry-admin",
        "reporting-client",
    ] {
        ask(&app, who, "").await.refused(403, "role_may_not");
    }
    draft_by(&app, "attendance-lead-2", &aria).await.refused(404, "not_found");
    draft_by(&app, "sms-client-2", &aria).await.refused(404, "not_found");
    draft_by(&app, "office-support", &aria).await.refused(403, "role_may_not");
    assert_eq!(listed(&app, "").await.len(), 1);
    draft(&app, &aria).await;
    let read = |action: &str| format!("action = '{action}' AND decision = 'allowed'");
    assert_eq!(app.count("audit_entry", &read("attendance-concerns:read")).await, 1);
    assert_eq!(app.count("audit_entry", &read("referrals:draft")).await, 1);
    let reads = app.as_("auditor").get(&format!("/v1/students/{aria}/reads")).await.expect(200);
    let actions: Vec<&str> = reads.json["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|item| item["operation"].as_str().expect("an operation"))
        .collect();
    assert_eq!(actions[..2], ["referrals:draft", "attendance-concerns:read"]);
}

#[on_both]
async fn a_term_is_one_that_has_begun(app: TestApp) {
    let (aria, tama) = (student(&app, "Aria").await, student(&app, "Tama").await);
    send_term(&app, &aria, "2026-1", 42, 18).await;
    send_term(&app, &tama, "2025-4", 96, 4).await;
    send_term(&app, &aria, "2025-4", 75, 25).await;
    assert_eq!(ids(&listed(&app, "&term=2026-1").await), [aria.as_str()]);
    let before = listed(&app, "&term=2025-4").await;
    assert_eq!((ids(&before), &before[0]["band"]), (vec![aria.as_str()], &json!("moderate")));
    // What a referral would come to is of today, whatever term is looked at.
    assert_eq!(before[0]["referral"]["reasons"], json!(["chronically_absent"]));
    for term in ["2026-2", "2099-1"] {
        ask(&app, LEAD, &format!("&term={term}")).await.refused(422, "invalid_query");
    }
    ask(&app, LEAD, "&threshold=7").await.refused(422, "invalid_query");
    // In the holidays it is the term that is over.
    app.set_time("2026-04-10T00:00:00Z");
    let over = listed(&app, "").await;
    assert_eq!((ids(&over), &over[0]["term"]), (vec![aria.as_str()], &json!("2026-1")));
    app.set_time("2026-04-20T00:00:00Z");
    let next = listed(&app, "").await;
    assert_eq!((ids(&next), &next[0]["term"]), (vec![aria.as_str()], &json!("2026-2")));
    assert_eq!(
        (&next[0]["band"], &next[0]["referral"]["meetsCriteria"]),
        (&json!(null), &json!(true))
    );
}

#[on_both]
async fn a_joined_record_is_one_student_with_the_days_of_both(app: TestApp) {
    let (from, into) = (student(&app, "Aria").await, student(&app, "Ariana").await);
    let days = school_days(10);
    let away = |days: &[String]| days.iter().map(|day| (day.clone(), 0)).collect::<Vec<_>>();
    send_days(&app, &from, &away(&days[..5])).await;
    send_days(&app, &into, &away(&days[5..])).await;
    let body = json!({ "intoStudentId": into, "reason": "One student." });
    // Both are students of the provider's while a referral of theirs is not over.
    for name in ["Aria", "Ariana"] {
        app.submitted(name).await;
    }
    app.as_("workflow-lead").post(&format!("/v1/students/{from}/merge"), body).await.expect(200);
    let found = listed(&app, "").await;
    assert_eq!((ids(&found), &found[0]["daysAbsent"]), (vec![into.as_str()], &json!(10)));
    assert_eq!(draft(&app, &from).await["studentId"], into.as_str());
}

/// Every student of a school, counted by hand from what was sent, and read one by one.
#[on_both]
async fn a_list_says_what_each_students_attendance_says(app: TestApp) {
    let mut draws = Draws(20_260_316);
    let all_days = school_days(25);
    let mut sent: BTreeMap<String, Sent> = BTreeMap::new();
    for at in 0..24 {
        let aria = student(&app, &format!("Student {at}")).await;
        let so_many = usize::try_from(draws.below(26)).expect("few");
        let there = 60 + draws.below(41);
        let mut days = BTreeMap::new();
        for day in &all_days[..so_many] {
            let half = |draws: &mut Draws| u32::from(draws.below(100) < there);
            days.insert(day.clone(), half(&mut draws) + half(&mut draws));
        }
        let each: Vec<(String, u32)> =
            days.iter().map(|(day, present)| (day.clone(), *present)).collect();
        if !each.is_empty() {
            send_days(&app, &aria, &each).await;
        }
        let before =
            (draws.below(3) == 0).then(|| (u32::try_from(40 + draws.below(60)).expect("few"), 100));
        if let Some((present, possible)) = before {
            send_term(&app, &aria, "2025-4", present, possible - present).await;
        }
        sent.insert(aria, (days, before));
    }
    let some = sent.keys().next().expect("one").clone();
    let whole = draft(&app, &some).await["baseline"]["terms"][0]["schoolHalfDays"]
        .as_u64()
        .expect("a number");
    let whole = u32::try_from(whole).expect("few");
    let counted: BTreeMap<&String, Value> = sent
        .iter()
        .filter_map(|(aria, (days, before))| Some((aria, expected(days, *before, whole)?)))
        .collect();
    assert!((6..24).contains(&counted.len()), "{} of 24", counted.len());
    let mut found = Vec::new();
    let mut path =
        format!("/v1/attendance-concerns?schoolNumber={SCHOOL}&limit=5&includeTotal=true");
    loop {
        let page = app.as_(LEAD).get(&path).await.expect(200).json;
        assert_eq!(page["total"], counted.len());
        found.extend(page["items"].as_array().expect("items").clone());
        let Some(cursor) = page["nextCursor"].as_str() else { break };
        path = format!(
            "/v1/attendance-concerns?schoolNumber={SCHOOL}&limit=5&includeTotal=true&cursor={cursor}"
        );
    }
    assert_eq!(ids(&found), counted.keys().map(|aria| aria.as_str()).collect::<Vec<_>>());
    for item in &found {
        let aria = item["student"]["id"].as_str().expect("an id");
        assert_eq!(told(item), counted[&aria.to_owned()], "{aria}");
        let read = attendance(&app, aria, "2026-1").await;
        for member in ["halfDays", "rate", "band", "daysAbsent", "thresholds", "trend", "term"] {
            assert_eq!(item[member], read[member], "{member} of {aria}");
        }
    }
    // The pages without a total are the same, and so are the filters' parts.
    assert_eq!(listed(&app, "").await, found);
    for (filter, pointer) in [("band", "/band"), ("meetsCriteria", "/referral/meetsCriteria")] {
        let values: [&str; 4] = if filter == "band" {
            ["regular", "irregular", "moderate", "chronic"]
        } else {
            ["true", "false", "true", "false"]
        };
        for value in values {
            let part = listed(&app, &format!("&{filter}={value}")).await;
            let of = |item: &&Value| {
                item.pointer(pointer).expect("it").to_string().replace('"', "") == value
            };
            let expected: Vec<Value> = found.iter().filter(of).cloned().collect();
            assert_eq!(part, expected, "{filter}={value}");
        }
    }
}
