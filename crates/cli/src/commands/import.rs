//! `import -f FILE`.

use kubemin_api_types::Stored;

use crate::args::Import;
use crate::client::Route;
use crate::commands::apply::send;
use crate::document::Document;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::findings;
use crate::session::Session;

/// Stores a document and deploys nothing.
pub async fn run(session: Session, args: Import) -> Result<Exit, Failure> {
    let mut document = Document::open(&args.file, &session.global)?;
    findings::tell(&document, &session.screen);
    if document.application().is_none() {
        return Ok(Exit::Wrong);
    }
    let route = Route::new(["applications"]).with("execute", false);
    let stored: Option<Stored> = send(&session, &mut document, route).await?;
    let Some(stored) = stored else {
        return Ok(Exit::Wrong);
    };
    if session.screen.format.is_data() {
        session.screen.data(&stored)?;
    } else {
        let line = format!("{}: stored as revision {}", stored.name, stored.revision);
        session.screen.line(&line)?;
        session
            .screen
            .note(&format!("deploy it with: kubemin apply -f {}", args.file));
    }
    Ok(Exit::Done)
}
