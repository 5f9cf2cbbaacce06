//! A setting, and what holds while it is not given.

/// One setting.
pub struct Setting {
    pub name: &'static str,
    /// For whoever runs the server.
    pub meaning: &'static str,
    pub production: When,
    pub sandbox: When,
    /// A value of the right shape, where the default does not show it.
    pub example: &'static str,
    pub secret: bool,
}

/// What holds while a setting is not given.
#[derive(Clone, Copy)]
pub enum When {
    Required,
    /// This value.
    Default(&'static str),
    /// What the words say.
    Otherwise(&'static str),
    /// It belongs to the other way of running, and giving it is a mistake.
    Refused,
}

pub(super) const ORDINARY: Setting = Setting {
    name: "",
    meaning: "",
    production: When::Required,
    sandbox: When::Required,
    example: "",
    secret: false,
};
