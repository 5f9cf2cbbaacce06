//! A bucket in place of a folder: what is answered while it is away, and how long a reader may take.

use std::time::Duration;

use ascms_http::documents::objects::{Bucket, Credentials, Objects};
use futures_util::StreamExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{TestApp, on_both};

const PATIENCE: Duration = Duration::from_millis(200);

fn bucket(place: &TcpListener) -> Objects {
    let bucket = Bucket {
        name: "documents".into(),
        endpoint: Some(format!("http://{}", place.local_addr().expect("an address"))),
        region: "ap-southeast-6".into(),
        credentials: Some(Credentials { key_id: "example".into(), secret: "example".into() }),
        patience: PATIENCE,
    };
    Objects::in_bucket(bucket).expect("a bucket")
}

async fn somewhere() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.expect("a port")
}

/// Answers one request, a byte at a time, and takes longer for all of them than for any.
async fn slow(mut caller: TcpStream, content: &[u8]) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(caller.read_u8().await.expect("a request"));
    }
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\netag: \"one\"\r\n\
         last-modified: Mon, 16 Mar 2026 00:00:00 GMT\r\n\r\n",
        content.len(),
    );
    caller.write_all(head.as_bytes()).await.expect("a head");
    let mut moments = tokio::time::interval(PATIENCE / 4);
    for byte in content {
        moments.tick().await;
        caller.write_all(&[*byte]).await.expect("a byte");
    }
}

#[on_both]
async fn while_the_bucket_is_away_the_rest_goes_on(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    // One that takes calls and says nothing, then nobody at all.
    let silent = somewhere().await;
    let without = app.with_objects(bucket(&silent)).await;
    without
        .upload("case-manager", &case, ("a.txt", "shared"), b"Hui.\n")
        .await
        .refused(503, "unavailable");
    drop(silent);
    without
        .upload("case-manager", &case, ("a.txt", "shared"), b"Hui.\n")
        .await
        .refused(503, "unavailable");
    assert_eq!(app.count("document", "1 = 1").await, 0);
    without.as_("case-manager").get(&format!("/v1/cases/{case}")).await.expect(200);
}

#[actix_web::test]
async fn content_may_take_longer_than_the_bucket_may_be_silent() {
    let place = somewhere().await;
    let objects = bucket(&place);
    let served = async {
        let (caller, _) = place.accept().await.expect("a call");
        slow(caller, b"kia ora koutou").await;
    };
    let read = async {
        let (_, mut content) = objects.read("key", None).await.expect("content");
        let mut all = Vec::new();
        while let Some(piece) = content.next().await {
            all.extend(piece.expect("a piece"));
        }
        all
    };
    let (all, ()) = tokio::join!(read, served);
    assert_eq!(all, b"kia ora koutou");
}
