//! `history APP` and `rollback APP`.

use kubemin_api_types::{Revision, RevisionList, RollbackRequest};

use crate::args::{Format, History, Rollback};
use crate::client::Route;
use crate::clock;
use crate::commands::task::start;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;
use crate::table::table;

/// Shows the revisions of an application, newest first, or the document of one.
pub async fn run(session: Session, args: History) -> Result<Exit, Failure> {
    let app = session.find(&args.app).await?;
    if let Some(number) = args.revision {
        return one(&session, &app.id, number).await;
    }
    let list: RevisionList = session
        .client
        .get(Route::application(&app.id, ["revisions"]))
        .await?;
    let screen = &session.screen;
    match screen.format {
        Format::Json | Format::Yaml => screen.data(&list)?,
        Format::Name => {
            screen.text(
                &list
                    .revisions
                    .iter()
                    .map(|revision| format!("{}\n", revision.revision))
                    .collect::<String>(),
            )?;
        }
        _ => {
            let headings = ["REVISION", "VERSION", "MADE", "TASK", "CAUSE"];
            screen.text(&table(
                headings,
                list.revisions.iter().map(row),
                screen.paint,
            ))?;
            if list.next_cursor.is_some() {
                screen.note("there are older ones");
            }
        }
    }
    Ok(Exit::Done)
}

async fn one(session: &Session, id: &str, number: i64) -> Result<Exit, Failure> {
    let number = number.to_string();
    let revision: Revision = session
        .client
        .get(Route::application(id, ["revisions", number.as_str()]))
        .await?;
    match (session.screen.format, &revision.document) {
        (Format::Json | Format::Yaml, _) | (_, None) => session.screen.data(&revision)?,
        (_, Some(document)) => {
            let yaml = serde_saphyr::to_string(document).map_err(Failure::wrong)?;
            session.screen.text(&yaml)?;
        }
    }
    Ok(Exit::Done)
}

fn row(revision: &Revision) -> [String; 5] {
    let current = if revision.current { " *" } else { "" };
    [
        format!("{}{current}", revision.revision),
        revision.version.clone(),
        clock::age(&revision.created_at),
        if revision.task_state.is_empty() {
            "–".to_owned()
        } else {
            revision.task_state.clone()
        },
        revision.cause.clone(),
    ]
}

/// Goes back to an earlier revision; that makes a new one.
pub async fn rollback(session: Session, args: Rollback) -> Result<Exit, Failure> {
    let app = session.find(&args.app).await?;
    let request = RollbackRequest { to: args.to };
    let route = Route::application(&app.id, ["rollback"]);
    let what = format!("{} rolls back", app.name);
    start(&session, route, &request, &args.wait, &what).await
}
