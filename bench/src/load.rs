//! Many create requests at once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, ensure};
use serde_json::Value;

use crate::http::Connection;
use crate::server::Server;

/// Creates and deploys applications over `connections` connections; answers once all are accepted.
pub fn create(server: &Server, documents: &[String], connections: usize) -> Result<()> {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..connections)
            .map(|_| scope.spawn(|| client(server, documents, &next)))
            .collect();
        clients.into_iter().try_for_each(|client| {
            client
                .join()
                .map_err(|_| anyhow!("a client of the benchmark ended early"))?
        })
    })
}

fn client(server: &Server, documents: &[String], next: &AtomicUsize) -> Result<()> {
    let mut open = server.connect()?;
    while let Some(document) = documents.get(next.fetch_add(1, Ordering::Relaxed)) {
        accepted(&mut open, document, Duration::from_millis(20))?;
    }
    Ok(())
}

/// Creates and deploys one application; asked for patience (429, or 503 while the server starts) it asks again after a
/// pause.
pub fn accepted(open: &mut Connection, document: &str, pause: Duration) -> Result<Value> {
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        let answer = open.post("/api/v1/applications", document.as_bytes())?;
        if !matches!(answer.status, 429 | 503) {
            return answer.json(202);
        }
        ensure!(
            Instant::now() < end,
            "the server took no request within 60 s"
        );
        std::thread::sleep(pause);
    }
}
