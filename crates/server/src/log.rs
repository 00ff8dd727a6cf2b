//! The log, on standard error.

use tracing_subscriber::EnvFilter;

use crate::config::{Log, LogFormat};

/// Begins to log. Only the first call in a process counts.
pub(crate) fn init(settings: &Log) {
    let filter = EnvFilter::try_new(&settings.level).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false);
    // a second subscriber is refused, and the first one goes on
    let _ = match settings.format {
        LogFormat::Json => builder.json().try_init(),
        LogFormat::Text => builder.with_ansi(false).try_init(),
    };
}
