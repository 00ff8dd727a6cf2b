//! A failure that was named stays named while the kubelet starts the container again, and is gone when it is mended.
//! What the broken version left behind does not make the mended one fail.

use std::path::Path;
use std::time::Duration;

use kubemin_e2e::kubectl::kubectl_with_input;
use kubemin_e2e::{
    Example, Kubemin, Namespace, Server, document, examples, kubectl, parallel, until,
};
use serde_json::{Value, json};

/// Examples whose containers are started again and again.
const RECURRING: [&str; 3] = [
    "03-crash-loop",
    "04-out-of-memory",
    "14-liveness-probe-failing",
];
/// A kubelet starts a container at once after its first end, and waits 10 s after the second.
const SECOND_RESTART: Duration = Duration::from_secs(40);

#[test]
fn a_named_failure_stays_named_until_it_is_mended() {
    let folder = tempfile::tempdir().expect("a folder for the server");
    let server = Server::start(folder.path(), &[]);
    let mut chosen = examples("broken/runtime");
    chosen.retain(|example| RECURRING.contains(&example.slug.as_str()));
    parallel(chosen, RECURRING.len(), |example| {
        let space = Namespace::new("steady");
        let cli = server.cli(&space.name);
        cli.run(&[
            "apply",
            "-f",
            &example.path.to_string_lossy(),
            "--wait",
            "--timeout",
            "60s",
        ])
        .expect(1);
        let told = component(&cli, example.name());
        until(
            "the container to be started once more after a back-off",
            SECOND_RESTART,
            || {
                let now = component(&cli, example.name());
                assert_eq!(
                    now, told,
                    "{}: status changed while nothing got better",
                    example.slug
                );
                (restarts(&space.name) >= 2).then_some(())
            },
        );
        mend(&cli, &folder.path().join(&space.name), &example);
    });
}

/// Examples of every kind of trouble: what it leaves behind (pods, conditions, events) differs.
const MENDED: [&str; 7] = [
    "01-image-not-found",
    "05-never-schedulable-cpu",
    "08-config-map-missing",
    "16-quota-exceeded",
    "18-job-fails",
    "22-init-container-fails",
    "28-stateful-crash-loop",
];

#[test]
fn a_mended_version_deploys_over_the_broken_one() {
    let folder = tempfile::tempdir().expect("a folder for the server");
    let server = Server::start(folder.path(), &[]);
    let mut chosen = examples("broken/runtime");
    chosen.retain(|example| MENDED.contains(&example.slug.as_str()));
    parallel(chosen, MENDED.len(), |example| {
        let space = Namespace::new("mended");
        if let Some(setup) = example.beside("setup.yaml") {
            kubectl_with_input(&["apply", "-n", &space.name, "-f", "-"], &setup);
        }
        let cli = server.cli(&space.name);
        cli.run(&[
            "apply",
            "-f",
            &example.path.to_string_lossy(),
            "--wait",
            "--timeout",
            "60s",
        ])
        .expect(1);
        mend(&cli, &folder.path().join(&space.name), &example);
    });
}

/// Name, status, reason and message of the component; without the numbers of pods.
fn component(cli: &Kubemin, app: &str) -> Value {
    let status = cli.run(&["status", app, "-o", "json"]).json();
    let found = &status["components"][0];
    json!([
        status["phase"],
        found["name"],
        found["status"],
        found["reason"],
        found["message"]
    ])
}

/// Restarts of the namespace's only container.
fn restarts(namespace: &str) -> u64 {
    let path = "-o=jsonpath={.items[0].status.containerStatuses[0].restartCount}";
    kubectl(&["get", "pods", "-n", namespace, path])
        .trim()
        .parse()
        .unwrap_or(0)
}

/// The same application with a program that runs, within every quota of the examples.
fn mend(cli: &Kubemin, folder: &Path, example: &Example) {
    std::fs::create_dir_all(folder).expect("a folder for the document");
    let mut mended = example.document.clone();
    mended["namespace"] = json!(cli.namespace);
    let component = &mut mended["components"][0];
    let (program, status) = match component["type"].as_str() {
        Some("job") => ("true", "Completed"),
        _ => ("exec sleep 3600", "Running"),
    };
    component["image"] = json!("busybox:1.36");
    component["properties"] = json!({"command": ["sh", "-c", program]});
    component["traits"] = json!({"resources": {"cpu": "50m", "memory": "32Mi"}});
    let name = component["name"].clone();
    let file = document::write(folder, "mended", &mended);
    let ran = cli.run(&[
        "apply",
        "-f",
        &file.to_string_lossy(),
        "--wait",
        "--timeout",
        "60s",
    ]);
    assert_eq!(ran.code, 0, "the mended {}: {}", example.slug, ran.all());
    let wanted = json!([status, name, status, "", ""]);
    until(
        "the mended component to be well without a reason",
        Duration::from_secs(5),
        || (self::component(cli, example.name()) == wanted).then_some(()),
    );
}
