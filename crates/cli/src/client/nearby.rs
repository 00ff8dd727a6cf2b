//! Whether a server of ours runs where one is by default (decision 50).

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use reqwest::Url;

/// On this machine everything answers at once, or there is nothing.
const ANSWER_WITHIN: Duration = Duration::from_millis(500);

/// Whether a KubeMin server answers on a loopback address. Asks nobody beyond this machine.
pub fn runs_here(server: &Url) -> bool {
    let Ok(addresses) = server.socket_addrs(|| None) else {
        return false;
    };
    addresses
        .into_iter()
        .filter(|address| address.ip().is_loopback())
        .any(|address| says_healthy(address).unwrap_or(false))
}

fn says_healthy(address: SocketAddr) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect_timeout(&address, ANSWER_WITHIN)?;
    stream.set_read_timeout(Some(ANSWER_WITHIN))?;
    stream.set_write_timeout(Some(ANSWER_WITHIN))?;
    let request = format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.take(4096).read_to_string(&mut answer)?;
    Ok(answer.starts_with("HTTP/1.1 200") && answer.contains(r#""status":"healthy""#))
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    /// A program that is given one connection and says `answer`.
    fn somebody(answer: &'static str) -> Url {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut asked = [0; 1024];
            let _ = stream.read(&mut asked).unwrap();
            stream.write_all(answer.as_bytes()).unwrap();
        });
        format!("http://{address}/").parse().unwrap()
    }

    #[test]
    fn only_a_server_of_ours_counts() {
        let ours = "HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{\"status\":\"healthy\"}";
        assert!(runs_here(&somebody(ours)));
        assert!(!runs_here(&somebody("HTTP/1.1 200 OK\r\n\r\nhello")));
        assert!(!runs_here(&"http://127.0.0.1:9/".parse().unwrap()));
    }
}
