//! Redis, from Debian's package.

use std::fs::create_dir_all;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::error::{Context, Result};
use crate::packages;
use crate::process::{Server, Spec, free_port};

const PROGRAM: &str = "/usr/bin/redis-server";

/// A Redis server on loopback that keeps its data over a crash.
pub struct Redis {
    server: Server,
    port: u16,
}

impl Redis {
    /// Starts a server with its data in `folder` and its log in `folder`/redis.log.
    ///
    /// # Errors
    /// The package cannot be installed or the server does not come up.
    pub fn start(folder: &Path) -> Result<Self> {
        Self::start_with(folder, &[])
    }

    /// As [`Redis::start`], with further options of `redis-server`, such as `--requirepass`, or `--port 0 --tls-port`.
    ///
    /// # Errors
    /// As [`Redis::start`].
    pub fn start_with(folder: &Path, options: &[&str]) -> Result<Self> {
        packages::ensure(PROGRAM, "redis-server")?;
        create_dir_all(folder).context(|| format!("making {}", folder.display()))?;
        let port = free_port()?;
        let port_text = port.to_string();
        let mut args: Vec<String> = [
            "--bind 127.0.0.1",
            "--save ''",
            "--appendonly yes",
            "--appendfsync always",
            "--repl-diskless-sync-delay 0",
        ]
        .iter()
        .flat_map(|option| option.split(' '))
        .map(|word| word.trim_matches('\'').to_owned())
        .collect();
        args.extend(["--dir".to_owned(), folder.display().to_string()]);
        if !options.contains(&"--tls-port") {
            args.extend(["--port".to_owned(), port_text.clone()]);
        }
        // PORT stands for the port that was chosen
        args.extend(
            options
                .iter()
                .map(|option| option.replace("PORT", &port_text)),
        );
        let tls = options.contains(&"--tls-port");
        let server = Server::start(Spec {
            name: "redis".to_owned(),
            program: PathBuf::from(PROGRAM),
            args,
            environment: Vec::new(),
            folder: folder.to_owned(),
            log: folder.join("redis.log"),
            ready: Box::new(move || answers(port, tls)),
            patience: Duration::from_secs(20),
        })?;
        Ok(Self { server, port })
    }

    /// Starts a server that copies this one; `REPLICAOF NO ONE` makes it the primary.
    ///
    /// # Errors
    /// As [`Redis::start`].
    pub fn start_replica(&self, folder: &Path) -> Result<Self> {
        let port = self.port.to_string();
        Self::start_with(folder, &["--replicaof", "127.0.0.1", &port])
    }

    /// Port on the loopback address; a restart keeps it.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The process: kill, stop, pause, resume, restart.
    pub fn server(&mut self) -> &mut Server {
        &mut self.server
    }

    /// Sends one command in Redis' own inline form and answers the first line of the reply; for servers without TLS.
    ///
    /// # Errors
    /// The server cannot be reached.
    pub fn command(&self, line: &str) -> Result<String> {
        ask(self.port, line).context(|| format!("redis: {line}"))
    }
}

/// A server that wants a password answers too, and one with TLS is there when it accepts.
fn answers(port: u16, tls: bool) -> std::result::Result<(), String> {
    if tls {
        return connect(port).map(drop).map_err(|error| error.to_string());
    }
    match ask(port, "PING") {
        Ok(line) if line.starts_with("+PONG") || line.starts_with("-NOAUTH") => Ok(()),
        Ok(line) => Err(line),
        Err(error) => Err(error.to_string()),
    }
}

fn connect(port: u16) -> std::io::Result<TcpStream> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpStream::connect_timeout(&address, Duration::from_secs(1))
}

fn ask(port: u16, line: &str) -> std::io::Result<String> {
    let mut stream = connect(port)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.write_all(format!("{line}\r\n").as_bytes())?;
    let mut reply = [0; 512];
    let count = stream.read(&mut reply)?;
    let text = String::from_utf8_lossy(&reply[..count]).into_owned();
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
