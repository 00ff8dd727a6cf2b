//! The machine a run was made on.

use std::fs;

use anyhow::{Context, Result};

/// Processor, cores, memory and load, in one line.
pub fn describe() -> Result<String> {
    let processors = fs::read_to_string("/proc/cpuinfo")?;
    let model = processors
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("processor", |rest| {
            rest.trim_start_matches([' ', '\t', ':'])
        });
    let cores = std::thread::available_parallelism()?;
    let memory = fs::read_to_string("/proc/meminfo")?;
    let kilobytes: u64 = memory
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))
        .and_then(|rest| rest.trim().strip_suffix(" kB"))
        .context("/proc/meminfo has no MemTotal")?
        .trim()
        .parse()?;
    Ok(format!(
        "{model}, {cores} cores, {} GiB; {}",
        kilobytes >> 20,
        load()?
    ))
}

/// Load averages of 1, 5 and 15 minutes, this run's own included.
pub fn load() -> Result<String> {
    let text = fs::read_to_string("/proc/loadavg")?;
    let averages: Vec<&str> = text.split(' ').take(3).collect();
    Ok(format!("load averages {}", averages.join(", ")))
}
