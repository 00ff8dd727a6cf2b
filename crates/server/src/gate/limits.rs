//! How much the server takes on.

use std::time::Duration;

/// Limits of the listener.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Largest body, bytes.
    pub body: usize,
    /// Longest time until the answer begins.
    pub request: Duration,
    /// Requests at work at once.
    pub requests: usize,
    /// Streams open at once.
    pub streams: usize,
    /// Requests of one address per second, on average.
    pub rate: u32,
    /// Requests of one address at once.
    pub burst: u32,
    /// Wrong tokens of one address before it has to wait; one more is allowed every second.
    pub wrong_tokens: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 8 << 20,
            request: Duration::from_secs(30),
            requests: 512,
            streams: 256,
            rate: 2_000,
            burst: 4_000,
            wrong_tokens: 20,
        }
    }
}
