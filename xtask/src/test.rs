//! `make test`: every level on a real cluster.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::cluster::Cluster;
use crate::program::{self, build_kubemin, cache, command, output, root};
use crate::step::Steps;

/// Where the server of the acceptance cases listens.
const ADDRESS: &str = "127.0.0.1:18080";

/// Its tests start brokers of their own, which need the machine for themselves.
const QUEUE: &str = "kubemin-queue";

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
        on_cluster(&mut steps, cluster, full);
    }
    steps.run("generated files", crate::generate::check);
    steps.run("lint", crate::lint::lint);
    if cluster.is_some_and(|cluster| cluster.started) {
        steps.run("stop the cluster", crate::cluster::down);
    }
    steps.finish()
}

fn on_cluster(steps: &mut Steps, cluster: &Cluster, full: bool) {
    let all = ["--workspace", "--exclude", "kubemin-e2e"];
    let fast = [&all[..], &["--exclude", "testbed", "--exclude", QUEUE]].concat();
    // The acceptance cases mostly wait, so that both fit beside each other.
    std::thread::scope(|scope| {
        let cases = scope.spawn(|| acceptance(cluster));
        steps.run_twice("unit, contract and cluster tests", || {
            tests(cluster, full, &fast)
        });
        steps.run("acceptance cases beside them", || match cases.join() {
            Ok(result) => result,
            Err(_) => anyhow::bail!("the acceptance cases could not be run"),
        });
    });
    steps.run_twice("queues on real brokers", || {
        tests(cluster, full, &["-p", QUEUE])
    });
    steps.run_twice("end-to-end tests", || {
        tests(cluster, full, &["-p", "kubemin-e2e"])
    });
    steps.run_twice("testbed tests", || {
        run_tests(cluster, full, &["--bins", "--tests", "-p", "testbed"])
    });
}

/// Tests of some packages with a library; documentation examples are left to `cargo test --doc`.
fn tests(cluster: &Cluster, full: bool, packages: &[&str]) -> Result<()> {
    let targets = ["--lib", "--bins", "--tests"];
    run_tests(cluster, full, &[&targets[..], packages].concat())
}

fn run_tests(cluster: &Cluster, full: bool, what: &[&str]) -> Result<()> {
    let fixed = ["test", "--locked", "--no-fail-fast"];
    let mut tests = command("cargo", &[&fixed[..], what].concat());
    cluster.apply_to(&mut tests);
    tests.env("KUBEMIN_BIN", root().join("target/release/kubemin"));
    // Most end-to-end tests wait for a cluster, not for a processor.
    tests.env("RUST_TEST_THREADS", "8");
    if full {
        tests.env("KUBEMIN_FULL", "1");
    }
    program::run(tests)
}

/// The independent acceptance cases, where they lie beside the repository: those that need no cluster, then the others.
fn acceptance(cluster: &Cluster) -> Result<()> {
    let suite = root().join("../shared/acceptance/app/run.py");
    if !suite.exists() {
        println!("no acceptance cases beside the repository; skipped");
        return Ok(());
    }
    let program = root().join("target/release/kubemin");
    let mut offline = python()?;
    offline.arg(&suite).arg("--kubemin").arg(&program);
    cases(offline, "offline")?;
    on_server(&suite, &program, cluster).or_else(|fault| {
        println!("acceptance cases on the cluster failed, one more try: {fault:#}");
        on_server(&suite, &program, cluster)
    })
}

fn cases(command: Command, level: &str) -> Result<()> {
    let log = root().join(format!("target/acceptance-{level}.log"));
    program::run_into(command, &log)?;
    let text = std::fs::read_to_string(&log)?;
    let last = text.lines().last().unwrap_or_default();
    println!("acceptance cases, {level}: {last}");
    Ok(())
}

fn on_server(suite: &Path, program: &Path, cluster: &Cluster) -> Result<()> {
    let data = cache().join("acceptance");
    if data.exists() {
        std::fs::remove_dir_all(&data)?;
    }
    let mut server = Command::new(program);
    server
        .args(["server", "--bind-addr", ADDRESS, "--data-dir"])
        .arg(&data)
        .stderr(std::process::Stdio::null());
    cluster.apply_to(&mut server);
    let mut child = server.spawn().context("cannot start the server")?;
    let result = (|| {
        crate::http::wait_ok(ADDRESS, "/readyz", std::time::Duration::from_secs(30))?;
        let mut command = python()?;
        command.arg(suite).arg("--kubemin").arg(program).args([
            "--level",
            "cluster",
            "--server",
            &format!("http://{ADDRESS}"),
        ]);
        cluster.apply_to(&mut command);
        cases(command, "cluster")
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
