//! A server of the test's own on a free loopback port.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::kubemin::{Kubemin, program};
use crate::until::until;

/// A running server; dropping it ends it with SIGTERM.
pub struct Server {
    child: Child,
    port: u16,
    flags: Vec<String>,
    data: PathBuf,
}

impl Server {
    /// Starts a server with its data below `data` and waits until it is ready.
    pub fn start(data: &Path, flags: &[&str]) -> Self {
        let port = free_port();
        let flags: Vec<String> = flags.iter().map(ToString::to_string).collect();
        let child = spawn(data, port, &flags);
        let server = Self {
            child,
            port,
            flags,
            data: data.to_owned(),
        };
        server.wait_ready();
        server
    }

    /// Address of the server.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The command line for this server and a namespace.
    pub fn cli(&self, namespace: &str) -> Kubemin {
        Kubemin {
            server: self.url(),
            namespace: namespace.to_owned(),
        }
    }

    /// Text of its log so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.data.join("server.log")).unwrap_or_default()
    }

    /// Kills it without warning (SIGKILL) and reaps it.
    pub fn kill(&mut self) {
        self.signal(Signal::SIGKILL);
        self.child.wait().expect("a killed server ends");
    }

    /// Asks it to end (SIGTERM) and gives the time until it had.
    pub fn terminate(&mut self) -> Duration {
        let asked = Instant::now();
        self.signal(Signal::SIGTERM);
        self.child.wait().expect("a terminated server ends");
        asked.elapsed()
    }

    /// Starts it again on the same port and data.
    pub fn restart(&mut self) {
        self.child = spawn(&self.data, self.port, &self.flags);
        self.wait_ready();
    }

    fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).expect("a pid fits"));
        kill(pid, signal).unwrap_or_else(|error| eprintln!("signal {signal} to {pid}: {error}"));
    }

    fn wait_ready(&self) {
        until(
            "the server to answer /readyz",
            Duration::from_secs(30),
            || {
                let address = format!("127.0.0.1:{}", self.port);
                ready(&address).then_some(())
            },
        );
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.child.try_wait().ok().flatten().is_none() {
            self.signal(Signal::SIGTERM);
            let _ = self.child.wait();
        }
    }
}

fn spawn(data: &Path, port: u16, flags: &[String]) -> Child {
    let log = File::options()
        .create(true)
        .append(true)
        .open(data.join("server.log"))
        .expect("the log can be written");
    Command::new(program())
        .args([
            "server",
            "--bind-addr",
            &format!("127.0.0.1:{port}"),
            "--data-dir",
        ])
        .arg(data.join("data"))
        .args(flags)
        .env("KUBEMIN_LOCK_NAME", format!("kme-{port}"))
        .env("KUBEMIN_MSG_TYPE", "noop")
        .stdin(Stdio::null())
        .stdout(log.try_clone().expect("a file handle can be cloned"))
        .stderr(log)
        .spawn()
        .unwrap_or_else(|error| {
            panic!(
                "cannot run {}: {error}; run `make build` first",
                program().display()
            )
        })
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a loopback port is free");
    listener
        .local_addr()
        .expect("a bound socket has an address")
        .port()
}

/// One plain HTTP request for `/readyz`.
fn ready(address: &str) -> bool {
    use std::io::{Read, Write};
    let Ok(mut stream) = std::net::TcpStream::connect(address) else {
        return false;
    };
    let _ = stream.set_read_timeout(Some(Duration::from_secs(2)));
    let asked = stream.write_all(
        format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes(),
    );
    let mut answer = String::new();
    asked.is_ok()
        && stream.read_to_string(&mut answer).is_ok()
        && answer.starts_with("HTTP/1.1 200")
}
