//! How messages leave the house.

use std::path::PathBuf;

use ascms_http::tokens::is_loopback;
use lettre::message::Mailbox;
use reqwest::Url;
use secrecy::SecretString;

use crate::config::parsed::{Parsed, wrong};
use crate::config::reader::Reader;
use crate::config::{parse, table};

/// The folder of the sandbox's messages, in its directory.
const FOLDER: &str = "mail";

#[derive(Debug)]
pub struct Mail {
    pub from: Mailbox,
    pub way: Way,
}

#[derive(Debug)]
pub enum Way {
    Smtp { url: String, credentials: Option<(String, SecretString)> },
    File(PathBuf),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Off,
    Smtp,
    File,
}

impl Mail {
    /// `Some(None)` when there is to be none. All is read, so that nothing goes unsaid.
    pub(super) fn assemble(reader: &mut Reader) -> Option<Option<Self>> {
        let kind = reader.read(&table::MAIL, kind);
        let url = reader.read(&table::MAIL_URL, server);
        let from = reader.read(&table::MAIL_FROM, mailbox);
        let user = reader.read(&table::MAIL_USER, |text| Ok(text.to_owned()));
        let password = reader.read(&table::MAIL_PASSWORD, |text| Ok(SecretString::from(text)));
        let folder = reader.read(&table::MAIL_DIR, parse::path);
        let sandbox = reader.read(&table::SANDBOX_DIR, parse::path);
        let folder = folder.or_else(|| sandbox.map(|directory| directory.join(FOLDER)));
        let kind = kind?;
        for (setting, missing) in [
            (&table::MAIL_URL, kind == Kind::Smtp && url.is_none()),
            (&table::MAIL_FROM, kind != Kind::Off && from.is_none()),
            (&table::MAIL_DIR, kind == Kind::File && folder.is_none()),
            (&table::MAIL_PASSWORD, user.is_some() && password.is_none()),
            (&table::MAIL_USER, user.is_none() && password.is_some()),
        ] {
            if missing {
                reader.fault(setting, "it is needed with the others that begin with ASCMS_MAIL");
            }
        }
        let way = match kind {
            Kind::Off => return Some(None),
            Kind::Smtp => Way::Smtp { url: url?, credentials: user.zip(password) },
            Kind::File => Way::File(folder?),
        };
        Some(Some(Self { from: from?, way }))
    }
}

fn kind(text: &str) -> Parsed<Kind> {
    match text {
        "off" => Ok(Kind::Off),
        "smtp" => Ok(Kind::Smtp),
        "file" => Ok(Kind::File),
        _ => wrong("it must be off, smtp or file"),
    }
}

fn mailbox(text: &str) -> Parsed<Mailbox> {
    text.parse().or_else(|_| wrong("it must be an e-mail address"))
}

/// Nothing that it says shows any part of the address: somebody may have put a password in it.
fn server(text: &str) -> Parsed<String> {
    let Ok(url) = Url::parse(text) else { return wrong("it is no address") };
    if !url.username().is_empty() || url.password().is_some() {
        return wrong("the user name and the password have settings of their own");
    }
    if url.host_str().is_none_or(str::is_empty) {
        return wrong("it must name the mail server");
    }
    let query: Vec<_> = url.query_pairs().collect();
    let required = query.iter().any(|(name, value)| name == "tls" && value == "required");
    match url.scheme() {
        "smtps" if query.is_empty() => Ok(text.to_owned()),
        "smtp" if query.len() == 1 && required => Ok(text.to_owned()),
        "smtp" if query.is_empty() && is_loopback(&url) => Ok(text.to_owned()),
        "smtp" => wrong("it crosses the network in the clear: add ?tls=required, or use smtps://"),
        _ => wrong("it must begin with smtps:// or smtp://"),
    }
}
