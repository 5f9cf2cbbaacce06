//! A provider's contract year lived through: the plan in November, a fund that is spent down, four terms of reports
//! and reviews, the yearly confirmations, and the withheld share, paid in four parts of which one was withheld first.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::bulletins::second_admin;
use crate::funds::{self, ADMIN, LEAD, MANAGER, SECOND};
use crate::given::{referral, with};
use crate::support::{Answer, TestApp, on_both};
use crate::{contracts, duties, performance_reviews as reviews, submissions, templates};

mod stages;

/// What the contract pays in the year. A tenth of it is 12,000,007 cents.
const AMOUNT: i64 = 120_000_070;
/// What each of the first three reviews pays, and what the last one does.
const PART: i64 = 3_000_001;
const LAST_PART: i64 = 3_000_004;

const TERMS: [(&str, &str, &str); 4] = [
    ("2027-1", "2027-01-28", "2027-04-09"),
    ("2027-2", "2027-04-27", "2027-07-02"),
    ("2027-3", "2027-07-19", "2027-09-24"),
    ("2027-4", "2027-10-11", "2027-12-17"),
];

const POLICIES: [&str; 7] = [
    "health_safety_wellbeing",
    "child_protection",
    "privacy_data_security",
    "complaints",
    "information_requests",
    "business_continuity",
    "case_closure",
];

/// A contract of P01's that begins with the fourth term of 2026, and its year 2027.
struct LivedYear<'a> {
    app: &'a TestApp,
    contract: String,
    /// By their kinds.
    templates: BTreeMap<&'static str, Answer>,
    /// Each review as it was opened.
    opened: Vec<Answer>,
}

impl<'a> LivedYear<'a> {
    /// The Ministry sets the terms, agrees the contract and publishes the templates.
    async fn agreed(app: &'a TestApp) -> Self {
        second_admin(app).await;
        app.set_time("2026-10-05T00:00:00Z");
        for (term, starts_on, ends_on) in TERMS {
            let dates = json!({ "startsOn": starts_on, "endsOn": ends_on });
            app.as_(ADMIN).post(&format!("/v1/terms/{term}"), dates).await.expect(200);
        }
        let body = with(contracts::contract(app, "AS-Y"), "/startsOn", json!("2026-10-12"));
        let contract = contracts::active(app, body).await.id();
        let amounts = json!({
            "amountCents": AMOUNT, "withholdingPercent": 10, "withholdingPer": "term",
            "basicNeedsCents": funds::BUDGET,
        });
        let year = format!("/v1/contracts/{contract}/years/2027");
        app.as_(ADMIN).patch_if(&year, Some("*"), amounts).await.expect(200);
        let mut published = BTreeMap::new();
        for kind in ["plan", "policies", "security", "termly", "fund", "annual"] {
            let body = match kind {
                "policies" => templates::of_kind(kind),
                _ => templates::short(kind, &format!("a-{kind}")),
            };
            published.insert(kind, templates::published(app, body).await);
        }
        Self { app, contract, templates: published, opened: Vec::new() }
    }

    /// The provider writes a submission and submits it: of a year, or of a term of it.
    async fn submit(&self, kind: &str, year: i32, term: Option<&str>) -> Answer {
        let mut beginning = submissions::begin(&self.contract, &self.templates[kind], year);
        if let Some(term) = term {
            beginning["term"] = json!(term);
        }
        let begun = submissions::begun(self.app, beginning).await;
        let content = match kind {
            "plan" => {
                let plan = submissions::whole_plan().to_string();
                plan.replace("2027-", &format!("{year}-")).parse::<Value>().expect("json")
            }
            "policies" => policies(),
            _ => json!({ "answers": [{ "question": "words", "text": "As it was." }] }),
        };
        submissions::edited(self.app, &begun, content).await.expect(200);
        submissions::submit(self.app, &begun).await.expect(200)
    }

    /// The reports on a term, both in time.
    async fn report(&self, term: &str) {
        for kind in ["termly", "fund"] {
            let report = self.submit(kind, 2027, Some(term)).await;
            assert_eq!(report.json["daysLate"], 0, "{kind} {term}");
        }
    }

    /// The provider's calendar has these obligations to be done, and so many that are upcoming, done, waived and
    /// lapsed.
    async fn shows(&self, open: &[&str], counts: [usize; 4]) {
        let query = format!("contractId={}", self.contract);
        let all = duties::in_words(self.app, LEAD, &query).await;
        let is_open = |line: &&String| line.ends_with(" open") || line.ends_with(" open!");
        let found: Vec<&String> = all.iter().filter(is_open).collect();
        assert_eq!(found, open, "{}", self.app.now());
        let found = ["upcoming", "done", "waived", "lapsed"]
            .map(|status| all.iter().filter(|line| line.ends_with(status)).count());
        assert_eq!(found, counts, "{}: {all:#?}", self.app.now());
    }

    /// The Ministry opens the review of a term.
    async fn review(&mut self, term: &str) -> Answer {
        let review = reviews::open(self.app, &self.contract, term).await.expect(201);
        let shown = self.app.as_(LEAD).get(&reviews::path(&review)).await.expect(200);
        self.opened.push(shown);
        review
    }

    /// The provider comments, both meet, and the Ministry concludes; it releases alone what the review pays.
    async fn release(&self, review: &Answer, cents: i64) {
        let app = self.app;
        reviews::comment(app, review).await.expect(200);
        reviews::meet(app, review, true).await.expect(200);
        reviews::conclude(app, review).await.expect(200);
        let release = json!({ "outcome": "released" });
        let proposed = reviews::propose(app, ADMIN, review, release).await.expect(200);
        let decision = &proposed.json["withholdingDecisions"][0];
        let shown = (&decision["amountCents"], &decision["needsSecond"]);
        assert_eq!(shown, (&json!(cents), &json!(false)), "{}", review.json["term"]);
        reviews::step(app, ADMIN, review, 1, "confirmation").await.expect(200);
        reviews::step(app, ADMIN, review, 1, "payment").await.expect(200);
    }

    /// The reviews still show what they were opened with.
    async fn stay_frozen(&self) {
        for opened in &self.opened {
            let read = self.app.as_(LEAD).get(&reviews::path(opened)).await.expect(200);
            for member in ["figures", "sha256", "ruleVersion"] {
                assert_eq!(read.json[member], opened.json[member], "{member}");
            }
        }
    }
}

fn policies() -> Value {
    let confirmed = |policy: &&str| json!({ "policy": policy, "fit": true, "reviewedOn": "2026-02-01", "version": "2" });
    json!({
        "answers": [
            { "question": "owner", "text": "Privacy lead" }, { "question": "shared", "choice": "yes" },
        ],
        "policies": POLICIES.iter().map(confirmed).collect::<Vec<Value>>(),
    })
}

/// The decisions of the year that the provider sees, and what of it was paid.
async fn paid(year: &LivedYear<'_>) -> (Vec<String>, i64) {
    let path = format!("/v1/performance-reviews?contractId={}&contractYear=2027", year.contract);
    let found = year.app.as_(LEAD).get(&path).await.expect(200);
    let (mut words, mut cents) = (Vec::new(), 0);
    for review in found.json["items"].as_array().expect("reviews").iter().rev() {
        for one in review["withholdingDecisions"].as_array().expect("decisions").iter().rev() {
            let [outcome, status] =
                ["outcome", "status"].map(|member| one[member].as_str().expect("a word"));
            words.push(format!("{} {outcome} {status}", review["term"].as_str().expect("a term")));
            let amount = one["amountCents"].as_i64().expect("cents");
            cents += if status == "paid" { amount } else { 0 };
        }
    }
    (words, cents)
}

#[on_both]
async fn a_contract_year_is_lived_through(app: TestApp) {
    let mut year = LivedYear::agreed(&app).await;
    let plan = stages::november(&year).await;
    let fund = stages::january(&year).await;
    let cases = stages::referred(&app).await;
    let bus = stages::first_needs(&app, &cases).await;
    let progress = json!({
        "milestone": "first-contact", "assessedOn": "2027-03-09", "standing": "at_risk",
        "comment": "One school waits.",
    });
    app.as_(LEAD)
        .post(&format!("{}/progress", submissions::path(&plan)), progress)
        .await
        .expect(201);
    stages::first_half(&mut year, &cases, &bus).await;
    stages::spent_down(&app, &fund, &cases[0], &bus).await;
    stages::third_term(&mut year).await;
    stages::last_term(&mut year, &fund, &bus).await;
    year.stay_frozen().await;
    funds::adds_up(&app, &fund).await;
    let decisions = [
        "2027-1 released paid",
        "2027-2 released paid",
        "2027-3 withheld superseded",
        "2027-3 released paid",
        "2027-4 released paid",
    ];
    let (words, cents) = paid(&year).await;
    assert_eq!((words, cents), (decisions.map(str::to_owned).to_vec(), AMOUNT / 10));
    // The page of the year shows the same.
    let path = format!("/reports/contract-years?year=2027&contract={}", year.contract);
    let page = app.as_("ministry-analyst").get(&path).await.expect(200);
    for (part, many) in
        [("data-review=", 4), ("data-payment=", 4), ("data-milestone=", 4), ("data-month=", 12)]
    {
        assert_eq!(page.text.matches(part).count(), many, "{part}");
    }
    assert!(page.text.contains("data-cents=\"-5500\""), "{}", page.text);
}
