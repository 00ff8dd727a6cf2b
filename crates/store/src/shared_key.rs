//! The key of content hashes of replicas that share a database: with a key each, the next one to deploy would see every
//! Secret as changed and restart its users (decision 36).

use kubemin_ports::StoreError;
use kubemin_ports::store::StoreResult;

use crate::error::corrupt;
use crate::meta;
use crate::seal::Keys;
use crate::sql::{Connection, values};

/// Name of the row, and what its seal is bound to.
const NAME: &str = "content_hash_key";
const BYTES: usize = 32;

/// The key, made by whoever needs it first.
pub fn read_or_make(sql: &Connection, keys: &Keys) -> StoreResult<Vec<u8>> {
    if let Some(sealed) = meta::text(sql, NAME)? {
        return open(keys, &sealed);
    }
    let mut key = vec![0; BYTES];
    aws_lc_rs::rand::fill(&mut key)
        .map_err(|_| StoreError::Unavailable("no random numbers for a key".to_owned()))?;
    let sealed = keys.now().current.seal(NAME, &hex::encode(&key))?;
    let made = sql.run(
        "INSERT INTO min_meta (name, value, number) VALUES (?, ?, 0)",
        &values![NAME, &sealed],
    );
    match made {
        Ok(()) => Ok(key),
        // Another replica was faster.
        Err(fault) => match meta::text(sql, NAME)? {
            Some(sealed) => open(keys, &sealed),
            None => Err(fault),
        },
    }
}

/// Seals the key again, when there is one, around a rotation of the encryption key.
pub fn reseal(sql: &Connection, keys: &Keys) -> StoreResult<()> {
    let Some(sealed) = meta::text(sql, NAME)? else {
        return Ok(());
    };
    let ring = keys.now();
    let clear = ring.open(NAME, &sealed)?;
    meta::set_text(sql, NAME, &ring.current.seal(NAME, &clear)?)
}

fn open(keys: &Keys, sealed: &str) -> StoreResult<Vec<u8>> {
    let text = keys.now().open(NAME, sealed)?;
    hex::decode(text).map_err(|_| corrupt(NAME, "holds no hexadecimal digits"))
}
