//! What every queue promises, asked of the real thing: nothing in between (in process), a Redis server, a Kafka broker.
//!
//! `promises` holds what all of them promise, `outages` what a broker's loss may cost; the other files start the brokers
//! and add what only one of them can do wrong.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper of a test ends the test"
)]

mod broker;
mod child;
mod in_process;
mod kafka;
mod kafka_secure;
mod outages;
mod promises;
mod proxy;
mod redis;
mod redis_secure;
mod redis_stream;
mod wait;

/// One test a promise.
#[macro_export]
macro_rules! promised {
    ($broker:expr, $module:ident: $($promise:ident),+ $(,)?) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() {
                let broker = $broker.await;
                $crate::$module::$promise(&broker).await;
            }
        )+
    };
}
