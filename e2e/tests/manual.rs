//! Every JSON example of the manual is deployed on the real cluster; `docs/manual-examples.md` says how it ends.
//!
//! `KUBEMIN_WRITE_DOCS=1` writes the page, otherwise it is compared with what was seen.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use kubemin_e2e::example::repository;
use kubemin_e2e::{Example, Namespace, Server, document, examples, kubectl, parallel};
use serde_json::{Value, json};

/// Namespaces in work at once.
const AT_ONCE: usize = 9;

/// Examples that a cluster refuses for a reason that is right, with what is said about it.
const REFUSED: [(&str, &str); 0] = [];

struct Outcome {
    example: Example,
    /// Text of the table's last column, or what went wrong.
    seen: Result<String, String>,
}

#[test]
fn every_example_of_the_manual_is_deployed() {
    let folder = tempfile::tempdir().expect("a folder for the server");
    let server = Server::start(folder.path(), &[]);
    let wanted = std::env::var("KUBEMIN_ONLY").unwrap_or_default();
    let mut chosen = examples("manual");
    chosen.retain(|example| example.slug.contains(&wanted));
    let outcomes = parallel(chosen, AT_ONCE, |example| {
        let seen = deploy(&server, folder.path(), &example);
        Outcome { example, seen }
    });
    let failed: Vec<String> = outcomes
        .iter()
        .filter_map(|outcome| {
            Some(format!(
                "{}: {}",
                outcome.example.slug,
                outcome.seen.as_ref().err()?
            ))
        })
        .collect();
    assert!(
        failed.is_empty(),
        "{} examples failed:\n{}",
        failed.len(),
        failed.join("\n")
    );
    if wanted.is_empty() {
        compare(&page(&outcomes));
    }
}

/// Deploys an example into a namespace of its own, with what it refers to and does not create.
fn deploy(server: &Server, folder: &Path, example: &Example) -> Result<String, String> {
    let space = Namespace::new("manual");
    fixtures(&space.name, &example.document)?;
    let moved = moved(&example.document, &space.name);
    let file = document::write(folder, &example.slug, &moved);
    let cli = server.cli(&space.name);
    let ran = cli.run(&[
        "apply",
        "-f",
        &file.to_string_lossy(),
        "--wait",
        "--timeout",
        "150s",
    ]);
    eprintln!(
        "{:<32} {:>5.1} s  exit {}",
        example.slug,
        ran.took.as_secs_f64(),
        ran.code
    );
    if let Some((_, why)) = REFUSED.iter().find(|(slug, _)| *slug == example.slug) {
        let as_documented = ran.code != 0 && ran.all().contains(why);
        return as_documented
            .then(|| format!("refused: {why}"))
            .ok_or_else(|| ran.all());
    }
    if ran.code != 0 {
        return Err(ran.all());
    }
    let status = cli
        .run(&["status", example.name(), "-o", "json"])
        .expect(0)
        .json();
    if !matches!(status["phase"].as_str(), Some("Running" | "Completed")) {
        return Err(format!("deployed, and then {status}"));
    }
    let task = status["task"]["id"].as_str().unwrap_or_default();
    let seen = objects(
        &cli.run(&["task", "show", task, "-o", "json"])
            .expect(0)
            .json(),
    );
    if seen.contains("ClusterRole") {
        // The namespace does not take these with it.
        cli.run(&[
            "delete",
            example.name(),
            "--purge-data",
            "--yes",
            "--timeout",
            "60s",
        ])
        .expect(0);
    }
    Ok(seen)
}

/// The document in another namespace; cluster-scoped objects get names that no other test uses.
fn moved(document: &Value, namespace: &str) -> Value {
    let mut moved = document.clone();
    moved["namespace"] = json!(namespace);
    let field = if moved["component"].is_array() {
        "component"
    } else {
        "components"
    };
    for component in moved[field].as_array_mut().into_iter().flatten() {
        if component.get("nameSpace").is_some() {
            component["nameSpace"] = json!(namespace);
        }
        for policy in component["traits"]["rbac"]
            .as_array_mut()
            .into_iter()
            .flatten()
        {
            if policy["clusterScope"] == true {
                policy["roleName"] = json!(format!("{namespace}-role"));
                policy["bindingName"] = json!(format!("{namespace}-binding"));
            }
        }
    }
    moved
}

/// What the example refers to, without what it makes itself.
fn fixtures(namespace: &str, document: &Value) -> Result<(), String> {
    let testbed = testbed();
    let output = Command::new(&testbed)
        .args(["fixtures", "-n", namespace])
        .output()
        .map_err(|error| {
            format!(
                "cannot run {}: {error}; run `make cluster` first",
                testbed.display()
            )
        })?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    for component in document["components"].as_array().into_iter().flatten() {
        let name = component["name"].as_str().unwrap_or_default();
        match component["type"].as_str() {
            Some("config") => kubectl(&[
                "delete",
                "configmap",
                name,
                "-n",
                namespace,
                "--ignore-not-found",
            ]),
            Some("secret") => kubectl(&[
                "delete",
                "secret",
                name,
                "-n",
                namespace,
                "--ignore-not-found",
            ]),
            _ => continue,
        };
    }
    Ok(())
}

/// `KUBEMIN_TESTBED_BIN`, else the one that was built.
fn testbed() -> PathBuf {
    if let Some(path) = std::env::var_os("KUBEMIN_TESTBED_BIN") {
        return path.into();
    }
    let built = ["release", "debug"]
        .map(|profile| repository().join("target").join(profile).join("testbed"));
    built
        .iter()
        .find(|path| path.exists())
        .unwrap_or(&built[0])
        .clone()
}

/// `2 ConfigMap, Deployment, Service`: what was applied, by kind, in the order of the jobs.
fn objects(task: &Value) -> String {
    let jobs = task["steps"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|step| step["jobs"].as_array().into_iter().flatten());
    let mut order = Vec::new();
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for kind in jobs.filter_map(|job| job["kind"].as_str()) {
        if !order.iter().any(|known| known == kind) {
            order.push(kind.to_owned());
        }
        *count.entry(kind.to_owned()).or_default() += 1;
    }
    let part = |kind: String| match count[&kind] {
        1 => kind,
        several => format!("{several} {kind}"),
    };
    format!(
        "deployed: {}",
        order.into_iter().map(part).collect::<Vec<_>>().join(", ")
    )
}

const HEAD: &str = "\
# The manual's examples

Every JSON example of the manual as a whole application under `examples/manual`, and how it ended on the testbed cluster. *Line* is the line of the
example in the manual. ConfigMaps, Secrets and certificates that an example refers to and does not create come from `testbed fixtures`.

This page is written by `KUBEMIN_WRITE_DOCS=1 cargo test -p kubemin-e2e --test manual`; the same test fails when an example ends in another way.

| line | example | what it shows | outcome |
|---|---|---|---|
";

fn page(outcomes: &[Outcome]) -> String {
    let mut rows: Vec<(u32, String)> = outcomes.iter().map(row).collect();
    rows.sort();
    HEAD.to_owned() + &rows.into_iter().map(|(_, row)| row).collect::<String>()
}

fn row(outcome: &Outcome) -> (u32, String) {
    let example = &outcome.example;
    let line = example
        .slug
        .split('-')
        .next()
        .and_then(|number| number.parse().ok());
    let shown = line.map_or("–".to_owned(), |line: u32| line.to_string());
    let text = format!(
        "| {shown} | [{slug}](../examples/manual/{slug}.json) | {what} | {seen} |\n",
        slug = example.slug,
        what = example.document["description"].as_str().unwrap_or("–"),
        seen = outcome.seen.as_deref().unwrap_or("–"),
    );
    (line.unwrap_or(u32::MAX), text)
}

fn compare(page: &str) {
    let path = repository().join("docs/manual-examples.md");
    if std::env::var("KUBEMIN_WRITE_DOCS").is_ok_and(|value| value == "1") {
        std::fs::write(&path, page).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        written, page,
        "docs/manual-examples.md is not up to date: run with KUBEMIN_WRITE_DOCS=1"
    );
}
