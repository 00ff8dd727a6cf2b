//! `status APP`.

use std::time::Duration;

use kubemin_api_types::{ApplicationStatus, ComponentStatus};
use kubemin_workflow::readiness::Status as Phase;
use tokio::time::sleep;

use crate::args::{Format, Status};
use crate::client::Route;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;
use crate::table::table;

/// Before a stream that ended is asked for again.
const PAUSE: Duration = Duration::from_secs(1);

/// Shows how an application is: exit code 0 when it is as it should be, else 1.
pub async fn run(session: Session, args: Status) -> Result<Exit, Failure> {
    let app = session.find(&args.app).await?;
    let status = session.status_with_drift(&app.id).await?;
    show(&session, &status)?;
    if args.watch {
        return watch(&session, &app.id, status).await;
    }
    Ok(match Phase::from_word(&status.phase) {
        Phase::Running | Phase::Completed | Phase::Stopped => Exit::Done,
        Phase::Pending | Phase::Failed | Phase::Unknown => Exit::No,
    })
}

/// Shows every other status until it is interrupted or fails.
async fn watch(
    session: &Session,
    id: &str,
    mut status: ApplicationStatus,
) -> Result<Exit, Failure> {
    loop {
        status = changed(session, id, &status).await?;
        session.screen.note("");
        show(session, &status)?;
    }
}

/// The next status that is another one.
async fn changed(
    session: &Session,
    id: &str,
    last: &ApplicationStatus,
) -> Result<ApplicationStatus, Failure> {
    loop {
        let mut events = session
            .client
            .events(Route::application(id, ["status"]))
            .await?;
        while let Some(event) = events.next().await {
            match serde_json::from_str::<ApplicationStatus>(&event) {
                Ok(status) if status != *last => return Ok(status),
                _ => {}
            }
        }
        sleep(PAUSE).await;
    }
}

fn show(session: &Session, status: &ApplicationStatus) -> Result<(), Failure> {
    let screen = &session.screen;
    match screen.format {
        Format::Json | Format::Yaml => return screen.data(status),
        Format::Name => return screen.line(&status.phase),
        Format::Table | Format::Wide => {}
    }
    let mut text = format!(
        "{} in namespace {}: {}, revision {}, version {}\n",
        status.name,
        status.namespace,
        screen.paint.state(&status.phase),
        status.revision,
        status.version
    );
    if let Some(task) = &status.task {
        let message = if task.message.is_empty() {
            String::new()
        } else {
            format!(": {}", task.message)
        };
        text.push_str(&format!(
            "task {} is {}{message}\n",
            task.id,
            screen.paint.state(&task.state)
        ));
    }
    text.push('\n');
    let headings = [
        "COMPONENT",
        "TYPE",
        "STATUS",
        "READY",
        "ENDPOINTS",
        "REASON",
    ];
    let wide = screen.format == Format::Wide;
    text.push_str(&table(
        headings,
        status
            .components
            .iter()
            .map(|component| row(component, wide)),
        screen.paint,
    ));
    screen.text(&text)
}

fn row(component: &ComponentStatus, wide: bool) -> [String; 6] {
    let endpoints = match component.endpoints.as_slice() {
        [] => "–".to_owned(),
        [first, rest @ ..] if !wide && !rest.is_empty() => format!("{first} +{}", rest.len()),
        all => all.join(" "),
    };
    let reason = match (component.reason.as_str(), component.message.as_str()) {
        ("", "") => String::new(),
        (reason, "") => reason.to_owned(),
        ("", message) => message.to_owned(),
        (reason, message) => format!("{reason}: {message}"),
    };
    let has_pods = !matches!(component.kind.as_str(), "config" | "secret");
    [
        component.name.clone(),
        component.kind.clone(),
        component.status.clone(),
        if has_pods {
            format!("{}/{}", component.ready_replicas, component.replicas)
        } else {
            "–".to_owned()
        },
        endpoints,
        reason,
    ]
}
