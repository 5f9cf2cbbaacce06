//! What a newcomer reads when the sandbox is up: its address, the personas, how to get a token, three calls to try.

use std::borrow::Cow;
use std::path::Path;

use ascms_domain::access::Role;
use ascms_domain::calendar::nz_date;
use chrono::{DateTime, Datelike, Utc};

use crate::console;
use crate::sandbox::personas;

/// May make all three of the calls.
const CALLER: Role = Role::WorkflowLead;

/// How the sandbox that was started is reached from another terminal.
#[derive(Clone, Copy)]
pub struct Reached<'a> {
    /// Without a slash at its end.
    pub public_url: &'a str,
    /// The program, as it was called.
    pub program: &'a str,
    /// The sandbox's folder, unless it is the one that the program takes anyway.
    pub directory: Option<&'a Path>,
}

pub fn greet(reached: Reached<'_>, now: DateTime<Utc>) {
    console::line(&greeting(reached, now));
}

pub(super) fn greeting(reached: Reached<'_>, now: DateTime<Utc>) -> String {
    let Reached { public_url, .. } = reached;
    let mut lines = vec![
        format!("AS-CMS sandbox: {public_url}"),
        format!("Documentation, with try-it: {public_url}/docs"),
        String::new(),
        "Personas (those in -2 are of a second provider, or a second person of the Ministry):"
            .to_owned(),
    ];
    for role in Role::ALL {
        let same = personas::all().filter(|persona| persona.role == *role);
        let names: Vec<String> = same.map(|persona| persona.name).collect();
        lines.push(format!("  {:32}  {}", names.join(", "), personas::about(*role)));
    }
    lines.push(String::new());
    lines.push(
        "A token, good for 12 hours, and three calls to try, in a second terminal:".to_owned(),
    );
    lines.push(token_line(reached));
    lines.extend(first_calls(public_url, now));
    lines.join("\n")
}

fn token_line(reached: Reached<'_>) -> String {
    let Reached { program, directory, .. } = reached;
    let folder =
        directory.map(|folder| format!("ASCMS_SANDBOX_DIR={} ", quoted(&folder.to_string_lossy())));
    let (folder, program) = (folder.unwrap_or_default(), quoted(program));
    format!("TOKEN=$({folder}{program} token --persona {})", personas::name(CALLER))
}

/// Lines for a shell; each works as it stands, on any day.
fn first_calls(public_url: &str, now: DateTime<Utc>) -> [String; 3] {
    let today = nz_date(now);
    let year = today.year();
    let curl = "curl -sS -H \"Authorization: Bearer $TOKEN\"";
    [
        "/v1/work-list?queue=new_to_me&limit=2".to_owned(),
        "/v1/cases?limit=2".to_owned(),
        format!("/v1/measures?level=provider&from={year}-01-01&to={today}"),
    ]
    .map(|call| format!("{curl} '{public_url}{call}'"))
}

/// The text as one word of a shell.
fn quoted(text: &str) -> Cow<'_, str> {
    let plain = |letter: char| letter.is_alphanumeric() || "/._-+:,@%".contains(letter);
    if !text.is_empty() && text.chars().all(plain) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("'{}'", text.replace('\'', r"'\''")))
}
