//! The Go programs that a cluster is made of: built here once, kept by the hash of their sources.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use nix::fcntl::{Flock, FlockArg};

use crate::command::run;
use crate::digest::Key;
use crate::error::{Context, Error, Result};
use crate::layout;

/// The release of Kubernetes that a cluster runs.
pub const KUBERNETES_VERSION: &str = "v1.34.4";

/// A program, built from the Go module in `go/NAME`.
#[derive(Debug, PartialEq, Eq)]
pub struct Program {
    pub name: &'static str,
    pub version: &'static str,
    /// What `go build` is given: `.`, or a package that the module has as a tool.
    package: &'static str,
    flags: &'static [&'static str],
    /// How long the first build takes on two cores, for people who wait.
    takes: &'static str,
    /// The names it is called by.
    pub commands: &'static [&'static str],
    /// Whether every cluster needs it.
    pub essential: bool,
}

const STRIP: &str = "-ldflags=-s -w";
const KUBERNETES_FLAGS: &[&str] = &[
    "-tags=providerless",
    "-ldflags=-s -w \
     -X k8s.io/component-base/version.gitVersion=v1.34.4 -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=34 \
     -X k8s.io/client-go/pkg/version.gitVersion=v1.34.4 -X k8s.io/client-go/pkg/version.gitMajor=1 -X k8s.io/client-go/pkg/version.gitMinor=34",
];

/// Every program that can be built, the longest build first.
pub const PROGRAMS: [Program; 6] = [
    Program {
        name: "kubernetes",
        version: KUBERNETES_VERSION,
        package: ".",
        flags: KUBERNETES_FLAGS,
        takes: "6 min",
        commands: &[
            "kubectl",
            "kubelet",
            "kube-apiserver",
            "kube-controller-manager",
            "kube-scheduler",
            "kube-proxy",
            "etcd",
        ],
        essential: true,
    },
    Program {
        name: "coredns",
        version: "v1.13.1",
        package: ".",
        flags: &[STRIP],
        takes: "1 min",
        commands: &["coredns"],
        essential: true,
    },
    Program {
        name: "local-path-provisioner",
        version: "v0.0.30",
        package: "github.com/rancher/local-path-provisioner",
        flags: &[STRIP],
        takes: "1 min",
        commands: &["local-path-provisioner"],
        essential: true,
    },
    Program {
        name: "echo",
        version: "of the testbed",
        package: ".",
        flags: &[STRIP],
        takes: "20 s",
        commands: &[],
        essential: true,
    },
    Program {
        name: "helm",
        version: "v3.19.0",
        package: "helm.sh/helm/v3/cmd/helm",
        flags: &[STRIP],
        takes: "2 min",
        commands: &["helm"],
        essential: false,
    },
    Program {
        name: "cue",
        version: "v0.14.2",
        package: "cuelang.org/go/cmd/cue",
        flags: &[STRIP],
        takes: "45 s",
        commands: &["cue"],
        essential: false,
    },
];

/// The program with this name or with a command of this name.
///
/// # Errors
/// When there is none.
pub fn find(name: &str) -> Result<&'static Program> {
    PROGRAMS
        .iter()
        .find(|program| program.name == name || program.commands.contains(&name))
        .ok_or_else(|| {
            let known: Vec<&str> = PROGRAMS
                .iter()
                .flat_map(|program| program.commands)
                .copied()
                .collect();
            Error::Refused(format!(
                "no program is called {name:?}; there are {}",
                known.join(", ")
            ))
        })
}

/// Builds what every cluster needs, two programs at once.
///
/// # Errors
/// The first failure of a build.
pub fn ensure_essential() -> Result<()> {
    let (first, rest): (Vec<_>, Vec<_>) = PROGRAMS
        .iter()
        .filter(|program| program.essential)
        .partition(|program| program.name == "kubernetes");
    std::thread::scope(|scope| {
        let long = scope.spawn(|| {
            first
                .into_iter()
                .try_for_each(|program| ensure(program).map(|_| ()))
        });
        let short = rest
            .into_iter()
            .try_for_each(|program| ensure(program).map(|_| ()));
        let long = long.join().unwrap_or_else(|_| {
            Err(Error::Refused(
                "the build of kubernetes was interrupted".to_owned(),
            ))
        });
        long.and(short)
    })
}

/// The folder that has every built program under the names it is called by, for `PATH`.
///
/// # Errors
/// When there is no cache folder.
pub fn bin_folder() -> Result<PathBuf> {
    Ok(layout::cache()?.join("bin"))
}

/// The path of a built program; builds it when it is missing.
///
/// # Errors
/// When the build fails, with the last lines of what the compiler said.
pub fn ensure(program: &Program) -> Result<PathBuf> {
    let folder = layout::cache()?.join("programs");
    let built = folder
        .join(format!("{}-{}", program.name, key(program)?))
        .join(program.name);
    if !built.exists() {
        build(program, &built)?;
    }
    link_commands(program, &built)?;
    Ok(built)
}

/// Changes whenever the program's sources or the way it is built do.
///
/// # Errors
/// When the sources cannot be read.
pub fn key(program: &Program) -> Result<String> {
    let mut key = Key::default();
    key.add("package", program.package.as_bytes())
        .add("flags", program.flags.join(" ").as_bytes());
    Ok(key.add_folder(&source(program))?.finish())
}

fn source(program: &Program) -> PathBuf {
    layout::sources().join("go").join(program.name)
}

fn build(program: &Program, target: &Path) -> Result<()> {
    let folder = target.parent().unwrap_or(target);
    fs::create_dir_all(folder).context(|| format!("making {} failed", folder.display()))?;
    let _lock = lock(&folder.join("lock"))?;
    if target.exists() {
        return Ok(());
    }
    eprintln!(
        "building {} {} (first time, about {}) …",
        program.name, program.version, program.takes
    );
    let unfinished = folder.join("unfinished");
    let mut go = Command::new(go_program());
    go.current_dir(source(program))
        .env("CGO_ENABLED", "0")
        .env("GOFLAGS", "-mod=readonly -buildvcs=false")
        .args(["build", "-trimpath"]);
    go.args(program.flags)
        .arg("-o")
        .arg(&unfinished)
        .arg(program.package);
    run(&mut go, Duration::from_secs(40 * 60))?;
    fs::rename(&unfinished, target).context(|| format!("moving {} into place failed", program.name))
}

/// Go's own place is tried as well, because a login shell is what usually adds it to `PATH`.
fn go_program() -> PathBuf {
    let usual = Path::new("/usr/local/go/bin/go");
    let in_path = std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join("go").exists()));
    if !in_path && usual.exists() {
        usual.to_owned()
    } else {
        PathBuf::from("go")
    }
}

fn link_commands(program: &Program, built: &Path) -> Result<()> {
    let folder = bin_folder()?;
    fs::create_dir_all(&folder).context(|| format!("making {} failed", folder.display()))?;
    for command in program.commands {
        let link = folder.join(command);
        if fs::read_link(&link).is_ok_and(|target| target == built) {
            continue;
        }
        let fresh = folder.join(format!(".{command}.{}", std::process::id()));
        symlink(built, &fresh)
            .and_then(|()| fs::rename(&fresh, &link))
            .context(|| format!("linking {} failed", link.display()))?;
    }
    Ok(())
}

/// Waits until nobody else holds the lock; it is given back when the value is dropped.
///
/// # Errors
/// When the file cannot be opened or locked.
pub fn lock(path: &Path) -> Result<Flock<fs::File>> {
    let file = fs::File::create(path).context(|| format!("opening {} failed", path.display()))?;
    Flock::lock(file, FlockArg::LockExclusive)
        .map_err(|(_, error)| error)
        .context(|| format!("locking {} failed", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_finds_the_program_that_has_it() {
        assert_eq!(find("kubectl").unwrap().name, "kubernetes");
        assert!(find("kubeadm").unwrap_err().to_string().contains("kubectl"));
    }

    #[test]
    fn every_program_has_its_sources_committed() {
        for program in &PROGRAMS {
            assert!(source(program).join("go.sum").exists(), "{}", program.name);
        }
    }
}
