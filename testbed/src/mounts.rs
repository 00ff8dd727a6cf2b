//! What is mounted below a folder.

use std::fs;
use std::path::{Path, PathBuf};

use nix::mount::{MntFlags, umount2};

use crate::error::{Context, Error, Result};

/// Detaches everything that is mounted below `folder`, the innermost first.
///
/// # Errors
/// When something is still mounted afterwards: removing files would then reach what is mounted.
pub fn detach_below(folder: &Path) -> Result<()> {
    for mount in below(folder)?.iter().rev() {
        // A mount may go away with the one that it lies on.
        let _ = umount2(mount, MntFlags::MNT_DETACH);
    }
    match below(folder)?.first() {
        None => Ok(()),
        Some(left) => Err(Error::Refused(format!(
            "{} cannot be unmounted",
            left.display()
        ))),
    }
}

fn below(folder: &Path) -> Result<Vec<PathBuf>> {
    let table = fs::read_to_string("/proc/self/mountinfo")
        .context(|| "reading the table of mounts failed".to_owned())?;
    Ok(mount_points(&table)
        .into_iter()
        .filter(|mount| mount.starts_with(folder))
        .collect())
}

/// The mount points of a table as the kernel writes it: field 5, blanks as `\040`.
fn mount_points(table: &str) -> Vec<PathBuf> {
    let unescape = |text: &str| {
        PathBuf::from(
            text.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\134", "\\"),
        )
    };
    table
        .lines()
        .filter_map(|line| line.split(' ').nth(4))
        .map(unescape)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_table_of_the_kernel() {
        let table = "36 35 98:0 / /mnt/a\\040b rw,noatime master:1 - ext4 /dev/root rw\n37 36 0:5 / /mnt/a\\040b/c rw - tmpfs tmpfs rw\n";
        assert_eq!(
            mount_points(table),
            [PathBuf::from("/mnt/a b"), PathBuf::from("/mnt/a b/c")]
        );
    }
}
