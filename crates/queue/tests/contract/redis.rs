//! Redis: a server of its own for every test.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use kubemin_backing::Redis as Server;
use kubemin_ports::Queue;
use kubemin_queue::redis::{Redis, RedisSettings};
use tempfile::TempDir;

use crate::broker::{Broker, worker};
use crate::promised;

/// A server and its folder.
pub struct Fixture {
    server: Mutex<Server>,
    port: u16,
    pub folder: TempDir,
}

/// A fresh server.
pub async fn redis() -> Fixture {
    with(&[]).await
}

/// A fresh server with further options.
pub async fn with(options: &[&str]) -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_with(&folder.path().join("redis"), options).unwrap();
    Fixture {
        port: server.port(),
        server: Mutex::new(server),
        folder,
    }
}

/// Settings with short times for the server at this port.
pub fn settings(port: u16, consumer: &str) -> RedisSettings {
    RedisSettings {
        host: "127.0.0.1".to_owned(),
        port,
        claim_min_idle: Duration::from_millis(500),
        stale_interval: Duration::from_millis(200),
        worker: worker(consumer),
        ..RedisSettings::default()
    }
}

/// A consumer at this port.
pub fn at(port: &str, consumer: &str) -> Arc<dyn Queue> {
    let settings = settings(port.parse().unwrap(), consumer);
    Arc::new(Redis::start(settings).unwrap())
}

impl Fixture {
    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn with_server<T>(&self, work: impl FnOnce(&mut Server) -> T) -> T {
        work(&mut self.server.lock().unwrap())
    }

    /// First line of the answer to a command.
    pub fn command(&self, line: &str) -> String {
        self.with_server(|server| server.command(line)).unwrap()
    }
}

impl Broker for Fixture {
    fn queue(&self, consumer: &str) -> Arc<dyn Queue> {
        at(&self.port.to_string(), consumer)
    }
    fn kill(&self) {
        self.with_server(|server| server.server().kill()).unwrap();
    }
    fn restart(&self) {
        self.with_server(|server| server.server().restart())
            .unwrap();
    }
    fn pause(&self) {
        self.with_server(|server| server.server().pause()).unwrap();
    }
    fn resume(&self) {
        self.with_server(|server| server.server().resume()).unwrap();
    }
    fn wipe(&self) {
        assert_eq!(self.command("FLUSHALL"), "+OK");
    }
    fn address(&self) -> String {
        format!("redis {}", self.port)
    }
}

promised!(redis(), promises:
    hints_are_delivered_at_least_once,
    a_wait_that_is_given_up_loses_nothing,
    no_more_hints_come_than_were_asked_for,
    acknowledged_hints_do_not_come_again_after_a_restart,
    a_consumer_that_leaves_gives_back_what_it_held,
    consumers_share_the_hints,
    the_depth_counts_what_is_not_acknowledged,
    a_closed_queue_says_so,
    the_rate_of_ten_thousand_hints_is_printed,
);

promised!(redis(), outages:
    hints_of_a_dead_consumer_come_to_another,
    a_killed_broker_costs_an_error_and_nothing_after_its_restart,
    a_paused_broker_holds_nobody_for_long,
    closing_does_not_wait_for_a_paused_broker,
    a_wiped_broker_is_set_up_again,
    a_broker_that_is_not_there_yet_is_waited_for,
);
