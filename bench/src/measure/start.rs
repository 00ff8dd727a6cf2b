//! Start of the server to its first answer, and to its first finished deployment.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::Settings;
use crate::database::Database;
use crate::document::{config, pair};
use crate::load::accepted;
use crate::namespace::Namespace;
use crate::row::Row;
use crate::sample::Sample;
use crate::server::Server;

const STARTS: usize = 15;
const LIMIT: Duration = Duration::from_secs(20);
/// Between two requests to a server that is not able to take one yet.
const PAUSE: Duration = Duration::from_millis(1);

#[derive(Default)]
struct Times {
    answers: Vec<Duration>,
    deploys: Vec<Duration>,
}

/// First starts in an empty folder, and starts after a kill -9.
pub fn rows(settings: &Settings) -> Result<Vec<Row>> {
    let namespace = Namespace::new("start")?;
    let (mut fresh, mut killed) = (Times::default(), Times::default());
    for run in 0..STARTS {
        let began = Instant::now();
        let mut server = Server::spawn(&settings.kubemin, &[])?;
        first(
            &server,
            began,
            &namespace.name,
            &format!("fresh-{run}"),
            1,
            &mut fresh,
        )?;
        // Something unfinished, so that the killed server leaves work behind.
        let document = pair(&namespace.name, &format!("left-{run}")).to_string();
        accepted(&mut server.connect()?, &document, PAUSE)?;
        let began = server.kill_and_spawn()?;
        first(
            &server,
            began,
            &namespace.name,
            &format!("killed-{run}"),
            3,
            &mut killed,
        )?;
    }
    namespace.remove()?;
    let mut rows = Vec::new();
    for (name, times) in [
        ("start in an empty folder", fresh),
        ("start after kill -9", killed),
    ] {
        rows.push(row(
            &format!("{name} → first HTTP 200, {STARTS} starts"),
            &times.answers,
            50.0,
        )?);
        rows.push(row(
            &format!("{name} → first deployment completed, {STARTS} starts"),
            &times.deploys,
            300.0,
        )?);
    }
    Ok(rows)
}

fn first(
    server: &Server,
    began: Instant,
    namespace: &str,
    name: &str,
    tasks: usize,
    times: &mut Times,
) -> Result<()> {
    server.wait("/healthz", LIMIT)?;
    times.answers.push(began.elapsed());
    let body = config(namespace, name).to_string();
    accepted(&mut server.connect()?, &body, PAUSE)?;
    Database::open(&server.database())?.wait_completed(tasks, LIMIT)?;
    times.deploys.push(began.elapsed());
    Ok(())
}

fn row(what: &str, times: &[Duration], limit: f64) -> Result<Row> {
    let sample = Sample::milliseconds(times).with_context(|| what.to_owned())?;
    Ok(Row {
        what: what.to_owned(),
        figure: sample.with_unit("ms"),
        beside: String::new(),
        ratio: String::new(),
        target: format!("≤ {limit} ms"),
        met: sample.median() <= limit,
    })
}
