//! Changing the encryption key: every sealed value is sealed again in one transaction (decision 47).

use std::path::PathBuf;

use kubemin_ports::store::StoreResult;

use crate::error::OpenError;
use crate::folder::DataFolder;
use crate::key::{self, Key};
use crate::seal::{Keyring, Keys, Sealer};
use crate::sql::{Connection, values};
use crate::{document, meta, shared_key};

/// Revisions between two reports of progress.
const REPORT_EVERY: usize = 100;

/// What a rotation did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    /// Revisions whose values were sealed again.
    pub revisions: usize,
    /// Id of the key that was replaced.
    pub old_key: String,
    /// Id of the key in use now.
    pub new_key: String,
    /// Where the old key is kept, when it was the data folder's own.
    pub old_key_file: Option<PathBuf>,
}

/// Replaces the key in `keys` by a new one. `own` is the data folder when its key file has to follow. `progress` is told
/// how many revisions of how many are sealed.
pub fn rotate(
    sql: &Connection,
    keys: &Keys,
    new: &Key,
    own: Option<&DataFolder>,
    progress: impl Fn(usize, usize),
) -> Result<Rotation, OpenError> {
    let old = keys.now().current.key().clone();
    let ring = |current: &Key, other: &Key| {
        let other = Sealer::new(other.clone())?;
        Ok::<_, OpenError>(Keyring::new(Sealer::new(current.clone())?, Some(other)))
    };
    let (before, after) = (ring(&old, new)?, ring(new, &old)?);
    let old_key_file = match own {
        Some(folder) if old != *new => Some(key::keep_old(folder, &old)?),
        _ => None,
    };
    if let Some(folder) = own {
        key::write_next(folder, new)?;
    }
    // Readers must open what the commit makes visible before they see it.
    keys.set(before);
    let next = Keys::new(after);
    let revisions = sql.transaction(|sql| reseal(sql, &next, &progress))?;
    keys.set(next.now());
    if let Some(folder) = own {
        key::settle(folder, new)?;
    }
    // Free pages and the log still hold values under the old key.
    sql.forget()?;
    Ok(Rotation {
        revisions,
        old_key: old.id()?,
        new_key: new.id()?,
        old_key_file,
    })
}

/// Seals every document with the new key of `keys`; the other one opens what is stored. Answers how many there are.
fn reseal(sql: &Connection, keys: &Keys, progress: impl Fn(usize, usize)) -> StoreResult<usize> {
    let places = sql.rows(
        "SELECT app_id, revision FROM min_application_revisions",
        &[],
        |row| Ok((row.text()?, row.number()?)),
    )?;
    let total = places.len();
    for (done, (app_id, revision)) in places.into_iter().enumerate() {
        if done % REPORT_EVERY == 0 {
            progress(done, total);
        }
        reseal_one(sql, keys, &app_id, revision)?;
    }
    progress(total, total);
    shared_key::reseal(sql, keys)?;
    // Their digests were made with the old key.
    sql.run("DELETE FROM min_idempotency", &[])?;
    meta::set_text(sql, meta::KEY_ID, keys.now().current.id())?;
    Ok(total)
}

fn reseal_one(sql: &Connection, keys: &Keys, app_id: &str, revision: i64) -> StoreResult<()> {
    let sealed = sql.row(
        "SELECT document FROM min_application_revisions WHERE app_id = ? AND revision = ?",
        &values![app_id, revision],
        |row| row.text(),
    )?;
    let clear = document::open(keys, app_id, &sealed.unwrap_or_default())?;
    sql.run(
        "UPDATE min_application_revisions SET document = ? WHERE app_id = ? AND revision = ?",
        &values![document::seal(keys, app_id, &clear)?, app_id, revision],
    )?;
    sql.run(
        "UPDATE min_applications SET digest = ? WHERE id = ? AND revision = ?",
        &values![document::digest(keys, &clear)?, app_id, revision],
    )
}
