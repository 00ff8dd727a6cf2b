//! Debian packages that the host needs: installed when they are missing.

use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::command::{run, words};
use crate::error::{Error, Result};

/// A file and the package that brings it.
const NEEDED: [(&str, &str); 10] = [
    ("/usr/bin/containerd", "containerd"),
    ("/usr/sbin/runc", "runc"),
    ("/usr/lib/cni/ptp", "containernetworking-plugins"),
    ("/usr/sbin/iptables", "iptables"),
    ("/usr/sbin/conntrack", "conntrack"),
    ("/usr/sbin/ipset", "ipset"),
    ("/usr/bin/socat", "socat"),
    ("/sbin/ip", "iproute2"),
    ("/sbin/sysctl", "procps"),
    ("/usr/bin/nsenter", "util-linux"),
];

/// Installs what is missing; does nothing, and takes no time, when nothing is.
///
/// # Errors
/// When this is not run by root, or a package cannot be installed.
pub fn ensure() -> Result<()> {
    if !nix::unistd::geteuid().is_root() {
        return Err(Error::Refused(
            "a cluster needs network namespaces, mounts and cgroups: run this as root".to_owned(),
        ));
    }
    let missing: Vec<&str> = NEEDED
        .iter()
        .filter(|(file, _)| !Path::new(file).exists())
        .map(|(_, package)| *package)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    eprintln!("installing {} …", missing.join(", "));
    refresh_lists()?;
    let args = ["-q", "-y", "--no-install-recommends", "install"]
        .into_iter()
        .chain(missing);
    run(
        words("apt-get", args).env("DEBIAN_FRONTEND", "noninteractive"),
        Duration::from_secs(600),
    )
    .map(|_| ())
}

/// Fetches the lists of packages when there are none.
///
/// # Errors
/// When the archive cannot be reached.
pub fn refresh_lists() -> Result<()> {
    let is_list = |name: &str| name.contains("_Packages");
    let mut entries = fs::read_dir("/var/lib/apt/lists")
        .into_iter()
        .flatten()
        .flatten();
    if entries.any(|entry| is_list(&entry.file_name().to_string_lossy())) {
        return Ok(());
    }
    run(
        &mut words("apt-get", ["-q", "update"]),
        Duration::from_secs(300),
    )
    .map(|_| ())
}
