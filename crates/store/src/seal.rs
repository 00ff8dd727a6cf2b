//! Sealing of secret values: AES-256-GCM with a random nonce, `sealed:v1:<base64(nonce|ciphertext)>`.

use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kubemin_ports::StoreError;

use crate::error::{OpenError, corrupt};
use crate::key::Key;

const PREFIX: &str = "sealed:v1:";

/// One key, ready for use. Sealing, digests and the id each have a key of their own, derived from it.
pub struct Sealer {
    key: Key,
    id: String,
    cipher: LessSafeKey,
    digests: hmac::Key,
}

impl Sealer {
    /// Derives what the key is used for.
    pub fn new(key: Key) -> Result<Self, OpenError> {
        let root = hmac::Key::new(hmac::HMAC_SHA256, key.bytes());
        let derive = |purpose: &str| hmac::sign(&root, purpose.as_bytes());
        let cipher = UnboundKey::new(&AES_256_GCM, derive("kubemin seal v1").as_ref())
            .map_err(|_| OpenError::Database("the cipher does not take its key".to_owned()))?;
        Ok(Self {
            id: hex::encode(&derive("kubemin key id v1").as_ref()[..8]),
            cipher: LessSafeKey::new(cipher),
            digests: hmac::Key::new(hmac::HMAC_SHA256, derive("kubemin digest v1").as_ref()),
            key,
        })
    }

    /// The key itself.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// Public name of the key: tells keys apart and gives nothing away.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Keyed digest, 64 hexadecimal digits: equal for equal text, useless without the key.
    pub fn digest(&self, purpose: &str, text: &[u8]) -> String {
        let mut context = hmac::Context::with_key(&self.digests);
        context.update(purpose.as_bytes());
        context.update(&[0]);
        context.update(text);
        hex::encode(context.sign().as_ref())
    }

    /// Seals a value. It opens only at the same `place`.
    pub fn seal(&self, place: &str, value: &str) -> Result<String, StoreError> {
        let failed = |_| StoreError::Unavailable("a secret value could not be sealed".to_owned());
        let mut nonce = [0; NONCE_LEN];
        aws_lc_rs::rand::fill(&mut nonce).map_err(failed)?;
        let mut text = value.as_bytes().to_vec();
        self.cipher
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(place.as_bytes()),
                &mut text,
            )
            .map_err(failed)?;
        let sealed = [nonce.as_slice(), &text].concat();
        Ok(format!("{PREFIX}{}", STANDARD.encode(sealed)))
    }

    fn open(&self, place: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, text) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = text.to_vec();
        let clear = self
            .cipher
            .open_in_place(nonce, Aad::from(place.as_bytes()), &mut text)
            .ok()?
            .len();
        text.truncate(clear);
        Some(text)
    }
}

/// The key that seals, and a second one around a rotation.
pub struct Keyring {
    /// Seals, and opens first.
    pub current: Sealer,
    /// Opens what was read before, or is about to be committed by, a rotation.
    pub other: Option<Sealer>,
}

impl Keyring {
    /// A keyring of one key or, around a rotation, two.
    pub fn new(current: Sealer, other: Option<Sealer>) -> Arc<Self> {
        Arc::new(Self { current, other })
    }

    /// Opens a sealed value.
    pub fn open(&self, place: &str, value: &str) -> Result<String, StoreError> {
        let sealed = value
            .strip_prefix(PREFIX)
            .ok_or_else(|| corrupt(place, "the secret value is not sealed"))?;
        let sealed = STANDARD
            .decode(sealed)
            .map_err(|_| corrupt(place, "the sealed value is damaged"))?;
        let clear = self
            .current
            .open(place, &sealed)
            .or_else(|| self.other.as_ref()?.open(place, &sealed))
            .ok_or_else(|| corrupt(place, "the sealed value does not open with this key"))?;
        String::from_utf8(clear).map_err(|_| corrupt(place, "the sealed value is no text"))
    }
}

/// The keyring of this process; a rotation replaces it.
pub struct Keys(RwLock<Arc<Keyring>>);

impl Keys {
    /// Starts with a keyring.
    pub fn new(keyring: Arc<Keyring>) -> Self {
        Self(RwLock::new(keyring))
    }

    /// The keyring as it is now.
    pub fn now(&self) -> Arc<Keyring> {
        let keys = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&keys)
    }

    /// Replaces the keyring.
    pub fn set(&self, keyring: Arc<Keyring>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = keyring;
    }
}
