//! A port that leads to one server now and to another later, as a Service does.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};

/// Connections made before a turn stay where they are.
pub struct Proxy {
    port: u16,
    target: Arc<AtomicU16>,
}

impl Proxy {
    pub async fn start(target: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let target = Arc::new(AtomicU16::new(target));
        tokio::spawn({
            let target = target.clone();
            async move {
                while let Ok((mut client, _)) = listener.accept().await {
                    let port = target.load(Ordering::SeqCst);
                    tokio::spawn(async move {
                        let mut server = TcpStream::connect(("127.0.0.1", port)).await?;
                        copy_bidirectional(&mut client, &mut server).await
                    });
                }
            }
        });
        Self { port, target }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn turn_to(&self, target: u16) {
        self.target.store(target, Ordering::SeqCst);
    }
}
