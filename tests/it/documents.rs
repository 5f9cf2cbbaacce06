//! Documents: what is taken, who sees it, what the scanner says, and what stays of an upload that
//! broke off.

use std::io::Write;
use std::sync::Arc;

use actix_web::http::Method;
use actix_web::test::TestRequest;
use ascms_domain::documents::Verdict;
use ascms_http::documents::objects::Content;
use ascms_http::documents::scanner::{Clamd, Fake, NoScanner, ScanError, Scanner};
use ascms_http::documents::upkeep::{self, Swept};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::given::{self, with};
use crate::support::{Answer, DOCUMENT_MAX_BYTES, TestApp, on_both};

mod corrections;

const BOUNDARY: &str = "----between-the-parts";
const PDF: &[u8] = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n";

/// A request with a form of these members, the file among them.
pub fn form(request: TestRequest, members: &Value) -> TestRequest {
    let members = members.as_object().expect("members");
    let parts: Vec<(String, Vec<u8>)> = members
        .iter()
        .map(|(name, value)| (name.clone(), value.as_str().expect("a text").as_bytes().to_vec()))
        .collect();
    form_of(request, &parts, "from-the-form.txt")
}

fn form_of(request: TestRequest, parts: &[(String, Vec<u8>)], filename: &str) -> TestRequest {
    let mut body = Vec::new();
    for (name, value) in parts {
        write!(body, "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"").unwrap();
        if name == "file" {
            write!(body, "; filename=\"{filename}\"\r\ncontent-type: image/png").unwrap();
        }
        write!(body, "\r\n\r\n").unwrap();
        body.extend(value);
        write!(body, "\r\n").unwrap();
    }
    write!(body, "--{BOUNDARY}--\r\n").unwrap();
    let media_type = format!("multipart/form-data; boundary=\"{BOUNDARY}\"");
    request.insert_header(("content-type", media_type)).set_payload(body)
}

/// A request whose body is a file.
pub fn raw(request: TestRequest, file: &[u8]) -> TestRequest {
    request.insert_header(("content-type", "application/octet-stream")).set_payload(file.to_vec())
}

fn raw_path(case: &str, name: &str, visibility: &str) -> String {
    let name = form_urlencoded(name);
    format!("/v1/cases/{case}/documents/raw?name={name}&visibility={visibility}")
}

fn form_urlencoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

impl TestApp {
    /// A small document of a case.
    pub async fn uploaded(&self, who: &str, case: &str, visibility: &str) -> Answer {
        self.upload(who, case, ("notes.txt", visibility), b"Hui on Thursday.\n").await.expect(201)
    }

    /// A case with a case manager, and with a primary contact at the school.
    async fn followed(&self, student: &str) -> String {
        let contact = json!(self.world.primary_contact);
        let referral = with(given::referral(student), "/primaryContactId", contact);
        let sent = self.as_("office-support").post("/v1/referrals", referral).await.expect(201);
        let decided = self.decide(&sent.id(), json!({ "outcome": "accepted" })).await.expect(200);
        let case = decided.json["caseId"].as_str().expect("a case").to_owned();
        let to = json!({ "caseManagerId": self.world.case_manager });
        let path = format!("/v1/cases/{case}/assignment");
        self.as_("workflow-lead").post(&path, to).await.expect(200);
        case
    }

    pub async fn upload(&self, who: &str, case: &str, about: (&str, &str), file: &[u8]) -> Answer {
        let path = raw_path(case, about.0, about.1);
        let request = raw(TestRequest::post(), file);
        self.as_(who).send_as_is(request, Method::POST, &path).await
    }

    async fn upload_keyed(&self, case: &str, key: &str, name: &str, file: &[u8]) -> Answer {
        let path = raw_path(case, name, "shared");
        let request = raw(TestRequest::post(), file).insert_header(("idempotency-key", key));
        self.as_("case-manager").send_as_is(request, Method::POST, &path).await
    }

    async fn upload_form(&self, who: &str, case: &str, parts: &[(&str, &[u8])]) -> Answer {
        self.upload_file(who, case, parts, "scan.pdf").await
    }

    /// The same of a file of this name, as it stands in the form.
    async fn upload_file(
        &self,
        who: &str,
        case: &str,
        parts: &[(&str, &[u8])],
        name: &str,
    ) -> Answer {
        let parts: Vec<(String, Vec<u8>)> =
            parts.iter().map(|(name, value)| ((*name).to_owned(), value.to_vec())).collect();
        let request = form_of(TestRequest::post(), &parts, name);
        let path = format!("/v1/cases/{case}/documents");
        self.as_(who).send_as_is(request, Method::POST, &path).await
    }

    async fn download(&self, who: &str, document: &Answer, headers: &[(&str, &str)]) -> Answer {
        let mut request = TestRequest::get();
        for header in headers {
            request = request.insert_header(*header);
        }
        let path = format!("{}/content", place(document));
        self.as_(who).send_as_is(request, Method::GET, &path).await
    }

    /// Neither a row nor a file.
    async fn nothing_is_left(&self) {
        assert_eq!(self.count("document", "1 = 1").await, 0);
        self.no_files().await;
    }

    /// What is removed beside the calls takes a moment, and no more than that.
    async fn no_files(&self) {
        let mut moments = tokio::time::interval(std::time::Duration::from_millis(10));
        for _ in 0..500 {
            if self.documents.files().is_empty() {
                return;
            }
            moments.tick().await;
        }
        panic!("left behind: {:?}", self.documents.files());
    }
}

fn place(document: &Answer) -> String {
    format!("/v1/cases/{}/documents/{}", document.json["caseId"].as_str().unwrap(), document.id())
}

/// An office file that unpacks to a thousand times its size, and says that it does not.
fn bomb() -> Vec<u8> {
    let mut packed = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(&vec![0; 8 * 1024 * 1024]).unwrap();
    let files = [
        ("[Content_Types].xml", 0_u16, Vec::new(), 0_u32),
        ("word/document.xml", 8, packed.finish().unwrap(), 1000),
    ];
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, method, packed, unpacked) in files {
        let length = u32::try_from(packed.len()).unwrap();
        let mut about = b"\x14\0\0\0".to_vec();
        about.extend(method.to_le_bytes());
        about.extend([0; 8]);
        about.extend([length.to_le_bytes(), unpacked.to_le_bytes()].concat());
        about.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        about.extend([0, 0]);
        let at = u32::try_from(bytes.len()).unwrap().to_le_bytes();
        let own = [&b"PK\x01\x02\x14\0"[..], &about, &[0; 10], &at, name.as_bytes()];
        directory.extend(own.concat());
        bytes.extend([&b"PK\x03\x04"[..], &about, name.as_bytes(), &packed].concat());
    }
    let places = [directory.len(), bytes.len()].map(|n| u32::try_from(n).unwrap().to_le_bytes());
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0\x02\0\x02\0");
    bytes.extend(places.concat());
    bytes.extend([0, 0]);
    bytes
}

#[on_both]
async fn a_document_is_uploaded_as_it_is_read_and_downloaded(app: TestApp) {
    let (_, case) = app.assigned("Hana").await;
    let made = app.upload("case-manager", &case, ("Plan Ā.pdf", "private"), PDF).await.expect(201);
    for (member, value) in [
        ("name", json!("Plan Ā.pdf")),
        ("mediaType", json!("application/pdf")),
        ("size", json!(PDF.len())),
        ("visibility", json!("private")),
        ("state", json!("clean")),
        ("uploadedByName", json!("case manager")),
    ] {
        assert_eq!(made.json[member], value, "{member}");
    }
    assert_eq!(made.header("location"), Some(place(&made).as_str()));
    let read = app.as_("workflow-lead").get(&place(&made)).await.expect(200);
    assert_eq!((&read.json, read.header("etag")), (&made.json, made.header("etag")));
    let content = app.download("workflow-lead", &made, &[]).await.expect(200);
    assert_eq!(content.bytes, PDF);
    for (header, value) in [
        ("content-type", "application/pdf"),
        ("x-content-type-options", "nosniff"),
        ("accept-ranges", "bytes"),
        ("cache-control", "no-store"),
        (
            "content-disposition",
            "attachment; filename=\"Plan _.pdf\"; filename*=UTF-8''Plan%20%C4%80.pdf",
        ),
    ] {
        assert_eq!(content.header(header), Some(value), "{header}");
    }
    let listed = app
        .as_("case-manager")
        .get(&format!("/v1/cases/{case}/documents?includeTotal=true"))
        .await
        .expect(200);
    assert_eq!((&listed.json["items"], &listed.json["total"]), (&json!([made.json]), &json!(1)));
    assert_eq!(app.documents.files().len(), 1);
}

#[on_both]
async fn a_document_is_uploaded_as_a_form(app: TestApp) {
    let case = app.followed("Hana").await;
    let parts: [(&str, &[u8]); 2] = [("file", PDF), ("visibility", b"shared")];
    let made = app.upload_form("attendance-lead", &case, &parts).await.expect(201);
    assert_eq!(made.json["name"], "scan.pdf");
    // What the form says of the file's type counts for nothing.
    assert_eq!(made.json["mediaType"], "application/pdf");
    let named: [(&str, &[u8]); 3] = [("visibility", b"shared"), ("name", b"Plan"), ("file", PDF)];
    let made = app.upload_form("primary-contact", &case, &named).await.expect(201);
    assert_eq!(made.json["name"], "Plan.pdf");
    assert_eq!(app.download("workflow-lead", &made, &[]).await.expect(200).bytes, PDF);
}

#[on_both]
async fn a_file_has_the_name_that_the_browser_wrote_into_the_form(app: TestApp) {
    let case = app.followed("Hana").await;
    let parts: [(&str, &[u8]); 2] = [("file", PDF), ("visibility", b"shared")];
    for (written, name, sent_back) in [
        ("%22Plan%22.pdf", "\"Plan\".pdf", "%22Plan%22.pdf"),
        // Nothing else is written so: a percent sign is one.
        ("50%25 %2F %0d %41.pdf", "50%25 %2F %0d %41.pdf", "50%2525%20%252F%20%250d%20%2541.pdf"),
        ("100%.pdf", "100%.pdf", "100%25.pdf"),
        ("%2522.pdf", "%2522.pdf", "%252522.pdf"),
    ] {
        let made = app.upload_file("attendance-lead", &case, &parts, written).await.expect(201);
        assert_eq!(made.json["name"], name, "{written}");
        let content = app.download("attendance-lead", &made, &[]).await.expect(200);
        let disposition = content.header("content-disposition").expect("a disposition");
        assert!(
            disposition.ends_with(&format!("filename*=UTF-8''{sent_back}")),
            "{written}: {disposition}"
        );
    }
    // A line break is one, and no name has any.
    for written in ["Plan%0D%0A.pdf", "Plan%0A.pdf", "Plan%0D.pdf"] {
        let refused = app.upload_file("attendance-lead", &case, &parts, written).await;
        assert_eq!((refused.status, refused.faults()), (422, vec!["/name pattern".to_owned()]));
    }
    // What the form says for itself, and what stands in an address, is taken as it is.
    let named: [(&str, &[u8]); 3] =
        [("file", PDF), ("visibility", b"shared"), ("name", b"%22Plan%22.pdf")];
    let made = app.upload_form("attendance-lead", &case, &named).await.expect(201);
    assert_eq!(made.json["name"], "%22Plan%22.pdf");
    let about = ("%22Plan%22.pdf", "shared");
    let made = app.upload("attendance-lead", &case, about, PDF).await.expect(201);
    assert_eq!(made.json["name"], "%22Plan%22.pdf");
}

#[on_both]
async fn a_form_with_faults_leaves_nothing(app: TestApp) {
    let (_, case) = app.assigned("Hana").await;
    for (parts, faults) in [
        (&[("file", PDF)][..], &["/visibility required"][..]),
        (&[("visibility", b"shared")], &["/file required"]),
        (&[("file", PDF), ("visibility", b"public")], &["/visibility not_one_of"]),
        (
            &[("file", PDF), ("visibility", b"shared"), ("colour", b"red")],
            &["/colour unknown_member"],
        ),
        (&[("file", PDF), ("visibility", b"shared"), ("name", b"")], &["/name too_short"]),
        (&[("file", PDF), ("visibility", b"shared"), ("file", PDF)], &["/file repeated"]),
        (&[("file", PDF), ("visibility", b"shared"), ("name", b"a\x07")], &["/name pattern"]),
    ] {
        let refused = app.upload_form("case-manager", &case, parts).await;
        refused.refused(422, "invalid_body");
        assert_eq!(refused.faults(), faults, "{}", refused.text);
    }
    let request = TestRequest::post()
        .insert_header(("content-type", "multipart/form-data; boundary=x"))
        .set_payload(
            "--x\r\ncontent-disposition: form-data; name=\"file\"\r\n\r\n%PDF-1.7 and then no end",
        );
    let path = format!("/v1/cases/{case}/documents");
    let cut = app.as_("case-manager").send_as_is(request, Method::POST, &path).await;
    cut.refused(400, "malformed_upload");
    let json = app.as_("case-manager").post(&path, json!({})).await;
    json.refused(415, "unsupported_media_type");
    app.nothing_is_left().await;
}

#[on_both]
async fn what_no_document_is_is_refused_with_a_code_of_its_own(app: TestApp) {
    let (_, case) = app.assigned("Hana").await;
    let program = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0";
    let large = vec![b'a'; usize::try_from(DOCUMENT_MAX_BYTES).unwrap() + 1];
    for (name, file, status, code) in [
        ("report.pdf", &program[..], 422, "document_type_not_allowed"),
        ("notes.txt", b"#!/bin/sh\nrm -r /\n", 422, "document_type_not_allowed"),
        ("empty.txt", b"", 422, "document_type_not_allowed"),
        ("plan.docx", &bomb(), 422, "document_suspicious"),
        ("../../etc/passwd", PDF, 422, "file_name_has_path"),
        ("C:\\plan.pdf", PDF, 422, "file_name_has_path"),
        ("long.txt", &large, 413, "document_too_large"),
    ] {
        let refused = app.upload("case-manager", &case, (name, "shared"), file).await;
        refused.refused(status, code);
    }
    let parts: [(&str, &[u8]); 2] = [("file", &large), ("visibility", b"shared")];
    app.upload_form("case-manager", &case, &parts).await.refused(413, "document_too_large");
    app.nothing_is_left().await;
    assert_eq!(app.count("event", "subject_kind = 'document'").await, 0);
}

#[on_both]
async fn a_document_may_be_larger_than_a_body_of_json(app: TestApp) {
    let (_, case) = app.assigned("Hana").await;
    let file = "Tēnā koe. ".repeat(170_000).into_bytes();
    assert!(file.len() > 1_900_000);
    let made = app.upload("case-manager", &case, ("long.txt", "shared"), &file).await.expect(201);
    let content =
        app.download("case-manager", &made, &[("accept-encoding", "gzip")]).await.expect(200);
    assert_eq!(content.bytes, file);
    assert_eq!(content.header("content-encoding"), None);
}

#[on_both]
async fn a_part_of_a_document_is_downloaded(app: TestApp) {
    let (_, case) = app.assigned("Hana").await;
    let made =
        app.upload("case-manager", &case, ("a.txt", "shared"), b"0123456789").await.expect(201);
    let part = app
        .download("case-manager", &made, &[("range", "bytes=2-5"), ("accept-encoding", "gzip")])
        .await
        .expect(206);
    assert_eq!((part.text.as_str(), part.header("content-range")), ("2345", Some("bytes 2-5/10")));
    let etag = part.header("etag").unwrap().to_owned();
    let end = app
        .download("case-manager", &made, &[("range", "bytes=-3"), ("if-range", &etag)])
        .await
        .expect(206);
    assert_eq!(end.text, "789");
    let other = app
        .download("case-manager", &made, &[("range", "bytes=-3"), ("if-range", "\"other\"")])
        .await
        .expect(200);
    assert_eq!(other.text, "0123456789");
    let behind = app.download("case-manager", &made, &[("range", "bytes=10-")]).await;
    behind.refused(416, "range_not_satisfiable");
    assert_eq!(behind.header("content-range"), Some("bytes */10"));
    let same = app.download("case-manager", &made, &[("if-none-match", &etag)]).await.expect(304);
    assert_eq!(same.text, "");
    app.download("case-manager", &made, &[("accept", "text/plain")]).await.expect(200);
}

#[on_both]
async fn private_documents_are_not_there_for_the_school(app: TestApp) {
    let case = app.followed("Hana").await;
    let private = app.uploaded("case-manager", &case, "private").await;
    let list = format!("/v1/cases/{case}/documents?includeTotal=true");
    for who in ["attendance-lead", "primary-contact"] {
        let school = app.as_(who);
        let none = school.get(&list).await.expect(200);
        assert_eq!((&none.json["items"], &none.json["total"]), (&json!([]), &json!(0)));
        school.get(&place(&private)).await.refused(404, "not_found");
        app.download(who, &private, &[]).await.refused(404, "not_found");
        let etag =
            app.download("case-manager", &private, &[]).await.header("etag").unwrap().to_owned();
        app.download(who, &private, &[("if-none-match", &etag)]).await.refused(404, "not_found");
    }
    let shared = app.uploaded("workflow-lead", &case, "shared").await;
    let seen = app.as_("attendance-lead").get(&list).await.expect(200);
    assert_eq!((&seen.json["items"], &seen.json["total"]), (&json!([shared.json]), &json!(1)));
    app.download("attendance-lead", &shared, &[]).await.expect(200);
    assert_eq!(app.as_("workflow-lead").get(&list).await.expect(200).json["total"], 2);
    app.as_("workflow-lead-2").get(&list).await.refused(404, "not_found");
    app.download("case-manager-2", &shared, &[]).await.refused(404, "not_found");
}

#[on_both]
async fn the_primary_contact_is_told_of_what_it_sees_and_of_nothing_else(app: TestApp) {
    let case = app.followed("Hana").await;
    app.uploaded("case-manager", &case, "private").await;
    assert_eq!(app.count("notification", "kind = 'document.uploaded'").await, 0);
    app.uploaded("case-manager", &case, "shared").await;
    app.uploaded("workflow-lead", &case, "private").await;
    let of = |subject: &str| {
        format!(
            "kind = 'document.uploaded' AND user_id = (SELECT id FROM user_account WHERE subject = '{subject}')"
        )
    };
    assert_eq!(app.count("notification", &of("primary-contact")).await, 1);
    assert_eq!(app.count("notification", &of("case-manager")).await, 1);
}

#[on_both]
async fn a_document_stands_in_the_timeline_for_those_who_see_it(app: TestApp) {
    let (_, case) = app.assigned("Hana").await;
    let shared = app.uploaded("case-manager", &case, "shared").await;
    app.uploaded("case-manager", &case, "private").await;
    let path = format!("/v1/cases/{case}/timeline?kind=document");
    let school = app.as_("attendance-lead").get(&path).await.expect(200);
    assert_eq!(school.json["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(school.json["items"][0]["details"]["documentId"], shared.json["id"]);
    let provider = app.as_("workflow-lead").get(&path).await.expect(200);
    assert_eq!(provider.json["items"].as_array().map(Vec::len), Some(2));
}

#[on_both]
async fn a_school_uploads_only_what_both_sides_see(app: TestApp) {
    let (_, case) = app.assigned("Hana").await;
    let refused = app.upload("attendance-lead", &case, ("a.txt", "private"), b"comment").await;
    refused.refused(403, "only_shared");
    app.nothing_is_left().await;
    app.upload("attendance-lead", &case, ("a.txt", "shared"), b"comment").await.expect(201);
}

#[on_both]
async fn a_closed_case_takes_no_document_and_still_shows_those_it_has(app: TestApp) {
    let (_, case) = app.assigned("Hana").await;
    let before = app.uploaded("case-manager", &case, "shared").await;
    let db = app.database().await;
    let closed = "UPDATE attendance_case SET status = 'closed', closed_at = updated_at, closure_reason = 'moved'";
    sea_orm::ConnectionTrait::execute_unprepared(&db, closed).await.expect("closed");
    db.close().await.expect("close");
    let refused = app.upload("case-manager", &case, ("a.txt", "shared"), b"comment").await;
    refused.refused(409, "case_closed");
    app.download("case-manager", &before, &[]).await.expect(200);
}

#[on_both]
async fn a_retry_has_the_same_answer_and_makes_one_document(app: TestApp) {
    let (_, case) = app.assigned("Hana").await;
    let first = app.upload_keyed(&case, "k", "a.txt", b"comment").await.expect(201);
    let again = app.upload_keyed(&case, "k", "a.txt", b"comment").await.expect(201);
    assert_eq!((&first.text, first.header("location")), (&again.text, again.header("location")));
    assert_eq!((app.count("document", "1 = 1").await, app.documents.files().len()), (1, 1));
    assert_eq!(app.count("event", "kind = 'document.uploaded'").await, 1);
    let other = app.upload_keyed(&case, "k", "a.txt", b"other words").await;
    other.refused(422, "idempotency_key_reused");
    let other = app.upload_keyed(&case, "k", "b.txt", b"comment").await;
    other.refused(422, "idempotency_key_reused");
    assert_eq!((app.count("document", "1 = 1").await, app.documents.files().len()), (1, 1));
}

#[on_both]
async fn a_refused_document_is_known_and_its_content_is_gone(app: TestApp) {
    let (_, case) = app.assigned("Hana").await;
    let app = app.with_scanner(Arc::new(Fake(Verdict::Refused))).await;
    let made = app.uploaded("case-manager", &case, "shared").await;
    assert_eq!(made.json["state"], "refused");
    app.download("case-manager", &made, &[]).await.refused(409, "document_refused");
    app.no_files().await;
    assert_eq!(app.count("event", "kind = 'document.scanned'").await, 1);
}

#[on_both]
async fn without_a_scanner_a_document_waits_in_quarantine(app: TestApp) {
    let (_, case) = app.assigned("Hana").await;
    let without = app.with_scanner(Arc::new(NoScanner)).await;
    let made = without.uploaded("case-manager", &case, "shared").await;
    assert_eq!(
        (&made.json["state"], &made.json["scannedAt"]),
        (&json!("quarantined"), &json!(null))
    );
    without.download("case-manager", &made, &[]).await.refused(409, "document_quarantined");
    assert!(upkeep::rescan(&without.state).await.is_err());
    assert_eq!(app.count("event", "kind = 'document.scanned'").await, 0);
    // The scanner is there again.
    assert_eq!(upkeep::rescan(&app.state).await.expect("scanned"), 1);
    let read = app.as_("case-manager").get(&place(&made)).await.expect(200);
    assert_eq!((&read.json["state"], &read.json["version"]), (&json!("clean"), &json!(2)));
    app.download("case-manager", &made, &[]).await.expect(200);
    assert_eq!(app.count("event", "kind = 'document.scanned'").await, 1);
    assert_eq!(app.count("audit_entry", "action = 'documents:scan'").await, 1);
    assert_eq!(upkeep::rescan(&app.state).await.expect("nothing to do"), 0);
}

#[on_both]
async fn what_waited_is_refused_when_the_scanner_finds_something(app: TestApp) {
    let (_, case) = app.assigned("Hana").await;
    let without = app.with_scanner(Arc::new(NoScanner)).await;
    let made = without.uploaded("case-manager", &case, "shared").await;
    let strict = app.with_scanner(Arc::new(Fake(Verdict::Refused))).await;
    assert_eq!(upkeep::rescan(&strict.state).await.expect("scanned"), 1);
    strict.download("case-manager", &made, &[]).await.refused(409, "document_refused");
    app.no_files().await;
}

#[on_both]
async fn reading_and_downloading_leave_their_entries(app: TestApp) {
    let (_, case) = app.assigned("Hana").await;
    let made = app.uploaded("case-manager", &case, "shared").await;
    let uploads = "action = 'documents:upload' AND decision = 'allowed' AND subject_kind = 'case'";
    assert_eq!(app.count("audit_entry", uploads).await, 1);
    assert_eq!(app.count("event", "kind = 'document.uploaded'").await, 1);
    app.as_("case-manager").get(&place(&made)).await.expect(200);
    app.as_("case-manager").get(&format!("/v1/cases/{case}/documents")).await.expect(200);
    let reads = "action = 'documents:read' AND subject_kind = 'case'";
    assert_eq!(app.count("audit_entry", reads).await, 2);
    app.download("case-manager", &made, &[]).await.expect(200);
    let downloads = "action = 'documents:read' AND subject_kind = 'document_content'";
    assert_eq!(app.count("audit_entry", downloads).await, 1);
}

#[on_both]
async fn what_a_killed_server_left_is_moved_aside_and_nothing_else(app: TestApp) {
    let (_, case) = app.assigned("Hana").await;
    let made = app.uploaded("case-manager", &case, "shared").await;
    let (whole, half) =
        ("01990000-0000-7000-8000-00000000aaaa", "01990000-0000-7000-8000-00000000bbbb#1");
    for name in [whole, half] {
        std::fs::write(app.documents.path().join(name), "no row").unwrap();
    }
    // Somebody else's, whatever it is.
    app.documents.age("notes#1.txt");
    app.documents.age("README");
    // They are young, and may still be on their way in, whatever this server's clock says.
    for time in ["2000-01-01T00:00:00Z", "2100-01-01T00:00:00Z"] {
        app.set_time(time);
        assert_eq!(upkeep::sweep(&app.state).await.expect("swept"), Swept::default());
    }
    for name in app.documents.files() {
        app.documents.age(&name);
    }
    let swept = upkeep::sweep(&app.state).await.expect("swept");
    assert_eq!(swept, Swept { aside: 1, back: 0, removed: 1 });
    app.set_time(crate::support::NOW);
    app.download("case-manager", &made, &[]).await.expect(200);
    assert_eq!((app.documents.files().len(), app.documents.aside()), (3, vec![whole.to_owned()]));
}

#[on_both]
async fn what_was_moved_aside_comes_back_to_the_document_that_has_it(app: TestApp) {
    let (_, case) = app.assigned("Hana").await;
    let read_again = app.uploaded("case-manager", &case, "shared").await;
    let [content] = app.documents.files().try_into().expect("one file");
    app.state.outside().objects.set_aside(&content).await.expect("aside");
    assert_eq!((app.documents.files(), app.documents.aside()), (Vec::new(), vec![content.clone()]));
    assert_eq!(
        app.download("case-manager", &read_again, &[]).await.expect(200).text,
        "Hui on Thursday.\n"
    );
    assert_eq!((app.documents.files(), app.documents.aside()), (vec![content.clone()], Vec::new()));
    // Without anybody asking, the sweep does.
    app.state.outside().objects.set_aside(&content).await.expect("aside");
    let swept = upkeep::sweep(&app.state).await.expect("swept");
    assert_eq!(swept, Swept { aside: 0, back: 1, removed: 0 });
    assert_eq!(app.documents.files(), [content]);
}

#[on_both]
async fn what_was_aside_for_the_days_of_grace_goes_when_the_clock_went_steadily(app: TestApp) {
    app.uploaded("case-manager", &app.assigned("Hana").await.1, "shared").await;
    let stray = "01990000-0000-7000-8000-00000000aaaa";
    app.documents.age(stray);
    assert_eq!(upkeep::sweep(&app.state).await.expect("swept").aside, 1);
    // It only just came there, by the store's clock.
    let removed = async || upkeep::sweep(&app.state).await.expect("swept").removed;
    app.steady("2024-03-01T00:00:00Z", 30).await;
    assert_eq!(removed().await, 0);
    app.documents.age(&format!("ascms/aside/{stray}"));
    // Nobody knows whether so much time has passed.
    app.set_time("2024-05-30T00:00:00Z");
    assert_eq!(removed().await, 0);
    app.steady("2024-05-30T00:00:00Z", 13).await;
    assert_eq!(removed().await, 0);
    app.steady("2024-06-12T00:00:00Z", 1).await;
    assert_eq!(removed().await, 1);
    assert_eq!(app.documents.aside(), [""; 0]);
    assert_eq!(app.documents.files().len(), 1);
}

#[on_both]
async fn content_that_is_lost_is_no_reason_to_try_again(app: TestApp) {
    let (_, case) = app.assigned("Hana").await;
    let lost = app.uploaded("case-manager", &case, "shared").await;
    let [content] = app.documents.files().try_into().expect("one file");
    let file = app.documents.path().join(content);
    // Cut off, it is not what was uploaded.
    std::fs::write(&file, "Hui").unwrap();
    for headers in [&[][..], &[("range", "bytes=0-1")], &[("range", "bytes=5-")]] {
        app.download("case-manager", &lost, headers).await.refused(410, "content_missing");
    }
    std::fs::remove_file(&file).unwrap();
    let answer = app.download("case-manager", &lost, &[]).await;
    answer.refused(410, "content_missing");
    assert_eq!(answer.header("retry-after"), None);
    app.download("case-manager", &lost, &[("range", "bytes=0-1")])
        .await
        .refused(410, "content_missing");
    // What is known of it is still there, and others can be uploaded.
    app.as_("case-manager").get(&place(&lost)).await.expect(200);
    app.uploaded("case-manager", &case, "shared").await;
    // Where the place itself is away, nobody can say that it is lost.
    std::fs::remove_dir_all(app.documents.path()).unwrap();
    app.download("case-manager", &lost, &[]).await.refused(503, "unavailable");
}

#[on_both]
async fn the_verdict_that_stands_decides_what_becomes_of_the_content(app: TestApp) {
    let (_, case) = app.assigned("Hana").await;
    let without = app.with_scanner(Arc::new(NoScanner)).await;
    let made = without.uploaded("case-manager", &case, "shared").await;
    let late = Late { first: app.state.clone() };
    let late = app.with_scanner(Arc::new(late)).await;
    assert_eq!(upkeep::rescan(&late.state).await.expect("scanned"), 1);
    assert_eq!(
        app.download("case-manager", &made, &[]).await.expect(200).text,
        "Hui on Thursday.\n"
    );
}

#[on_both]
async fn an_upload_that_hangs_up_half_way_leaves_nothing(app: TestApp) {
    let (_, case) = app.assigned("Hana").await;
    let state = app.state.clone();
    let server =
        actix_web::HttpServer::new(move || ascms_http::app(&state)).workers(1).disable_signals();
    let server = server.bind("127.0.0.1:0").expect("a port");
    let address = server.addrs()[0];
    let server = server.run();
    let handle = server.handle();
    let running = actix_web::rt::spawn(server);
    let token = app.keys().sign(&app.claims("case-manager"));
    for media_type in ["application/octet-stream", "multipart/form-data; boundary=x"] {
        let path = match media_type {
            "application/octet-stream" => raw_path(&case, "a.txt", "shared"),
            _ => format!("/v1/cases/{case}/documents"),
        };
        let mut client = TcpStream::connect(address).await.expect("connected");
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\n\
             content-type: {media_type}\r\ncontent-length: 1500000\r\n\r\n"
        );
        client.write_all(head.as_bytes()).await.expect("sent");
        let begun = "--x\r\ncontent-disposition: form-data; name=\"file\"\r\n\r\n"
            .repeat(usize::from(head.contains("multipart")));
        client.write_all(begun.as_bytes()).await.expect("sent");
        client.write_all(&vec![b'a'; 700_000]).await.expect("sent");
        // It has begun to be kept before the caller is gone.
        let mut moments = tokio::time::interval(std::time::Duration::from_millis(10));
        for _ in 0..500 {
            if !app.documents.files().is_empty() {
                break;
            }
            moments.tick().await;
        }
        assert_eq!(app.documents.files().len(), 1);
        drop(client);
        app.nothing_is_left().await;
    }
    handle.stop(true).await;
    running.await.expect("joined").expect("stopped");
}

/// Refuses everything, after another server has found nothing in it.
struct Late {
    first: ascms_http::AppState,
}

impl std::fmt::Debug for Late {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Late")
    }
}

impl Scanner for Late {
    fn scan(&self, _: Content) -> BoxFuture<'_, Result<Verdict, ScanError>> {
        Box::pin(async {
            assert_eq!(upkeep::rescan(&self.first).await.expect("scanned"), 1);
            Ok(Verdict::Refused)
        })
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), ScanError>> {
        Box::pin(async { Ok(()) })
    }
}

/// A daemon that speaks `INSTREAM`, for one caller, and answers this.
async fn clamd(answer: &'static str) -> (String, tokio::task::JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let told = tokio::spawn(async move {
        let (mut caller, _) = listener.accept().await.expect("a caller");
        let mut command = [0; 10];
        caller.read_exact(&mut command).await.expect("a command");
        assert_eq!(&command, b"zINSTREAM\0");
        let mut content = Vec::new();
        loop {
            let length = usize::try_from(caller.read_u32().await.expect("a length")).unwrap();
            if length == 0 {
                break;
            }
            let before = content.len();
            content.resize(before + length, 0);
            caller.read_exact(&mut content[before..]).await.expect("a piece");
        }
        caller.write_all(answer.as_bytes()).await.expect("answered");
        content
    });
    (address, told)
}

#[on_both]
async fn a_clamav_daemon_is_told_the_content_and_believed(app: TestApp) {
    let (_, case) = app.assigned("Hana").await;
    let file = "Tēnā koe. ".repeat(20_000).into_bytes();
    for (answer, state) in [
        ("stream: OK\0", "clean"),
        ("stream: Eicar-Test-Signature FOUND\0", "refused"),
        ("INSTREAM size limit exceeded. ERROR\0", "quarantined"),
    ] {
        let (address, told) = clamd(answer).await;
        let app = app.with_scanner(Clamd::at(address)).await;
        let made = app.upload("case-manager", &case, ("a.txt", "shared"), &file).await.expect(201);
        assert_eq!(made.json["state"], state);
        assert!(told.await.expect("the daemon") == file, "{answer}");
    }
}

#[on_both]
async fn a_clamav_daemon_that_is_away_keeps_nobody_from_uploading(app: TestApp) {
    let (_, case) = app.assigned("Hana").await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    drop(listener);
    let app = app.with_scanner(Clamd::at(address)).await;
    assert_eq!(app.uploaded("case-manager", &case, "shared").await.json["state"], "quarantined");
}
