//! Real backing servers for tests and benches: child processes on loopback, with a free port and data in a given folder.
//!
//! A server ends with its value, and at the latest with the process that started it. Its log stays in the folder.

pub mod cache;
pub mod error;
pub mod kafka;
pub mod mariadb;
pub mod packages;
pub mod process;
pub mod redis;

pub use error::{Error, Result};
pub use kafka::Kafka;
pub use mariadb::MariaDb;
pub use process::{Server, Spec};
pub use redis::Redis;
