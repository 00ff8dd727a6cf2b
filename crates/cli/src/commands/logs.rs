//! `logs APP[/COMPONENT]`.

use std::io::Write;

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
    let mut response = session.client.stream(route).await?;
    loop {
        match response.chunk().await {
            Ok(Some(piece)) => {
                let mut out = std::io::stdout().lock();
                out.write_all(&piece)?;
                out.flush()?;
            }
            Ok(None) => return Ok(Exit::Done),
            // a container that is silent for a minute ends the stream; nothing more came in the meantime
            Err(error) if error.is_timeout() && !args.follow => return Ok(Exit::Done),
            Err(error) => {
                return Err(Failure::new(
                    Exit::Unreachable,
                    format!("the logs broke off: {error}"),
                ));
            }
        }
    }
}
