//! A consumer that is a process of its own, so that it can die without a farewell.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use kubemin_ports::{Hint, Queue};

use crate::wait::{BOUND, ids};

const ADDRESS: &str = "KUBEMIN_QUEUE_ADDRESS";
const GOT: &str = "got ";

/// A process that takes hints and acknowledges none.
pub struct Child {
    process: std::process::Child,
    lines: Receiver<String>,
}

impl Child {
    /// Starts this test program again, as a consumer of the queue at `address`.
    pub fn start(address: &str) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture"])
            .arg("child::consumer_process")
            .env(ADDRESS, address)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let child = Self { process, lines };
        child.line("it is ready", "ready");
        child
    }

    /// Waits until the process holds some of these.
    pub fn holds(&mut self, wanted: &[Hint]) {
        let line = self.line("a hint", GOT);
        assert!(ids(wanted).contains(&line), "{line}");
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    fn line(&self, what: &str, start: &str) -> String {
        let end = Instant::now() + BOUND;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let Ok(line) = self.lines.recv_timeout(left) else {
                panic!("{what}: not within {BOUND:?}");
            };
            if let Some((_, rest)) = line.split_once(start) {
                return rest.to_owned();
            }
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // it has usually been killed already
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn queue(address: &str) -> Arc<dyn Queue> {
    match address.split_once(' ') {
        Some(("redis", rest)) => crate::redis::at(rest, "child"),
        Some(("kafka", rest)) => crate::kafka::at(rest, "child"),
        _ => panic!("{address}"),
    }
}

#[tokio::test]
#[ignore = "started by other tests as a process of its own"]
async fn consumer_process() {
    let queue = queue(&std::env::var(ADDRESS).unwrap());
    crate::wait::healthy(&*queue).await;
    println!("ready");
    let end = Instant::now() + BOUND;
    while Instant::now() < end {
        let taken = tokio::time::timeout(Duration::from_secs(1), queue.next(10)).await;
        for delivery in taken.into_iter().flat_map(Result::unwrap) {
            println!("{GOT}{}", delivery.hint.task_id);
        }
    }
}
