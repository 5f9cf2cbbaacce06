//! The whole spine over the real schools directory, where this machine has it: a school of every
//! region pushes, providers accept and log contacts, and the numbers agree with a count by hand.

use std::collections::BTreeMap;

use ascms_domain::access::Role;
use ascms_domain::ids::{ClientId, ProviderId, SchoolId, UserId};
use ascms_domain::organisations::AccountStatus;
use ascms_persistence::rows::school;
use ascms_persistence::rows::{api_client, appointment, user_account};
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::json;
use uuid::Uuid;

use crate::given::{self, with};
use crate::imports;
use crate::support::{ISSUER, TestApp, on_both};

/// A provider of the test, by the region it serves.
struct Provider {
    code: String,
    school: school::Model,
}

/// One school of every regional council, the lowest number first: the Chatham Islands' are in the
/// area outside the regions.
fn one_of_every_region(directory: Vec<school::Model>) -> Vec<school::Model> {
    let mut found: BTreeMap<String, school::Model> = BTreeMap::new();
    for school in directory.into_iter().filter(|school| school.number < 9000) {
        if let Some(council) = &school.regional_council {
            found.entry(council.clone()).or_insert(school);
        }
    }
    found.into_values().collect()
}

async fn contracted(app: &TestApp, schools: Vec<school::Model>) -> Vec<Provider> {
    let mut lines = String::new();
    let mut providers = Vec::new();
    for (n, school) in schools.into_iter().enumerate() {
        let code = format!("Q{n:02}");
        let number = school.number;
        lines += &format!(
            "D{n:02},Area {n},Example Region,{code},Provider {n},2026-01-05,,{number},2026-01-05,,,,,\n"
        );
        providers.push(Provider { code, school });
    }
    assert_eq!(imports::catchments(app, &lines).await.refused, []);
    providers
}

/// A vendor for all the schools, and a workflow lead for every provider.
async fn callers(app: &TestApp, providers: &[Provider]) {
    let store = app.state.store();
    let client = ClientId(Uuid::now_v7());
    let schools: Vec<SchoolId> = providers.iter().map(|provider| provider.school.id).collect();
    let machine = api_client::Model {
        id: client,
        issuer: ISSUER.into(),
        subject: "vendor-of-all".into(),
        name: "Vendor".into(),
        organisation_id: ProviderId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0005)),
        status: AccountStatus::Active,
    };
    store.add_client(machine, &schools).await.expect("a client");
    appoint(app, None, Some(client), Role::SmsClient, None).await;
    for provider in providers {
        let listed = app.as_("ministry-admin").get("/v1/providers?limit=200").await.expect(200);
        let items = listed.json["items"].as_array().expect("items").clone();
        let row = items.iter().find(|item| item["code"] == provider.code.as_str()).expect("listed");
        let id: ProviderId = row["id"].as_str().expect("an id").parse().expect("a uuid");
        let user = UserId(Uuid::now_v7());
        let person = user_account::Model {
            id: user,
            issuer: ISSUER.into(),
            subject: provider.code.clone(),
            name: provider.code.clone(),
            email: None,
            status: AccountStatus::Active,
            training_completed_on: "2026-01-05".parse().ok(),
        };
        store.add_user(person).await.expect("a user");
        appoint(app, Some(user), None, Role::WorkflowLead, Some(id)).await;
    }
}

async fn appoint(
    app: &TestApp,
    user_id: Option<UserId>,
    client_id: Option<ClientId>,
    role: Role,
    provider_id: Option<ProviderId>,
) {
    let row = appointment::Model {
        id: Uuid::now_v7(),
        user_id,
        client_id,
        role,
        organisation_id: None,
        school_id: None,
        provider_id,
        starts_on: "2026-01-05".parse().expect("a date"),
        ends_on: None,
    };
    app.state.store().appoint(row).await.expect("an appointment");
}

/// What happens to the nth school's student: the school is reached on this day of March, or never.
/// The referral is of Monday the 2nd, so that the 9th is the fifth business day everywhere but in
/// Taranaki, whose anniversary day the 9th is.
fn reached_on(n: usize) -> Option<u32> {
    [Some(4), Some(9), Some(10), None].get(n % 4).copied().flatten()
}

async fn live(app: &TestApp, n: usize, provider: &Provider) {
    app.set_time("2026-03-02T00:00:00Z");
    let body = with(
        given::referral(&format!("Student {n}")),
        "/schoolNumber",
        json!(provider.school.number.to_string()),
    );
    let body = with(body, "/source", json!("vendor"));
    let body = with(body, "/sourceReference", json!(format!("r{n}")));
    let vendor = app.as_("vendor-of-all");
    let sent = vendor.post_keyed("/v1/referrals", &format!("k{n}"), body).await.expect(201);
    assert_eq!(sent.json["provider"]["code"], provider.code.as_str());
    let lead = app.as_(&provider.code);
    let path = format!("/v1/referrals/{}/decision", sent.id());
    let decided = lead.post(&path, json!({ "outcome": "accepted" })).await.expect(200);
    let Some(day) = reached_on(n) else { return };
    app.set_time(&format!("2026-03-{day:02}T01:00:00Z"));
    let contact = json!({
        "party": "school", "channel": "phone", "outcome": "reached",
        "occurredAt": format!("2026-03-{day:02}T00:00:00Z"),
    });
    let case = decided.json["caseId"].as_str().expect("a case");
    lead.post(&format!("/v1/cases/{case}/contacts"), contact).await.expect(201);
}

#[on_both]
async fn every_region_refers_and_the_numbers_agree_with_a_count_by_hand(app: TestApp) {
    if imports::import_published_schools(&app, "schools-directory-2021-09-25.csv").await.is_none() {
        return;
    }
    let db = app.database().await;
    let directory =
        school::Entity::find().order_by_asc(school::Column::Number).all(&db).await.unwrap();
    db.close().await.unwrap();
    assert_eq!(directory.iter().filter(|school| school.number < 9000).count(), 2558);
    let providers = contracted(&app, one_of_every_region(directory)).await;
    assert!(providers.len() >= 16, "{}", providers.len());
    callers(&app, &providers).await;
    for (n, provider) in providers.iter().enumerate() {
        live(&app, n, provider).await;
    }
    app.set_time("2026-03-31T00:00:00Z");
    // By hand: reached by the 9th is in time, and in Taranaki by the 10th too.
    let mut met = 0;
    for (n, provider) in providers.iter().enumerate() {
        let council = provider.school.regional_council.clone().unwrap_or_default();
        let last = if council.starts_with("Taranaki") { 10 } else { 9 };
        let in_time = reached_on(n).is_some_and(|day| day <= last);
        met += u64::from(in_time);
        let number = provider.school.number;
        for (level, key) in [("provider", provider.code.clone()), ("school", number.to_string())] {
            let path = format!("/v1/measures?term=2026-1&level={level}&key={key}");
            let answer = app.as_("ministry-analyst").get(&path).await.expect(200);
            let counted = &answer.json["items"][0]["numbers"][0];
            assert_eq!(counted["numerator"], u64::from(in_time), "{council} {level}");
            assert_eq!(counted["denominator"], 1, "{council} {level}");
        }
    }
    let path = "/v1/measures?term=2026-1&level=national";
    let national = app.as_("ministry-analyst").get(path).await.expect(200);
    let counted = &national.json["items"][0]["numbers"][0];
    assert_eq!(counted["numerator"], met);
    assert_eq!(counted["denominator"], u64::try_from(providers.len()).unwrap());
}
