//! Numbers that do not repeat, for ids. Keys and tokens come from the cryptographic generator instead, whose first use
//! takes tens of milliseconds.

use std::hash::{BuildHasher, RandomState};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// A number unlike those before it, in this process and in others: a keyed hash of a counter.
pub(crate) fn number() -> u64 {
    static KEY: OnceLock<RandomState> = OnceLock::new();
    static COUNT: AtomicU64 = AtomicU64::new(0);
    KEY.get_or_init(RandomState::new)
        .hash_one(COUNT.fetch_add(1, Ordering::Relaxed))
}

/// A word of so many letters and digits.
pub(crate) fn text(length: usize) -> String {
    let mut word = String::new();
    while word.len() < length {
        word.push_str(&format!("{:016x}", number()));
    }
    word.truncate(length);
    word
}
