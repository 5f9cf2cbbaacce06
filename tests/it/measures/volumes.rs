//! Volumes: against the records counted one by one, and as they were known.

use std::collections::{BTreeMap, BTreeSet};

use ascms_domain::calendar::{Calendar, CalendarName};
use ascms_domain::outcomes::{KnownTerm, OutcomeTerm, SustainedAttendance};
use ascms_domain::rules::{ImprovedAttendanceRule, Improvement, NoRecord};
use ascms_domain::terms::{Term, TermAttendance, school_half_days};
use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde_json::{Value, json};

use super::outcomes::{attended, referred};
use crate::given::{closure, pause, with};
use crate::support::{Answer, TestApp, on_both};

const OF_TERM: &str = "level=national&term=2026-1";

async fn volumes(app: &TestApp, who: &str, query: &str) -> Answer {
    app.as_(who).get(&format!("/v1/volumes?{query}")).await.expect(200)
}

/// The only group of an answer.
fn only(answer: &Answer) -> Value {
    let items = answer.json["items"].as_array().expect("items");
    let [item] = items.as_slice() else { panic!("not one: {}", answer.text) };
    item.clone()
}

fn items(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.json["nextCursor"], Value::Null, "all on one page");
    answer.json["items"].as_array().expect("items").clone()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// Weekdays from one day to another: no holiday lies between those of these tests.
fn business_days(from: &Value, to: &Value) -> u64 {
    let day = |value: &Value| -> NaiveDate { text(value)[..10].parse().expect("a day") };
    let (mut day, last, mut days) = (day(from), day(to), 0);
    while day < last {
        day = day + Days::new(1);
        days += u64::from(!matches!(day.weekday(), Weekday::Sat | Weekday::Sun));
    }
    days
}

/// A count by code, as answers have it.
fn by_code(counts: &BTreeMap<String, u64>) -> Value {
    counts.iter().map(|(code, count)| json!({ "code": code, "count": count })).collect()
}

/// The value at a share of an ordered list, by the nearest rank.
fn at(sorted: &[u64], percent: usize) -> Value {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).map_or(Value::Null, |days| json!(days))
}

/// What the records of P01 say, each read by itself: everything of a volume but attendance.
async fn recounted(app: &TestApp) -> Value {
    let lead = app.as_("workflow-lead");
    let referrals = items(&lead.get("/v1/referrals?limit=200").await.expect(200));
    let cases = items(&lead.get("/v1/cases?limit=200").await.expect(200));
    let mut states: BTreeMap<String, u64> = BTreeMap::new();
    let [mut declined, mut closed, mut barriers] = [const { BTreeMap::new() }; 3];
    for referral in &referrals {
        *states.entry(text(&referral["status"])).or_default() += 1;
        if referral["status"] == "declined" {
            let path = format!("/v1/referrals/{}", text(&referral["id"]));
            let read = lead.get(&path).await.expect(200);
            let decisions = read.json["decisions"].as_array().expect("decisions").clone();
            let decision = decisions.iter().find(|one| one["outcome"] == "declined");
            *declined.entry(text(&decision.expect("one")["reasonCode"])).or_default() += 1;
        }
    }
    let (mut days, mut open, mut reopened) = (Vec::new(), 0, 0);
    for case in &cases {
        let path = format!("/v1/cases/{}", text(&case["id"]));
        let case = lead.get(&path).await.expect(200).json;
        days.push(business_days(&case["referralDate"], &case["openedAt"]));
        *states.entry(text(&case["status"])).or_default() += 1;
        match case["closure"]["reasonCode"].as_str() {
            Some(reason) => *closed.entry(reason.to_owned()).or_default() += 1,
            None => open += 1,
        }
        let entries = case["recentEntries"].as_array().expect("entries");
        reopened += u64::from(entries.iter().any(|entry| entry["kind"] == "reopening"));
        let found = items(&lead.get(&format!("{path}/barriers")).await.expect(200));
        for code in found.iter().map(|one| text(&one["code"])).collect::<BTreeSet<_>>() {
            *barriers.entry(code).or_default() += 1;
        }
    }
    days.sort_unstable();
    let of = |state: &str| states.get(state).copied().unwrap_or_default();
    json!({
        "received": referrals.len(), "waiting": of("submitted") + of("returned"),
        "declined": by_code(&declined), "withdrawn": of("withdrawn"),
        "redirected": of("redirected"), "accepted": of("accepted"), "open": open,
        "unassigned": of("unassigned"), "paused": of("paused"), "closed": by_code(&closed),
        "reopened": reopened, "barriers": by_code(&barriers),
        "daysToAccept": { "median": at(&days, 50), "p90": at(&days, 90) },
    })
}

/// A step of a case on a day of March.
async fn step_on(app: &TestApp, day: u32, who: &str, case: &str, (step, body): (&str, Value)) {
    app.set_time(&format!("2026-03-{day:02}T02:00:00Z"));
    app.step(who, case, step, body).await.expect(200);
}

/// Referred on Monday the 2nd, accepted later.
async fn accepted_on(app: &TestApp, name: &str, day: u32) -> String {
    app.set_time("2026-03-02T00:00:00Z");
    let referral = app.submitted(name).await.id();
    app.set_time(&format!("2026-03-{day:02}T00:00:00Z"));
    let decided = app.decide(&referral, json!({ "outcome": "accepted" })).await.expect(200);
    text(&decided.json["caseId"])
}

async fn assign(app: &TestApp, day: u32, case: &str) {
    let to = json!({ "caseManagerId": app.world.case_manager });
    step_on(app, day, "workflow-lead", case, ("assignment", to)).await;
}

async fn close(app: &TestApp, day: u32, case: &str, reason: &str) {
    let body = with(closure(), "/reasonCode", json!(reason));
    step_on(app, day, "case-manager", case, ("closure", body)).await;
    step_on(app, day, "workflow-lead", case, ("closure-approval", json!({}))).await;
}

/// One referral of every fate; each later one happens later.
async fn lived(app: &TestApp) {
    app.set_time("2026-03-02T00:00:00Z");
    app.submitted("Waiting").await;
    let mut decided = Vec::new();
    for name in ["Too young", "Not eligible", "Sent on"] {
        decided.push(app.submitted(name).await.id());
    }
    let withdrawn = app.submitted("Taken back").await.id();
    accepted_on(app, "Nobody", 2).await;
    let assigned = accepted_on(app, "Active", 3).await;
    let paused = accepted_on(app, "Paused", 5).await;
    let resumed = accepted_on(app, "Resumed", 6).await;
    let closed = accepted_on(app, "Closed", 9).await;
    let left = accepted_on(app, "Left", 10).await;
    let again = accepted_on(app, "Again", 10).await;
    for case in [&assigned, &paused, &resumed, &closed, &left, &again] {
        assign(app, 11, case).await;
    }
    app.set_time("2026-03-12T00:00:00Z");
    for (referral, reason) in decided.iter().zip(["outside_age_range", "not_eligible"]) {
        let body = json!({ "outcome": "declined", "reasonCode": reason });
        app.decide(referral, body).await.expect(200);
    }
    let on = json!({
        "outcome": "redirected", "reasonCode": "other_catchment",
        "providerId": app.world.other_provider,
    });
    app.decide(&decided[2], on).await.expect(200);
    let path = format!("/v1/referrals/{withdrawn}/withdrawal");
    let reason = json!({ "reasonCode": "attendance_improved" });
    app.as_("office-support").post(&path, reason).await.expect(200);
    for case in [&assigned, &paused] {
        app.barrier("case-manager", case).await;
    }
    step_on(app, 13, "case-manager", &paused, ("pause", pause())).await;
    step_on(app, 13, "case-manager", &resumed, ("pause", pause())).await;
    step_on(app, 16, "case-manager", &resumed, ("resumption", json!({}))).await;
    close(app, 17, &closed, "attendance_sustained").await;
    close(app, 17, &left, "whanau_declined").await;
    close(app, 17, &again, "attendance_sustained").await;
    let reason = json!({ "reason": "It is not over." });
    step_on(app, 18, "workflow-lead", &again, ("reopening", reason)).await;
    app.set_time("2026-03-19T00:00:00Z");
}

/// Holds what an answer says of a group against what the records say.
fn hold(found: &Value, recounted: &Value) {
    for (member, expected) in recounted.as_object().expect("members") {
        assert_eq!(&found[member], expected, "{member}: {found}");
    }
}

#[on_both]
async fn volumes_are_what_the_records_say_counted_one_by_one(app: TestApp) {
    lived(&app).await;
    let expected = recounted(&app).await;
    assert_eq!(expected["received"], 12);
    assert_eq!((&expected["accepted"], &expected["reopened"]), (&json!(7), &json!(1)));
    assert_eq!(expected["daysToAccept"], json!({ "median": 4, "p90": 6 }));
    let own = only(&volumes(&app, "workflow-lead", OF_TERM).await);
    hold(&own, &expected);
    let provider = "level=provider&key=P01&term=2026-1";
    hold(&only(&volumes(&app, "ministry-analyst", provider).await), &expected);
    // The referral that was sent on is one more of the nation, at another provider.
    let nation = only(&volumes(&app, "ministry-analyst", OF_TERM).await);
    assert_eq!((&nation["received"], &nation["redirected"]), (&json!(13), &json!(1)));
    assert_eq!(nation["waiting"], 2);
    // Nothing of it came in another term.
    let later = only(&volumes(&app, "ministry-analyst", "level=national&term=2026-2").await);
    assert_eq!((&later["received"], &later["daysToAccept"]["median"]), (&json!(0), &Value::Null));
}

#[on_both]
async fn the_parts_of_a_group_add_up_to_it(app: TestApp) {
    lived(&app).await;
    let nation = only(&volumes(&app, "ministry-analyst", OF_TERM).await);
    for query in ["&by=kind", "&by=provision", "&by=year_level", "&by=ethnic_group"] {
        let parts = items(&volumes(&app, "ministry-analyst", &format!("{OF_TERM}{query}")).await);
        for member in ["received", "inSchool", "accepted", "open", "paused", "reopened"] {
            let sum: u64 = parts.iter().map(|part| part[member].as_u64().expect("a count")).sum();
            assert_eq!(json!(sum), nation[member], "{query} {member}");
        }
    }
    for level in ["region", "catchment", "provider", "school", "student"] {
        let query = format!("level={level}&term=2026-1&limit=200");
        let groups = items(&volumes(&app, "ministry-analyst", &query).await);
        for member in ["received", "declined", "closed", "unassigned"] {
            let count = |value: &Value| match value.as_array() {
                Some(codes) => codes.iter().map(|one| one["count"].as_u64().expect("one")).sum(),
                None => value.as_u64().expect("a count"),
            };
            let sum: u64 = groups.iter().map(|group| count(&group[member])).sum();
            assert_eq!(sum, count(&nation[member]), "{level} {member}");
        }
    }
}

/// Every answer that was given is given again, of its instant, whatever happened since.
#[on_both]
async fn an_earlier_answer_stays_as_it_was(app: TestApp) {
    let mut given: Vec<(String, String)> = Vec::new();
    let look = async |given: &mut Vec<(String, String)>, instant: &str| {
        app.set_time(instant);
        for query in [OF_TERM, "level=provider&by=kind&term=2026-1"] {
            let query = format!("{query}&asOf={instant}");
            let now = volumes(&app, "ministry-analyst", query.split("&asOf").next().unwrap()).await;
            // What is known now is what is known as of now.
            assert_eq!(now.text, volumes(&app, "ministry-analyst", &query).await.text, "{query}");
            given.push((query, now.text));
        }
    };
    app.set_time("2026-03-02T00:00:00Z");
    let declined = app.submitted("Declined").await.id();
    let case = accepted_on(&app, "Aria", 4).await;
    let other = accepted_on(&app, "Ben", 4).await;
    look(&mut given, "2026-03-04T03:00:00Z").await;
    assign(&app, 5, &case).await;
    assign(&app, 5, &other).await;
    look(&mut given, "2026-03-05T03:00:00Z").await;
    app.set_time("2026-03-06T00:00:00Z");
    let no = json!({ "outcome": "declined", "reasonCode": "outside_age_range" });
    app.decide(&declined, no).await.expect(200);
    step_on(&app, 6, "case-manager", &case, ("pause", pause())).await;
    app.barrier("case-manager", &other).await;
    look(&mut given, "2026-03-06T03:00:00Z").await;
    step_on(&app, 9, "case-manager", &case, ("resumption", json!({}))).await;
    look(&mut given, "2026-03-09T03:00:00Z").await;
    close(&app, 10, &case, "attendance_sustained").await;
    look(&mut given, "2026-03-10T03:00:00Z").await;
    let reason = json!({ "reason": "It is not over." });
    step_on(&app, 11, "workflow-lead", &case, ("reopening", reason)).await;
    look(&mut given, "2026-03-11T03:00:00Z").await;
    close(&app, 12, &case, "whanau_declined").await;
    look(&mut given, "2026-03-12T03:00:00Z").await;
    let different: BTreeSet<&str> =
        given.iter().step_by(2).map(|(_, text)| text.split("\"asOf\"").next().unwrap()).collect();
    assert_eq!(different.len(), 7, "something changed each time");
    app.set_time("2026-03-20T00:00:00Z");
    for (query, text) in given {
        assert_eq!(volumes(&app, "ministry-analyst", &query).await.text, text, "{query}");
    }
}

/// A case of a student of the first term that was closed on Friday the 20th of March.
async fn supported(app: &TestApp, name: &str, reason: Option<&str>) -> String {
    let student = referred(app, name).await;
    let path = "/v1/referrals?status=submitted";
    let waiting = items(&app.as_("workflow-lead").get(path).await.expect(200));
    let referral = waiting.iter().find(|one| one["student"]["givenNames"] == name);
    let referral = text(&referral.expect("the referral")["id"]);
    let decided = app.decide(&referral, json!({ "outcome": "accepted" })).await.expect(200);
    let case = text(&decided.json["caseId"]);
    assign(app, 11, &case).await;
    if let Some(reason) = reason {
        close(app, 20, &case, reason).await;
    }
    student
}

const RULE: ImprovedAttendanceRule = ImprovedAttendanceRule {
    over_percent: 70,
    improved_by: 25,
    improvement: Improvement::Relative,
    minimum_record_percent: 20,
    no_record: NoRecord::Excluded,
    target_percent: 70,
};

/// How each student attended a term, by the rule for one student and by what is on record of each.
async fn judged(app: &TestApp, students: &[String], term: &Term, today: &str) -> Value {
    let calendar = Calendar::new(CalendarName::Contract2026, Vec::new());
    let half_days = school_half_days(term, &calendar, None);
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for student in students {
        let path = format!("/v1/students/{student}/attendance?term={}", term.key);
        let read = app.as_("attendance-lead").get(&path).await.expect(200).json;
        let half_day = |member: &str| -> u32 {
            read["halfDays"][member]
                .as_u64()
                .and_then(|days| days.try_into().ok())
                .expect("half-days")
        };
        let attended = TermAttendance {
            term: term.key,
            possible_half_days: half_day("possible"),
            present_half_days: half_day("present"),
        };
        let known = Some(KnownTerm { ends_on: term.ends_on, half_days });
        let how = OutcomeTerm { attended, known }.sustained(&RULE, today.parse().expect("a day"));
        *counts
            .entry(match how {
                SustainedAttendance::Pending => "pending",
                SustainedAttendance::TooLittleAttendance => "tooLittleAttendance",
                SustainedAttendance::Over => "over",
                SustainedAttendance::NotOver => "notOver",
            })
            .or_default() += 1;
    }
    let of = |how: &str| counts.get(how).copied().unwrap_or_default();
    json!([of("over"), of("notOver"), of("pending"), of("tooLittleAttendance")])
}

fn sustained(volume: &Value, term: &str) -> Value {
    let of = &volume[term];
    json!([of["over"], of["notOver"], of["pending"], of["tooLittleAttendance"]])
}

#[on_both]
async fn attendance_after_the_closure_is_judged_term_by_term(app: TestApp) {
    let over = supported(&app, "Over", Some("attendance_sustained")).await;
    let not_over = supported(&app, "Not over", Some("attendance_sustained")).await;
    let little = supported(&app, "Little", Some("whanau_declined")).await;
    let nothing = supported(&app, "Nothing", Some("attendance_sustained")).await;
    supported(&app, "Open", None).await;
    supported(&app, "Overseas", Some("moved_overseas")).await;
    let students = [over.clone(), not_over.clone(), little.clone(), nothing];
    let weeks = ["2026-05-04", "2026-05-11", "2026-05-18", "2026-05-25", "2026-06-08"];
    app.set_time("2026-06-15T00:00:00Z");
    let of_term = |present: u32| weeks.map(|monday| (monday, present));
    attended(&app, &over, &of_term(2)).await;
    attended(&app, &not_over, &of_term(1)).await;
    attended(&app, &little, &[("2026-05-18", 2)]).await;
    let nation = only(&volumes(&app, "ministry-analyst", OF_TERM).await);
    assert_eq!(sustained(&nation, "sustainedFirstTerm"), json!([0, 0, 4, 0]));
    app.set_time("2026-07-10T00:00:00Z");
    let calendars = app.state.store().calendars().await.expect("calendars");
    let term = |key: &str| calendars.terms.get(key.parse().expect("a term")).expect("it").clone();
    let answer = volumes(&app, "ministry-analyst", OF_TERM).await;
    let nation = only(&answer);
    let expected = judged(&app, &students, &term("2026-2"), "2026-07-10").await;
    assert_eq!(expected, json!([1, 1, 0, 2]));
    assert_eq!(sustained(&nation, "sustainedFirstTerm"), expected);
    assert_eq!(nation["sustainedFirstTerm"]["rate"], 0.5);
    assert_eq!(sustained(&nation, "sustainedSecondTerm"), json!([0, 0, 4, 0]));
    // The school corrects what it sent, and sends the third term.
    app.set_time("2026-10-05T00:00:00Z");
    attended(&app, &not_over, &of_term(2)).await;
    let third = ["2026-07-20", "2026-07-27", "2026-08-03", "2026-08-10"];
    attended(&app, &over, &third.map(|monday| (monday, 1))).await;
    let nation = only(&volumes(&app, "ministry-analyst", OF_TERM).await);
    for (key, member) in [("2026-2", "sustainedFirstTerm"), ("2026-3", "sustainedSecondTerm")] {
        let expected = judged(&app, &students, &term(key), "2026-10-05").await;
        assert_eq!(sustained(&nation, member), expected, "{member}");
    }
    assert_eq!(nation["sustainedFirstTerm"]["over"], 2);
    assert_eq!(sustained(&nation, "sustainedSecondTerm"), json!([0, 1, 0, 3]));
    let query = format!("{OF_TERM}&asOf=2026-07-10T00:00:00Z");
    let then = volumes(&app, "ministry-analyst", &query);
    assert_eq!(then.await.text, answer.text);
}

#[on_both]
async fn barriers_are_shown_to_those_who_may_read_them(app: TestApp) {
    let case = app.assigned("Aria").await.1;
    app.barrier("case-manager", &case).await;
    app.accepted("Ben").await;
    let one = json!([{ "code": "transport", "count": 1 }]);
    for who in ["workflow-lead", "case-manager", "ministry-analyst"] {
        assert_eq!(only(&volumes(&app, who, OF_TERM).await)["barriers"], one, "{who}");
    }
    // A case manager's own are counted, no others.
    let received = |answer: &Answer| only(answer)["received"].clone();
    assert_eq!(received(&volumes(&app, "case-manager", OF_TERM).await), 1);
    assert_eq!(received(&volumes(&app, "workflow-lead", OF_TERM).await), 2);
    let school = volumes(&app, "attendance-lead", OF_TERM).await;
    assert_eq!((received(&school), &only(&school)["barriers"]), (json!(2), &Value::Null));
    let students = volumes(&app, "ministry-analyst", "level=student&term=2026-1").await;
    assert!(items(&students).iter().all(|item| item["barriers"].is_null()), "{}", students.text);
    app.as_("primary-contact")
        .get(&format!("/v1/volumes?{OF_TERM}"))
        .await
        .refused(403, "role_may_not");
    let query = "/v1/volumes?level=national";
    app.as_("workflow-lead").get(query).await.refused(422, "invalid_query");
}
