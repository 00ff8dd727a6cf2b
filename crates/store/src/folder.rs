//! The data folder: private, and held by one process at a time (decision 33).

use std::fs::{DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{ErrorKind, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::error::OpenError;

const LOCK_FILE: &str = "kubemin.lock";
const OTHERS: u32 = 0o077;
const OTHERS_WRITE: u32 = 0o002;

/// A data folder of this process.
pub struct DataFolder(PathBuf);

impl DataFolder {
    /// Makes the folder when absent and takes its lock, which is held until the file is dropped.
    pub fn hold(path: &Path) -> Result<(Self, File), OpenError> {
        make_private(path)?;
        let lock = lock(&path.join(LOCK_FILE))?;
        Ok((Self(path.to_owned()), lock))
    }

    /// Path of a file in the folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

/// Opens a file for reading and writing that only its owner may read; makes it when absent.
pub fn open_private(path: &Path) -> Result<File, OpenError> {
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .map_err(|error| OpenError::file(path, error))?;
    // The file may have been copied here with wider permissions.
    file.set_permissions(Permissions::from_mode(0o600))
        .map_err(|error| OpenError::file(path, error))?;
    Ok(file)
}

fn make_private(path: &Path) -> Result<(), OpenError> {
    let failed = |error: std::io::Error| OpenError::file(path, error);
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(failed)?;
    let mode = std::fs::metadata(path)
        .map_err(failed)?
        .permissions()
        .mode();
    if mode & OTHERS == 0 {
        return Ok(());
    }
    if std::fs::read_dir(path).map_err(failed)?.next().is_none() {
        return narrow(path);
    }
    // Whoever may write here may put another database in place of ours.
    if mode & OTHERS_WRITE != 0 && !path.join(LOCK_FILE).exists() {
        return Err(OpenError::Shared {
            folder: path.to_owned(),
            mode: mode & 0o7777,
        });
    }
    // Taking rights away from a folder in use (a home, /etc) would break others; our files are private anyway.
    tracing::warn!(folder = %path.display(), "the data folder is open to other users: chmod 700 it");
    Ok(())
}

fn narrow(path: &Path) -> Result<(), OpenError> {
    match std::fs::set_permissions(path, Permissions::from_mode(0o700)) {
        // A mounted volume may belong to root while its group may write.
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Ok(()),
        result => result.map_err(|error| OpenError::file(path, error)),
    }
}

/// Takes a lock file until the answer is dropped, and writes this process's id into it.
pub fn lock(path: &Path) -> Result<File, OpenError> {
    let mut file = open_private(path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(OpenError::Locked {
                lock: path.to_owned(),
                pid: holder(&mut file),
            });
        }
        Err(TryLockError::Error(error)) => return Err(OpenError::file(path, error)),
    }
    file.set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| writeln!(file, "{}", std::process::id()))
        .map_err(|error| OpenError::file(path, error))?;
    Ok(file)
}

fn holder(file: &mut File) -> String {
    let mut pid = String::new();
    match file.read_to_string(&mut pid) {
        Ok(_) if !pid.trim().is_empty() => pid.trim().to_owned(),
        _ => "unknown".to_owned(),
    }
}
