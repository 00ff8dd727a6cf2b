//! Lines of a stream that nobody vouches for: bytes that are no text, lines without end.

use std::io;

use futures::{AsyncBufRead, AsyncBufReadExt};

/// Longest line in bytes; the rest of a longer one is another line.
const LONGEST: usize = 64 * 1024;

/// The next line without its end; `None` at the end of the stream.
pub(super) async fn next(reader: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    loop {
        let bytes = reader.fill_buf().await?;
        if bytes.is_empty() {
            return Ok((!line.is_empty()).then(|| text(&line)));
        }
        let room = LONGEST - line.len();
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let (taken, complete) = match end {
            Some(end) if end <= room => (end, true),
            _ => (bytes.len().min(room), false),
        };
        line.extend_from_slice(&bytes[..taken]);
        reader.consume_unpin(taken + usize::from(complete));
        if complete || line.len() == LONGEST {
            return Ok(Some(text(&line)));
        }
    }
}

fn text(line: &[u8]) -> String {
    String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)).into_owned()
}

#[cfg(test)]
mod tests {
    use futures::io::BufReader;

    use super::*;

    async fn all(bytes: &[u8], buffer: usize) -> Vec<String> {
        let mut reader = BufReader::with_capacity(buffer, bytes);
        let mut lines = Vec::new();
        while let Some(line) = next(&mut reader).await.unwrap() {
            lines.push(line);
        }
        lines
    }

    #[tokio::test]
    async fn lines_do_not_depend_on_how_bytes_arrive() {
        for buffer in [1, 2, 3, 100] {
            assert_eq!(
                all(b"one\r\n\ntwo\n\xffend", buffer).await,
                ["one", "", "two", "\u{fffd}end"]
            );
        }
        assert_eq!(all(b"", 10).await, [""; 0]);
    }

    #[tokio::test]
    async fn a_line_without_end_is_cut() {
        let long = vec![b'a'; LONGEST + 5];
        let lengths: Vec<usize> = all(&long, 1000).await.iter().map(String::len).collect();
        assert_eq!(lengths, [LONGEST, 5]);
    }
}
