//! Duties of contracts, and the calendar of obligations in which those read them who have to do them.

use serde_json::{Value, json};

use crate::bulletins::{key_date, published};
use crate::contracts::{activate, active, added, contract, path};
use crate::given::with;
use crate::support::{Answer, TestApp, on_both};

const ADMIN: &str = "ministry-admin";

async fn listed(app: &TestApp, who: &str, query: &str) -> Vec<Value> {
    let path = format!("/v1/obligations?limit=200&{query}");
    let page = app.as_(who).get(&path).await.expect(200);
    page.json["items"].as_array().expect("a page").clone()
}

/// The obligations as `kind period dueOn status`, with `!` where they are overdue.
pub async fn in_words(app: &TestApp, who: &str, query: &str) -> Vec<String> {
    let words = |item: &Value| {
        let text = |name: &str| item[name].as_str().unwrap_or_default().to_owned();
        let overdue = if item["overdue"] == true { "!" } else { "" };
        let [kind, period, due_on, status] = ["kind", "period", "dueOn", "status"].map(text);
        format!("{kind} {period} {due_on} {status}{overdue}")
    };
    listed(app, who, query).await.iter().map(words).collect()
}

/// Does in the background what is to be done today.
pub async fn settle(app: &TestApp) {
    let mut last = None;
    while let Some(id) =
        app.state.store().settle_next_contract(last, app.now()).await.expect("settled")
    {
        last = Some(id);
    }
    while app.state.store().tell_some_overdue(app.now()).await.expect("told") {}
}

async fn waive(app: &TestApp, who: &str, id: &Value) -> Answer {
    let path = format!("/v1/obligations/{}/waiver", id.as_str().expect("an id"));
    app.as_(who).post(&path, json!({ "reason": "The contract begins after the term." })).await
}

/// Those of a contract of P01's, on record since 16 March 2026, by the end of the year ahead: what was due
/// before is nobody's to do here, and the terms of 2027 are not known.
const ALL: [&str; 15] = [
    "termly_report 2026-1 2026-05-05 upcoming",
    "fund_report 2026-1 2026-05-05 upcoming",
    "termly_report 2026-2 2026-08-03 upcoming",
    "fund_report 2026-2 2026-08-03 upcoming",
    "termly_report 2026-3 2026-10-23 upcoming",
    "fund_report 2026-3 2026-10-23 upcoming",
    "service_delivery_plan 2027 2026-11-15 upcoming",
    "policy_confirmation 2027 2026-11-15 upcoming",
    "security_assurance 2027 2026-11-15 upcoming",
    "termly_report 2026-4 2027-01-21 upcoming",
    "fund_report 2026-4 2027-01-21 upcoming",
    "initiatives_report 2026 2027-02-02 upcoming",
    "annual_report 2026 2027-02-02 upcoming",
    "initiatives_report 2027 2028-02-02 upcoming",
    "annual_report 2027 2028-02-02 upcoming",
];

#[on_both]
async fn a_contract_that_is_activated_has_the_duties_of_its_profile(app: TestApp) {
    let draft = added(&app, contract(&app, "AS-1")).await;
    assert_eq!(in_words(&app, ADMIN, "").await, [""; 0]);
    let active = activate(&app, &draft).await.expect(200);
    assert_eq!(in_words(&app, "workflow-lead", "").await, ALL);
    let first = &listed(&app, ADMIN, "").await[0];
    assert_eq!(
        (&first["contractId"], &first["contractNumber"], &first["organisation"]["code"]),
        (&draft.json["id"], &json!("AS-1"), &json!("P01"))
    );
    assert_eq!((&first["opensOn"], &first["bulletinId"]), (&json!("2026-04-03"), &Value::Null));
    // Doing it again changes nothing.
    settle(&app).await;
    assert_eq!(in_words(&app, "auditor", "").await, ALL);
    assert_eq!(app.count("event", "kind = 'contract.duties_changed'").await, 0);
    // In Otago a day more is none.
    let otago = json!({ "holidayRegion": "otago" });
    app.as_(ADMIN).patch(&path(&draft), &active, otago).await.expect(200);
    let annual = in_words(&app, ADMIN, "kind=annual_report&dueTo=2027-12-31").await;
    assert_eq!(annual, ["annual_report 2026 2027-02-01 upcoming"]);
}

#[on_both]
async fn a_provider_reads_its_own_obligations_and_others_none(app: TestApp) {
    active(&app, contract(&app, "AS-1")).await;
    for who in [ADMIN, "ministry-analyst", "auditor", "workflow-lead"] {
        assert_eq!(listed(&app, who, "").await.len(), ALL.len(), "{who}");
    }
    for who in ["workflow-lead-2", "privacy-officer"] {
        assert!(listed(&app, who, "").await.is_empty(), "{who}");
        let counts = app.as_(who).get("/v1/obligations/counts").await.expect(200);
        assert_eq!(counts.json["items"], json!([]), "{who}");
    }
    for who in ["case-manager", "attendance-lead", "office-support", "primary-contact"] {
        app.as_(who).get("/v1/obligations").await.refused(403, "role_may_not");
        app.as_(who).get("/v1/obligations/counts").await.refused(403, "role_may_not");
    }
}

#[on_both]
async fn a_holiday_that_is_added_moves_the_open_obligations(app: TestApp) {
    active(&app, contract(&app, "AS-1")).await;
    let first = listed(&app, ADMIN, "kind=fund_report").await[0]["id"].clone();
    waive(&app, ADMIN, &first).await.expect(200);
    let before = listed(&app, ADMIN, "").await[0]["calendarVersion"].clone();
    let mourning = |date: &str| {
        json!({
            "date": date, "region": null, "nameEn": "Day of Kōwhai", "nameMi": "Te Rā Kōwhai",
        })
    };
    let holidays = "/v1/calendars/contract-2026/holidays";
    for day in ["2026-04-30", "2027-01-20"] {
        app.as_(ADMIN).post(holidays, mourning(day)).await.expect(201);
    }
    let moved = [
        "termly_report 2026-1 2026-05-06 upcoming",
        // It was waived as it stood.
        "fund_report 2026-1 2026-05-05 waived",
        "termly_report 2026-4 2027-01-22 upcoming",
        "fund_report 2026-4 2027-01-22 upcoming",
        "annual_report 2026 2027-02-03 upcoming",
    ];
    let now = in_words(&app, ADMIN, "").await;
    for line in moved {
        assert!(now.contains(&line.to_owned()), "{line}: {now:#?}");
    }
    // A day of the week that no deadline of the plan counts.
    assert!(now.contains(&ALL[6].to_owned()), "{now:#?}");
    assert_ne!(listed(&app, ADMIN, "kind=termly_report").await[0]["calendarVersion"], before);
    assert_eq!(app.count("event", "kind = 'contract.duties_changed'").await, 2);
}

#[on_both]
async fn dates_of_terms_that_come_or_move_make_and_move_the_reports(app: TestApp) {
    active(&app, contract(&app, "AS-1")).await;
    let set = async |term: &str, starts_on: &str, ends_on: &str| {
        let dates = json!({ "startsOn": starts_on, "endsOn": ends_on });
        app.as_(ADMIN).post(&format!("/v1/terms/{term}"), dates).await.expect(200)
    };
    set("2026-3", "2026-07-20", "2026-09-24").await;
    set("2027-1", "2027-02-01", "2027-04-16").await;
    let reports = in_words(&app, ADMIN, "kind=termly_report").await;
    assert_eq!(
        reports,
        [
            "termly_report 2026-1 2026-05-05 upcoming",
            "termly_report 2026-2 2026-08-03 upcoming",
            "termly_report 2026-3 2026-10-22 upcoming",
            "termly_report 2026-4 2027-01-21 upcoming",
            "termly_report 2027-1 2027-05-17 upcoming",
        ]
    );
}

#[on_both]
async fn the_plan_is_due_on_15_november_whatever_the_weekday_and_is_overdue_once(app: TestApp) {
    active(&app, contract(&app, "AS-1")).await;
    let plan = async |app: &TestApp| {
        in_words(app, "workflow-lead", "kind=service_delivery_plan&dueTo=2026-12-31").await
    };
    // 15 November 2026 is a Sunday. In New Zealand it begins at 11:00 UTC of the day before.
    for (now, expected) in [
        ("2026-09-30T10:59:59Z", "upcoming"),
        ("2026-09-30T11:00:00Z", "open"),
        ("2026-11-15T10:59:59Z", "open"),
        ("2026-11-15T11:00:00Z", "open!"),
    ] {
        app.set_time(now);
        settle(&app).await;
        let line = format!("service_delivery_plan 2027 2026-11-15 {expected}");
        assert_eq!(plan(&app).await, [line], "{now}");
        let told = "kind = 'duty.overdue' AND subject_id IN \
                    (SELECT id FROM duty WHERE kind = 'service_delivery_plan')";
        assert_eq!(app.count("event", told).await, i64::from(expected == "open!"), "{now}");
    }
    settle(&app).await;
    app.set_time("2026-11-20T00:00:00Z");
    settle(&app).await;
    // The plan, the two confirmations, and the reports on three terms: each once.
    assert_eq!(app.count("event", "kind = 'duty.overdue'").await, 9);
    assert_eq!(listed(&app, ADMIN, "overdue=true").await.len(), 9);
}

#[on_both]
async fn a_year_that_begins_makes_the_duties_of_the_next(app: TestApp) {
    active(&app, contract(&app, "AS-1")).await;
    app.set_time("2026-12-31T10:59:00Z");
    settle(&app).await;
    assert_eq!(listed(&app, ADMIN, "kind=service_delivery_plan").await.len(), 1);
    app.set_time("2026-12-31T11:00:00Z");
    settle(&app).await;
    let plans = in_words(&app, ADMIN, "kind=service_delivery_plan").await;
    assert_eq!(
        plans,
        [
            "service_delivery_plan 2027 2026-11-15 open!",
            "service_delivery_plan 2028 2027-11-15 upcoming",
        ]
    );
    settle(&app).await;
    assert_eq!(listed(&app, ADMIN, "kind=service_delivery_plan").await.len(), 2);
    assert_eq!(app.count("event", "kind = 'contract.duties_changed'").await, 1);
}

#[on_both]
async fn a_version_of_the_profiles_changes_what_is_open_from_its_year_on(app: TestApp) {
    active(&app, contract(&app, "AS-1")).await;
    let rule = "/v1/rules/duties/versions";
    let plan = json!({
        "kind": "service_delivery_plan", "period": "year",
        "fixedDay": { "month": 11, "day": 15, "rolls": true }, "businessDaysAfter": null,
        "opensDaysBefore": 30, "firstBusinessDays": 20,
    });
    let profiles = |duties: Value| {
        json!({ "profiles": [{
        "code": "catchment", "nameEn": "Catchments", "nameMi": "Ngā rohe ratonga", "duties": duties,
    }] })
    };
    let version = |duties: Value| {
        json!({
            "version": "duties-2027-1", "validFrom": "2027-01-01", "duties": duties,
        })
    };
    let twice = version(profiles(json!([plan, plan])));
    let refused = app.as_(ADMIN).post(rule, twice).await;
    assert_eq!(
        (refused.status, refused.faults()),
        (422, vec!["/duties/profiles contradicts".to_owned()])
    );
    app.as_(ADMIN).post(rule, version(profiles(json!([plan])))).await.expect(201);
    let of_next_year = in_words(&app, ADMIN, "dueFrom=2026-11-01").await;
    assert_eq!(
        of_next_year,
        [
            // The confirmations of 2027 are asked for no longer.
            "policy_confirmation 2027 2026-11-15 lapsed",
            "security_assurance 2027 2026-11-15 lapsed",
            "service_delivery_plan 2027 2026-11-16 upcoming",
            // What is due for 2026 stays as the version before has it.
            "termly_report 2026-4 2027-01-21 upcoming",
            "fund_report 2026-4 2027-01-21 upcoming",
            "initiatives_report 2026 2027-02-02 upcoming",
            "annual_report 2026 2027-02-02 upcoming",
            "initiatives_report 2027 2028-02-02 lapsed",
            "annual_report 2027 2028-02-02 lapsed",
        ]
    );
    let unknown = json!({ "dutyProfile": "in_school" });
    let contracts = app.as_(ADMIN).get("/v1/contracts").await.expect(200);
    let own = format!("/v1/contracts/{}", contracts.json["items"][0]["id"].as_str().expect("one"));
    let read = app.as_(ADMIN).get(&own).await.expect(200);
    app.as_(ADMIN).patch(&own, &read, unknown).await.expect(200);
    let rules = app.as_("auditor").get("/v1/rules?rule=duties").await.expect(200);
    let versions = rules.json["items"].as_array().expect("a page");
    assert_eq!(versions.len(), 2);
    assert_eq!(versions[0]["duties"]["profiles"][1]["code"], "in_school");
}

#[on_both]
async fn when_a_contract_ends_what_is_due_of_later_periods_lapses(app: TestApp) {
    let contract = active(&app, contract(&app, "AS-1")).await;
    app.set_time("2026-05-01T00:00:00Z");
    let body = json!({ "endsOn": "2026-04-30", "comment": "The provider gave the service up." });
    app.as_(ADMIN).post(&format!("{}/ending", path(&contract)), body).await.expect(200);
    let open = in_words(&app, "workflow-lead", "status=open").await;
    assert_eq!(
        open,
        ["termly_report 2026-1 2026-05-05 open", "fund_report 2026-1 2026-05-05 open"]
    );
    // The second term had begun, and so had the year.
    let upcoming = in_words(&app, "workflow-lead", "status=upcoming").await;
    assert_eq!(
        upcoming,
        [
            "termly_report 2026-2 2026-08-03 upcoming",
            "fund_report 2026-2 2026-08-03 upcoming",
            "initiatives_report 2026 2027-02-02 upcoming",
            "annual_report 2026 2027-02-02 upcoming",
        ]
    );
    assert_eq!(listed(&app, ADMIN, "status=lapsed").await.len(), ALL.len() - 6);
}

#[on_both]
async fn a_contract_that_goes_on_after_all_has_its_duties_again(app: TestApp) {
    let contract = active(&app, contract(&app, "AS-1")).await;
    let last = json!({ "endsOn": "2026-04-30" });
    let shorter = app.as_(ADMIN).patch(&path(&contract), &contract, last).await.expect(200);
    assert_eq!(listed(&app, ADMIN, "status=lapsed").await.len(), ALL.len() - 6);
    let open = json!({ "endsOn": null });
    app.as_(ADMIN).patch(&path(&contract), &shorter, open).await.expect(200);
    assert_eq!(in_words(&app, ADMIN, "").await, ALL);
}

#[on_both]
async fn the_ministry_waives_what_is_to_be_done_once(app: TestApp) {
    active(&app, contract(&app, "AS-1")).await;
    let first = listed(&app, ADMIN, "").await[0]["id"].clone();
    for who in ["workflow-lead", "ministry-analyst", "auditor"] {
        waive(&app, who, &first).await.refused(403, "role_may_not");
    }
    let waived = waive(&app, ADMIN, &first).await.expect(200);
    assert_eq!(
        (&waived.json["status"], &waived.json["endedOn"], &waived.json["version"]),
        (&json!("waived"), &json!("2026-03-16"), &json!(2))
    );
    assert_eq!(waived.json["waiverReason"], "The contract begins after the term.");
    waive(&app, ADMIN, &first).await.refused(409, "not_in_this_state");
    let nobodys = json!("01990000-0000-7000-8000-00000000ffff");
    waive(&app, ADMIN, &nobodys).await.refused(404, "not_found");
    // It is told of nobody that what was waived is overdue.
    app.set_time("2026-06-01T00:00:00Z");
    settle(&app).await;
    assert_eq!(app.count("event", "kind = 'duty.overdue'").await, 1);
    assert_eq!(app.count("event", "kind = 'duty.waived'").await, 1);
}

#[on_both]
async fn key_dates_stand_among_the_obligations_of_those_who_are_addressed(app: TestApp) {
    let to_providers = with(
        key_date("2026-05-01"),
        "/audience",
        json!({ "organisationKinds": ["catchment_provider"] }),
    );
    let bulletin = published(&app, to_providers).await;
    for (who, reads) in [
        (ADMIN, true),
        ("workflow-lead", true),
        ("workflow-lead-2", true),
        ("privacy-officer", false),
    ] {
        let found = listed(&app, who, "").await;
        assert_eq!(found.len(), usize::from(reads), "{who}");
        if let [only] = &found[..] {
            assert_eq!(
                (&only["kind"], &only["bulletinId"], &only["organisation"], &only["dueOn"]),
                (&json!("key_date"), &bulletin.json["id"], &Value::Null, &json!("2026-05-01")),
                "{who}"
            );
        }
    }
    let id = listed(&app, ADMIN, "").await[0]["id"].clone();
    waive(&app, ADMIN, &id).await.refused(409, "not_in_this_state");
    // A day that is over is nothing that somebody is late with.
    app.set_time("2026-05-03T00:00:00Z");
    settle(&app).await;
    assert_eq!(
        in_words(&app, "workflow-lead", "").await,
        ["key_date 2026-05-01 2026-05-01 lapsed"]
    );
    assert_eq!(app.count("event", "kind = 'duty.overdue'").await, 0);
}

/// The rule in the domain and the one in SQL say the same, on each day and for each status.
#[on_both]
async fn the_lists_filters_and_the_counts_say_what_each_obligation_says(app: TestApp) {
    let first = active(&app, contract(&app, "AS-1")).await;
    let other = with(contract(&app, "AS-2"), "/organisationId", json!(app.world.other_provider));
    active(&app, with(other, "/catchments", json!(["C02"]))).await;
    published(&app, key_date("2026-05-01")).await;
    let waived = listed(&app, ADMIN, "").await[2]["id"].clone();
    waive(&app, ADMIN, &waived).await.expect(200);
    let body = json!({ "endsOn": "2026-03-16", "comment": "It was a mistake." });
    app.as_(ADMIN).post(&format!("{}/ending", path(&first)), body).await.expect(200);
    let statuses = ["upcoming", "open", "done", "waived", "lapsed"];
    for now in ["2026-03-16", "2026-05-01", "2026-05-02", "2026-08-04", "2026-11-16", "2027-02-03"]
    {
        app.set_time(&format!("{now}T00:00:00Z"));
        let all = listed(&app, ADMIN, "").await;
        let counts = app.as_("auditor").get("/v1/obligations/counts").await.expect(200);
        let counts = counts.json["items"].as_array().expect("counts").clone();
        assert_eq!(counts.len(), 3, "key dates and two organisations");
        assert_eq!(counts[0]["organisation"], Value::Null);
        for status in statuses {
            let found = listed(&app, ADMIN, &format!("status={status}")).await;
            let is = |item: &&Value| item["status"] == status;
            let expected: Vec<&Value> = all.iter().filter(is).collect();
            assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{now} {status}");
            for count in &counts {
                let own = |item: &&&Value| item["organisationId"] == count["organisationId"];
                let many = expected.iter().filter(own).count();
                assert_eq!(count[status], json!(many), "{now} {status} {count}");
            }
        }
        for overdue in [true, false] {
            let found = listed(&app, ADMIN, &format!("overdue={overdue}")).await;
            let is = |item: &&Value| item["overdue"] == overdue;
            assert_eq!(found.iter().collect::<Vec<_>>(), all.iter().filter(is).collect::<Vec<_>>());
            let counted: u64 = counts.iter().filter_map(|count| count["overdue"].as_u64()).sum();
            assert!(!overdue || counted == found.len() as u64, "{now}: {counted}");
        }
    }
}
