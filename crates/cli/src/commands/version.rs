//! `version`.

use serde::Serialize;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::screen::Screen;

#[derive(Serialize)]
struct Version {
    version: &'static str,
}

/// Prints the version of this program.
pub fn run(screen: &Screen) -> Result<Exit, Failure> {
    let version = env!("CARGO_PKG_VERSION");
    if screen.format.is_data() {
        screen.data(&Version { version })?;
    } else {
        screen.line(&format!("kubemin {version}"))?;
    }
    Ok(Exit::Done)
}
