//! Peers who keep the service waiting: bodies that trickle in, heads that never end, answers that are
//! not read. Each is given up, and nobody else notices.

use std::time::{Duration, Instant};

use actix_web::http::Method;
use actix_web::test::TestRequest;
use futures_util::future::join_all;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{sleep, timeout};

use crate::process::{PATIENCE, Running, Set, USUAL};
use crate::support::{Folder, TestApp, on_both};

const SET: Set = Set { body_window: 700, without_call: 1500, unread: 700, ..USUAL };
/// What is given up within a second is given up by then, however busy the machine is.
const BY_THEN: Duration = Duration::from_secs(45);

async fn connected(server: &Running) -> TcpStream {
    TcpStream::connect(server.address()).await.expect("a connection")
}

fn token(app: &TestApp, who: &str) -> String {
    app.keys().sign(&app.claims(who))
}

/// Sends a beginning, and then a byte now and then until the server hangs up; what it answered.
async fn trickled(server: &Running, beginning: &str, drop: &[u8]) -> String {
    let mut socket = connected(server).await;
    socket.write_all(beginning.as_bytes()).await.expect("sent");
    let (mut reading, mut writing) = socket.split();
    let mut answered = Vec::new();
    let sending = async {
        while writing.write_all(drop).await.is_ok() {
            sleep(Duration::from_millis(100)).await;
        }
        // The server has hung up; what it said is read below.
        std::future::pending::<()>().await;
    };
    let receiving = async {
        let mut piece = [0; 4096];
        while let Ok(length @ 1..) = reading.read(&mut piece).await {
            answered.extend_from_slice(&piece[..length]);
        }
    };
    let given_up = async {
        tokio::select! {
            () = sending => {}
            () = receiving => {}
        }
    };
    timeout(BY_THEN, given_up).await.unwrap_or_else(|_| panic!("never given up: {beginning}"));
    String::from_utf8_lossy(&answered).into_owned()
}

async fn is_answered(app: &TestApp, server: &Running, who: &str) {
    let http = reqwest::Client::builder().timeout(PATIENCE).build().expect("a client");
    loop {
        let request = http.get(format!("{}/v1/schools?limit=1", server.base));
        let answer = request.bearer_auth(token(app, who)).send().await.expect("an answer");
        // The machine may be too busy for a call, which is told to come back.
        if answer.status().as_u16() != 503 {
            assert_eq!(answer.status().as_u16(), 200);
            return;
        }
    }
}

/// A document of some size, and its address.
async fn document(app: &TestApp) -> String {
    let (_, case) = app.assigned("Hana").await;
    let request = TestRequest::default()
        .insert_header(("content-type", "application/octet-stream"))
        .set_payload("Hana was at school today.\n".repeat(70_000));
    let path = format!("/v1/cases/{case}/documents/raw?name=notes.txt&visibility=private");
    let sent = app.as_("case-manager").send_as_is(request, Method::POST, &path).await.expect(201);
    format!("/v1/cases/{case}/documents/{}/content", sent.id())
}

/// Sends a million chunks of a byte each as fast as they are taken; what was answered.
async fn crumbs(server: &Running, head: &str) -> String {
    let mut socket = connected(server).await;
    socket.write_all(head.as_bytes()).await.expect("sent");
    let (mut reading, mut writing) = socket.split();
    let chunks = b"1\r\n \r\n".repeat(10_000);
    let sending = async {
        for _ in 0..100 {
            if writing.write_all(&chunks).await.is_err() {
                break;
            }
        }
    };
    let receiving = async {
        let mut answered = Vec::new();
        let mut piece = [0; 4096];
        while let Ok(length @ 1..) = reading.read(&mut piece).await {
            answered.extend_from_slice(&piece[..length]);
        }
        String::from_utf8_lossy(&answered).into_owned()
    };
    timeout(BY_THEN, async { tokio::join!(sending, receiving).1 }).await.expect("an end")
}

#[on_both]
async fn a_body_that_trickles_in_is_given_up_and_told_so(app: TestApp) {
    let documents = Folder::make();
    let server = Running::set(&app, &documents, SET).await;
    let (_, case) = app.assigned("Hana").await;
    let json = |token: &str, length: &str| {
        format!(
            "POST /v1/referrals HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\n{length}\r\n\r\n"
        )
    };
    let office = token(&app, "office-support");
    let manager = token(&app, "case-manager");
    let upload = |path: &str, media_type: &str, rest: &str| {
        format!(
            "POST /v1/cases/{case}/documents{path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {manager}\r\ncontent-type: {media_type}\r\ncontent-length: 1000000\r\n\r\n{rest}"
        )
    };
    let form = "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n";
    let given_up = [
        (json(&office, "content-length: 200000"), &b" "[..]),
        (json(&office, "transfer-encoding: chunked"), b"1\r\n \r\n"),
        (upload("/raw?name=a.txt&visibility=private", "application/octet-stream", ""), b"a"),
        (upload("", "multipart/form-data; boundary=b", ""), b"-"),
        (upload("", "multipart/form-data; boundary=b", form), b"a"),
    ]
    .map(|(beginning, drop)| {
        let server = &server;
        async move {
            let answer = trickled(server, &beginning, drop).await;
            assert!(answer.starts_with("HTTP/1.1 408"), "{beginning}{answer}");
            let said = ["body_too_slow", "connection: close"];
            assert!(said.iter().all(|words| answer.contains(words)), "{answer}");
        }
    });
    join_all(given_up).await;
    let gone = async {
        while !documents.files().is_empty() {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(BY_THEN, gone).await.expect("what broke off is not kept");
}

#[on_both]
async fn a_hundred_slow_bodies_are_all_given_up(app: TestApp) {
    let documents = Folder::make();
    let server = Running::set(&app, &documents, SET).await;
    let office = token(&app, "office-support");
    let beginning = format!(
        "POST /v1/referrals HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {office}\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n{{"
    );
    let answers = join_all((0..100).map(|_| trickled(&server, &beginning, b" "))).await;
    assert!(answers.iter().all(|answer| answer.starts_with("HTTP/1.1 408")), "{answers:?}");
}

#[on_both]
async fn a_connection_without_a_call_is_closed(app: TestApp) {
    let documents = Folder::make();
    let server = Running::set(&app, &documents, SET).await;
    let lead = token(&app, "workflow-lead");
    let call = format!(
        "GET /v1/schools?limit=1 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {lead}\r\n\r\n"
    );
    let upload = "POST /v1/referrals HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
    let given_up = [
        // Nothing, a head without an end, and one behind a call that was answered.
        (String::new(), &b""[..]),
        ("GET /v1/schools HTTP/1.1\r\nhost: x\r\nx-".to_owned(), b"a"),
        (format!("{call}GET /v1/schools HTTP/1.1\r\nhost: x\r\nx-"), b"a"),
        (format!("{call}\r\n"), b"\r\n"),
        // Bodies that nobody reads, since nobody may send them.
        (format!("{upload}transfer-encoding: chunked\r\n\r\n"), b"1\r\n \r\n"),
        (format!("{upload}content-length: 100000\r\n\r\n"), b" "),
    ]
    .map(|(beginning, drop)| {
        let server = &server;
        async move { trickled(server, &beginning, drop).await }
    });
    join_all(given_up).await;
    is_answered(&app, &server, "workflow-lead").await;
}

#[on_both]
async fn one_credential_with_all_connections_does_not_shut_others_out(app: TestApp) {
    let documents = Folder::make();
    let set = Set { calls_at_once: 4, body_window: 2000, connections: 200, ..SET };
    let server = Running::set(&app, &documents, set).await;
    let office = token(&app, "office-support");
    let beginning = format!(
        "POST /v1/referrals HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {office}\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n{{"
    );
    let over = std::cell::Cell::new(false);
    let greedy = async || {
        while !over.get() {
            trickled(&server, &beginning, b" ").await;
            sleep(Duration::from_millis(200)).await;
        }
    };
    let normal = async {
        sleep(Duration::from_millis(500)).await;
        for _ in 0..10 {
            let began = Instant::now();
            is_answered(&app, &server, "workflow-lead").await;
            assert!(began.elapsed() < BY_THEN, "{:?}", began.elapsed());
        }
        over.set(true);
    };
    tokio::join!(normal, join_all((0..150).map(|_| greedy())));
    assert!(server.descriptors() < 300, "{}", server.descriptors());
}

#[on_both]
async fn an_answer_that_is_not_read_is_given_up(app: TestApp) {
    let content = document(&app).await;
    let set = Set { calls_at_once: 1, ..SET };
    let server = Running::set(&app, &app.documents, set).await;
    let manager = token(&app, "case-manager");
    let call =
        format!("GET {content} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {manager}\r\n\r\n");
    let few_bytes = || async {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(4096).expect("a small buffer");
        let address = server.address().parse().expect("an address");
        let mut socket = socket.connect(address).await.expect("a connection");
        socket.write_all(call.as_bytes()).await.expect("sent");
        let mut head = [0; 12];
        socket.read_exact(&mut head).await.expect("the beginning");
        (socket, head)
    };
    let (unread, head) = few_bytes().await;
    assert_eq!(&head, b"HTTP/1.1 200");
    // It has the caller's only turn until it is given up.
    let http = reqwest::Client::builder().timeout(PATIENCE).build().expect("a client");
    let whole = async || {
        let request = http.get(format!("{}{content}", server.base)).bearer_auth(&manager);
        let answer = request.send().await.expect("an answer");
        (answer.status().as_u16(), answer.bytes().await.expect("its body").len())
    };
    let free = async {
        loop {
            match whole().await {
                (200, length) => return length,
                (429, _) => sleep(Duration::from_millis(100)).await,
                other => panic!("{other:?}"),
            }
        }
    };
    let length = timeout(BY_THEN, free).await.expect("the turn is free again");
    assert_eq!(length, 26 * 70_000);
    drop(unread);
}

#[on_both]
async fn a_body_in_crumbs_is_given_up_and_holds_up_nobody(app: TestApp) {
    let documents = Folder::make();
    let server = Running::set(&app, &documents, SET).await;
    let office = token(&app, "office-support");
    let head = |token: &str| {
        format!(
            "POST /v1/referrals HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
        )
    };
    for (token, told) in [(office.as_str(), "HTTP/1.1 413"), ("nobody", "HTTP/1.1 401")] {
        let head = head(token);
        let senders = join_all((0..4).map(|_| crumbs(&server, &head)));
        let (answers, ()) = tokio::join!(senders, is_answered(&app, &server, "case-manager"));
        for answer in answers {
            assert!(answer.starts_with(told) && answer.contains("connection: close"), "{answer}");
        }
    }
}
