//! `make demo`: from nothing to the manual's example application answering over HTTP.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::cluster::Cluster;
use crate::http;
use crate::program::{build_kubemin, cache, output, root, run};

const ADDRESS: &str = "127.0.0.1:8080";
const EXAMPLE: &str = "examples/manual/2225-create-application.json";
const APPLICATION: &str = "demo-app";

/// Brings everything up; what runs already is used again.
pub fn up() -> Result<()> {
    let started = Instant::now();
    println!("==> building kubemin");
    let program = build_kubemin()?;
    println!("==> looking for a cluster");
    let cluster = Cluster::find_or_start(1)?;
    println!("==> starting the server on {ADDRESS}");
    serve(&program, &cluster)?;
    println!("==> deploying {EXAMPLE}");
    run(kubemin(
        &program,
        &cluster,
        &["apply", "-f", EXAMPLE, "--wait"],
    ))?;
    run(kubemin(&program, &cluster, &["status", APPLICATION]))?;
    show(&cluster)?;
    println!("\nready in {:.0} s", started.elapsed().as_secs_f64());
    Ok(())
}

/// Deletes the demo application, stops the server and the testbed.
pub fn down() -> Result<()> {
    let program = root().join("target/release/kubemin");
    if http::is_ok(ADDRESS, "/healthz") && program.exists() {
        let delete = Command::new(&program)
            .args(["--server", &url(), "delete", APPLICATION, "--yes"])
            .status();
        if !delete.is_ok_and(|status| status.success()) {
            println!("the application {APPLICATION} was not there or could not be deleted");
        }
    }
    stop_server()?;
    if std::env::var_os("KUBECONFIG").is_none_or(|path| path.is_empty()) {
        crate::cluster::down()?;
    }
    Ok(())
}

fn url() -> String {
    format!("http://{ADDRESS}")
}

fn kubemin(program: &Path, cluster: &Cluster, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .args(["--server", &url()])
        .args(arguments)
        .current_dir(root());
    cluster.apply_to(&mut command);
    command
}

fn folder() -> PathBuf {
    cache().join("demo")
}

/// A running demo server is used again unless the program is newer than it.
fn serve(program: &Path, cluster: &Cluster) -> Result<()> {
    let stamp = folder().join("server.pid");
    let age = |path: &Path| fs::metadata(path).and_then(|data| data.modified()).ok();
    if http::is_ok(ADDRESS, "/healthz") {
        ensure!(
            stamp.exists(),
            "something else already listens on {ADDRESS}; stop it first"
        );
        if age(&stamp) > age(program) {
            return Ok(());
        }
        stop_server()?;
    }
    fs::create_dir_all(folder())?;
    let log = File::create(folder().join("server.log"))?;
    let mut command = Command::new(program);
    command
        .args(["server", "--bind-addr", ADDRESS, "--data-dir"])
        .arg(folder().join("data"));
    command
        .stdin(std::process::Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log);
    cluster.apply_to(&mut command);
    let child = command.spawn().context("cannot start the server")?;
    fs::write(&stamp, child.id().to_string())?;
    wait_until_ready()
}

fn wait_until_ready() -> Result<()> {
    let end = Instant::now() + Duration::from_secs(30);
    while !http::is_ok(ADDRESS, "/readyz") {
        if Instant::now() > end {
            let log = fs::read_to_string(folder().join("server.log")).unwrap_or_default();
            let tail: Vec<&str> = log.lines().rev().take(15).collect();
            bail!(
                "the server was not ready within 30 s; its log ends with:\n{}",
                tail.into_iter().rev().collect::<Vec<_>>().join("\n")
            );
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

fn stop_server() -> Result<()> {
    let stamp = folder().join("server.pid");
    let Ok(text) = fs::read_to_string(&stamp) else {
        return Ok(());
    };
    let pid = Pid::from_raw(
        text.trim()
            .parse()
            .context("the pid file of the demo server is damaged")?,
    );
    let is_ours = fs::read_to_string(format!("/proc/{pid}/cmdline"))
        .is_ok_and(|line| line.contains("kubemin"));
    if is_ours {
        kill(pid, Signal::SIGTERM)?;
        let end = Instant::now() + Duration::from_secs(10);
        while Path::new(&format!("/proc/{pid}/cmdline")).exists()
            && http::is_ok(ADDRESS, "/healthz")
            && Instant::now() < end
        {
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    fs::remove_file(stamp)?;
    Ok(())
}

/// Proves that the front end answers through its Service, and says where to look.
fn show(cluster: &Cluster) -> Result<()> {
    println!("\nserver      {}  (API explorer: {}/docs)", url(), url());
    if cluster.is_testbed {
        let mut command = Command::new("kubectl");
        command.args([
            "get",
            "service",
            "frontend",
            "-n",
            "default",
            "-o",
            "jsonpath={.spec.clusterIP}",
        ]);
        cluster.apply_to(&mut command);
        let address = format!("{}:80", output(command)?.trim());
        let end = Instant::now() + Duration::from_secs(20);
        while !http::is_ok(&address, "/") {
            ensure!(
                Instant::now() < end,
                "the front end did not answer on http://{address}/ within 20 s"
            );
            std::thread::sleep(Duration::from_millis(100));
        }
        println!("front end   http://{address}/  answers");
    } else {
        println!(
            "front end   kubectl port-forward service/frontend 8081:80, then http://127.0.0.1:8081/"
        );
    }
    println!("cluster     export KUBECONFIG={}", cluster.kubeconfig);
    println!(
        "try         target/release/kubemin status {APPLICATION}; target/release/kubemin why {APPLICATION}"
    );
    println!("stop        make demo-down");
    Ok(())
}
