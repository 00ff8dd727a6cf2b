//! The hash of an object as it was last applied: it tells that a field was taken out without remembering the object.

use kubemin_objects::{Kind, Object, labels};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const BLOCK: usize = 64;
/// Half of SHA-256: enough to tell revisions of one object apart.
const LENGTH: usize = 32;

/// The body that is sent: the desired one with its hash as annotation.
pub(crate) fn stamped(object: &Object, key: &[u8]) -> Value {
    let mut body = object.body.clone();
    if let Some(metadata) = body.get_mut("metadata").and_then(Value::as_object_mut) {
        let annotations = metadata.entry("annotations").or_insert_with(|| json!({}));
        if annotations.is_null() {
            *annotations = json!({});
        }
        if let Some(annotations) = annotations.as_object_mut() {
            annotations.insert(
                labels::APPLIED_HASH.to_owned(),
                Value::String(of(object, key)),
            );
        }
    }
    body
}

/// Hash of a desired body. That of a Secret is keyed; without a key it covers no values, which are compared one by one
/// anyway.
pub(crate) fn of(object: &Object, key: &[u8]) -> String {
    let mut bytes = Vec::new();
    let digest = match object.key.kind {
        Kind::Secret if key.is_empty() => {
            write(&blanked(&object.body), &mut bytes);
            Sha256::digest(&bytes).into()
        }
        Kind::Secret => {
            write(&object.body, &mut bytes);
            keyed(key, &bytes)
        }
        _ => {
            write(&object.body, &mut bytes);
            Sha256::digest(&bytes).into()
        }
    };
    let mut text = hex::encode(digest);
    text.truncate(LENGTH);
    text
}

fn blanked(body: &Value) -> Value {
    let mut body = body.clone();
    for field in ["data", "stringData"] {
        if let Some(data) = body.get_mut(field).and_then(Value::as_object_mut) {
            data.values_mut().for_each(|value| *value = Value::Null);
        }
    }
    body
}

/// Writes JSON with sorted keys, so that the order of a map's keys changes no hash.
fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            out.push(b'{');
            for key in keys {
                write(&Value::String(key.clone()), out);
                out.push(b':');
                write(&map[key], out);
                out.push(b',');
            }
            out.push(b'}');
        }
        Value::Array(list) => {
            out.push(b'[');
            for item in list {
                write(item, out);
                out.push(b',');
            }
            out.push(b']');
        }
        scalar => out.extend(scalar.to_string().bytes()),
    }
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
    use kubemin_objects::{ObjectKey, ObjectRole};

    use super::*;

    fn object(kind: Kind, body: Value) -> Object {
        let key = ObjectKey {
            kind,
            namespace: Some("ns".into()),
            name: "x".into(),
        };
        Object {
            key,
            component: "x".into(),
            role: ObjectRole::Owned,
            body,
        }
    }

    /// RFC 4231, test case 2.
    #[test]
    fn the_keyed_hash_is_hmac_sha_256() {
        assert_eq!(
            hex::encode(keyed(b"Jefe", b"what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn the_hash_of_a_secret_depends_on_the_key_and_that_of_others_does_not() {
        let body = || json!({"data": {"password": "cGFzcw=="}});
        let hash = |kind, key: &[u8]| of(&object(kind, body()), key);
        assert_ne!(hash(Kind::Secret, b"one"), hash(Kind::Secret, b"two"));
        assert_ne!(hash(Kind::Secret, b"one"), hash(Kind::ConfigMap, b"one"));
        assert_eq!(hash(Kind::ConfigMap, b"one"), hash(Kind::ConfigMap, b"two"));
    }

    #[test]
    fn without_a_key_the_hash_of_a_secret_covers_names_only() {
        let hash = |data: Value| of(&object(Kind::Secret, json!({ "data": data })), b"");
        assert_eq!(hash(json!({"a": "MQ=="})), hash(json!({"a": "Mg=="})));
        assert_ne!(hash(json!({"a": "MQ=="})), hash(json!({"b": "MQ=="})));
    }

    #[test]
    fn values_do_not_flow_into_their_neighbours() {
        let hash = |body: Value| of(&object(Kind::ConfigMap, body), b"");
        assert_ne!(
            hash(json!({"data": {"a": "b\",\"c"}})),
            hash(json!({"data": {"a": "b", "c": ""}}))
        );
        assert_ne!(hash(json!(["1"])), hash(json!([1])));
    }

    #[test]
    fn the_stamp_stands_beside_other_annotations() {
        let made = object(
            Kind::ConfigMap,
            json!({"metadata": {"annotations": {"a": "b"}}}),
        );
        let body = stamped(&made, b"");
        assert_eq!(body["metadata"]["annotations"]["a"], "b");
        assert_eq!(
            body["metadata"]["annotations"][labels::APPLIED_HASH],
            of(&made, b"")
        );
    }
}
