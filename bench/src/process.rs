//! Processes: how long they take, what they cost.

use std::fs;
use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

/// Clock ticks a second in `/proc/PID/stat` (`USER_HZ`, 100 on every Linux that matters).
const TICKS: f64 = 100.0;

/// Runs a program to its end: standard output and wall time. Anything but success is an error with its words.
pub fn timed(command: &mut Command) -> Result<(Vec<u8>, Duration)> {
    let started = Instant::now();
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start {}", command.get_program().display()))?;
    let took = started.elapsed();
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        bail!("{command:?} ended with {}: {}", output.status, words.trim());
    }
    Ok((output.stdout, took))
}

/// Time from the start of a program to its first byte of output, and to its end.
pub fn first_output(command: &mut Command) -> Result<(Duration, Duration)> {
    let started = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut output = child.stdout.take().context("the output is a pipe")?;
    let mut first = [0_u8; 1];
    let read = output.read(&mut first)?;
    let seen = started.elapsed();
    let mut rest = Vec::new();
    output.read_to_end(&mut rest)?;
    let status = child.wait()?;
    ensure!(
        read == 1 && status.success(),
        "{command:?} printed nothing or ended with {status}"
    );
    Ok((seen, started.elapsed()))
}

/// Processor time a process has used, user and system, in seconds (steps of 10 ms).
pub fn processor_seconds(pid: u32) -> Result<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields = text
        .rsplit_once(") ")
        .context("/proc/PID/stat has no name")?
        .1;
    let ticks: u64 = fields
        .split(' ')
        .skip(11)
        .take(2)
        .map(|field| field.parse::<u64>().context("ticks are a number"))
        .sum::<Result<u64>>()?;
    Ok(ticks as f64 / TICKS)
}

/// Resident memory of a process in MB of 10⁶ bytes.
pub fn resident(pid: u32) -> Result<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let kilobytes: f64 = text
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.trim().strip_suffix(" kB"))
        .context("/proc/PID/status has no VmRSS")?
        .parse()?;
    Ok(kilobytes * 1024.0 / 1e6)
}
