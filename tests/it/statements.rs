//! How many statements the two busiest calls send to PostgreSQL, and those that read the obligations of the nation: each
//! is a way there and back. SQLite is in this process, and a statement more costs no way.

use serde_json::{Value, json};

use crate::contracts;
use crate::given::{self, with};
use crate::support::network::Way;
use crate::support::{Answer, On, TestApp, by_application};

/// The fewest that one of several calls sends: the first ones also ask for what is then remembered for a
/// second or more.
async fn fewest(way: &Way, mut call: impl AsyncFnMut() -> Answer) -> Vec<String> {
    let mut fewest: Option<Vec<String>> = None;
    for _ in 0..4 {
        way.statements().take();
        let answer = call().await;
        assert!(answer.status < 300, "{}", answer.text);
        let sent = way.statements().take();
        if fewest.as_ref().is_none_or(|least| sent.len() < least.len()) {
            fewest = Some(sent);
        }
    }
    fewest.expect("calls")
}

#[track_caller]
fn at_most(most: usize, sent: &[String]) {
    assert!(!sent.is_empty(), "nothing was seen on the way");
    assert!(sent.len() <= most, "{} statements: {sent:#?}", sent.len());
}

/// An application whose statements are seen, and the one that it shares its database with.
async fn seen() -> (TestApp, TestApp, Way) {
    let near = TestApp::start(On::Postgres).await;
    let way = Way::to(near.url()).await;
    let far = near.at(by_application(&way.url(near.url()))).await;
    (near, far, way)
}

#[actix_web::test]
async fn a_referral_of_a_machine_takes_fourteen_statements_on_postgres() {
    let (_near, app, way) = seen().await;
    let primary_contact = json!(app.world.primary_contact);
    let mut number = 0;
    let sent = fewest(&way, async || {
        number += 1;
        let body = with(given::somebody(), "/primaryContactId", primary_contact.clone());
        let body = with(body, "/student/nsn", json!((1_000_000_000 + number).to_string()));
        let body = with(body, "/source", json!("kamar"));
        let body = with(body, "/sourceReference", json!(format!("reference {number}")));
        let body = with(body, "/student/whanauContacts", whanau_contacts());
        app.as_("sms-client").post_keyed("/v1/referrals", &format!("key {number}"), body).await
    });
    at_most(14, &sent.await);
}

fn whanau_contacts() -> Value {
    json!([{ "name": "Aroha", "relationship": "mother", "phone": "021 000 000" }])
}

#[actix_web::test]
async fn a_case_takes_three_statements_on_postgres() {
    let (near, app, way) = seen().await;
    let case = near.assigned("Hana").await.1;
    let path = format!("/v1/cases/{case}");
    let sent = fewest(&way, async || app.as_("workflow-lead").get(&path).await).await;
    at_most(3, &sent);
}

#[actix_web::test]
async fn the_obligations_of_the_nation_are_read_by_one_statement_on_postgres() {
    let (near, app, way) = seen().await;
    contracts::with_a_year(&near).await;
    for path in ["/v1/obligations?limit=200", "/v1/obligations/counts"] {
        let sent = fewest(&way, async || {
            let answer = app.as_("ministry-analyst").get(path).await;
            assert_ne!(answer.json["items"], json!([]), "{path}");
            answer
        });
        let sent = sent.await;
        // The other one is the entry of the audit trail.
        at_most(2, &sent);
        let of_duties = sent.iter().filter(|text| text.contains("\"duty\"")).count();
        assert_eq!(of_duties, 1, "{path}: {sent:#?}");
    }
}
