//! Server-sent events (<https://html.spec.whatwg.org/multipage/server-sent-events.html>).

use std::collections::VecDeque;

use reqwest::Response;

/// Longest event that is kept; a task with thousands of jobs stays below.
const MAX_EVENT_BYTES: usize = 16 << 20;

/// Events of one connection.
pub struct EventStream {
    response: Response,
    parser: Parser,
    ready: VecDeque<String>,
}

impl EventStream {
    pub(super) fn new(response: Response) -> Self {
        Self {
            response,
            parser: Parser::default(),
            ready: VecDeque::new(),
        }
    }

    /// Data of the next event; `None` when the connection has ended, for whatever reason.
    pub async fn next(&mut self) -> Option<String> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            let piece = self.response.chunk().await.ok()??;
            self.ready.extend(self.parser.feed(&piece)?);
        }
    }
}

/// Finds events in the pieces of a stream.
#[derive(Debug, Default)]
pub struct Parser {
    line: Vec<u8>,
    data: String,
    has_data: bool,
    after_return: bool,
}

impl Parser {
    /// Data of the events that a piece completes; `None` when an event is too large to be one of ours.
    pub fn feed(&mut self, piece: &[u8]) -> Option<Vec<String>> {
        let mut events = Vec::new();
        for &byte in piece {
            let ends = match byte {
                b'\n' if self.after_return => {
                    self.after_return = false;
                    continue;
                }
                b'\n' | b'\r' => true,
                _ => false,
            };
            self.after_return = byte == b'\r';
            if ends {
                events.extend(self.end_of_line());
            } else {
                self.line.push(byte);
            }
        }
        (self.line.len() + self.data.len() <= MAX_EVENT_BYTES).then_some(events)
    }

    fn end_of_line(&mut self) -> Option<String> {
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            let event = std::mem::take(&mut self.data);
            return std::mem::take(&mut self.has_data).then_some(event);
        }
        // comments and other fields are signs of life
        if let Some(data) = line.strip_prefix(b"data:") {
            if self.has_data {
                self.data.push('\n');
            }
            let data = data.strip_prefix(b" ").unwrap_or(data);
            self.data.push_str(&String::from_utf8_lossy(data));
            self.has_data = true;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::Parser;

    #[test]
    fn events_are_found_however_the_stream_is_cut() {
        let stream = ": hello\n\nevent: task\nid: 3\ndata: {\"a\":1}\n\ndata:one\r\ndata: two\r\n\r\ndata\n\n: bye\n\ndata: ü\n\n";
        let expected = ["{\"a\":1}", "one\ntwo", "ü"];
        for size in [1, 2, 3, 7, stream.len()] {
            let mut parser = Parser::default();
            let events: Vec<String> = stream
                .as_bytes()
                .chunks(size)
                .flat_map(|piece| parser.feed(piece).unwrap())
                .collect();
            assert_eq!(events, expected, "pieces of {size}");
        }
    }
}
