//! Things that cost time to get and are kept below `~/.cache/kubemin/backing`.

use std::fs::{File, create_dir_all, remove_dir_all, rename};
use std::path::{Path, PathBuf};

use crate::error::{Context, Result};

/// The folder `name`, made once by `make` in a folder of another name, so that it is never seen half made.
///
/// # Errors
/// When `make` fails or the cache cannot be written.
pub fn made_once(name: &str, make: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    let home = std::env::var_os("HOME").map_or_else(std::env::temp_dir, PathBuf::from);
    let cache = home.join(".cache/kubemin/backing");
    create_dir_all(&cache).context(|| format!("making {}", cache.display()))?;
    let path = cache.join(name);
    let lock = cache.join(format!("{name}.lock"));
    let held = File::create(&lock).context(|| format!("making {}", lock.display()))?;
    held.lock()
        .context(|| format!("locking {}", lock.display()))?;
    if path.exists() {
        return Ok(path);
    }
    let draft = cache.join(format!("{name}.draft"));
    if draft.exists() {
        remove_dir_all(&draft).context(|| format!("removing {}", draft.display()))?;
    }
    create_dir_all(&draft).context(|| format!("making {}", draft.display()))?;
    make(&draft)?;
    rename(&draft, &path).context(|| format!("naming {}", path.display()))?;
    Ok(path)
}
