//! The listener: one task a connection, bounded in number, headers and time.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;
use tracing::{debug, warn};

use crate::gate::Peer;

/// Connections at once; further ones wait to be accepted.
const CONNECTIONS: usize = 1024;
/// Longest time for the headers of a request.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);
/// Largest head of a request, bytes.
const HEAD: usize = 64 << 10;
/// Longest TLS handshake.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(5);
/// Longest wait for connections to end.
const CLOSED_WITHIN: Duration = Duration::from_millis(1_200);
/// Pause after the system had no connection to give.
const RETRY: Duration = Duration::from_millis(100);

/// Accepts connections until told to stop, then lets requests under way finish for a moment.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    router: Router,
    stop: CancellationToken,
) {
    let connections = TaskTracker::new();
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    while let Some((stream, peer, seat)) = next(&listener, &room, &stop).await {
        let (router, tls, stop) = (router.clone(), tls.clone(), stop.clone());
        connections.spawn(async move {
            let _seat = seat;
            match tls {
                None => speak(stream, peer, router, stop).await,
                Some(tls) => match timeout(HANDSHAKE_WITHIN, tls.accept(stream)).await {
                    Ok(Ok(stream)) => speak(stream, peer, router, stop).await,
                    Ok(Err(fault)) => debug!(%peer, %fault, "no TLS"),
                    Err(_) => debug!(%peer, "the TLS handshake took too long"),
                },
            }
        });
    }
    connections.close();
    if timeout(CLOSED_WITHIN, connections.wait()).await.is_err() {
        warn!(open = connections.len(), "connections were cut off");
    }
}

/// The next connection, once there is room for it; `None` when it is time to stop.
async fn next(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
    stop: &CancellationToken,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let accepted = async {
        let seat = Arc::clone(room).acquire_owned().await.ok()?;
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => {
                    // answers are small; waiting to fill a packet only costs time
                    let _ = stream.set_nodelay(true);
                    return Some((stream, peer, seat));
                }
                Err(fault) => {
                    warn!(%fault, "no connection could be accepted");
                    sleep(RETRY).await;
                }
            }
        }
    };
    tokio::select! {
        () = stop.cancelled() => None,
        connection = accepted => connection,
    }
}

async fn speak<S>(stream: S, peer: SocketAddr, router: Router, stop: CancellationToken)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let answer = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        let router = router.clone();
        async move { Ok::<_, Infallible>(answered(router.oneshot(request).await)) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN)
        .max_buf_size(HEAD)
        .serve_connection(TokioIo::new(stream), answer);
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(fault) = ended {
        debug!(%peer, %fault, "connection ended");
    }
}

fn answered<T>(answer: Result<T, Infallible>) -> T {
    match answer {
        Ok(answer) => answer,
        Err(never) => match never {},
    }
}
