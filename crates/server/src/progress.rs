//! How far a long task has come: a bar for a person at a terminal, nothing for anyone else.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Told by a task that takes a while.
pub trait Progress: Send + Sync {
    /// A part of the task begins, with so many steps ahead.
    fn begin(&self, part: &str, steps: u64);
    fn advance(&self, steps: u64);
    /// The whole task is through.
    fn finish(&self);
}

/// On stderr, so that a command's result stays clean; hidden unless that is a terminal.
pub struct Bar(ProgressBar);

impl Bar {
    pub fn new() -> Self {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{msg:24} {wide_bar} {pos}/{len}") {
            bar.set_style(style);
        }
        Self(bar)
    }
}

impl Default for Bar {
    fn default() -> Self {
        Self::new()
    }
}

impl Progress for Bar {
    fn begin(&self, part: &str, steps: u64) {
        self.0.set_message(part.to_owned());
        self.0.set_length(steps);
        self.0.set_position(0);
    }

    fn advance(&self, steps: u64) {
        self.0.inc(steps);
    }

    fn finish(&self) {
        self.0.finish_and_clear();
    }
}
