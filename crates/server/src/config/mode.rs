//! The two ways of running.

/// Which of the two ways of running the settings are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Production,
    Sandbox,
}

impl Mode {
    pub fn of(sandbox: bool) -> Self {
        if sandbox { Self::Sandbox } else { Self::Production }
    }
}
