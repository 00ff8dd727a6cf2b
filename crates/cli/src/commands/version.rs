//! `version`.

use serde::Serialize;

use crate::args;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::screen::Screen;

#[derive(Serialize)]
struct Version {
    version: &'static str,
}

/// What is linked into this program (CycloneDX).
const BILL_OF_MATERIALS: &str = include_str!("../../../../docs/reference/sbom.cdx.json");

/// Prints the version of this program, or what it is made of.
pub fn run(args: &args::Version, screen: &Screen) -> Result<Exit, Failure> {
    if args.sbom {
        screen.text(BILL_OF_MATERIALS)?;
        return Ok(Exit::Done);
    }
    let version = env!("CARGO_PKG_VERSION");
    if screen.format.is_data() {
        screen.data(&Version { version })?;
    } else {
        screen.line(&format!("kubemin {version}"))?;
    }
    Ok(Exit::Done)
}
