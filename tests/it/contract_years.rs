//! The page of contract years: what the operations answer, in a page that keeps to itself.

use serde_json::{Value, json};

use crate::support::{Answer, TestApp, on_both};
use crate::{funds, performance_reviews, submissions};

const PATH: &str = "/reports/contract-years";

/// The values of an attribute, in the order of the page.
fn all<'a>(page: &'a Answer, attribute: &str) -> Vec<&'a str> {
    let mark = format!(" {attribute}=\"");
    let parts = page.text.split(mark.as_str()).skip(1);
    parts.map(|part| part.split('"').next().expect("its end")).collect()
}

/// The texts of the cells of a row that has this mark, without the words in te reo Māori.
fn cells(page: &Answer, mark: &str) -> Vec<String> {
    let row = page.text.split(mark).nth(1).unwrap_or_else(|| panic!("no {mark}: {}", page.text));
    let row = row.split("</tr>").next().expect("its end");
    let row = row.replace("<th", "<td");
    let cells = row.split("<td").skip(1).map(|cell| {
        let mut text = String::new();
        let mut is_te_reo = false;
        for part in cell.split('<').enumerate() {
            let (tag, words) = match part {
                (0, first) => ("", first.split_once('>').map_or("", |(_, words)| words)),
                (_, rest) => rest.split_once('>').expect("a tag"),
            };
            is_te_reo = tag.contains("lang=\"mi\"");
            if !is_te_reo && !tag.starts_with("title") {
                text.push_str(words);
            }
        }
        assert!(!is_te_reo, "what is opened is closed: {cell}");
        text.trim().to_owned()
    });
    cells.collect()
}

fn items(answer: &Answer) -> Vec<Value> {
    answer.json["items"].as_array().expect("items").clone()
}

async fn obligations(app: &TestApp, contract: &str) -> Vec<Value> {
    let path = format!(
        "/v1/obligations?contractId={contract}&dueFrom=2026-01-01&dueTo=2026-12-31&limit=200"
    );
    items(&app.as_("ministry-analyst").get(&path).await.expect(200))
}

#[on_both]
async fn the_year_of_a_contract_shows_what_the_operations_answer(app: TestApp) {
    let (fund, _) = funds::spent(&app).await;
    let (_, plan, _) = submissions::accepted_plan(&app).await;
    let analyst = app.as_("ministry-analyst");
    let row = analyst.get(&format!("/v1/funds/{fund}")).await.expect(200).json;
    let contract = row["contractId"].as_str().expect("a contract");
    let page = analyst.get(&format!("{PATH}?year=2026&contract={contract}")).await.expect(200);
    // The fund, month by month.
    let report = analyst.get(&format!("/v1/funds/{fund}/report")).await.expect(200).json;
    let mut months = vec![0; 12];
    for month in report["byMonth"].as_array().expect("months") {
        let place = usize::try_from(month["month"].as_u64().expect("a month") - 1).expect("one");
        months[place] = month["spent"]["cents"].as_i64().expect("cents");
    }
    let shown: Vec<i64> =
        all(&page, "data-cents").into_iter().map(|cents| cents.parse().expect("cents")).collect();
    assert_eq!(shown, months);
    assert_eq!(shown.iter().sum::<i64>(), 8_990);
    assert!(page.text.contains("<b>March ") && page.text.contains("$89.90"), "{}", page.text);
    // The duties of the year, in the order of the operation.
    let due = obligations(&app, contract).await;
    let ids: Vec<&str> = due.iter().map(|one| one["id"].as_str().expect("an id")).collect();
    assert!(!ids.is_empty());
    assert_eq!(all(&page, "data-duty"), ids);
    // The milestones of the plan, in its own year.
    let plan = analyst.get(&format!("/v1/submissions/{plan}")).await.expect(200).json;
    let year = plan["contractYear"].to_string();
    let ahead = analyst.get(&format!("{PATH}?year={year}&contract={contract}")).await.expect(200);
    let keys: Vec<&str> = plan["content"]["milestones"]
        .as_array()
        .expect("milestones")
        .iter()
        .map(|one| one["key"].as_str().expect("a key"))
        .collect();
    assert_eq!(all(&ahead, "data-milestone"), keys);
    let first = cells(&ahead, "data-milestone=\"first-contact\"");
    let due = format!("{year}-03-31");
    let expected = ["Reach schools in time", due.as_str(), "On track", "2026-03-10"];
    assert_eq!(first[1..5], expected);
    assert!(all(&ahead, "data-cents").is_empty(), "no fund is open for that year");
}

#[on_both]
async fn the_reviews_of_the_year_show_their_requirements_and_what_is_paid(app: TestApp) {
    let review = performance_reviews::released(&app, false).await;
    let contract = review.json["contractId"].as_str().expect("a contract");
    let path = format!("{PATH}?year=2025&contract={contract}");
    let page = app.as_("ministry-analyst").get(&path).await.expect(200);
    let id = review.id();
    assert_eq!(all(&page, "data-review"), [id.as_str()]);
    let requirements = review.json["requirements"].as_array().expect("requirements");
    let of = |result: &str| requirements.iter().filter(|one| one["result"] == result).count();
    let counts = ["met", "unmet", "not_yet"].map(|result| of(result).to_string());
    let row = cells(&page, &format!("data-review=\"{id}\""));
    assert_eq!(row[..2], ["2025-4", "Concluded"]);
    assert_eq!(row[2..5], counts);
    let names: Vec<&str> =
        requirements.iter().map(|one| one["requirement"].as_str().expect("a word")).collect();
    assert_eq!(all(&page, "data-requirement"), names);
    let took_part = cells(&page, "data-requirement=\"took_part\"");
    assert!(took_part[1].starts_with("Met") && took_part[1].ends_with("gate"), "{took_part:?}");
    let cents = review.json["withholdingDecisions"][0]["amountCents"].to_string();
    assert_eq!(all(&page, "data-payment"), [cents.as_str()]);
    assert!(row[5].ends_with(": Released, Proposed"), "{row:?}");
    // The provider sees what is decided once it is confirmed.
    let own = app.as_("workflow-lead").get(&path).await.expect(200);
    assert!(all(&own, "data-payment").is_empty(), "{}", own.text);
    let to = format!("{}/withholding-decisions/1/confirmation", performance_reviews::path(&review));
    app.as_("ministry-admin").post_empty(&to).await.expect(200);
    let own = app.as_("workflow-lead").get(&path).await.expect(200);
    assert_eq!(all(&own, "data-payment"), [cents.as_str()]);
    let year = app.as_("workflow-lead").get(&format!("{PATH}?year=2025")).await.expect(200);
    assert_eq!(cells(&year, &format!("data-contract=\"{contract}\""))[4], "1 of 1");
}

#[on_both]
async fn all_contracts_stand_beside_each_other_with_their_duties_counted(app: TestApp) {
    let (fund, _) = funds::spent(&app).await;
    let analyst = app.as_("ministry-analyst");
    let row = analyst.get(&format!("/v1/funds/{fund}")).await.expect(200).json;
    let contract = row["contractId"].as_str().expect("a contract").to_owned();
    let other = json!(app.world.other_provider);
    let another = submissions::contract_of(&app, "K-002", other, "C02").await;
    let waived = obligations(&app, &contract).await.remove(0);
    let path = format!("/v1/obligations/{}/waiver", waived["id"].as_str().expect("an id"));
    let reason = json!({ "reason": "The office was closed." });
    app.as_("ministry-admin").post(&path, reason).await.expect(200);
    let page = analyst.get(&format!("{PATH}?year=2026")).await.expect(200);
    assert_eq!(all(&page, "data-contract"), [contract.as_str(), another.as_str()]);
    for id in [&contract, &another] {
        let due = obligations(&app, id).await;
        let of = |fits: &dyn Fn(&Value) -> bool| due.iter().filter(|one| fits(one)).count();
        let late = |one: &Value| one["endedOn"].as_str() > one["dueOn"].as_str();
        let done = |one: &Value| one["status"] == "done";
        let open = |one: &Value| one["status"] == "open" || one["status"] == "upcoming";
        let expected = [
            of(&|one| done(one) && !late(one)),
            of(&|one| done(one) && late(one)),
            of(&|one| open(one) && one["overdue"] == true),
            of(&|one| open(one) && one["overdue"] == false),
            of(&|one| one["status"] == "waived" || one["status"] == "lapsed"),
        ];
        let cells = cells(&page, &format!("data-contract=\"{id}\""));
        assert_eq!(cells[4], "–", "no review is opened");
        assert_eq!(cells[5..], expected.map(|count| count.to_string()), "{id}");
    }
    // A provider sees its own alone, and a year of before has none.
    let own = app.as_("workflow-lead").get(&format!("{PATH}?year=2026")).await.expect(200);
    assert_eq!(all(&own, "data-contract"), [contract.as_str()]);
    let path = format!("{PATH}?year=2026&contract={another}");
    app.as_("workflow-lead").get(&path).await.refused(404, "not_found");
    let before = analyst.get(&format!("{PATH}?year=2025")).await.expect(200);
    assert!(before.text.contains("No contract within your reach"), "{}", before.text);
}

#[on_both]
async fn the_page_has_no_script_and_is_for_those_who_read_contracts(app: TestApp) {
    funds::spent(&app).await;
    let page = app.as_("workflow-lead").get(PATH).await.expect(200);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(!page.text.contains("<script") && !page.text.contains("Rangi"), "{}", page.text);
    app.as_("attendance-lead").get(PATH).await.refused(403, "role_may_not");
    app.as_("case-manager").get(PATH).await.refused(403, "role_may_not");
    app.nobody().get(PATH).await.refused(401, "unauthenticated");
    app.as_("workflow-lead").get(&format!("{PATH}?year=1999")).await.refused(422, "invalid_query");
}
