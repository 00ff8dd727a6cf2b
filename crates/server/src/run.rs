//! From settings to a running server, and back to rest.

use std::io::Write;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use kubemin_engine::Engine;
use kubemin_store::OpenError;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::config::{Settings, StartFacts, start_faults};
use crate::gate::{Access, Limits, TokenError, Tokens};
use crate::listen::serve;
use crate::router::router;
use crate::state::AppState;
use crate::tls::{TlsError, acceptor};
use crate::{log, wire};

/// Longest wait for tasks under way to be left in order.
const REST_WITHIN: Duration = Duration::from_millis(500);

/// Why the server does not run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Settings that do not fit this machine or this build.
    #[error("{0}")]
    Settings(String),
    /// The address is taken or not this machine's.
    #[error("cannot listen on {address}: {reason}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the operating system said.
        reason: String,
    },
    /// The tokens.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The database.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A file of the data folder.
    #[error("{0}")]
    Folder(String),
    /// The operating system does not tell signals.
    #[error("signals cannot be received: {0}")]
    Signals(std::io::Error),
}

/// Runs until SIGTERM or SIGINT.
pub async fn run(settings: Settings) -> Result<(), RunError> {
    log::init(&settings.log);
    let mut terminate = signal(SignalKind::terminate()).map_err(RunError::Signals)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(RunError::Signals)?;
    let told = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    run_until(settings, told).await
}

/// Runs until told to stop. Listens first, so that health is answered while the rest starts.
pub async fn run_until(settings: Settings, told: impl Future<Output = ()>) -> Result<(), RunError> {
    check(&settings)?;
    let address = settings.server.bind_addr.0;
    let tls = acceptor(
        settings.server.tls_cert.as_deref(),
        settings.server.tls_key.as_deref(),
    )?;
    let access = Access::new(
        address.ip(),
        tokens(&settings, address.ip())?,
        settings.server.cors_origins.clone(),
    );
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| RunError::Listen {
            address,
            reason: error.to_string(),
        })?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    info!(address = %format!("{scheme}://{}", listener.local_addr().unwrap_or(address)), "listening");
    let state = AppState::new(access, Limits::default());
    let stop = CancellationToken::new();
    let listening = tokio::spawn(serve(listener, tls, router(state.clone()), stop.clone()));
    let ended = work(&settings, &state, told).await;
    state.stop();
    stop.cancel();
    if listening.await.is_err() {
        warn!("the listener did not end in order");
    }
    if let Some(engine) = ended?
        && timeout(REST_WITHIN, engine.shutdown()).await.is_err()
    {
        warn!("tasks under way go on at the next start");
    }
    info!("stopped");
    Ok(())
}

/// Opens everything, waits to be told, leaves the engine to be put to rest.
async fn work(
    settings: &Settings,
    state: &AppState,
    told: impl Future<Output = ()>,
) -> Result<Option<Engine>, RunError> {
    tokio::pin!(told);
    let core = tokio::select! {
        core = wire::core(settings) => core?,
        () = &mut told => return Ok(None),
    };
    let engine = core.engine.clone();
    state.open(core);
    info!(data = %settings.server.data_dir.display(), "ready for requests");
    told.await;
    info!("stopping");
    Ok(Some(engine))
}

fn check(settings: &Settings) -> Result<(), RunError> {
    let faults = start_faults(settings, StartFacts { replicas: 1 });
    if faults.is_empty() {
        Ok(())
    } else {
        Err(RunError::Settings(faults.join("\n")))
    }
}

/// On loopback a token may be used; beyond it one is made when there is none, and shown this once.
fn tokens(settings: &Settings, address: IpAddr) -> Result<Tokens, RunError> {
    if let Some(file) = &settings.server.token_file {
        return Ok(Tokens::read(file)?);
    }
    let folder = &settings.server.data_dir;
    if address.is_loopback() {
        return Ok(Tokens::stored(folder)?.unwrap_or_default());
    }
    let (tokens, made) = Tokens::stored_or_made(folder)?;
    if let Some(token) = made {
        let place = folder.join("token");
        // a closed standard error does not matter: the token is in the file
        let _ = writeln!(
            std::io::stderr(),
            "token (shown once, kept in {}): {token}",
            place.display()
        );
    }
    Ok(tokens)
}
