//! Files of Debian packages, with what they depend on, without installing anything.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::command::{run, words};
use crate::error::{Context, Error, Result};
use crate::packages;

/// Packages that only keep an installed system in order; a container is never updated in place.
const MAINTENANCE: [&str; 22] = [
    "adduser",
    "debconf",
    "dpkg",
    "gcc-12-base",
    "init-system-helpers",
    "iproute2",
    "libaudit-common",
    "libaudit1",
    "libpam-modules",
    "libpam-modules-bin",
    "libpam-runtime",
    "libpam0g",
    "libsemanage-common",
    "libsemanage2",
    "libsepol2",
    "lsb-base",
    "mysql-common",
    "passwd",
    "sysvinit-utils",
    "tar",
    "usrmerge",
    "libbpf1",
];

/// A package as the archive has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    pub name: String,
    pub version: String,
}

/// What the named packages need on an empty system, themselves included.
///
/// # Errors
/// When a package is not known.
pub fn closure(names: &[String], work: &Path) -> Result<Vec<Package>> {
    packages::refresh_lists()?;
    let output = apt(&["--simulate"], names, work)?;
    let found = parse_simulation(&String::from_utf8_lossy(&output));
    Ok(found
        .into_iter()
        .filter(|package| !is_maintenance(&package.name))
        .collect())
}

/// Fetches packages into `work` and returns the paths of their files.
///
/// # Errors
/// When the archive cannot be reached.
pub fn fetch(wanted: &[Package], names: &[String], work: &Path) -> Result<Vec<PathBuf>> {
    apt(&["--download-only"], names, work)?;
    let files: Vec<String> = fs::read_dir(work.join("archives"))
        .context(|| format!("reading {} failed", work.display()))?
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    let find = |package: &Package| {
        let start = format!("{}_{}_", package.name, package.version.replace(':', "%3a"));
        let file = files.iter().find(|file| file.starts_with(&start));
        file.map(|file| work.join("archives").join(file))
            .ok_or_else(|| {
                Error::Refused(format!(
                    "the package {} {} was not fetched",
                    package.name, package.version
                ))
            })
    };
    wanted.iter().map(find).collect()
}

/// The files of a package as a tar.
///
/// # Errors
/// When the package is damaged.
pub fn files(package: &Path) -> Result<Vec<u8>> {
    run(
        words("dpkg-deb", ["--fsys-tarfile"]).arg(package),
        Duration::from_secs(120),
    )
}

fn is_maintenance(name: &str) -> bool {
    MAINTENANCE.contains(&name)
        || name == "perl"
        || name.starts_with("perl-")
        || name.starts_with("libperl")
        || name.ends_with("-perl")
}

/// apt with an empty list of what is installed, so that nothing is taken for granted.
fn apt(action: &[&str], names: &[String], work: &Path) -> Result<Vec<u8>> {
    let archives = work.join("archives");
    let status = work.join("status");
    fs::create_dir_all(archives.join("partial"))
        .and_then(|()| fs::write(&status, ""))
        .context(|| format!("writing in {} failed", work.display()))?;
    let mut command = words("apt-get", ["-q", "-y", "--no-install-recommends"]);
    command
        .arg("-o")
        .arg(format!("Dir::State::status={}", status.display()));
    command
        .arg("-o")
        .arg(format!("Dir::Cache::archives={}", archives.display()));
    command
        .args(["-o", "Debug::NoLocking=1", "-o", "APT::Sandbox::User=root"])
        .args(action)
        .arg("install")
        .args(names);
    run(&mut command, Duration::from_secs(300))
}

/// Lines such as `Inst libc6 (2.36-9+deb12u14 Debian:12.13/oldstable [amd64])`.
fn parse_simulation(text: &str) -> Vec<Package> {
    let parse = |line: &str| {
        let (name, rest) = line.strip_prefix("Inst ")?.split_once(" (")?;
        Some(Package {
            name: name.to_owned(),
            version: rest.split(' ').next()?.to_owned(),
        })
    };
    text.lines().filter_map(parse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_apt_would_do() {
        let text = "NOTE: This is only a simulation!\nInst libc6 (2.36-9+deb12u14 Debian:12.13/oldstable [amd64])\nConf libc6 (2.36 x [amd64])\n";
        assert_eq!(
            parse_simulation(text),
            [Package {
                name: "libc6".to_owned(),
                version: "2.36-9+deb12u14".to_owned()
            }]
        );
    }
}
