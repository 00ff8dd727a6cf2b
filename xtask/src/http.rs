//! One plain HTTP request, to see whether something answers.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

/// The answer to `GET path` of `address` (`host:port`), status line included; `None` when there is none.
pub fn get(address: &str, path: &str) -> Option<String> {
    let limit = Duration::from_secs(2);
    let resolved = address.to_socket_addrs().ok()?.next()?;
    let mut stream = TcpStream::connect_timeout(&resolved, limit).ok()?;
    stream.set_read_timeout(Some(limit)).ok()?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )
    .ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    Some(String::from_utf8_lossy(&answer).into_owned())
}

/// Whether `GET path` answers with status 200.
pub fn is_ok(address: &str, path: &str) -> bool {
    get(address, path).is_some_and(|answer| {
        answer
            .lines()
            .next()
            .is_some_and(|line| line.contains(" 200"))
    })
}

/// Waits until `GET path` answers with status 200.
pub fn wait_ok(address: &str, path: &str, limit: Duration) -> anyhow::Result<()> {
    let end = std::time::Instant::now() + limit;
    while !is_ok(address, path) {
        anyhow::ensure!(
            std::time::Instant::now() < end,
            "http://{address}{path} did not answer 200 within {limit:?}"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}
