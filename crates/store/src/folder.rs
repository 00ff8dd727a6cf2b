//! The data folder: private, and held by one process at a time (decision 33).

use std::fs::{DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::error::OpenError;

const LOCK_FILE: &str = "lock";
const OTHERS: u32 = 0o077;

/// A data folder held by this process until dropped.
pub struct DataFolder {
    path: PathBuf,
    _lock: File,
}

impl DataFolder {
    /// Makes the folder when absent and takes its lock.
    pub fn hold(path: &Path) -> Result<Self, OpenError> {
        make_private(path)?;
        let lock = lock(&path.join(LOCK_FILE))?;
        Ok(Self {
            path: path.to_owned(),
            _lock: lock,
        })
    }

    /// Path of a file in the folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
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
        .mode()
        & 0o7777;
    if mode & OTHERS == 0 {
        return Ok(());
    }
    // Taking rights away from a folder that others use (somebody's home, /tmp) would break them.
    let empty = std::fs::read_dir(path).map_err(failed)?.next().is_none();
    if !empty && !path.join(LOCK_FILE).exists() {
        return Err(OpenError::Shared {
            folder: path.to_owned(),
            mode,
        });
    }
    std::fs::set_permissions(path, Permissions::from_mode(0o700)).map_err(failed)
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
