//! Control groups (version 1): the list of everything that a cluster runs, and the roots of its pods.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::error::{Context, Result};
use crate::wait::{Progress, until};

const MOUNT: &str = "/sys/fs/cgroup";
/// The controller whose tree is the list of processes. Every container is in all of them.
const LIST: &str = "pids";

/// Makes a cgroup in every controller, as the kubelet demands of the root of its pods.
///
/// # Errors
/// When a controller refuses.
pub fn create(path: &Path) -> Result<()> {
    for controller in controllers()? {
        let cgroup = controller.join(path);
        fs::create_dir_all(&cgroup)
            .context(|| format!("making the cgroup {} failed", cgroup.display()))?;
    }
    // A cpuset without processors and memory admits no process, and a new one has none.
    let cpuset = Path::new(MOUNT).join("cpuset");
    if cpuset.exists() {
        let mut cgroup = cpuset;
        for name in path {
            let parent = cgroup.clone();
            cgroup.push(name);
            for file in ["cpuset.cpus", "cpuset.mems"] {
                let value =
                    fs::read(parent.join(file)).context(|| format!("reading {file} failed"))?;
                fs::write(cgroup.join(file), value)
                    .context(|| format!("writing {file} of {} failed", cgroup.display()))?;
            }
        }
    }
    Ok(())
}

/// Puts a process, and all that it will start, on the list of `path`.
///
/// # Errors
/// When the process is gone or the cgroup is missing.
pub fn enter(path: &Path, pid: i32) -> Result<()> {
    let cgroup = Path::new(MOUNT).join(LIST).join(path);
    fs::create_dir_all(&cgroup)
        .context(|| format!("making the cgroup {} failed", cgroup.display()))?;
    fs::write(cgroup.join("cgroup.procs"), pid.to_string())
        .context(|| format!("moving process {pid} to {} failed", cgroup.display()))
}

/// The processes in `path` and below it.
pub fn processes(path: &Path) -> Vec<i32> {
    let mut found = Vec::new();
    collect(&Path::new(MOUNT).join(LIST).join(path), &mut found);
    found
}

/// Ends every process in `path` and below it, however often they fork meanwhile.
///
/// # Errors
/// When some are still there after ten seconds.
pub fn end_processes(path: &Path) -> Result<()> {
    until(
        &format!("the end of every process in cgroup {}", path.display()),
        Duration::from_secs(10),
        Duration::from_millis(10),
        || {
            let left = processes(path);
            if left.is_empty() {
                return Ok(Progress::Done(()));
            }
            for pid in &left {
                // One that ended since the list was read is no failure.
                let _ = kill(Pid::from_raw(*pid), Signal::SIGKILL);
            }
            Ok(Progress::NotYet(format!("processes {left:?}")))
        },
    )
}

/// Removes `path` and all below it from every controller.
///
/// # Errors
/// When a group cannot be removed within five seconds, because a process is in it.
pub fn remove(path: &Path) -> Result<()> {
    let roots: Vec<PathBuf> = controllers()?
        .into_iter()
        .map(|controller| controller.join(path))
        .collect();
    until(
        &format!("the removal of cgroup {}", path.display()),
        Duration::from_secs(5),
        Duration::from_millis(20),
        || {
            let left: Vec<String> = roots
                .iter()
                .filter_map(|root| remove_tree(root).err())
                .map(|error| error.to_string())
                .collect();
            Ok(if left.is_empty() {
                Progress::Done(())
            } else {
                Progress::NotYet(left.join("\n"))
            })
        },
    )
}

fn controllers() -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(MOUNT)
        .context(|| format!("reading {MOUNT} failed: are the cgroups mounted?"))?;
    let mut found: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.join("cgroup.procs").exists() && !path.is_symlink())
        .collect();
    found.sort();
    Ok(found)
}

fn collect(cgroup: &Path, found: &mut Vec<i32>) {
    if let Ok(text) = fs::read_to_string(cgroup.join("cgroup.procs")) {
        found.extend(text.lines().filter_map(|line| line.parse::<i32>().ok()));
    }
    for child in children(cgroup) {
        collect(&child, found);
    }
}

fn children(cgroup: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(cgroup).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| entry.path())
        .collect()
}

fn remove_tree(cgroup: &Path) -> Result<()> {
    for child in children(cgroup) {
        remove_tree(&child)?;
    }
    match fs::remove_dir(cgroup) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
    .context(|| format!("removing {} failed", cgroup.display()))
}
