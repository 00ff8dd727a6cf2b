//! `list`.

use kubemin_api_types::{ApplicationList, ApplicationSummary};

use crate::args::{Format, List};
use crate::client::Route;
use crate::clock;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;
use crate::table::table;

/// Applications of one page.
const PAGE: usize = 100;

/// Lists applications, page by page.
pub async fn run(session: Session, args: List) -> Result<Exit, Failure> {
    let mut applications: Vec<ApplicationSummary> = Vec::new();
    let mut cursor: Option<String> = None;
    while applications.len() < args.limit {
        let page: ApplicationList = session
            .client
            .get(page(&session, &args, cursor, applications.len()))
            .await?;
        applications.extend(page.applications);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    show(&session, &applications)?;
    if cursor.is_some() {
        session.screen.warn(&format!(
            "there are more; these are {}; ask for more with --limit",
            applications.len()
        ));
    }
    Ok(Exit::Done)
}

fn page(session: &Session, args: &List, cursor: Option<String>, seen: usize) -> Route {
    Route::new(["applications"])
        .with("limit", PAGE.min(args.limit - seen))
        .with_some("q", args.query.as_ref())
        .with_some("phase", args.phase.as_ref())
        .with_some("namespace", session.client.endpoint().namespace.as_ref())
        .with_some("cursor", cursor)
}

fn show(session: &Session, applications: &[ApplicationSummary]) -> Result<(), Failure> {
    let screen = &session.screen;
    match screen.format {
        Format::Json | Format::Yaml => screen.data(&ApplicationList {
            applications: applications.to_vec(),
            next_cursor: None,
        }),
        Format::Name => screen.text(
            &applications
                .iter()
                .map(|app| format!("{}\n", app.name))
                .collect::<String>(),
        ),
        Format::Wide => {
            let headings = [
                "NAMESPACE",
                "NAME",
                "PHASE",
                "COMPONENTS",
                "VERSION",
                "REVISION",
                "CHANGED",
                "ID",
                "DESCRIPTION",
            ];
            let row = |app: &ApplicationSummary| {
                let [
                    namespace,
                    name,
                    phase,
                    components,
                    version,
                    revision,
                    changed,
                ] = columns(app);
                let (id, description) = (app.id.clone(), app.description.clone());
                [
                    namespace,
                    name,
                    phase,
                    components,
                    version,
                    revision,
                    changed,
                    id,
                    description,
                ]
            };
            screen.text(&table(headings, applications.iter().map(row), screen.paint))
        }
        Format::Table => {
            let headings = [
                "NAMESPACE",
                "NAME",
                "PHASE",
                "COMPONENTS",
                "VERSION",
                "REVISION",
                "CHANGED",
            ];
            screen.text(&table(
                headings,
                applications.iter().map(columns),
                screen.paint,
            ))
        }
    }
}

fn columns(app: &ApplicationSummary) -> [String; 7] {
    [
        app.namespace.clone(),
        app.name.clone(),
        app.phase.clone(),
        app.components.to_string(),
        app.version.clone(),
        app.revision.to_string(),
        clock::age(&app.update_time),
    ]
}
