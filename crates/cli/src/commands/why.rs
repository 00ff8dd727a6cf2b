//! `why APP[/COMPONENT]`.

use kubemin_api_types::{Cause, Container, Event, ExplainedComponent, ExplainedPod, Explanation};

use crate::args::Why;
use crate::changes;
use crate::client::Route;
use crate::clock;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::paint::{Paint, Tone};
use crate::session::Session;

/// Events of a component that are shown.
const EVENTS: usize = 8;
/// Log lines of a component that are shown.
const LOG_LINES: usize = 12;

/// Says why an application is as it is, and what to do.
pub async fn run(session: Session, args: Why) -> Result<Exit, Failure> {
    let app = session.find(&args.target.app).await?;
    let route =
        Route::application(&app.id, ["why"]).with_some("component", args.target.component.as_ref());
    let explanation: Explanation = session.client.get(route).await?;
    let screen = &session.screen;
    if screen.format.is_data() {
        screen.data(&explanation)?;
    } else {
        screen.text(&text(&explanation, screen.paint))?;
    }
    Ok(Exit::Done)
}

fn text(explanation: &Explanation, paint: Paint) -> String {
    let mut text = format!(
        "{} in namespace {} is {}\n",
        explanation.name,
        explanation.namespace,
        paint.state(&explanation.phase)
    );
    if let Some(task) = &explanation.task {
        let message = if task.message.is_empty() {
            String::new()
        } else {
            format!(": {}", task.message)
        };
        text.push_str(&format!(
            "its newest task {} is {}{message}\n",
            task.id,
            paint.state(&task.state)
        ));
    }
    for component in &explanation.components {
        text.push('\n');
        text.push_str(&self::component(component, paint));
    }
    text
}

fn component(component: &ExplainedComponent, paint: Paint) -> String {
    let workload = component
        .workload
        .as_deref()
        .map(|name| format!(", {name}"))
        .unwrap_or_default();
    let mut text = format!(
        "{} ({}{workload}) is {}\n",
        paint.tone(Tone::Strong, &component.name),
        component.kind,
        paint.state(&component.status)
    );
    if let Some(cause) = &component.cause {
        text.push_str(&self::cause(cause, paint));
    }
    for missing in &component.missing {
        text.push_str(&format!(
            "  {missing} is declared and not there; the next apply makes it\n"
        ));
    }
    for drift in &component.drift {
        text.push_str(&format!(
            "  {} was changed by hand; the next apply mends it:\n",
            drift.object
        ));
        text.extend(drift.fields.iter().map(changes::drifted));
    }
    let troubled = component.pods.iter().filter(|pod| !pod.ready);
    text.extend(troubled.map(|pod| self::pod(pod, paint)));
    let well = component.cause.is_none() && component.missing.is_empty();
    // of a component that is well, only warnings are worth a line
    let events: Vec<&Event> = component
        .events
        .iter()
        .filter(|event| !well || event.kind == "Warning")
        .collect();
    let older = events.len().saturating_sub(EVENTS);
    text.extend(events[older..].iter().copied().map(event));
    let lines = component.logs.len().saturating_sub(LOG_LINES);
    for line in &component.logs[lines..] {
        text.push_str(&format!("  log {}: {}\n", line.container, line.text));
    }
    text
}

fn cause(cause: &Cause, paint: Paint) -> String {
    let place = match (cause.pod.as_str(), cause.container.as_str()) {
        ("", _) => String::new(),
        (pod, "") => format!(" (pod {pod})"),
        (pod, container) => format!(" (pod {pod}, container {container})"),
    };
    let head = format!("{}: {}{place}", cause.reason, cause.message);
    let mut text = format!("  {}\n", paint.tone(Tone::Bad, &head));
    if !cause.remedy.is_empty() {
        text.push_str(&format!("  what to do: {}\n", cause.remedy));
    }
    text
}

fn pod(pod: &ExplainedPod, paint: Paint) -> String {
    let node = if pod.node.is_empty() {
        "on no node yet".to_owned()
    } else {
        format!("on {}", pod.node)
    };
    let mut text = format!("  pod {} {} {node}\n", pod.name, paint.state(&pod.phase));
    for container in pod.containers.iter().filter(|container| !container.ready) {
        text.push_str(&self::container(container));
    }
    text
}

fn container(container: &Container) -> String {
    let role = if container.init {
        "init container"
    } else {
        "container"
    };
    let reason = [container.reason.as_str(), container.message.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(": ");
    let reason = if reason.is_empty() {
        String::new()
    } else {
        format!(": {reason}")
    };
    let restarts = match container.restarts {
        0 => String::new(),
        1 => ", 1 restart".to_owned(),
        number => format!(", {number} restarts"),
    };
    format!(
        "    {role} {} ({}) {}{restarts}{reason}\n",
        container.name, container.image, container.state
    )
}

fn event(event: &Event) -> String {
    let times = if event.count > 1 {
        format!(" ×{}", event.count)
    } else {
        String::new()
    };
    format!(
        "  event {} ago{times} {}: {} {}\n",
        clock::age(&event.time),
        event.object,
        event.reason,
        event.message
    )
}
