//! Many create requests at once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, ensure};

use crate::server::Server;

/// Creates and deploys applications over `connections` connections; answers once all are accepted. A server that asks
/// for patience (429) gets it.
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
        let end = Instant::now() + Duration::from_secs(60);
        loop {
            let answer = open.post("/api/v1/applications", document.as_bytes())?;
            if answer.status != 429 {
                answer.json(202)?;
                break;
            }
            ensure!(
                Instant::now() < end,
                "the server took no request within 60 s"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    Ok(())
}
