//! Content hash of the configuration a pod uses: a change of it restarts the pod (decision 36).

use kubemin_model::{Component, ComponentType};
use sha2::{Digest, Sha256};

use crate::context::Owner;
use crate::contribution::ConfigUse;

/// Bytes of a block of SHA-256 (FIPS 180-4), to which an HMAC key is padded (RFC 2104).
const BLOCK: usize = 64;

/// Hash over everything used that is a component of this application; `None` when there is nothing or the author
/// turned it off. What other applications own is not known here and never restarts a pod.
pub fn of(owner: Owner<'_>, mut uses: Vec<ConfigUse>, restart: Option<bool>) -> Option<String> {
    if restart == Some(false) {
        return None;
    }
    uses.sort();
    uses.dedup();
    let mut whole = Sha256::new();
    let mut any = false;
    for usage in &uses {
        let Some(content) = content_hash(owner, usage) else {
            continue;
        };
        any = true;
        whole.update(content);
    }
    any.then(|| hex::encode(&whole.finalize()[..16]))
}

fn content_hash(owner: Owner<'_>, usage: &ConfigUse) -> Option<[u8; 32]> {
    let (name, kind) = match usage {
        ConfigUse::Config(name) => (name, ComponentType::Config),
        ConfigUse::Secret(name) => (name, ComponentType::Secret),
    };
    let component = owner
        .app
        .component(name)
        .filter(|component| component.kind == kind)?;
    if component
        .policies
        .as_ref()
        .and_then(|policies| policies.restart_on_config_change)
        == Some(false)
    {
        return None;
    }
    let content = content(component);
    Some(match usage {
        ConfigUse::Config(_) => Sha256::digest(content).into(),
        // keyed, so that the annotation does not let a reader of pods try out values (decision 36)
        ConfigUse::Secret(_) => keyed(&owner.app.facts.hash_key, &content),
    })
}

/// Everything an object holds, with lengths, so that no two contents look the same.
fn content(component: &Component) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut add = |text: &str| {
        bytes.extend((text.len() as u64).to_be_bytes());
        bytes.extend(text.as_bytes());
    };
    add(&component.name);
    if let Some(properties) = &component.properties {
        for (kind, entries) in [
            ("conf", &properties.conf),
            ("binary", &properties.binary_conf),
            ("secret", &properties.secret),
        ] {
            for (key, value) in entries {
                add(kind);
                add(key);
                add(value);
            }
        }
    }
    bytes
}

/// HMAC-SHA-256 (RFC 2104).
fn keyed(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut block = [0_u8; BLOCK];
    if key.len() > BLOCK {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let inner = Sha256::new()
        .chain_update(block.map(|byte| byte ^ 0x36))
        .chain_update(message)
        .finalize();
    Sha256::new()
        .chain_update(block.map(|byte| byte ^ 0x5c))
        .chain_update(inner)
        .finalize()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test cases 2 and 6 (a key longer than a block).
    #[test]
    fn the_keyed_hash_is_hmac_sha_256() {
        assert_eq!(
            hex::encode(keyed(b"Jefe", b"what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            hex::encode(keyed(
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First"
            )),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }
}
