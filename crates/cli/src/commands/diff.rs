//! `diff FILE`.

use kubemin_api_types as api;

use crate::args::{Diff, Format};
use crate::changes;
use crate::client::Route;
use crate::commands::apply::send;
use crate::document::Document;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::findings;
use crate::session::Session;

/// Compares a file with the cluster: exit code 0 when applying it would write nothing, else 1.
pub async fn run(session: Session, args: Diff) -> Result<Exit, Failure> {
    let mut document = Document::open(&args.file, &session.global)?;
    findings::tell(&document, &session.screen);
    if document.application().is_none() {
        return Ok(Exit::Wrong);
    }
    let route = Route::new(["applications", "diff"]);
    let diff: Option<api::Diff> = send(&session, &mut document, route).await?;
    let Some(diff) = diff else {
        return Ok(Exit::Wrong);
    };
    show(&session, &diff)?;
    Ok(if diff.different { Exit::No } else { Exit::Done })
}

fn show(session: &Session, diff: &api::Diff) -> Result<(), Failure> {
    let screen = &session.screen;
    match screen.format {
        Format::Json | Format::Yaml => screen.data(diff)?,
        Format::Name => {
            let changed = diff
                .changes
                .iter()
                .filter(|change| changes::is_change(change));
            screen.text(
                &changed
                    .map(|change| format!("{}/{}\n", change.kind, change.name))
                    .collect::<String>(),
            )?;
        }
        _ => {
            screen.text(&changes::text(&diff.changes, screen.paint))?;
            screen.note(&format!(
                "{}: {}",
                diff.application,
                changes::summary(&diff.changes)
            ));
            for note in &diff.notes {
                screen.note(&format!("note: {note}"));
            }
        }
    }
    Ok(())
}
