//! One caller does not stop the others: so many of its calls run at once, some wait, the rest are refused.

use futures_util::future::join_all;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::process::{PATIENCE, Running, Set, USUAL};
use crate::support::{Folder, TestApp, on_both};

/// A call whose body does not come, so that it runs until it is given up.
async fn hold(app: &TestApp, server: &Running, who: &str) -> TcpStream {
    let token = app.keys().sign(&app.claims(who));
    let mut held = TcpStream::connect(server.address()).await.expect("a connection");
    let head = format!(
        "POST /v1/students/search HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: 100\r\n\r\n{{"
    );
    held.write_all(head.as_bytes()).await.expect("sent");
    held
}

async fn get(app: &TestApp, server: &Running, http: &reqwest::Client, who: &str) -> (u16, String) {
    let token = app.keys().sign(&app.claims(who));
    let request = http.get(format!("{}/v1/schools?limit=1", server.base)).bearer_auth(token);
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    let retry = answer.headers().get("retry-after").is_some();
    let text = answer.text().await.expect("its body");
    assert!(status != 429 || retry, "{text}");
    (status, text)
}

const FOUR: Set = Set { calls_at_once: 4, body_window: 3000, ..USUAL };

#[on_both]
async fn a_caller_with_all_its_calls_running_waits_and_others_do_not(app: TestApp) {
    let documents = Folder::make();
    let server = Running::set(&app, &documents, Set { body_window: 60_000, ..FOUR }).await;
    let http = reqwest::Client::builder().timeout(PATIENCE).build().expect("a client");
    let held = join_all((0..4).map(|_| hold(&app, &server, "workflow-lead"))).await;
    // They are under way once a fifth has to wait, and is refused in the end.
    let refused = async {
        loop {
            let (status, text) = get(&app, &server, &http, "workflow-lead").await;
            if status == 429 {
                return text;
            }
        }
    };
    let text = tokio::time::timeout(PATIENCE, refused).await.expect("the fifth is refused");
    assert!(text.contains("too_many_running"), "{text}");
    let (status, _) = get(&app, &server, &http, "workflow-lead-2").await;
    assert_eq!(status, 200);
    // A caller who hangs up has its turns back.
    drop(held);
    let (status, text) = get(&app, &server, &http, "workflow-lead").await;
    assert_eq!(status, 200, "{text}");
}

#[on_both]
async fn a_system_with_eight_senders_is_not_refused(app: TestApp) {
    let documents = Folder::make();
    let server = Running::set(&app, &documents, FOUR).await;
    let http = reqwest::Client::builder().timeout(PATIENCE).build().expect("a client");
    let sender = async || {
        let mut answered = Vec::new();
        for _ in 0..10 {
            answered.push(get(&app, &server, &http, "sms-client").await.0);
        }
        answered
    };
    let answered = join_all((0..8).map(|_| sender())).await.concat();
    assert!(answered.iter().all(|status| *status != 429), "{answered:?}");
}

#[on_both]
async fn ten_callers_are_answered_beside_a_greedy_one(app: TestApp) {
    app.submitted("Hana").await;
    let documents = Folder::make();
    let server = Running::set(&app, &documents, FOUR).await;
    let http = reqwest::Client::builder().timeout(PATIENCE).build().expect("a client");
    let over = std::cell::Cell::new(false);
    let refused = std::cell::Cell::new(0);
    let greedy = async || {
        let body = json!({ "familyName": "Ex" });
        while !over.get() {
            let token = app.keys().sign(&app.claims("workflow-lead"));
            let path = format!("{}/v1/students/search?includeTotal=true", server.base);
            let sent = http.post(path).bearer_auth(token).json(&body).send().await;
            let status = sent.expect("an answer").status().as_u16();
            assert!(matches!(status, 200 | 429 | 503), "{status}");
            refused.set(refused.get() + u32::from(status == 429));
        }
    };
    let callers = [
        "workflow-lead-2",
        "workflow-lead-b",
        "case-manager",
        "attendance-lead",
        "office-support",
        "primary-contact",
        "sms-client",
        "sms-client-2",
        "ministry-analyst",
        "enrolment-register",
    ];
    let normal = async {
        let each = callers.map(|who| {
            let (app, server, http) = (&app, &server, &http);
            async move {
                let mut statuses = Vec::new();
                for _ in 0..10 {
                    statuses.push(get(app, server, http, who).await.0);
                }
                statuses
            }
        });
        let answered = join_all(each).await.concat();
        over.set(true);
        answered
    };
    let (answered, _) = tokio::join!(normal, join_all((0..40).map(|_| greedy())));
    // Some may not read schools at all, which is an answer. On a busy machine a call may be told to
    // come back; none is refused for what another caller does.
    let busy = answered.iter().filter(|status| **status == 503).count();
    assert!(answered.iter().all(|status| matches!(status, 200 | 403 | 503)), "{answered:?}");
    assert!(busy <= 5, "{answered:?}");
    assert!(answered.iter().filter(|status| **status == 200).count() >= 50, "{answered:?}");
    assert!(refused.get() > 0, "the greedy caller was never refused");
}

#[on_both]
async fn a_turn_is_over_with_the_last_byte_of_the_answer(app: TestApp) {
    let documents = Folder::make();
    let server = Running::set(&app, &documents, Set { calls_at_once: 1, ..FOUR }).await;
    let http = reqwest::Client::builder().timeout(PATIENCE).build().expect("a client");
    let token = app.keys().sign(&app.claims("workflow-lead"));
    let mut one = TcpStream::connect(server.address()).await.expect("a connection");
    let head = format!(
        "GET /v1/schools HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n"
    );
    one.write_all(head.as_bytes()).await.expect("sent");
    let mut all = Vec::new();
    one.read_to_end(&mut all).await.expect("an answer");
    assert!(all.starts_with(b"HTTP/1.1 200"));
    // It is over with its last byte: the only turn is free.
    assert_eq!(get(&app, &server, &http, "workflow-lead").await.0, 200);
}
