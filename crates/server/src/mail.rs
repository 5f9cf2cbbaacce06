//! Messages to people: that something changed that concerns them, and nothing more. What leaves
//! the service by e-mail has no name, no number and no word of anybody's.

use std::path::Path;
use std::time::Duration;

use ascms_domain::ids::NotificationId;
use ascms_http::Clock;
use ascms_persistence::notifications::Due;
use ascms_persistence::{Store, StoreError};
use chrono::{DateTime, Utc};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use tokio::sync::watch;

/// How many messages a server takes up at once. All of them together are tried in less time than
/// passes before another server takes them up.
const BATCH: u64 = 10;

/// How long a message may take on its way to the next server.
const TIME_LIMIT: Duration = Duration::from_secs(15);

/// How long the server rests when nothing is left to send.
const REST: Duration = Duration::from_secs(10);

const SUBJECT: &str = "Kua panoni tētahi kēhi | Something changed on a case";
/// Where not all of it is on cases.
const OTHER_SUBJECT: &str = "Kua panoni tētahi mea | Something changed";

/// What is sent: the whole of it, so that a test can hold that nothing else is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub id: NotificationId,
    /// All that it tells of.
    pub ids: Vec<NotificationId>,
    pub to: String,
    pub subject: &'static str,
    pub body: String,
}

impl Letter {
    fn about(due: Due, public_url: &str) -> Self {
        let Due { id, ids, email, of_cases } = due;
        let changes = ids.len();
        let (maori, english) = match (changes, of_cases) {
            (1, true) => (
                "Kua panoni tētahi kēhi e whai wāhi ana koe.".to_owned(),
                "Something changed on a case that you have a part in.".to_owned(),
            ),
            (1, false) => (
                "Kua panoni tētahi mea e whai wāhi ana koe.".to_owned(),
                "Something changed that you have a part in.".to_owned(),
            ),
            (changes, true) => (
                format!("E {changes} ngā panonitanga o ngā kēhi e whai wāhi ana koe."),
                format!("{changes} changes were made to cases that you have a part in."),
            ),
            (changes, false) => (
                format!("E {changes} ngā panonitanga o ngā mea e whai wāhi ana koe."),
                format!("{changes} changes were made that you have a part in."),
            ),
        };
        let link = if changes == 1 {
            format!("{public_url}/v1/notifications/{id}")
        } else {
            format!("{public_url}/v1/notifications?unread=true")
        };
        let body = format!(
            "Kia ora\n\n\
             {maori} Takiuru kia kite ai:\n{link}\n\
             Kāore he kōrero whaiaro i tēnei īmēra. Kaua e whakautu mai.\n\n\
             {english} Sign in to see it:\n{link}\n\
             This message holds no personal details. Please do not reply to it.\n"
        );
        let subject = if of_cases { SUBJECT } else { OTHER_SUBJECT };
        Self { id, ids, to: email, subject, body }
    }
}

/// Why a message did not get through, in words that show nobody's address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undelivered {
    #[error("the address or the message is not one that mail can have")]
    Unsendable,
    #[error("the mail server could not be reached, or broke off")]
    Unreachable,
    #[error("the mail server answered {0}")]
    Refused(u16),
    #[error("it took too long")]
    TooSlow,
    #[error("the file could not be written")]
    NotWritten,
}

/// A way by which letters leave the house.
pub trait Carrier: Send + Sync {
    fn carry(
        &self,
        letter: &Letter,
        at: DateTime<Utc>,
    ) -> impl Future<Output = Result<(), Undelivered>> + Send;
}

/// A mail server, or a folder that catches everything.
pub struct Mailer {
    from: Mailbox,
    way: Transport,
}

enum Transport {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    File(AsyncFileTransport<Tokio1Executor>),
}

impl Mailer {
    /// To the mail server at `smtps://HOST` or `smtp://HOST?tls=required`.
    pub fn smtp(
        from: Mailbox,
        url: &str,
        credentials: Option<(String, String)>,
    ) -> Result<Self, lettre::transport::smtp::Error> {
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)?;
        if let Some((user, password)) = credentials {
            builder = builder.credentials(Credentials::new(user, password));
        }
        Ok(Self { from, way: Transport::Smtp(builder.timeout(Some(TIME_LIMIT)).build()) })
    }

    /// Into a folder that is there, a file for each message.
    pub fn file(from: Mailbox, folder: &Path) -> Self {
        Self { from, way: Transport::File(AsyncFileTransport::new(folder)) }
    }

    fn message(&self, letter: &Letter, at: DateTime<Utc>) -> Option<Message> {
        let Letter { id, ids: _, to, subject, body } = letter;
        let host = self.from.email.domain();
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to.parse().ok()?))
            .subject(*subject)
            .date(at.into())
            // A message that is sent again after all keeps its name.
            .message_id(Some(format!("<{id}@{host}>")))
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .header(ContentType::TEXT_PLAIN)
            .body(body.clone())
            .ok()
    }
}

impl Carrier for Mailer {
    async fn carry(&self, letter: &Letter, at: DateTime<Utc>) -> Result<(), Undelivered> {
        let message = self.message(letter, at).ok_or(Undelivered::Unsendable)?;
        match &self.way {
            Transport::Smtp(transport) => {
                let sent = tokio::time::timeout(TIME_LIMIT, transport.send(message)).await;
                match sent.map_err(|_elapsed| Undelivered::TooSlow)? {
                    Ok(_) => Ok(()),
                    // The server's own words may repeat the address.
                    Err(err) => Err(err.status().map_or(Undelivered::Unreachable, |status| {
                        Undelivered::Refused(status.into())
                    })),
                }
            }
            Transport::File(transport) => {
                let written = transport.send(message).await;
                written.map(drop).map_err(|_no_file| Undelivered::NotWritten)
            }
        }
    }
}

/// Sends what is due, until told to stop. Ends between two messages.
pub async fn keep_sending(
    store: Store,
    clock: Clock,
    carrier: impl Carrier,
    public_url: String,
    mut stop: watch::Receiver<bool>,
) {
    while !*stop.borrow() {
        match send_due(&store, &clock, &carrier, &public_url, &stop).await {
            // There may be more.
            Ok(taken) if taken > 0 => continue,
            Ok(_) => {}
            Err(err) => {
                let cause: &dyn std::error::Error = &err;
                tracing::warn!(error = cause, "messages could not be looked for");
            }
        }
        tokio::select! {
            () = tokio::time::sleep(REST) => {}
            // The sender is gone, which means stop too.
            changed = stop.changed() => if changed.is_err() { break },
        }
    }
}

/// Takes up some of the messages that are due and sends them; answers how many were taken up.
pub async fn send_due(
    store: &Store,
    clock: &Clock,
    carrier: &impl Carrier,
    public_url: &str,
    stop: &watch::Receiver<bool>,
) -> Result<usize, StoreError> {
    let due = store.take_up_mail(clock.now(), BATCH).await?;
    let taken = due.len();
    for one in due {
        if *stop.borrow() {
            break;
        }
        let letter = Letter::about(one, public_url);
        match carrier.carry(&letter, clock.now()).await {
            Ok(()) => {
                store.mailed(&letter.ids, clock.now()).await?;
                metrics::counter!("ascms_mail_sent_total").increment(1);
            }
            Err(reason) => {
                tracing::warn!(notification = %letter.id, %reason, "a message was not sent");
                metrics::counter!("ascms_mail_failed_total").increment(1);
            }
        }
    }
    Ok(taken)
}
