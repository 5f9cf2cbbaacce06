//! What is wrong with the settings.

use std::fmt;

use crate::config::table::Setting;

/// One thing that is wrong with one setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub name: String,
    pub problem: String,
}

impl Fault {
    /// What is wrong with the value of a setting.
    pub fn of(setting: &Setting, value: impl fmt::Display, problem: impl fmt::Display) -> Self {
        Self { name: setting.name.to_owned(), problem: format!("{value}: {problem}") }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, problem } = self;
        write!(f, "{name}: {problem}")
    }
}

/// Everything that is wrong with the settings, at once.
#[derive(Debug)]
pub struct Faults(pub(super) Vec<Fault>);

impl Faults {
    pub fn of(faults: Vec<Fault>) -> Self {
        Self(faults)
    }
}

impl std::error::Error for Faults {}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the settings cannot be used:")?;
        self.0.iter().try_for_each(|fault| write!(f, "\n  {fault}"))
    }
}
