//! The parts of a cluster: programs that go on running when `testbed` has ended.
//!
//! A part is started in a session, a cgroup and, when it belongs to a node, a network namespace
//! of its own. Its record on disk names the process, so that a later call finds it again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};

use crate::cgroup;
use crate::command::last_lines;
use crate::error::{Context, Error, Result};
use crate::layout::Layout;
use crate::wait::{Progress, until};

/// A part to start.
#[derive(Debug, Default)]
pub struct Part {
    /// `etcd`, or `node-1/kubelet` for one of a node.
    pub name: String,
    pub program: PathBuf,
    pub args: Vec<String>,
    pub environment: Vec<(&'static str, String)>,
    /// The network namespace it runs in; the host's when absent.
    pub namespace: Option<String>,
}

/// A part that was started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    pub part: String,
    pub pid: i32,
    /// Start of the process in clock ticks since boot: tells it from a later one with its number.
    pub started: u64,
    /// The boot that `started` counts from.
    pub boot: String,
}

impl Part {
    /// Starts the part and writes its record.
    ///
    /// # Errors
    /// When the program cannot be started or its log or record cannot be written.
    pub fn start(&self, layout: &Layout) -> Result<Record> {
        let log = log_path(layout, &self.name);
        fs::create_dir_all(layout.logs())
            .context(|| format!("making {} failed", layout.logs().display()))?;
        let output = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&log)
            .context(|| format!("opening {} failed", log.display()))?;
        let errors = output
            .try_clone()
            .context(|| format!("opening {} failed", log.display()))?;
        let child = self
            .command()
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .current_dir("/")
            .spawn()
            .context(|| format!("starting {} ({}) failed", self.name, self.program.display()))?;
        let pid = i32::try_from(child.id()).unwrap_or(i32::MAX);
        cgroup::enter(&layout.cgroup().join(self.cgroup()), pid)?;
        let record = Record {
            part: self.name.clone(),
            pid,
            started: start_ticks(pid).unwrap_or(0),
            boot: boot_id(),
        };
        record.write(layout)?;
        Ok(record)
    }

    /// `setsid` and `nsenter` replace themselves with the program, so its pid is the child's.
    fn command(&self) -> Command {
        let mut command = Command::new("setsid");
        if let Some(namespace) = &self.namespace {
            command
                .arg("nsenter")
                .arg(format!("--net=/run/netns/{namespace}"));
        }
        command
            .arg(&self.program)
            .args(&self.args)
            .envs(self.environment.iter().map(|(key, value)| (key, value)));
        command
    }

    fn cgroup(&self) -> PathBuf {
        match self.name.split_once('/') {
            Some((node, _)) => Path::new(node).join("system"),
            None => PathBuf::from("control"),
        }
    }
}

impl Record {
    pub fn is_alive(&self) -> bool {
        boot_id() == self.boot && start_ticks(self.pid) == Some(self.started)
    }

    /// Fails with the part's last words when it is dead.
    ///
    /// # Errors
    /// [`Error::PartDied`].
    pub fn check(&self, layout: &Layout) -> Result<()> {
        if self.is_alive() {
            return Ok(());
        }
        let log = log_path(layout, &self.part);
        Err(Error::PartDied {
            part: self.part.clone(),
            tail: log_tail(layout, &self.part, 15),
            log,
        })
    }

    /// Asks the part to end, and ends it when it has not within `patience`.
    ///
    /// # Errors
    /// When it is there even then.
    pub fn stop(&self, layout: &Layout, patience: Duration) -> Result<()> {
        for (signal, limit) in [
            (Signal::SIGTERM, patience),
            (Signal::SIGKILL, Duration::from_secs(5)),
        ] {
            if self.is_alive() {
                // It may end between the question and the signal.
                let _ = kill(Pid::from_raw(self.pid), signal);
            }
            let gone = until(
                &format!("the end of {}", self.part),
                limit,
                Duration::from_millis(20),
                || {
                    Ok(if self.is_alive() {
                        Progress::NotYet(format!("process {}", self.pid))
                    } else {
                        Progress::Done(())
                    })
                },
            );
            match gone {
                Ok(()) => break,
                Err(error) if signal == Signal::SIGKILL => return Err(error),
                Err(_) => {}
            }
        }
        forget(layout, &self.part)
    }

    fn write(&self, layout: &Layout) -> Result<()> {
        let path = record_path(layout, &self.part);
        fs::create_dir_all(layout.parts())
            .context(|| format!("making {} failed", layout.parts().display()))?;
        let text = serde_json::to_vec(self).map_err(|error| Error::Malformed {
            what: self.part.clone(),
            why: error.to_string(),
        })?;
        fs::write(&path, text).context(|| format!("writing {} failed", path.display()))
    }
}

/// The records of a cluster's parts, those of nodes after the others.
pub fn records(layout: &Layout) -> Vec<Record> {
    let entries = fs::read_dir(layout.parts()).into_iter().flatten().flatten();
    let mut found: Vec<Record> = entries
        .filter_map(|entry| serde_json::from_slice(&fs::read(entry.path()).ok()?).ok())
        .collect();
    found.sort_by(|a, b| (a.part.contains('/'), &a.part).cmp(&(b.part.contains('/'), &b.part)));
    found
}

/// The records of one node's parts.
pub fn records_of_node(layout: &Layout, node: &str) -> Vec<Record> {
    records(layout)
        .into_iter()
        .filter(|record| {
            record
                .part
                .split_once('/')
                .is_some_and(|(owner, _)| owner == node)
        })
        .collect()
}

/// Removes a part's record.
///
/// # Errors
/// When the file system refuses.
pub fn forget(layout: &Layout, part: &str) -> Result<()> {
    let path = record_path(layout, part);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).context(|| format!("removing {} failed", path.display()))
        }
        _ => Ok(()),
    }
}

/// Where a part writes what it has to say.
pub fn log_path(layout: &Layout, part: &str) -> PathBuf {
    layout
        .logs()
        .join(format!("{}.log", part.replace('/', ".")))
}

/// The last lines of a part's log.
pub fn log_tail(layout: &Layout, part: &str, lines: usize) -> String {
    let bytes = fs::read(log_path(layout, part)).unwrap_or_default();
    let text = last_lines(&String::from_utf8_lossy(&bytes), lines);
    // A line of a kubelet may be a screenful; its beginning says what it is about.
    text.lines()
        .map(|line| line.chars().take(300).collect::<String>())
        .collect::<Vec<_>>()
        .join("\n")
}

fn record_path(layout: &Layout, part: &str) -> PathBuf {
    layout
        .parts()
        .join(format!("{}.json", part.replace('/', ".")))
}

fn boot_id() -> String {
    fs::read_to_string("/proc/sys/kernel/random/boot_id")
        .map(|id| id.trim().to_owned())
        .unwrap_or_default()
}

/// Field 22 of `/proc/PID/stat`, or nothing when the process has ended, reaped or not.
fn start_ticks(pid: i32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit_once(") ")?.1.split(' ');
    if fields.next()? == "Z" {
        return None;
    }
    fields.nth(18)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_known_by_its_start_and_not_by_its_number_alone() {
        let pid = i32::try_from(std::process::id()).unwrap();
        let mut record = Record {
            part: "me".to_owned(),
            pid,
            started: start_ticks(pid).unwrap(),
            boot: boot_id(),
        };
        assert!(record.is_alive());
        record.started += 1;
        assert!(!record.is_alive());
    }

    #[test]
    fn a_zombie_counts_as_dead() {
        let mut child = Command::new("true").spawn().unwrap();
        let pid = i32::try_from(child.id()).unwrap();
        let end = std::time::Instant::now() + Duration::from_secs(5);
        while start_ticks(pid).is_some() && std::time::Instant::now() < end {
            std::thread::yield_now();
        }
        assert_eq!(start_ticks(pid), None);
        child.wait().unwrap();
    }
}
