//! Limits of the host that several nodes on one machine would run into.

use std::fs;

use crate::error::{Context, Result};

/// A kernel option and the least that three nodes full of pods need: every kubelet watches half a
/// dozen folders and every `logs -f` one more; every pod brings about twenty threads.
const LEAST: [(&str, u64); 2] = [
    ("/proc/sys/fs/inotify/max_user_instances", 1024),
    ("/proc/sys/kernel/pid_max", 131_072),
];

/// Raises what is too low until the next boot, and says so; nothing is ever lowered.
///
/// # Errors
/// When an option cannot be read or written.
pub fn raise_limits() -> Result<()> {
    for (file, least) in LEAST {
        let text = fs::read_to_string(file).context(|| format!("reading {file} failed"))?;
        if text.trim().parse::<u64>().is_ok_and(|value| value < least) {
            eprintln!("raising {file} from {} to {least}", text.trim());
            fs::write(file, least.to_string()).context(|| format!("writing {file} failed"))?;
        }
    }
    Ok(())
}
