//! `logs APP[/COMPONENT]`.

use std::io::Write;

use kubemin_api_types::{LogLine, Problem};

use crate::args::Logs;
use crate::client::Route;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

/// Prints log lines as they come.
pub async fn run(session: Session, args: Logs) -> Result<Exit, Failure> {
    let app = session.find(&args.target.app).await?;
    let route = Route::application(&app.id, ["logs"])
        .with_some("component", args.target.component.as_ref())
        .with_some("container", args.container.as_ref())
        .with_some("tail", args.tail)
        .with_flag("follow", args.follow)
        .with_flag("previous", args.previous);
    if args.follow {
        follow(&session, route, !args.no_prefix).await
    } else {
        let route = if args.no_prefix {
            route.with("prefix", false)
        } else {
            route
        };
        copy(&session, route).await
    }
}

/// The text as it is; the containers are read to their ends.
async fn copy(session: &Session, route: Route) -> Result<Exit, Failure> {
    let mut response = session.client.stream(route).await?;
    while let Some(piece) = response.chunk().await.map_err(broke_off)? {
        let mut out = std::io::stdout().lock();
        out.write_all(&piece)?;
        out.flush()?;
    }
    Ok(Exit::Done)
}

/// Events, because they show that the server lives while a container is silent.
async fn follow(session: &Session, route: Route, prefix: bool) -> Result<Exit, Failure> {
    let mut events = session.client.events(route).await?;
    while let Some(event) = events.next().await {
        match serde_json::from_str::<LogLine>(&event) {
            Ok(line) if prefix => session
                .screen
                .line(&format!("{}/{}: {}", line.pod, line.container, line.text))?,
            Ok(line) => session.screen.line(&line.text)?,
            Err(_) => {
                let problem: Problem = serde_json::from_str(&event).unwrap_or_default();
                session.screen.warn(&problem.detail);
            }
        }
    }
    session.screen.note("the logs have ended");
    Ok(Exit::Done)
}

fn broke_off(error: reqwest::Error) -> Failure {
    Failure::new(Exit::Unreachable, format!("the logs broke off: {error}"))
}
