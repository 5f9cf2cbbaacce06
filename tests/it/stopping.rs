//! The end of a server: it says that it stops and goes on for a while, so that no call is lost, and then
//! it ends within its limit, whatever is running or hangs.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait as _, TransactionTrait as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::given;
use crate::process::{PATIENCE, Running, Set, USUAL};
use crate::support::{Folder, On, TestApp, on_both};

/// What a process answers that did not come to its end by itself.
const OVERDUE: i32 = 70;
const QUICK: Set = Set { shutdown_seconds: 1, ..USUAL };
/// The stages of `QUICK` together are two seconds; the rest is the machine's.
const LIMIT: Duration = Duration::from_secs(15);

fn client() -> reqwest::Client {
    reqwest::Client::builder().timeout(PATIENCE).build().expect("a client")
}

async fn status(http: &reqwest::Client, server: &str, path: &str) -> Option<u16> {
    let answer = http.get(format!("{server}{path}")).send().await.ok()?;
    Some(answer.status().as_u16())
}

/// Tells the server to stop, and answers how it ended.
async fn stopped(server: &mut Running) -> i32 {
    let began = Instant::now();
    server.signal("TERM");
    let code = server.end().await.code().expect("it ended by itself");
    assert!(began.elapsed() < LIMIT, "it took {:?}", began.elapsed());
    code
}

/// A call whose body or answer does not move.
async fn stuck(app: &TestApp, server: &Running) -> TcpStream {
    let token = app.keys().sign(&app.claims("office-support"));
    let mut socket = TcpStream::connect(server.address()).await.expect("a connection");
    let head = format!(
        "POST /v1/referrals HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: 100\r\n\r\n{{"
    );
    socket.write_all(head.as_bytes()).await.expect("sent");
    socket
}

#[on_both]
async fn a_server_that_has_nothing_to_do_ends_at_once(app: TestApp) {
    let documents = Folder::make();
    for signal in ["TERM", "INT"] {
        let mut server = Running::set(&app, &documents, QUICK).await;
        assert_eq!(status(&client(), &server.base, "/readyz").await, Some(200));
        server.signal(signal);
        assert_eq!(server.end().await.code(), Some(0), "{signal}");
    }
}

#[on_both]
async fn a_body_that_does_not_come_does_not_keep_it(app: TestApp) {
    let documents = Folder::make();
    let mut server = Running::set(&app, &documents, QUICK).await;
    let held = [stuck(&app, &server).await, stuck(&app, &server).await];
    sleep(Duration::from_millis(200)).await;
    assert_eq!(stopped(&mut server).await, 0);
    drop(held);
}

#[on_both]
async fn a_database_that_hangs_does_not_keep_it(app: TestApp) {
    let documents = Folder::make();
    let mut server = Running::set(&app, &documents, QUICK).await;
    let db = app.database().await;
    let held = db.begin().await.expect("a transaction");
    let hold = match app.on {
        On::Sqlite => "UPDATE code_set SET version = version",
        On::Postgres => "LOCK TABLE referral, student, school IN ACCESS EXCLUSIVE MODE",
    };
    held.execute_unprepared(hold).await.expect("held");
    let http = client();
    let token = app.keys().sign(&app.claims("office-support"));
    let request = http.post(format!("{}/v1/referrals", server.base)).bearer_auth(token);
    let call = request.json(&given::referral("Hemi")).send();
    let stop = async {
        sleep(Duration::from_millis(300)).await;
        stopped(&mut server).await
    };
    let (_, code) = tokio::join!(call, stop);
    assert!([0, OVERDUE].contains(&code), "{code}");
    held.rollback().await.expect("let go");
    db.close().await.expect("close");
}

#[on_both]
async fn what_hangs_after_the_last_call_is_broken_off_with_a_status_of_its_own(app: TestApp) {
    let documents = Folder::make();
    for then in ["wait for ever", "block the thread"] {
        let mut server = Running::set(&app, &documents, Set { then, ..QUICK }).await;
        assert_eq!(stopped(&mut server).await, OVERDUE, "{then}");
    }
}

#[on_both]
async fn a_second_signal_does_not_wait(app: TestApp) {
    let documents = Folder::make();
    for (signal, code) in [("TERM", 143), ("INT", 130)] {
        let slow = Set { lame_duck: 30_000, shutdown_seconds: 30, then: "wait for ever", ..USUAL };
        let mut server = Running::set(&app, &documents, slow).await;
        server.signal("TERM");
        let http = client();
        let seen = async {
            while status(&http, &server.base, "/readyz").await == Some(200) {
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(LIMIT, seen).await.expect("it says that it stops");
        server.signal(signal);
        let ended = timeout(LIMIT, server.end()).await.expect("it does not wait");
        assert_eq!(ended.code(), Some(code), "{signal}");
    }
}

#[on_both]
async fn it_says_that_it_stops_and_still_answers(app: TestApp) {
    let documents = Folder::make();
    let duck = Set { lame_duck: 4000, shutdown_seconds: 1, ..USUAL };
    let mut server = Running::set(&app, &documents, duck).await;
    let token = app.keys().sign(&app.claims("workflow-lead"));
    let mut kept = TcpStream::connect(server.address()).await.expect("a connection");
    let call = format!(
        "GET /v1/schools?limit=1 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n"
    );
    let mut piece = [0; 8192];
    kept.write_all(call.as_bytes()).await.expect("sent");
    let length = kept.read(&mut piece).await.expect("an answer");
    let before = String::from_utf8_lossy(&piece[..length]).to_lowercase();
    assert!(
        before.starts_with("http/1.1 200") && !before.contains("connection: close"),
        "{before}"
    );
    server.signal("TERM");
    let http = client();
    let seen = async {
        while status(&http, &server.base, "/readyz").await != Some(503) {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(Duration::from_secs(3), seen).await.expect("not ready at once");
    kept.write_all(call.as_bytes()).await.expect("sent");
    let mut rest = Vec::new();
    kept.read_to_end(&mut rest).await.expect("an answer, and the end of the connection");
    let after = String::from_utf8_lossy(&rest).to_lowercase();
    assert!(after.starts_with("http/1.1 200") && after.contains("connection: close"), "{after}");
    assert_eq!(server.end().await.code(), Some(0));
    assert_eq!(status(&http, &server.base, "/readyz").await, None);
}

#[on_both]
async fn a_rolling_restart_loses_no_call(app: TestApp) {
    let documents = Folder::make();
    let set = Set { lame_duck: 1500, shutdown_seconds: 10, ..USUAL };
    let servers = RefCell::new([
        Some(Running::set(&app, &documents, set).await),
        Some(Running::set(&app, &documents, set).await),
    ]);
    let base = |at: usize| servers.borrow()[at].as_ref().map(|server| server.base.clone());
    // What a proxy knows of each.
    let ready = [Cell::new(true), Cell::new(true)];
    let over = Cell::new(false);
    let http = client();
    let polling = async {
        while !over.get() {
            for at in [0, 1] {
                let up = match base(at) {
                    Some(base) => status(&http, &base, "/readyz").await == Some(200),
                    None => false,
                };
                ready[at].set(up);
            }
            sleep(Duration::from_millis(100)).await;
        }
    };
    let calls = async {
        let (mut answered, mut lost) = (0, Vec::new());
        while !over.get() {
            let ready = [answered % 2, 1 - answered % 2].into_iter().find(|at| ready[*at].get());
            // A proxy waits for one that says that it is ready.
            let Some(base) = ready.and_then(&base) else {
                sleep(Duration::from_millis(20)).await;
                continue;
            };
            let token = app.keys().sign(&app.claims("workflow-lead"));
            let sent =
                http.get(format!("{base}/v1/schools?limit=1")).bearer_auth(token).send().await;
            match sent {
                Ok(answer) if answer.status().as_u16() == 200 => answered += 1,
                // The machine may be too busy for a call, which is told to come back.
                Ok(answer) if answer.headers().contains_key("retry-after") => {}
                other => lost.push(format!("{other:?}")),
            }
        }
        (answered, lost)
    };
    let restarting = async {
        for at in [0, 1] {
            sleep(Duration::from_millis(500)).await;
            servers.borrow()[at].as_ref().expect("a server").signal("TERM");
            let mut old = loop {
                // It is out of the proxy's list before it is gone.
                if !ready[at].get() {
                    break servers.borrow_mut()[at].take().expect("a server");
                }
                sleep(Duration::from_millis(10)).await;
            };
            assert_eq!(old.end().await.code(), Some(0));
            let new = Running::set(&app, &documents, set).await;
            servers.borrow_mut()[at] = Some(new);
            while !ready[at].get() {
                sleep(Duration::from_millis(10)).await;
            }
        }
        over.set(true);
    };
    let ((), (answered, lost), ()) = tokio::join!(polling, calls, restarting);
    assert!(lost.is_empty(), "{} of {answered} lost: {:?}", lost.len(), lost.first());
    assert!(answered > 5, "{answered}");
}
