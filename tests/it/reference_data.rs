//! Code sets and closed lists as forms and school systems read them.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use ascms_domain::closed_list::Labels;
use ascms_domain::reference_data::CLOSED_LISTS;
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};

use crate::imports::reference_data;
use crate::support::{TestApp, on_both};

#[on_both]
async fn a_total_is_counted_to_ten_thousand(app: TestApp) {
    let client = app.as_("sms-client");
    let total = async || {
        let page = client.get("/v1/reference-data?limit=1&includeTotal=true").await.expect(200);
        (page.json["total"].as_u64().unwrap(), page.json["moreThanTotal"].as_bool().unwrap())
    };
    let (delivered, more) = total().await;
    assert!(delivered > 0 && !more);
    let add = async |from: u64, to: u64| {
        let db = app.database().await;
        let sql = format!(
            "INSERT INTO code_set (name, label_en, label_mi, source, version, updated_at) \
             WITH RECURSIVE n(i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i < {to}) \
             SELECT 'zz-' || i, label_en, label_mi, source, 1, updated_at FROM n, code_set \
             WHERE code_set.name = 'genders'"
        );
        db.execute_unprepared(&sql).await.expect("rows");
        db.close().await.expect("close");
    };
    add(1, 10_000 - delivered).await;
    assert_eq!(total().await, (10_000, false));
    add(10_001, 10_050).await;
    assert_eq!(total().await, (10_000, true));
    let page = client.get("/v1/reference-data?limit=1").await.expect(200);
    assert_eq!((&page.json["total"], &page.json["moreThanTotal"]), (&Value::Null, &json!(false)));
}

#[on_both]
async fn the_code_sets_of_this_release_are_there_in_both_languages(app: TestApp) {
    let client = app.as_("sms-client");
    let page = client.get("/v1/reference-data?includeTotal=true").await.expect(200);
    let items = page.json["items"].as_array().unwrap();
    let sets: Vec<&Value> = items.iter().filter(|item| item["closed"] == false).collect();
    let names: Vec<&str> = sets.iter().map(|set| set["name"].as_str().unwrap()).collect();
    let delivered = [
        "agencies",
        "alternative-pathways",
        "attendance-codes",
        "barriers",
        "case-closure-reasons",
        "case-pause-reasons",
        "ethnicities",
        "genders",
        "leaving-reasons",
        "need-categories",
        "placeholder-birth-dates",
        "placeholder-names",
        "placeholder-nsns",
        "referral-decline-reasons",
        "referral-redirect-reasons",
        "referral-withdraw-reasons",
        "safety-alerts",
        "star-steps",
        "visa-statuses",
        "whanau-relationships",
    ];
    assert_eq!(names, delivered);
    assert_eq!(page.json["total"], delivered.len() + CLOSED_LISTS.len());
    for set in sets {
        assert_eq!(set["miReviewed"], false, "{set}");
        assert!(set["labels"]["mi"].is_string(), "{set}");
        let name = set["name"].as_str().unwrap();
        // What stands for "not known" is no language's.
        let is_placeholder = name.starts_with("placeholder-");
        let path = format!("/v1/reference-data/{name}");
        let set = client.get(&path).await.expect(200).json;
        let codes = set["codes"].as_array().unwrap();
        assert!(codes.len() >= 5, "{path}");
        let mut names: Vec<&str> =
            codes.iter().map(|code| code["code"].as_str().unwrap()).collect();
        for code in codes {
            let in_both = code["labels"]["en"].is_string() && code["labels"]["mi"].is_string();
            assert!(in_both || is_placeholder, "{code}");
            let parent = code["parent"].as_str();
            assert!(parent.is_none_or(|parent| names.contains(&parent)), "{code}");
        }
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), codes.len(), "{path}");
    }
}

#[on_both]
async fn the_closed_lists_follow_the_code_sets(app: TestApp) {
    let client = app.as_("sms-client");
    // The code sets alone, and code sets with lists; then lists alone.
    let mut items = Vec::new();
    let mut path = "/v1/reference-data?limit=20".to_owned();
    loop {
        let page = client.get(&path).await.expect(200);
        let here = page.json["items"].as_array().unwrap();
        items.extend(here.iter().cloned());
        let Some(cursor) = page.json["nextCursor"].as_str() else { break };
        assert_eq!(here.len(), 20);
        path = format!("/v1/reference-data?limit=20&includeTotal=true&cursor={cursor}");
        let total = client.get(&path).await.expect(200).json["total"].clone();
        assert_eq!(total, 20 + CLOSED_LISTS.len());
    }
    let (sets, lists) = items.split_at(20);
    assert!(sets.iter().all(|set| set["closed"] == false && set["version"].is_i64()), "{sets:#?}");
    let names: Vec<&str> = lists.iter().map(|list| list["name"].as_str().unwrap()).collect();
    let published: Vec<&str> = CLOSED_LISTS.iter().map(|list| list.name).collect();
    assert_eq!(names, published);
    let mixed = client.get("/v1/reference-data?limit=30").await.expect(200);
    assert_eq!(mixed.json["items"], json!(items[..30]));
}

#[on_both]
async fn a_closed_list_has_the_labels_of_all_its_values(app: TestApp) {
    let client = app.as_("case-manager");
    for list in CLOSED_LISTS {
        let read = client.get(&format!("/v1/reference-data/{}", list.name)).await.expect(200);
        let labels = |labels: Labels| json!({ "en": labels.en, "mi": labels.mi });
        let codes = list.values.iter().map(|value| {
            json!({
                "code": value.value, "labels": labels(value.labels), "parent": null,
                "validFrom": null, "validTo": null, "countsAs": null,
            })
        });
        let expected = json!({
            "name": list.name, "labels": labels(list.labels), "closed": true, "miReviewed": false,
            "source": "ours", "version": null, "updatedAt": null,
            "codes": codes.collect::<Vec<Value>>(),
        });
        assert_eq!(read.json, expected);
    }
    let path = "/v1/reference-data/CaseStatus";
    let read = client.get(path).await.expect(200);
    assert_eq!(read.header("cache-control"), Some("private, max-age=3600"));
    let paused = json!({ "en": "Paused", "mi": "Kua whakatārewatia" });
    assert_eq!(read.json["codes"][2]["labels"], paused);
    let again = TestRequest::get().insert_header(("if-none-match", read.header("etag").unwrap()));
    client.send(again, Method::GET, path, None).await.expect(304);
}

#[on_both]
async fn a_set_whose_labels_a_speaker_has_read_says_so(app: TestApp) {
    let db = app.database().await;
    let sql = "UPDATE code_set SET mi_reviewed = TRUE WHERE name = 'genders'";
    db.execute_unprepared(sql).await.expect("updated");
    db.close().await.expect("close");
    let client = app.as_("auditor");
    for (name, reviewed) in [("genders", true), ("barriers", false)] {
        let set = client.get(&format!("/v1/reference-data/{name}")).await.expect(200).json;
        assert_eq!((&set["miReviewed"], &set["closed"]), (&json!(reviewed), &json!(false)));
    }
}

#[on_both]
async fn a_code_set_may_be_kept_and_asked_for_again(app: TestApp) {
    let client = app.as_("office-support");
    let path = "/v1/reference-data/barriers";
    let read = client.get(path).await.expect(200);
    assert_eq!(read.header("cache-control"), Some("private, max-age=3600"));
    assert_eq!(read.json["source"], "ours");
    assert_eq!(
        read.json["codes"][0]["labels"],
        json!({
            "en": "Transport to school", "mi": "Te kawenga ki te kura",
        })
    );
    let etag = read.header("etag").unwrap().to_owned();
    let again = TestRequest::get().insert_header(("if-none-match", etag.clone()));
    client.send(again, Method::GET, path, None).await.expect(304);

    let line = "barriers,tides,High tides,Ngā tai,,,2026-12-31,\n";
    assert_eq!(reference_data(&app, line).await.added, 1);
    let again = TestRequest::get().insert_header(("if-none-match", etag));
    let changed = client.send(again, Method::GET, path, None).await.expect(200);
    assert_eq!(changed.json["version"], 2);
    let last = changed.json["codes"].as_array().unwrap().last().unwrap();
    let tides = json!({
        "code": "tides", "labels": { "en": "High tides", "mi": "Ngā tai" },
        "parent": null, "validFrom": null, "validTo": "2026-12-31", "countsAs": null,
    });
    assert_eq!(last, &tides);
}

#[on_both]
async fn the_attendance_codes_tell_how_they_count_and_until_when(app: TestApp) {
    let path = "/v1/reference-data/attendance-codes";
    let set = app.as_("sms-client").get(path).await.expect(200).json;
    let codes = set["codes"].as_array().unwrap();
    let in_force = |day: &str| {
        let until = |code: &&Value| code["validTo"].as_str().is_none_or(|last| day <= last);
        codes.iter().filter(until).count()
    };
    assert_eq!((in_force("2025-01-26"), in_force("2025-01-27")), (26, 20));
    assert_eq!((&codes[0]["code"], &codes[25]["code"]), (&json!("?"), &json!("Z")));
    let of = |code: &str| codes.iter().find(|row| row["code"] == code).unwrap();
    assert_eq!(of("D")["countsAs"], "present");
    assert_eq!(
        (&of("F")["countsAs"], &of("F")["validTo"]),
        (&json!("present"), &json!("2025-01-26"))
    );
    assert_eq!(
        (&of("?")["countsAs"], &of("Q")["countsAs"]),
        (&json!("unjustified"), &json!("unclassified"))
    );
    let barriers = app.as_("sms-client").get("/v1/reference-data/barriers").await.expect(200).json;
    assert_eq!(barriers["codes"][0]["countsAs"], Value::Null);
    let refused = reference_data(&app, "attendance-codes,P,There,,,,,\n").await;
    assert_eq!((refused.added, refused.refused.len()), (0, 1));
    assert!(refused.refused[0].reason.contains("change with a release"), "{:?}", refused.refused);
}

#[on_both]
async fn genders_are_grouped_as_their_publisher_has_them(app: TestApp) {
    let set = app.as_("auditor").get("/v1/reference-data/genders").await.expect(200).json;
    let codes = set["codes"].as_array().unwrap();
    let of = |code: &str| codes.iter().find(|row| row["code"] == code).unwrap();
    assert_eq!((codes.len(), &of("1")["parent"]), (9, &Value::Null));
    assert_eq!(of("31")["parent"], "3");
    assert_eq!(of("31")["labels"]["mi"], "Whakawahine");
}

#[on_both]
async fn a_new_code_can_be_used_at_once(app: TestApp) {
    reference_data(&app, "barriers,tides,High tides,Ngā tai,,,,\n").await;
    let mut body = crate::given::referral("Āria");
    body["supportRequest"]["barriers"] = json!(["tides"]);
    app.as_("office-support").post("/v1/referrals", body.clone()).await.expect(201);
    body["supportRequest"]["barriers"] = json!(["moons"]);
    let refused = app.as_("office-support").post("/v1/referrals", body).await;
    assert_eq!(refused.faults(), ["/supportRequest/barriers/0 unknown_code"]);
}

#[on_both]
async fn a_code_set_that_does_not_exist_is_not_found(app: TestApp) {
    for name in ["tides", "Barriers", "case_status", "casestatus", "%00", "barriers%20"] {
        let path = format!("/v1/reference-data/{name}");
        app.as_("auditor").get(&path).await.refused(404, "not_found");
    }
}
