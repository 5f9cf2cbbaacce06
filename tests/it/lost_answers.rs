//! The answer to a COMMIT that never comes: the caller is told that nobody knows, and that the same
//! call under the same key is safe.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::http::Method;
use actix_web::test::TestRequest;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

use crate::given;
use crate::support::{Answer, TestApp, on_both};

/// Between the program and PostgreSQL. When told to, it breaks off after the next COMMIT has been
/// carried out and before its answer has gone back.
struct Between {
    url: String,
    cut: Arc<AtomicBool>,
}

impl Between {
    async fn of(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let (before, rest) = url.split_once('@').expect("a user");
        let (server, path) = rest.split_once('/').expect("a database");
        let here = listener.local_addr().expect("an address");
        let between =
            Self { url: format!("{before}@{here}/{path}"), cut: Arc::new(AtomicBool::new(false)) };
        let (server, cut) = (server.to_owned(), between.cut.clone());
        drop(tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let database = TcpStream::connect(&server).await.expect("PostgreSQL");
                let (from_client, to_client) = client.into_split();
                let (from_database, to_database) = database.into_split();
                let lost = Arc::new(AtomicBool::new(false));
                drop(tokio::spawn(there(from_client, to_database, cut.clone(), lost.clone())));
                drop(tokio::spawn(back(from_database, to_client, lost)));
            }
        }));
        between
    }

    fn cut_at_the_next_commit(&self) {
        self.cut.store(true, Ordering::SeqCst);
    }

    fn has_cut(&self) -> bool {
        !self.cut.load(Ordering::SeqCst)
    }
}

async fn there(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    cut: Arc<AtomicBool>,
    lost: Arc<AtomicBool>,
) {
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = from.read(&mut bytes).await {
        let commits = bytes[..read].windows(7).any(|text| text == b"COMMIT\0");
        if commits && cut.swap(false, Ordering::SeqCst) {
            lost.store(true, Ordering::SeqCst);
        }
        if to.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
}

async fn back(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, lost: Arc<AtomicBool>) {
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = from.read(&mut bytes).await {
        if lost.load(Ordering::SeqCst) {
            // Answers to what was sent before the COMMIT may come first. Both halves of both
            // connections end with what is dropped here and in the other task.
            if bytes[..read].windows(7).any(|text| text == b"COMMIT\0") {
                return;
            }
        } else if to.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
}

/// Told that nobody knows, in words that help.
#[track_caller]
fn told_unknown(answer: &Answer, may_be_repeated: bool) {
    answer.refused(503, "outcome_unknown");
    let detail = answer.json["detail"].as_str().unwrap_or_default();
    assert!(detail.contains("Idempotency-Key"), "{detail}");
    assert_eq!(answer.header("retry-after").is_some(), may_be_repeated, "{answer:?}");
}

/// `disk` has the failures of a commit to a file.
#[on_both(not_on_sqlite = "a commit to a file does not travel")]
async fn a_lost_answer_to_a_commit_is_told_as_such(app: TestApp) {
    let between = Between::of(app.url()).await;
    let far = app.at(between.url.clone()).await;
    let office = far.as_("office-support");
    office.get("/v1/referrals").await.expect(200);

    between.cut_at_the_next_commit();
    let body = given::referral("Hemi");
    let lost = office.post_keyed("/v1/referrals", "evening-1", body.clone()).await;
    assert!(between.has_cut());
    told_unknown(&lost, true);
    assert_eq!(app.count("referral", "1 = 1").await, 1, "it was done, and nobody could know");
    // Under the key it is answered as if the first answer had come, and is done once.
    let again = office.post_keyed("/v1/referrals", "evening-1", body).await.expect(201);
    assert_eq!(app.count("referral", "1 = 1").await, 1);
    app.as_("office-support").get(&format!("/v1/referrals/{}", again.id())).await.expect(200);

    // Without a key, nobody is invited to send it again.
    between.cut_at_the_next_commit();
    let lost = office.post("/v1/referrals", given::referral("Mere")).await;
    told_unknown(&lost, false);
    office.post("/v1/referrals", given::referral("Rangi")).await.expect(201);
}

#[on_both(not_on_sqlite = "a commit to a file does not travel")]
async fn the_content_of_a_document_stays_when_its_commit_was_not_answered(app: TestApp) {
    let (_, case) = app.assigned("Hana").await;
    let between = Between::of(app.url()).await;
    let far = app.at(between.url.clone()).await;
    // A server's first upload also writes down whose the documents are.
    far.upload("case-manager", &case, ("first.txt", "private"), b"Kia ora.\n").await.expect(201);
    between.cut_at_the_next_commit();
    let lost = far.upload("case-manager", &case, ("notes.txt", "private"), b"Hui.\n").await;
    told_unknown(&lost, false);
    let list = app.as_("case-manager").get(&format!("/v1/cases/{case}/documents")).await;
    let list = list.expect(200);
    let mut items = list.json["items"].as_array().expect("items").iter();
    let made = items.find(|item| item["name"] == "notes.txt").expect("one");
    let path =
        format!("/v1/cases/{case}/documents/{}/content", made["id"].as_str().expect("an id"));
    let client = app.as_("case-manager");
    let content = client.send_as_is(TestRequest::get(), Method::GET, &path).await.expect(200);
    assert_eq!(content.bytes, b"Hui.\n");
}
