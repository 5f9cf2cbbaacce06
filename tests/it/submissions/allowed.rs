//! `allowedActions` of a submission: listed as allowed exactly when the call succeeds, and refused with the
//! code that was advertised.

use super::*;

const STAGES: [&str; 7] =
    ["begun", "written", "submitted", "returned", "accepted", "varied", "report_too_soon"];

const WHO: [&str; 4] = [ADMIN, LEAD, "case-manager", "ministry-analyst"];

/// A submission at a stage, on a template and for a year of its own.
async fn made(app: &TestApp, stage: &str, (contract, year): (&str, i32)) -> Answer {
    let kind = if stage == "report_too_soon" { "annual" } else { "plan" };
    let code = format!("t{year}");
    let template = templates::published(app, templates::short(kind, &code)).await;
    let submission = begun(app, begin(contract, &template, year)).await;
    if stage == "begun" {
        return submission;
    }
    let mut content = json!({ "answers": [{ "question": "words", "text": "All of it." }] });
    if kind == "plan" {
        content["milestones"] = milestones_of(year);
    }
    let written = edited(app, &submission, content).await.expect(200);
    let steps: &[&str] = match stage {
        "written" | "report_too_soon" => &[],
        "submitted" => &["submit"],
        "returned" => &["submit", "return"],
        "accepted" => &["submit", "accept"],
        "varied" => &["submit", "accept", "vary"],
        other => panic!("no way is known to {other}: add one"),
    };
    let mut last = written;
    for step in steps {
        last = match *step {
            "submit" => submit(app, &submission).await,
            "return" => sent_back(app, &submission).await,
            "accept" => accept(app, &submission).await,
            _ => vary(app, &submission).await,
        }
        .expect(200);
    }
    last
}

/// The milestones of a plan, in another year.
fn milestones_of(year: i32) -> Value {
    let mut all = milestones();
    for milestone in all.as_array_mut().expect("a list") {
        let due_on = milestone["dueOn"].as_str().expect("a day").replace("2027", &year.to_string());
        milestone["dueOn"] = json!(due_on);
    }
    all
}

fn listed(submission: &Answer) -> Vec<(String, bool, Value)> {
    let all = submission.json["allowedActions"].as_array().expect("a list").iter();
    let each = all.map(|one| {
        let action = one["action"].as_str().expect("an action").to_owned();
        (action, one["allowed"] == true, one["code"].clone())
    });
    each.collect()
}

async fn done(app: &TestApp, who: &str, submission: &Answer, action: &str) -> Answer {
    let caller = app.as_(who);
    let to = |end: &str| format!("{}/{end}", path(submission));
    match action {
        "change" => {
            let read = caller.get(&path(submission)).await.expect(200);
            let edit = json!({ "answers": [{ "question": "words", "text": "Something else." }] });
            caller.patch(&path(submission), &read, edit).await
        }
        "add_document" => {
            let request = raw(TestRequest::default(), b"Proof.");
            caller.send_as_is(request, Method::POST, &to("documents/raw?name=proof.txt")).await
        }
        "submit" => caller.post_empty(&to("submission")).await,
        "return" => caller.post(&to("return"), json!({ "comment": "Say more." })).await,
        "accept" => caller.post_empty(&to("acceptance")).await,
        "vary" => caller.post_empty(&to("variation")).await,
        "record_progress" => {
            let progress = json!({
                "milestone": "first-contact", "assessedOn": "2026-11-01",
                "standing": "on_track", "comment": "Well.",
            });
            caller.post(&to("progress"), progress).await
        }
        other => panic!("no call is known for {other}: add one"),
    }
}

#[on_both]
async fn what_is_listed_of_a_submission_is_what_happens(app: TestApp) {
    app.set_time("2026-11-02T00:00:00Z");
    let contract = contract(&app).await;
    // One plan a year.
    let mut years = 2027..;
    let mut next = || years.next().expect("a year");
    let mut hidden = 0;
    for stage in STAGES {
        let mut submission = made(&app, stage, (contract.as_str(), next())).await;
        for who in WHO {
            let first = app.as_(who).get(&path(&submission)).await;
            if first.status == 404 {
                hidden += 1;
                continue;
            }
            let first = first.expect(200);
            for (action, allowed, code) in listed(&first) {
                let answer = done(&app, who, &submission, &action).await;
                let what = format!("{stage} {who} {action}: {}", answer.text);
                assert_eq!(allowed, answer.status < 300, "{what}");
                assert!(allowed || code == answer.code(), "{code} is advertised, {what}");
                if allowed {
                    submission = made(&app, stage, (contract.as_str(), next())).await;
                    let anew = app.as_(who).get(&path(&submission)).await.expect(200);
                    assert_eq!(listed(&anew), listed(&first), "{what}");
                }
            }
        }
    }
    // The Ministry does not see what was never submitted: two stages of a plan, and the report.
    assert_eq!(hidden, 3 * 2);
    for who in WHO {
        let page = app.as_(who).get("/v1/submissions?limit=5").await.expect(200);
        for item in page.json["items"].as_array().expect("a page") {
            let id = item["id"].as_str().expect("an id");
            let read = app.as_(who).get(&format!("/v1/submissions/{id}")).await.expect(200);
            assert_eq!(*item, read.json, "{who}");
        }
    }
}
