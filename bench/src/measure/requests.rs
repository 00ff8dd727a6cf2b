//! Latency of create and status requests, one client, one open connection.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::Settings;
use crate::database::Database;
use crate::document::{dag, pair};
use crate::namespace::Namespace;
use crate::row::Row;
use crate::sample::Sample;
use crate::server::Server;

const REQUESTS: usize = 300;

/// Create without deploying, create with deploying behind it, status.
pub fn rows(settings: &Settings) -> Result<Vec<Row>> {
    let namespace = Namespace::new("requests")?;
    let server = Server::start(&settings.kubemin, &[])?;
    let floor = repeated(&server, |open, _| Ok(open.get("/healthz")?.status == 200))?;
    let stored = repeated(&server, |open, number| {
        let mut document = dag(&namespace.name, Some(0))?;
        document["name"] = format!("stored-{number}").into();
        let answer = open.post(
            "/api/v1/applications?execute=false",
            document.to_string().as_bytes(),
        )?;
        Ok(answer.json(201)?["id"].is_string())
    })?;
    let mut ids = Vec::new();
    let deployed = repeated(&server, |open, number| {
        let document = pair(&namespace.name, &format!("deployed-{number}")).to_string();
        let answer = open
            .post("/api/v1/applications", document.as_bytes())?
            .json(202)?;
        ids.push(answer["id"].as_str().context("an id")?.to_owned());
        Ok(true)
    })?;
    settle(&server)?;
    let status = repeated(&server, |open, number| {
        let path = format!("/api/v1/applications/{}/status", ids[number % ids.len()]);
        Ok(open.get(&path)?.json(200)?["task"]["state"] == "completed")
    })?;
    namespace.remove()?;
    Ok(vec![
        row(
            "create request, five components, stored only",
            &stored,
            &floor,
            2.0,
        )?,
        row(
            "create request, deployment of earlier ones running",
            &deployed,
            &floor,
            2.0,
        )?,
        row("status request", &status, &floor, 1.0)?,
    ])
}

fn repeated(
    server: &Server,
    mut ask: impl FnMut(&mut crate::http::Connection, usize) -> Result<bool>,
) -> Result<Vec<Duration>> {
    let mut open = server.connect()?;
    let mut times = Vec::with_capacity(REQUESTS);
    for number in 0..REQUESTS {
        let started = Instant::now();
        ensure!(
            ask(&mut open, number)?,
            "request {number} had another answer than it should"
        );
        times.push(started.elapsed());
    }
    Ok(times)
}

fn settle(server: &Server) -> Result<()> {
    Database::open(&server.database())?.wait_completed(REQUESTS, Duration::from_secs(120))
}

fn row(what: &str, times: &[Duration], floor: &[Duration], limit: f64) -> Result<Row> {
    let (sample, floor) = (Sample::milliseconds(times)?, Sample::milliseconds(floor)?);
    Ok(Row {
        what: format!("{what}, {REQUESTS} requests"),
        figure: format!(
            "{}, p99 {:.2} ms",
            sample.with_unit("ms"),
            sample.quantile(0.99)
        ),
        beside: format!("`/healthz` {}", floor.with_unit("ms")),
        ratio: String::new(),
        target: format!("median ≤ {limit} ms"),
        met: sample.median() <= limit,
    })
}
