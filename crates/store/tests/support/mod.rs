//! Databases of tests: MariaDB servers, and a fresh database on one of them.
#![allow(dead_code)] // each test program uses a part of it

use std::fs::File;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kubemin_backing::{MariaDb, Server};
use kubemin_store::{KeySource, Options, SqlStore};
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts, Row};

/// A lease that ends within a test, and not between two of its lines.
pub const LEASE: Duration = Duration::from_millis(1500);

/// The key of every replica.
pub fn key() -> KeySource {
    KeySource::Text(STANDARD.encode([7; 32]))
}

/// A server, and how many databases were made on it.
pub struct Databases {
    server: Mutex<MariaDb>,
    url: String,
    made: AtomicU32,
    /// Held while the folder is in use.
    _lock: Option<File>,
    _folder: Option<tempfile::TempDir>,
}

impl Databases {
    /// The server of a whole test program, which nothing ends but the program's end: its folder is used again.
    pub fn shared(name: &str, options: &[&str]) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("mariadb-{name}"));
        let lock = File::create(folder.with_extension("lock")).unwrap();
        lock.lock().unwrap();
        if folder.exists() {
            std::fs::remove_dir_all(&folder).unwrap();
        }
        let server = MariaDb::start_with(&folder, options).unwrap();
        Self {
            url: server.url(),
            server: Mutex::new(server),
            made: AtomicU32::new(0),
            _lock: Some(lock),
            _folder: None,
        }
    }

    /// A server of one test.
    pub fn own(options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = MariaDb::start_with(folder.path(), options).unwrap();
        Self {
            url: server.url(),
            server: Mutex::new(server),
            made: AtomicU32::new(0),
            _lock: None,
            _folder: Some(folder),
        }
    }

    /// Makes an empty database. Answers its address.
    pub async fn fresh(&self) -> String {
        let name = format!("kubemin_{}", self.made.fetch_add(1, Ordering::Relaxed));
        self.tell(&format!("CREATE DATABASE {name}")).await;
        format!("{}/{name}", self.url)
    }

    /// The process.
    pub fn process<T>(&self, act: impl FnOnce(&mut Server) -> T) -> T {
        let mut server: MutexGuard<'_, MariaDb> = self.server.lock().unwrap();
        act(server.server())
    }

    /// Port of the server.
    pub fn port(&self) -> u16 {
        self.server.lock().unwrap().port()
    }

    /// Runs a statement as administrator.
    pub async fn tell(&self, sql: &str) {
        tell(&self.url, sql).await;
    }

    /// A number that a query of the administrator answers in the last column of its first row.
    pub async fn ask(&self, sql: &str) -> i64 {
        ask(&self.url, sql).await
    }
}

/// Runs a statement over a connection of its own.
pub async fn tell(url: &str, sql: &str) {
    let mut connection = Conn::new(Opts::from_url(url).unwrap()).await.unwrap();
    connection.query_drop(sql).await.unwrap();
    connection.disconnect().await.unwrap();
}

/// As [`Databases::ask`], over a connection to `url`.
pub async fn ask(url: &str, sql: &str) -> i64 {
    let mut connection = Conn::new(Opts::from_url(url).unwrap()).await.unwrap();
    let row: Row = connection.query_first(sql).await.unwrap().unwrap();
    connection.disconnect().await.unwrap();
    // Status variables come as text.
    let last = row.len() - 1;
    let text: String = row.get(last).unwrap();
    text.parse().unwrap()
}

/// Options of a replica.
pub fn options(url: &str) -> Options {
    Options {
        lease: LEASE,
        ..Options::on_server(url, key())
    }
}

/// A replica.
pub async fn replica(url: &str) -> SqlStore {
    SqlStore::open(options(url)).await.unwrap()
}
