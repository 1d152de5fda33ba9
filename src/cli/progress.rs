//! Progress for people: a bar on a terminal, nothing elsewhere.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::pipeline::Progress;

/// A bar on stderr, if stderr is a terminal.
pub(super) struct Bar {
    bar: ProgressBar,
}

impl Bar {
    /// A bar that is not yet shown. Talkative logs and `--quiet` keep it hidden.
    pub(super) fn new(quiet: Quiet) -> Self {
        let shown = quiet == Quiet::No && std::io::stderr().is_terminal();
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        if let Ok(style) = ProgressStyle::with_template("{prefix:<10} {bar:24} {pos}/{len} {wide_msg}") {
            bar.set_style(style);
        }
        Self { bar }
    }
}

/// Whether progress is to be kept quiet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quiet {
    Yes,
    No,
}

impl Progress for Bar {
    fn begin(&self, stage: &str, parts: usize) {
        self.bar.set_length(u64::try_from(parts).unwrap_or(u64::MAX));
        self.bar.set_position(0);
        self.bar.set_prefix(stage.to_owned());
        tracing::info!(stage, parts, "Stage begins.");
    }

    fn advance(&self, part: &str) {
        self.bar.set_message(part.to_owned());
        self.bar.inc(1);
        tracing::debug!(part, "Part done.");
    }

    fn end(&self) {
        self.bar.finish_and_clear();
    }
}
