//! The server's REST API without a client library: what any program sees.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

/// Longest time for one answer.
const LIMIT: Duration = Duration::from_secs(15);

/// Status and JSON body of `GET`.
pub fn get(server: &str, path: &str) -> (u16, Value) {
    exchange(server, "GET", path, None)
}

/// Status and JSON body of `POST` with a JSON body.
pub fn post(server: &str, path: &str, body: &str) -> (u16, Value) {
    exchange(server, "POST", path, Some(body))
}

fn exchange(server: &str, verb: &str, path: &str, body: Option<&str>) -> (u16, Value) {
    let address = server.trim_start_matches("http://");
    let answer = request(address, verb, path, body)
        .unwrap_or_else(|error| panic!("{verb} {server}{path}: {error}"));
    let (head, text) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head
        .split_whitespace()
        .nth(1)
        .and_then(|word| word.parse().ok())
        .unwrap_or(0);
    let value = serde_json::from_str(text).unwrap_or(Value::String(text.to_owned()));
    (status, value)
}

/// HTTP/1.0, so that the body ends with the connection and comes in one piece.
fn request(address: &str, verb: &str, path: &str, body: Option<&str>) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(LIMIT))?;
    let body = body.unwrap_or_default();
    let length = body.len();
    write!(
        stream,
        "{verb} {path} HTTP/1.0\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
