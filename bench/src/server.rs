//! A server of the run's own, on a free loopback port with a data folder of its own.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

use crate::http::Connection;
use crate::process::resident;

/// A running server; dropping it ends it with SIGTERM.
pub struct Server {
    child: Child,
    program: PathBuf,
    port: u16,
    flags: Vec<String>,
    folder: TempDir,
}

impl Server {
    /// Starts a server and waits until it says that database and cluster answer.
    pub fn start(program: &Path, flags: &[&str]) -> Result<Self> {
        let server = Self::spawn(program, flags)?;
        server.wait("/readyz", Duration::from_secs(30))?;
        Ok(server)
    }

    /// Starts a server and returns at once.
    pub fn spawn(program: &Path, flags: &[&str]) -> Result<Self> {
        let folder = TempDir::with_prefix("kubemin-bench-")?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let flags: Vec<String> = flags.iter().map(ToString::to_string).collect();
        let child = launch(program, folder.path(), port, &flags)?;
        Ok(Self {
            child,
            program: program.to_owned(),
            port,
            flags,
            folder,
        })
    }

    /// Kills it without warning and starts it again with the same data; returns at once with the moment of the start.
    pub fn kill_and_spawn(&mut self) -> Result<Instant> {
        self.child.kill()?;
        self.child.wait()?;
        let began = Instant::now();
        self.child = launch(&self.program, self.folder.path(), self.port, &self.flags)?;
        Ok(began)
    }

    /// `host:port`.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// File of the database.
    pub fn database(&self) -> PathBuf {
        self.folder.path().join("data/kubemin.db")
    }

    /// A new connection.
    pub fn connect(&self) -> Result<Connection> {
        Connection::open(&self.address())
    }

    /// A command of the program that talks to this server.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(["--server", &format!("http://{}", self.address())])
            .args(arguments);
        command
    }

    /// Asks until `GET path` answers 200, every half millisecond.
    pub fn wait(&self, path: &str, limit: Duration) -> Result<()> {
        let end = Instant::now() + limit;
        while !self
            .connect()
            .and_then(|mut open| open.get(path))
            .is_ok_and(|got| got.status == 200)
        {
            if Instant::now() > end {
                bail!(
                    "{path} of the server did not answer 200 within {limit:?}:\n{}",
                    self.log()
                );
            }
            std::thread::sleep(Duration::from_micros(500));
        }
        Ok(())
    }

    /// Resident memory once it has not grown for three seconds, in MB.
    pub fn settled_memory(&self) -> Result<f64> {
        let end = Instant::now() + Duration::from_secs(60);
        let mut last = resident(self.pid())?;
        let mut still = 0;
        while still < 3 {
            if Instant::now() > end {
                bail!("the server's memory did not settle within 60 s, last {last} MB");
            }
            std::thread::sleep(Duration::from_secs(1));
            let now = resident(self.pid())?;
            still = if (now - last).abs() < 0.1 {
                still + 1
            } else {
                0
            };
            last = now;
        }
        Ok(last)
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("server.log")).unwrap_or_default()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let pid = i32::try_from(self.child.id()).map(Pid::from_raw);
        if let Err(error) = pid.map(|pid| kill(pid, Signal::SIGTERM)) {
            eprintln!("the server was not stopped: {error}");
        }
        if let Err(error) = self.child.wait() {
            eprintln!("the server was not waited for: {error}");
        }
    }
}

fn launch(program: &Path, folder: &Path, port: u16, flags: &[String]) -> Result<Child> {
    let log = File::options()
        .create(true)
        .append(true)
        .open(folder.join("server.log"))?;
    Command::new(program)
        .args([
            "server",
            "--bind-addr",
            &format!("127.0.0.1:{port}"),
            "--data-dir",
        ])
        .arg(folder.join("data"))
        .args(["--lock-name", &format!("kmb-{port}")])
        .args(flags)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()
        .with_context(|| format!("cannot start {}; run `make build` first", program.display()))
}
