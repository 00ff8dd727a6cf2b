//! Debian packages: installed when their program is missing.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::process::run;

/// Installs `package` unless `program`, a path, is there.
///
/// # Errors
/// When this user may not install packages, or the archive cannot be reached.
pub fn ensure(program: &str, package: &str) -> Result<()> {
    if Path::new(program).exists() {
        return Ok(());
    }
    if !nix::unistd::geteuid().is_root() {
        return Err(Error::Package(package.to_owned()));
    }
    eprintln!("installing {package} …");
    if apt(&["install", package]).is_ok() {
        return Ok(());
    }
    // The lists of packages may be missing, or name a version that the archive has replaced.
    apt(&["update"])?;
    apt(&["install", package])
}

fn apt(action: &[&str]) -> Result<()> {
    let mut command = Command::new("apt-get");
    command
        .args(["-q", "-y", "--no-install-recommends"])
        .args(["-o", "DPkg::Lock::Timeout=300"])
        .args(action)
        .env("DEBIAN_FRONTEND", "noninteractive");
    run(&mut command, Duration::from_secs(600))
}
