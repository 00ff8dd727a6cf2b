//! Several servers on one MariaDB and one Redis.

use std::time::{Duration, Instant};

use kubemin_backing::{MariaDb, Redis};
use serde_json::Value;
use tempfile::TempDir;

use crate::{Namespace, Server, http, until};

/// A leader that is silent for this time is replaced.
pub const LEASE: Duration = Duration::from_secs(4);
/// A task whose replica is silent for this time is taken over.
pub const TASK_LEASE: Duration = Duration::from_secs(5);
/// Longest wait until roles follow from what has happened.
const SETTLED_WITHIN: Duration = Duration::from_secs(40);
/// Lines of each server's log that a failing test prints.
const LOG_LINES: usize = 40;
/// The same for all replicas.
const KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

/// Servers that share what they work on. Everything goes away with it.
pub struct Fleet {
    /// The servers; those that were killed included.
    pub servers: Vec<Server>,
    /// The database.
    pub database: MariaDb,
    /// The broker.
    pub broker: Redis,
    /// Where applications go, and the Lease.
    pub namespace: Namespace,
    folder: TempDir,
}

impl Fleet {
    /// Starts as many servers and waits until one leads and the others have found their role.
    pub fn new(what: &str, replicas: usize) -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let database = MariaDb::start(&folder.path().join("mariadb")).expect("MariaDB starts");
        let broker = Redis::start(&folder.path().join("redis")).expect("Redis starts");
        let namespace = Namespace::new(what);
        let mut fleet = Self {
            servers: Vec::new(),
            database,
            broker,
            namespace,
            folder,
        };
        for number in 0..replicas {
            let server = fleet.start(number);
            fleet.servers.push(server);
        }
        fleet.settled(replicas);
        fleet
    }

    fn start(&self, number: usize) -> Server {
        let home = self.folder.path().join(format!("r{number}"));
        std::fs::create_dir_all(&home).expect("a folder can be made");
        let key = self.folder.path().join("encryption.key");
        std::fs::write(&key, KEY).expect("the key can be written");
        let text = |value: &dyn std::fmt::Display| value.to_string();
        let flags = [
            ("--datastore-url", self.database.database_url()),
            ("--encryption-key-file", text(&key.display())),
            ("--msg-type", "redis".to_owned()),
            ("--cache-host", "127.0.0.1".to_owned()),
            ("--cache-port", text(&self.broker.port())),
            ("--lock-name", self.namespace.name.clone()),
            ("--leader-namespace", self.namespace.name.clone()),
            ("--leader-id", format!("r{number}")),
            ("--lease-duration", format!("{}s", LEASE.as_secs())),
            ("--lease-renew-deadline", "3s".to_owned()),
            ("--lease-retry-period", "500ms".to_owned()),
            (
                "--workflow-task-lease",
                format!("{}s", TASK_LEASE.as_secs()),
            ),
        ];
        let flags: Vec<String> = flags
            .into_iter()
            .flat_map(|(flag, value)| [flag.to_owned(), value])
            .collect();
        let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
        Server::start(&home, &flags)
    }

    /// What a server does, as `/readyz` says.
    pub fn role(&self, number: usize) -> String {
        let (_, answer) = http::get(&self.servers[number].url(), "/readyz");
        answer["role"].as_str().unwrap_or_default().to_owned()
    }

    /// The server that leads among those given.
    pub fn leader(&self, among: &[usize]) -> usize {
        until("a replica to lead", SETTLED_WITHIN, || {
            among
                .iter()
                .copied()
                .find(|&number| self.role(number) == "leader")
        })
    }

    /// Waits until one of `replicas` leads and the others execute, as from three on.
    fn settled(&self, replicas: usize) {
        let what = format!("{replicas} replicas to find their roles");
        until(&what, SETTLED_WITHIN, || {
            let mut roles: Vec<String> = (0..replicas).map(|number| self.role(number)).collect();
            roles.sort();
            let leads = roles.first().is_some_and(|role| role == "leader");
            (leads && roles[1..].iter().all(|role| role == "worker")).then_some(())
        });
    }

    /// Stores an application through a server; gives the task's id.
    pub fn submit(&self, server: usize, application: &Value) -> String {
        let body = application.to_string();
        let (status, answer) =
            http::post(&self.servers[server].url(), "/api/v1/applications", &body);
        assert_eq!(status, 202, "{answer:#}");
        answer["taskId"].as_str().unwrap_or_default().to_owned()
    }

    /// A task as a server sees it.
    pub fn task(&self, server: usize, id: &str) -> Value {
        let path = format!("/api/v1/workflow/tasks/{id}");
        let (status, task) = http::get(&self.servers[server].url(), &path);
        assert_eq!(status, 200, "{task:#}");
        task
    }

    /// The tasks once all have ended.
    #[track_caller]
    pub fn ended(&self, server: usize, ids: &[String], limit: Duration) -> Vec<Value> {
        let begun = Instant::now();
        ids.iter()
            .map(|id| {
                let left = limit.saturating_sub(begun.elapsed());
                until(&format!("task {id} to end"), left, || {
                    Some(self.task(server, id)).filter(|task| !task["finishedAt"].is_null())
                })
            })
            .collect()
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        for (number, server) in self.servers.iter().enumerate() {
            let log = server.log();
            let lines: Vec<&str> = log.lines().collect();
            let last = &lines[lines.len().saturating_sub(LOG_LINES)..];
            eprintln!("log of r{number}:\n{}", last.join("\n"));
        }
    }
}
