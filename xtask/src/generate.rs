//! `make generate` and `make check-generated`: files that are made from the code and committed.
//!
//! The server writes them itself, so that these commands do not have to be built with it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::program::{command, output, root};

/// Writes the generated files into the repository.
pub fn generate() -> Result<()> {
    for name in write(&root())? {
        println!("wrote {name}");
    }
    Ok(())
}

/// Fails when a committed file is not what would be generated now.
pub fn check() -> Result<()> {
    let fresh = root().join("target/generated");
    let mut stale = Vec::new();
    for name in write(&fresh)? {
        if read(&fresh.join(&name))? != fs::read_to_string(root().join(&name)).unwrap_or_default() {
            stale.push(name);
        }
    }
    ensure!(
        stale.is_empty(),
        "not up to date: {}; run `make generate` and commit",
        stale.join(", ")
    );
    println!("generated files are up to date");
    Ok(())
}

/// Packages whose example `reference` writes files.
const WRITERS: [&str; 2] = ["kubemin-server", "kubemin"];

/// Names of the files written below a folder.
fn write(folder: &Path) -> Result<Vec<String>> {
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let folder: PathBuf = fs::canonicalize(folder)?;
    let folder = folder.to_string_lossy();
    crate::sbom::write(Path::new(&*folder))?;
    let mut names = vec![crate::sbom::NAME.to_owned()];
    for package in WRITERS {
        let run = [
            "run",
            "--quiet",
            "--locked",
            "-p",
            package,
            "--example",
            "reference",
            "--",
            &folder,
        ];
        names.extend(output(command("cargo", &run))?.lines().map(str::to_owned));
    }
    Ok(names)
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}
