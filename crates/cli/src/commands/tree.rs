//! `tree APP`.

use kubemin_api_types::{Tree, TreeObject, TreePod};

use crate::args;
use crate::client::Route;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::paint::Paint;
use crate::session::Session;

/// Draws components, their objects and their pods.
pub async fn run(session: Session, args: args::Tree) -> Result<Exit, Failure> {
    let app = session.find(&args.app).await?;
    let tree: Tree = session
        .client
        .get(Route::application(&app.id, ["tree"]))
        .await?;
    let screen = &session.screen;
    if screen.format.is_data() {
        screen.data(&tree)?;
    } else {
        screen.text(&text(&tree, screen.paint))?;
    }
    Ok(Exit::Done)
}

fn text(tree: &Tree, paint: Paint) -> String {
    let mut text = format!(
        "{} {} ({})\n",
        tree.name,
        paint.state(&tree.phase),
        tree.namespace
    );
    for (index, component) in tree.components.iter().enumerate() {
        let last = index + 1 == tree.components.len();
        let reason = if component.reason.is_empty() {
            String::new()
        } else {
            format!(": {}", component.reason)
        };
        let label = format!(
            "{} {} ({}){reason}",
            component.name,
            paint.state(&component.status),
            component.kind
        );
        branch(&mut text, "", last, &label);
        let inside = indent("", last);
        for (index, object) in component.objects.iter().enumerate() {
            self::object(
                &mut text,
                &inside,
                index + 1 == component.objects.len(),
                object,
                paint,
            );
        }
    }
    text
}

fn object(text: &mut String, before: &str, last: bool, object: &TreeObject, paint: Paint) {
    let ready = if object.ready.is_empty() {
        String::new()
    } else {
        format!(" {}", object.ready)
    };
    branch(
        text,
        before,
        last,
        &format!("{}/{}{ready}", object.kind, object.name),
    );
    let inside = indent(before, last);
    for (index, pod) in object.pods.iter().enumerate() {
        branch(
            text,
            &inside,
            index + 1 == object.pods.len(),
            &label(pod, paint),
        );
    }
}

fn label(pod: &TreePod, paint: Paint) -> String {
    let node = if pod.node.is_empty() {
        String::new()
    } else {
        format!(" on {}", pod.node)
    };
    let restarts = if pod.restarts == 0 {
        String::new()
    } else {
        format!(", restarts: {}", pod.restarts)
    };
    let ready = if pod.ready { "" } else { ", not ready" };
    format!(
        "Pod/{} {}{ready}{node}{restarts}",
        pod.name,
        paint.state(&pod.status)
    )
}

fn branch(text: &mut String, before: &str, last: bool, label: &str) {
    let corner = if last { "└─" } else { "├─" };
    text.push_str(&format!("{before}{corner} {label}\n"));
}

fn indent(before: &str, last: bool) -> String {
    format!("{before}{}  ", if last { " " } else { "│" })
}
