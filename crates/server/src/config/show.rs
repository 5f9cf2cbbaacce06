//! The settings as people read them: `.env.sample`, `docs/settings.md` and `ascms config`.

use reqwest::Url;

use crate::config::mode::Mode;
use crate::config::table::{self, Setting, When};

/// Columns of a comment in `.env.sample`, without its `# `.
const WIDTH: usize = 96;

const HIDDEN: &str = "(hidden)";

/// One setting as it is in force, without its secret.
pub struct Shown {
    pub setting: &'static Setting,
    /// `None` while nothing is given and there is no default.
    pub value: Option<String>,
    pub given: bool,
}

/// The value of a setting without what is secret in it.
pub fn masked(setting: &Setting, text: &str) -> String {
    if !setting.secret {
        return text.to_owned();
    }
    match Url::parse(text) {
        // Parameters can carry a password too.
        Ok(mut url) if url.has_host() && url.scheme().starts_with("postgres") => {
            url.set_query(None);
            let hidden = url.password().is_none() || url.set_password(Some("hidden")).is_ok();
            if hidden { url.to_string() } else { HIDDEN.to_owned() }
        }
        Ok(url) if url.scheme() == "sqlite" => text.to_owned(),
        Ok(_) | Err(_) => HIDDEN.to_owned(),
    }
}

/// What `ascms config` prints: each setting in force, and where it comes from.
pub fn effective(mode: Mode, shown: &[Shown]) -> String {
    let mut lines = String::new();
    let in_order = table::ALL
        .iter()
        .filter_map(|setting| shown.iter().find(|shown| shown.setting.name == setting.name));
    for Shown { setting, value, given } in in_order {
        let name = setting.name;
        let line = match (value, when(setting, mode), given) {
            (Some(value), _, true) => format!("{name}={value}"),
            (Some(value), _, false) => format!("{name}={value}  # default"),
            (None, When::Required, _) => format!("# {name} is missing"),
            (None, When::Otherwise(words), _) => format!("# {name} is not set: {words}"),
            (None, When::Refused | When::Default(_), _) => continue,
        };
        lines.push_str(&line);
        lines.push('\n');
    }
    lines
}

/// The text of `.env.sample`: production, with what is required left open.
pub fn sample() -> String {
    let mut text = String::from(
        "# The settings of `ascms serve`, written by a test from crates/server/src/config/table.rs.\n\
         # Copy it to .env, fill in what is required, then: set -a; . ./.env; set +a; ascms serve\n",
    );
    for setting in table::ALL {
        let Setting { name, example, .. } = setting;
        let (note, lines) = match setting.production {
            When::Required if example.is_empty() => ("Required.".to_owned(), format!("{name}=")),
            // Quoted, since a shell reads this file.
            When::Required => {
                ("Required.".to_owned(), format!("# Example: {name}='{example}'\n{name}="))
            }
            When::Default(value) => (String::new(), format!("# {name}={value}")),
            When::Otherwise(words) => {
                (format!("Without it: {words}."), format!("# {name}={example}"))
            }
            When::Refused => continue,
        };
        text.push('\n');
        for line in wrapped(&format!("{} {note}", setting.meaning)) {
            text.push_str(&format!("# {line}\n"));
        }
        text.push_str(&format!("{lines}\n"));
    }
    text
}

/// The text of `docs/settings.md`.
pub fn page() -> String {
    let mut text = String::from(
        "# Settings\n\n\
         Read from the environment, once, at start. Everything wrong is reported at once, an\n\
         `ASCMS_` name that is not in this table is refused, and an empty value counts as none.\n\
         `ascms config` prints what is in force, without secrets; `ascms doctor` tries it out.\n\n\
         This page is written by a test from `crates/server/src/config/table.rs`.\n\n\
         | Setting | Meaning | `serve` | `serve --sandbox` |\n\
         |---|---|---|---|\n",
    );
    for setting in table::ALL {
        let Setting { name, meaning, production, sandbox, example, secret } = setting;
        let secret = if *secret { " Secret." } else { "" };
        let example =
            if example.is_empty() { String::new() } else { format!("<br>Example: `{example}`") };
        let [production, sandbox] = [production, sandbox].map(|when| in_words(*when));
        let row = format!("| `{name}` | {meaning}{secret}{example} | {production} | {sandbox} |\n");
        text.push_str(&row);
    }
    text
}

fn in_words(when: When) -> String {
    match when {
        When::Required => "required".to_owned(),
        When::Default(value) => format!("`{value}`"),
        When::Otherwise(words) => format!("else: {words}"),
        When::Refused => "refused".to_owned(),
    }
}

fn when(setting: &Setting, mode: Mode) -> When {
    match mode {
        Mode::Production => setting.production,
        Mode::Sandbox => setting.sandbox,
    }
}

/// Breaks a text at spaces.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split_whitespace() {
        let Some(line) = lines.last_mut() else { break };
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= WIDTH {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}
