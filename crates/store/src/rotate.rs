//! Changing the encryption key: every sealed value is sealed again in one transaction (decision 47).

use kubemin_ports::store::StoreResult;

use crate::error::OpenError;
use crate::folder::DataFolder;
use crate::key::{self, Key};
use crate::seal::{Keyring, Keys, Sealer};
use crate::sql::{Connection, values};
use crate::{document, meta};

/// Replaces the key in `keys` by a new one. `own` is the data folder when its key file has to follow.
pub fn rotate(
    sql: &Connection,
    keys: &Keys,
    new: &Key,
    own: Option<&DataFolder>,
) -> Result<(), OpenError> {
    let old = keys.now().current.key().clone();
    let ring = |current: &Key, other: &Key| {
        let other = Sealer::new(other.clone())?;
        Ok::<_, OpenError>(Keyring::new(Sealer::new(current.clone())?, Some(other)))
    };
    let (before, after) = (ring(&old, new)?, ring(new, &old)?);
    if let Some(folder) = own {
        key::write_next(folder, new)?;
    }
    // Readers must open what the commit makes visible before they see it.
    keys.set(before);
    let next = Keys::new(after);
    sql.transaction(|sql| reseal(sql, &next))?;
    keys.set(next.now());
    if let Some(folder) = own {
        key::settle(folder, new)?;
    }
    // Free pages and the log still hold values under the old key.
    sql.forget()?;
    Ok(())
}

/// Seals every document with the new key of `keys`; the other one opens what is stored.
fn reseal(sql: &Connection, keys: &Keys) -> StoreResult<()> {
    let places = sql.rows(
        "SELECT app_id, revision FROM min_application_revisions",
        &[],
        |row| Ok((row.text()?, row.number()?)),
    )?;
    for (app_id, revision) in places {
        reseal_one(sql, keys, &app_id, revision)?;
    }
    // Their digests were made with the old key.
    sql.run("DELETE FROM min_idempotency", &[])?;
    meta::set_text(sql, meta::KEY_ID, keys.now().current.id())
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
