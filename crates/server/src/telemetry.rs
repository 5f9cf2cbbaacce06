//! Logs. Lines carry ids and kinds, never names, bodies or tokens: who writes a line sees to that,
//! and here the one thing is stopped that nobody wrote, the text of a panic.

use std::io::{self, IsTerminal};
use std::panic::{self, PanicHookInfo};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

use crate::config::{Log, LogFormat};

/// Libraries that say at every start what nobody asked, or call a stranger's unreadable request an
/// error; a filter that names them wins.
const QUIET: &str = "actix_server=warn,actix_http::h1::dispatcher=off,sea_orm_migration=warn,\
                     sqlx::postgres::notice=warn";

/// Starts logging, on stderr: stdout is for the results of commands.
pub fn start(log: &Log) {
    let filter = EnvFilter::builder().parse_lossy(format!("{QUIET},{}", log.filter));
    let lines = fmt().with_env_filter(filter).with_writer(io::stderr);
    match log.format {
        LogFormat::Json => {
            lines.json().flatten_event(true).with_span_list(false).init();
            panic::set_hook(Box::new(note_panic));
        }
        LogFormat::Text => lines.compact().with_ansi(io::stderr().is_terminal()).init(),
    }
}

/// Where, not what: the message of a panic may hold the value that caused it.
fn note_panic(info: &PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(place, "panic");
}
