//! Messages: each is sent once, tried again when it fails, and tells nothing of anybody.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use ascms_domain::organisations::AccountStatus;
use ascms_server::mail::{Carrier, Letter, Mailer, Undelivered, send_due};
use chrono::{DateTime, Utc};
use serde_json::json;
use tokio::sync::watch;

use super::{accepted, assign, told};
use crate::support::{Folder, TestApp, on_both};

const PUBLIC_URL: &str = "https://api.ascms.invalid";

/// Stands outside: keeps what it is given, or fails to.
#[derive(Default)]
struct Pouch {
    letters: Mutex<Vec<Letter>>,
    torn: AtomicBool,
}

impl Carrier for Pouch {
    async fn carry(&self, letter: &Letter, _: DateTime<Utc>) -> Result<(), Undelivered> {
        if self.torn.load(Ordering::Relaxed) {
            return Err(Undelivered::Unreachable);
        }
        self.letters.lock().unwrap().push(letter.clone());
        Ok(())
    }
}

impl Pouch {
    /// To whom the letters go, in order.
    fn addressees(&self) -> Vec<String> {
        let mut all: Vec<String> =
            self.letters.lock().unwrap().iter().map(|letter| letter.to.clone()).collect();
        all.sort();
        all
    }
}

async fn round(app: &TestApp, carrier: &impl Carrier) -> usize {
    let (_stop, stopped) = watch::channel(false);
    let state = &app.state;
    send_due(state.store(), state.clock(), carrier, PUBLIC_URL, &stopped).await.expect("a round")
}

#[on_both]
async fn everyone_told_gets_a_letter_once(app: TestApp) {
    let case = accepted(&app, "Hana").await;
    assign(&app, &case, app.world.case_manager).await;
    let pouch = Pouch::default();
    assert_eq!(round(&app, &pouch).await, 2);
    assert_eq!(
        pouch.addressees(),
        ["case-manager@people.invalid", "primary-contact@people.invalid"]
    );
    assert_eq!(app.count("notification", "mailed_at IS NOT NULL AND mail_due_at IS NULL").await, 3);
    app.set_time("2026-03-16T12:00:00Z");
    assert_eq!(round(&app, &pouch).await, 0);
}

#[on_both]
async fn two_servers_tell_of_each_change_once(app: TestApp) {
    for student in ["One", "Two", "Three", "Four", "Five", "Six"] {
        let case = accepted(&app, student).await;
        assign(&app, &case, app.world.case_manager).await;
    }
    let other = app.another_node().await;
    let pouch = Pouch::default();
    for _ in 0..3 {
        tokio::join!(round(&app, &pouch), round(&other, &pouch));
    }
    let letters = pouch.letters.lock().unwrap();
    assert_eq!(letters.len(), 2, "one to each person");
    let mut ids: Vec<_> = letters.iter().flat_map(|letter| letter.ids.clone()).collect();
    assert_eq!(ids.len(), 18);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 18);
}

#[on_both]
async fn sixty_changes_are_two_letters_to_each_person(app: TestApp) {
    let case = accepted(&app, "Hana").await;
    assign(&app, &case, app.world.case_manager).await;
    let pouch = Pouch::default();
    assert_eq!(round(&app, &pouch).await, 2);
    let other = app.another_node().await;
    for n in 0..60 {
        let node = if n % 2 == 0 { &app } else { &other };
        node.reached(&case, "school", "2026-03-15T22:00:00Z").await.expect(201);
        if n % 10 == 0 {
            assert_eq!(round(node, &pouch).await, 0, "they were just written to");
        }
    }
    app.set_time("2026-03-16T00:14:59Z");
    assert_eq!(round(&app, &pouch).await, 0);
    app.set_time("2026-03-16T00:15:00Z");
    let (one, two) = tokio::join!(round(&app, &pouch), round(&other, &pouch));
    assert_eq!(one + two, 2);
    let letters: Vec<Letter> = pouch.letters.lock().unwrap().clone();
    let to =
        |who: &str| letters.iter().filter(|letter| letter.to.starts_with(who)).collect::<Vec<_>>();
    for who in ["case-manager@", "primary-contact@"] {
        let digest = to(who).pop().expect("a letter");
        assert_eq!((to(who).len(), digest.ids.len()), (2, 60), "{who}");
        assert!(digest.body.contains("60 changes were made to cases"), "{}", digest.body);
        assert!(
            digest.body.contains(&format!("{PUBLIC_URL}/v1/notifications?unread=true")),
            "{}",
            digest.body
        );
        assert!(!digest.body.contains("Hana") && !digest.body.contains(&case), "{}", digest.body);
    }
    assert_eq!(app.count("notification", "mail_due_at IS NOT NULL").await, 0);
    assert_eq!(
        told(&app, "case-manager", "contact.logged").await,
        60,
        "in the app there is one of each"
    );
}

#[on_both]
async fn what_comes_while_a_letter_is_tried_again_goes_with_it(app: TestApp) {
    let case = accepted(&app, "Hana").await;
    let pouch = Pouch::default();
    pouch.torn.store(true, Ordering::Relaxed);
    assert_eq!(round(&app, &pouch).await, 1);
    assign(&app, &case, app.world.second_lead).await;
    assert_eq!(round(&app, &pouch).await, 0);
    pouch.torn.store(false, Ordering::Relaxed);
    app.set_time("2026-03-16T00:05:00Z");
    assert_eq!(round(&app, &pouch).await, 1);
    let letter = pouch.letters.lock().unwrap().pop().expect("a letter");
    assert_eq!((letter.to.as_str(), letter.ids.len()), ("primary-contact@people.invalid", 2));
    assert_eq!(letter.ids.iter().min(), Some(&letter.id), "it keeps the name that it had");
}

#[on_both]
async fn a_letter_that_failed_is_tried_again_and_given_up_in_the_end(app: TestApp) {
    accepted(&app, "Hana").await;
    let pouch = Pouch::default();
    pouch.torn.store(true, Ordering::Relaxed);
    assert_eq!(round(&app, &pouch).await, 1);
    assert_eq!(round(&app, &pouch).await, 0);
    app.set_time("2026-03-16T00:04:59Z");
    assert_eq!(round(&app, &pouch).await, 0);
    app.set_time("2026-03-16T00:05:00Z");
    pouch.torn.store(false, Ordering::Relaxed);
    assert_eq!(round(&app, &pouch).await, 1);
    assert_eq!(app.count("notification", "mail_attempts = 2 AND mailed_at IS NOT NULL").await, 1);
    accepted(&app, "Tipene").await;
    pouch.torn.store(true, Ordering::Relaxed);
    let mut tried = 0;
    for hour in 1..20 {
        app.set_time(&format!("2026-03-16T{hour:02}:05:00Z"));
        tried += round(&app, &pouch).await;
    }
    assert_eq!(tried, 6);
    assert_eq!(app.count("notification", "mail_due_at IS NULL AND mailed_at IS NULL").await, 1);
    assert_eq!(pouch.addressees().len(), 1);
}

#[on_both]
async fn nobody_is_written_to_of_what_is_a_day_old(app: TestApp) {
    accepted(&app, "Hana").await;
    app.set_time("2026-03-17T00:00:00Z");
    assert_eq!(round(&app, &Pouch::default()).await, 0);
}

#[on_both]
async fn who_has_left_gets_no_letter(app: TestApp) {
    let case = accepted(&app, "Hana").await;
    assign(&app, &case, app.world.case_manager).await;
    assign(&app, &case, app.world.second_lead).await;
    let store = app.state.store();
    store
        .set_user_status(app.world.primary_contact, AccountStatus::Disabled)
        .await
        .expect("disabled");
    let pouch = Pouch::default();
    round(&app, &pouch).await;
    // The second lead has no address, the primary contact no account any more.
    assert_eq!(pouch.addressees(), ["case-manager@people.invalid"]);
    assert_eq!(app.count("notification", "mail_due_at IS NOT NULL").await, 0);
}

#[on_both]
async fn a_letter_tells_nothing_of_anybody(app: TestApp) {
    let mut referral = crate::given::referral("Hana-Mere");
    referral["student"]["nsn"] = json!("1234567893");
    referral["primaryContactId"] = json!(app.world.primary_contact);
    let referral = app.as_("office-support").post("/v1/referrals", referral).await.expect(201).id();
    let decided = app.decide(&referral, json!({ "outcome": "accepted" })).await.expect(200);
    let case = decided.json["caseId"].as_str().unwrap();
    let pouch = Pouch::default();
    assert_eq!(round(&app, &pouch).await, 1);
    let letter = pouch.letters.lock().unwrap()[0].clone();
    let link = format!("{PUBLIC_URL}/v1/notifications/{}", letter.id);
    assert_eq!(letter.body.matches(&link).count(), 2);
    // An id may hold any digits.
    let whole = format!("{} {}", letter.subject, letter.body.replace(&link, ""));
    for personal in [
        "Hana",
        "Mere",
        "Example",
        "1234567893",
        "AS-2026",
        "9001",
        "College",
        "2013",
        "primary contact",
        "P01",
        "Trust",
        "opened",
        case,
        &referral,
    ] {
        assert!(!whole.contains(personal), "{personal}: {whole}");
    }
    assert!(whole.contains("Kua panoni") && whole.contains("Something changed"));
    let path = link.trim_start_matches(PUBLIC_URL);
    app.as_("primary-contact").get(path).await.expect(200);
}

#[on_both]
async fn the_folder_catches_every_letter(app: TestApp) {
    accepted(&app, "Hana").await;
    let folder = Folder::make();
    let folder = folder.path();
    std::fs::create_dir_all(folder).expect("a folder");
    let mailer = Mailer::file("no-reply@ascms.invalid".parse().expect("an address"), folder);
    assert_eq!(round(&app, &mailer).await, 1);
    let files: Vec<_> = std::fs::read_dir(folder).expect("the folder").collect();
    assert_eq!(files.len(), 1);
    let text = std::fs::read_to_string(files[0].as_ref().expect("a file").path()).expect("text");
    assert_holds_link(&text);
    assert!(text.contains("To: primary-contact@people.invalid\r\n"), "{text}");
    assert!(text.contains("Auto-Submitted: auto-generated\r\n"), "{text}");
    assert!(text.contains("Date: Mon, 16 Mar 2026 00:00:00 +0000\r\n"), "{text}");
}

#[on_both]
async fn a_mail_server_gets_the_letter_or_it_stays_due(app: TestApp) {
    accepted(&app, "Hana").await;
    let from = || "no-reply@ascms.invalid".parse().expect("an address");
    let (port, server) = mail_server("550 no such user <primary-contact@people.invalid>");
    let mailer = Mailer::smtp(from(), &format!("smtp://127.0.0.1:{port}"), None).expect("a mailer");
    assert_eq!(round(&app, &mailer).await, 1);
    server.join().expect("the server");
    assert_eq!(app.count("notification", "mailed_at IS NULL AND mail_due_at IS NOT NULL").await, 1);
    app.set_time("2026-03-16T00:05:00Z");
    let (port, server) = mail_server("250 ok");
    let mailer = Mailer::smtp(from(), &format!("smtp://127.0.0.1:{port}"), None).expect("a mailer");
    assert_eq!(round(&app, &mailer).await, 1);
    drop(mailer);
    let said = server.join().expect("the server");
    assert_holds_link(&said);
    assert!(said.contains("RCPT TO:<primary-contact@people.invalid>"), "{said}");
    assert_eq!(app.count("notification", "mailed_at IS NOT NULL").await, 1);
}

/// A link is longer than a line of a message may be.
#[track_caller]
fn assert_holds_link(message: &str) {
    let joined = message.replace("=\r\n", "");
    assert!(joined.contains(&format!("{PUBLIC_URL}/v1/notifications/")), "{message}");
}

/// A mail server for one message, as much of RFC 5321 as a client needs. It answers `RCPT` as it
/// is told to, and gives back all that was said to it.
fn mail_server(to_recipient: &'static str) -> (u16, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a client");
        let mut lines = BufReader::new(stream.try_clone().expect("a stream")).lines();
        let mut answer = |text: &str| {
            // A client that is gone hears nothing more.
            drop(stream.write_all(format!("{text}\r\n").as_bytes()));
        };
        answer("220 ready");
        let (mut said, mut in_message) = (String::new(), false);
        while let Some(Ok(line)) = lines.next() {
            said.push_str(&line);
            said.push_str("\r\n");
            match line.split([' ', ':']).next().unwrap_or_default() {
                "." if in_message => {
                    in_message = false;
                    answer("250 taken");
                }
                _ if in_message => {}
                "RCPT" => answer(to_recipient),
                "DATA" => {
                    in_message = true;
                    answer("354 go on");
                }
                "QUIT" => {
                    answer("221 bye");
                    break;
                }
                _ => answer("250 ok"),
            }
        }
        said
    });
    (port, server)
}
