//! Takes the settings out of the environment one by one, and keeps what is to be said about them.

use std::collections::BTreeMap;

use crate::config::environment::Variables;
use crate::config::faults::{Fault, Faults};
use crate::config::mode::Mode;
use crate::config::parsed::Parsed;
use crate::config::show::{self, Shown};
use crate::config::table::{self, Setting, When};

/// Names that begin so are ours: one that is not in the table is a slip.
const PREFIX: &str = "ASCMS_";

/// How alike two names must be, from 0 to 1, for the one to be meant by the other.
const LIKELY: f64 = 0.8;

pub struct Reader {
    mode: Mode,
    given: BTreeMap<String, String>,
    faults: Vec<Fault>,
    shown: Vec<Shown>,
}

impl Reader {
    pub fn new(mode: Mode, variables: Variables) -> Self {
        let mut reader =
            Self { mode, given: BTreeMap::new(), faults: Vec::new(), shown: Vec::new() };
        for (name, value) in variables {
            let name = name.to_string_lossy().into_owned();
            if table::ALL.iter().any(|setting| setting.name == name) {
                match value.into_string() {
                    // Container tools write an empty value for "not set".
                    Ok(value) if value.trim().is_empty() => {}
                    Ok(value) => drop(reader.given.insert(name, value.trim().to_owned())),
                    Err(_) => reader.say(&name, "it is not valid UTF-8"),
                }
            } else if name.starts_with(PREFIX) {
                let hint = likely(&name).map(|it| format!("; did you mean {it}?"));
                let hint = hint.unwrap_or_default();
                reader.say(&name, &format!("there is no such setting{hint}"));
            }
        }
        reader
    }

    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// The value of a setting, or of its default; `None` when there is neither, or a fault.
    pub fn read<T>(
        &mut self,
        setting: &'static Setting,
        parse: impl FnOnce(&str) -> Parsed<T>,
    ) -> Option<T> {
        let when = match self.mode {
            Mode::Production => setting.production,
            Mode::Sandbox => setting.sandbox,
        };
        let given = self.given.get(setting.name).cloned();
        let text = match (&given, when) {
            (Some(_), When::Refused) => {
                let other = match self.mode {
                    Mode::Production => "it is for the sandbox only",
                    Mode::Sandbox => "the sandbox has its own and takes no other",
                };
                self.fault(setting, other);
                None
            }
            (Some(text), When::Required | When::Default(_) | When::Otherwise(_)) => {
                Some(text.clone())
            }
            (None, When::Default(text)) => Some(text.to_owned()),
            (None, When::Required) => {
                self.fault(setting, &format!("it is missing. {}", setting.meaning));
                None
            }
            (None, When::Otherwise(_) | When::Refused) => None,
        };
        if !self.shown.iter().any(|shown| shown.setting.name == setting.name) {
            let value = text.as_deref().map(|text| show::masked(setting, text));
            self.shown.push(Shown { setting, value, given: given.is_some() });
        }
        match parse(&text?) {
            Ok(value) => Some(value),
            Err(problems) => {
                problems.iter().for_each(|problem| self.fault(setting, problem));
                None
            }
        }
    }

    /// Says what is wrong with a setting, once.
    pub fn fault(&mut self, setting: &Setting, problem: &str) {
        self.say(setting.name, problem);
    }

    fn say(&mut self, name: &str, problem: &str) {
        let fault = Fault { name: name.to_owned(), problem: problem.to_owned() };
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    pub fn finish<T>(self, read: Option<T>) -> (Result<T, Faults>, Vec<Shown>) {
        let read = match read {
            Some(value) if self.faults.is_empty() => Ok(value),
            Some(_) | None => Err(Faults(self.faults)),
        };
        (read, self.shown)
    }
}

/// The setting that a wrong name is likely to mean.
fn likely(name: &str) -> Option<&'static str> {
    let cell_counts = |setting: &&'static Setting| {
        let [own, wrong] = [setting.name, name].map(|it| it.strip_prefix(PREFIX).unwrap_or(it));
        (strsim::jaro_winkler(own, wrong), setting.name)
    };
    let best = table::ALL.iter().copied().map(|it| cell_counts(&it));
    let (score, name) = best.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (score >= LIKELY).then_some(name)
}
