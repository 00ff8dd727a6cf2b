//! `events APP[/COMPONENT]`.

use kubemin_api_types::{Event, EventList};

use crate::args::Events;
use crate::client::Route;
use crate::clock;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::session::Session;
use crate::table::table;

/// Prints what happened, and with `--follow` what happens.
pub async fn run(session: Session, args: Events) -> Result<Exit, Failure> {
    let app = session.find(&args.target.app).await?;
    let component = args.target.component.as_deref();
    let route = Route::application(&app.id, ["events"]).with_some("component", component);
    let mut list: EventList = session.client.get(route.clone()).await?;
    list.events.retain(|event| concerns(event, component));
    let screen = &session.screen;
    if screen.format.is_data() && !args.follow {
        screen.data(&list)?;
    } else {
        show(&session, &list.events)?;
    }
    for note in &list.notes {
        screen.warn(note);
    }
    if args.follow {
        follow(&session, route, list.next_cursor, component).await?;
    }
    Ok(Exit::Done)
}

async fn follow(
    session: &Session,
    route: Route,
    cursor: Option<String>,
    component: Option<&str>,
) -> Result<(), Failure> {
    let mut events = session
        .client
        .events(route.with_some("cursor", cursor))
        .await?;
    while let Some(text) = events.next().await {
        match serde_json::from_str::<Event>(&text) {
            Ok(event) if concerns(&event, component) => session.screen.line(&line(&event))?,
            _ => {}
        }
    }
    Err(Failure::new(Exit::Unreachable, "the events broke off"))
}

/// Events of the whole application concern every component.
fn concerns(event: &Event, component: Option<&str>) -> bool {
    component.is_none_or(|component| event.component.is_empty() || event.component == component)
}

fn show(session: &Session, events: &[Event]) -> Result<(), Failure> {
    let headings = ["AGE", "TYPE", "REASON", "OBJECT", "MESSAGE"];
    let rows = events.iter().map(|event| {
        [
            clock::age(&event.time),
            event.kind.clone(),
            event.reason.clone(),
            subject(event),
            message(event),
        ]
    });
    session
        .screen
        .text(&table(headings, rows, session.screen.paint))
}

fn line(event: &Event) -> String {
    format!(
        "{} {} {} {}: {}",
        event.time,
        event.kind,
        event.reason,
        subject(event),
        message(event)
    )
}

fn subject(event: &Event) -> String {
    let parts = [&event.object, &event.component];
    parts
        .into_iter()
        .find(|part| !part.is_empty())
        .map_or_else(|| "–".to_owned(), Clone::clone)
}

fn message(event: &Event) -> String {
    if event.count > 1 {
        format!("{} (×{})", event.message, event.count)
    } else {
        event.message.clone()
    }
}
