//! `export APP`.

use crate::args::{Export, Format};
use crate::client::Route;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;

/// Prints the document of an application; secret values are masked.
pub async fn run(session: Session, args: Export) -> Result<Exit, Failure> {
    let app = session.find(&args.app).await?;
    let format = if session.screen.format == Format::Json {
        "json"
    } else {
        "yaml"
    };
    let route = Route::application(&app.id, ["export"]).with("format", format);
    let document = session.client.text(route).await?;
    session.screen.text(&document)?;
    if !document.ends_with('\n') {
        session.screen.text("\n")?;
    }
    Ok(Exit::Done)
}
