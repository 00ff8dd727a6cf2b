//! `make test`: every level on a real cluster.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::cluster::Cluster;
use crate::program::{self, build_kubemin, cache, command, output, root};
use crate::step::Steps;

/// Runs all levels; starts what it needs and stops what it started.
pub fn run(full: bool) -> Result<()> {
    let mut steps = Steps::default();
    let mut cluster = None;
    steps.run("cluster", || {
        cluster = Some(Cluster::testbed(3)?);
        Ok(())
    });
    steps.run("build", || build_kubemin().map(|_| ()));
    if let Some(cluster) = &cluster {
        steps.run_twice("unit, contract and cluster tests", || {
            tests(
                cluster,
                full,
                &[
                    "--workspace",
                    "--exclude",
                    "kubemin-e2e",
                    "--exclude",
                    "testbed",
                ],
            )
        });
        steps.run_twice("end-to-end tests", || {
            tests(cluster, full, &["-p", "kubemin-e2e"])
        });
        steps.run_twice("testbed tests", || {
            tests(cluster, full, &["-p", "testbed", "--bins", "--tests"])
        });
        acceptance(&mut steps, cluster);
    }
    steps.run("generated files", crate::generate::check);
    steps.run("lint", crate::lint::lint);
    if cluster.is_some_and(|cluster| cluster.started) {
        steps.run("stop the cluster", crate::cluster::down);
    }
    steps.finish()
}

/// Tests of some packages; documentation examples are left to `cargo test --doc`.
fn tests(cluster: &Cluster, full: bool, packages: &[&str]) -> Result<()> {
    let fixed = [
        "test",
        "--locked",
        "--no-fail-fast",
        "--lib",
        "--bins",
        "--tests",
    ];
    let mut tests = command("cargo", &[&fixed[..], packages].concat());
    cluster.apply_to(&mut tests);
    tests.env("KUBEMIN_BIN", root().join("target/release/kubemin"));
    // Most end-to-end tests wait for a cluster, not for a processor.
    tests.env("RUST_TEST_THREADS", "6");
    if full {
        tests.env("KUBEMIN_FULL", "1");
    }
    program::run(tests)
}

/// The independent acceptance cases, where they lie beside the repository.
fn acceptance(steps: &mut Steps, cluster: &Cluster) {
    let suite = root().join("../shared/acceptance/app/run.py");
    if !suite.exists() {
        println!("no acceptance cases beside the repository; skipped");
        return;
    }
    steps.run("acceptance, offline", || {
        let mut cases = python()?;
        cases
            .arg(&suite)
            .arg("--kubemin")
            .arg(root().join("target/release/kubemin"));
        program::run(cases)
    });
    steps.run_twice("acceptance, cluster", || {
        acceptance_on_cluster(&suite, cluster)
    });
}

fn acceptance_on_cluster(suite: &Path, cluster: &Cluster) -> Result<()> {
    let data = cache().join("acceptance");
    if data.exists() {
        std::fs::remove_dir_all(&data)?;
    }
    let program = root().join("target/release/kubemin");
    let mut server = Command::new(&program);
    server
        .args(["server", "--bind-addr", "127.0.0.1:18080", "--data-dir"])
        .arg(&data);
    cluster.apply_to(&mut server);
    let mut child = server.spawn().context("cannot start the server")?;
    let result = (|| {
        crate::http::wait_ok(
            "127.0.0.1:18080",
            "/readyz",
            std::time::Duration::from_secs(30),
        )?;
        let mut cases = python()?;
        cases.arg(suite).arg("--kubemin").arg(&program).args([
            "--level",
            "cluster",
            "--server",
            "http://127.0.0.1:18080",
        ]);
        cluster.apply_to(&mut cases);
        program::run(cases)
    })();
    child.kill()?;
    child.wait()?;
    result
}

/// A Python with PyYAML in an environment of its own.
fn python() -> Result<Command> {
    let environment = cache().join("python");
    let program = environment.join("bin/python");
    if !program.exists() {
        program::run(command(
            "python3",
            &["-m", "venv", &environment.to_string_lossy()],
        ))?;
    }
    let ready = output(command(
        &program.to_string_lossy(),
        &[
            "-c",
            "import importlib.util as u; print(bool(u.find_spec('yaml')))",
        ],
    ))?;
    if ready.trim() != "True" {
        program::run(command(
            &program.to_string_lossy(),
            &["-m", "pip", "install", "--quiet", "pyyaml"],
        ))?;
    }
    Ok(command(&program.to_string_lossy(), &[]))
}
