//! What to log, and in which form.

use tracing_subscriber::EnvFilter;

use crate::config::parsed::{Parsed, wrong};
use crate::config::reader::Reader;
use crate::config::table;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// What to log, in the words of `tracing_subscriber::EnvFilter`.
    pub filter: String,
    pub format: LogFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Json,
    Text,
}

impl Log {
    pub(super) fn assemble(reader: &mut Reader) -> Option<Self> {
        let filter = reader.read(&table::LOG, filter);
        let format = reader.read(&table::LOG_FORMAT, format);
        Some(Self { filter: filter?, format: format? })
    }
}

fn filter(text: &str) -> Parsed<String> {
    match EnvFilter::builder().parse(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => wrong(format!("it is no filter: {error}")),
    }
}

fn format(text: &str) -> Parsed<LogFormat> {
    match text {
        "json" => Ok(LogFormat::Json),
        "text" => Ok(LogFormat::Text),
        _ => wrong("it must be json or text"),
    }
}
