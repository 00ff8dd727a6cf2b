//! A server on loopback that gives prepared answers in their order and keeps what it was asked.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// A prepared answer.
pub struct Answer {
    head: String,
    body: String,
    hangs: bool,
}

impl Answer {
    pub fn json(status: u16, body: Value) -> Self {
        Self::new(status, "application/json", body.to_string())
    }

    pub fn text(body: &str) -> Self {
        Self::new(200, "text/html", body.to_owned())
    }

    /// A stream of events that ends.
    pub fn events(events: impl Iterator<Item = String>) -> Self {
        let body = events
            .map(|event| format!("event: task\ndata: {event}\n\n"))
            .collect();
        Self::new(200, "text/event-stream", body)
    }

    /// A stream of one event that does not end.
    pub fn hanging(event: Value) -> Self {
        Self {
            hangs: true,
            ..Self::events([event.to_string()].into_iter())
        }
    }

    fn new(status: u16, kind: &str, body: String) -> Self {
        Self {
            head: format!(
                "HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\nconnection: close\r\n\r\n"
            ),
            body,
            hangs: false,
        }
    }
}

/// A request that came.
#[derive(Clone, Default)]
pub struct Request {
    pub authorization: String,
    pub body: String,
}

/// The server. Its thread ends with the test program.
pub struct Script {
    url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Script {
    pub fn start<const N: usize>(answers: [(&'static str, Answer); N]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = requests.clone();
        let mut answers = VecDeque::from(answers);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let (line, request) = read(&mut stream);
                kept.lock().unwrap().push(request);
                match answers.pop_front() {
                    Some((expected, answer)) if line == expected => give(stream, answer),
                    expected => {
                        let wanted = expected.map_or("nothing", |(wanted, _)| wanted);
                        let body = format!(
                            "{{\"status\":500,\"detail\":\"asked {line:?}, expected {wanted:?}\",\"type\":\"\",\"title\":\"\",\"code\":\"\",\"traceId\":\"\"}}"
                        );
                        give(stream, Answer::new(500, "application/problem+json", body));
                    }
                }
            }
        });
        Self { url, requests }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

fn give(mut stream: TcpStream, answer: Answer) {
    stream.write_all(answer.head.as_bytes()).unwrap();
    stream.write_all(answer.body.as_bytes()).unwrap();
    stream.flush().unwrap();
    if answer.hangs {
        // longer than any time-out of a test; the stream is closed with the program
        thread::spawn(move || {
            thread::sleep(Duration::from_secs(60));
            drop(stream);
        });
    }
}

fn read(stream: &mut TcpStream) -> (String, Request) {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let line = line.trim_end().trim_end_matches(" HTTP/1.1").to_owned();
    let (mut request, mut length) = (Request::default(), 0);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        let Some((name, value)) = header.trim_end().split_once(": ") else {
            break;
        };
        match name.to_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap(),
            "authorization" => request.authorization = value.to_owned(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    request.body = String::from_utf8(body).unwrap();
    (line, request)
}
