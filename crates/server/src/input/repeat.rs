//! `Idempotency-Key`: the same request again gets the same answer, and nothing happens twice.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use sha2::{Digest, Sha256};

use crate::problem::{Answer, Refusal, UNREADABLE};
use crate::state::AppState;

/// Longest key.
const LONGEST: usize = 255;

/// The key, and what of the request it belongs to is known without the body.
pub(crate) struct Repeat {
    key: Option<String>,
    target: String,
}

impl Repeat {
    /// The key with a hash of method, address and body.
    pub(crate) fn with_body(&self, body: &str) -> Option<(String, String)> {
        let key = self.key.clone()?;
        let mut hash = Sha256::new();
        hash.update(self.target.as_bytes());
        hash.update([0]);
        hash.update(body.as_bytes());
        Some((key, hex::encode(hash.finalize())))
    }
}

impl FromRequestParts<AppState> for Repeat {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Answer<Self> {
        let target = format!("{} {}", parts.method, parts.uri);
        let Some(value) = parts.headers.get("idempotency-key") else {
            return Ok(Self { key: None, target });
        };
        let key = value.to_str().map(str::trim).unwrap_or_default();
        if key.is_empty() || key.len() > LONGEST {
            let detail =
                format!("Idempotency-Key must have 1 to {LONGEST} visible ASCII characters");
            return Err(Refusal::new(&UNREADABLE, detail));
        }
        Ok(Self {
            key: Some(key.to_owned()),
            target,
        })
    }
}
