//! Where log events go: stderr, as words or JSON, filtered by -v, -q or `AMUR_LOG`.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::args::{Global, LogFormat};

/// Installs the subscriber; a second call in one process changes nothing.
pub(super) fn set_up(global: &Global) {
    let level = match (global.quiet, global.verbose) {
        (true, _) => "amur=error",
        (false, 0) => "amur=warn",
        (false, 1) => "amur=info",
        (false, _) => "amur=debug",
    };
    // A JSON log is read by a machine, which wants the stages too.
    let level =
        if global.log_format == LogFormat::Json && level == "amur=warn" { "amur=info" } else { level };
    let filter = EnvFilter::try_from_env("AMUR_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    let registry = tracing_subscriber::registry().with(filter);
    let installed = match global.log_format {
        LogFormat::Json => registry
            .with(tracing_subscriber::fmt::layer().json().flatten_event(true).with_writer(std::io::stderr))
            .try_init(),
        LogFormat::Text => registry
            .with(
                tracing_subscriber::fmt::layer()
                    .without_time()
                    .with_target(false)
                    .with_ansi(super::show::colour_allowed(std::io::stderr().is_terminal()))
                    .with_writer(std::io::stderr),
            )
            .try_init(),
    };
    if installed.is_err() {
        tracing::debug!("A log was already set up.");
    }
}
