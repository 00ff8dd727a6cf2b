//! Resident memory of the server.

use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::database::Database;
use crate::document::web;
use crate::kubectl::kubectl;
use crate::namespace::Namespace;
use crate::row::Row;
use crate::sample::short;
use crate::server::Server;
use crate::{Settings, load};

/// Idle, with many watched applications, and after a new start with them.
pub fn rows(settings: &Settings) -> Result<Vec<Row>> {
    let namespace = Namespace::new("memory")?;
    let mut server = Server::start(&settings.kubemin, &[])?;
    let idle = server.settled_memory()?;
    let count = settings.applications;
    let documents: Vec<String> = (0..count)
        .map(|number| web(&namespace.name, &format!("web-{number:04}"), 0).to_string())
        .collect();
    load::create(&server, &documents, settings.concurrency)?;
    Database::open(&server.database())?.wait_completed(count, Duration::from_secs(300))?;
    let there = kubectl(&["-n", &namespace.name, "get", "deployments", "-o", "name"])?
        .lines()
        .count();
    ensure!(there == count, "{there} Deployments instead of {count}");
    let watched = server.settled_memory()?;
    server.kill_and_spawn()?;
    server
        .wait("/readyz", Duration::from_secs(30))
        .context("start with watched applications")?;
    let again = server.settled_memory()?;
    drop(server);
    namespace.remove()?;
    Ok(vec![
        row("server idle, resident".to_owned(), idle, "", 25.0),
        row(
            format!("server with {count} applications of one Deployment watched, just deployed"),
            watched,
            &format!(
                "idle {} MB, {} kB each",
                short(idle),
                short((watched - idle) * 1e3 / count as f64)
            ),
            60.0,
        ),
        row(
            format!("the same after a new start, {count} watched"),
            again,
            "",
            60.0,
        ),
    ])
}

fn row(what: String, figure: f64, beside: &str, limit: f64) -> Row {
    Row {
        what,
        figure: format!("{} MB", short(figure)),
        beside: beside.to_owned(),
        ratio: String::new(),
        target: format!("≤ {limit} MB"),
        met: figure <= limit,
    }
}
