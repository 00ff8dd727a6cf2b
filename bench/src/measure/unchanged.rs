//! Writing requests of an application that is applied again, counted in the audit log.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};

use crate::Settings;
use crate::audit::Audit;
use crate::document::dag;
use crate::kubectl::kubectl;
use crate::namespace::Namespace;
use crate::process::timed;
use crate::row::Row;
use crate::server::Server;

/// Applied again unchanged, then after somebody edited one field.
pub fn rows(settings: &Settings) -> Result<Vec<Row>> {
    let namespace = Namespace::new("unchanged")?;
    let server = Server::start(&settings.kubemin, &[])?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("application.json");
    std::fs::write(&file, dag(&namespace.name, None)?.to_string())?;
    let first = Audit::from_now(&settings.audit_log, &namespace.name)?;
    apply(&server, &file)?;
    ensure!(
        first.writes()?.len() == 7,
        "the first deployment writes its seven objects: {:?}",
        first.writes()?
    );

    let again = Audit::from_now(&settings.audit_log, &namespace.name)?;
    apply(&server, &file)?;
    let again = again.writes()?;

    edit(&namespace.name)?;
    let edited = Audit::from_now(&settings.audit_log, &namespace.name)?;
    apply(&server, &file)?;
    let edited = edited.writes()?;
    let image = kubectl(&[
        "-n",
        &namespace.name,
        "get",
        "deployment",
        "backend-t3",
        "-o",
        IMAGE,
    ])?;
    ensure!(
        image == "myregistry/backend:v1.0.0",
        "the edited image is still {image}"
    );
    drop(server);
    namespace.remove()?;
    Ok(vec![
        row("applied again unchanged (example 3, 7 objects)", &again, 0),
        row("applied again after an edit of one field", &edited, 1),
    ])
}

const IMAGE: &str = "jsonpath={.spec.template.spec.containers[0].image}";

/// What `kubectl edit` sends: a patch in its own name.
fn edit(namespace: &str) -> Result<()> {
    let patch = r#"[{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"myregistry/backend:v1.1.0"}]"#;
    let manager = "--field-manager=kubectl-edit";
    kubectl(&[
        "-n",
        namespace,
        "patch",
        "deployment",
        "backend-t3",
        "--type=json",
        manager,
        "-p",
        patch,
    ])?;
    kubectl(&[
        "-n",
        namespace,
        "rollout",
        "status",
        "deployment/backend-t3",
        "--timeout=60s",
    ])?;
    Ok(())
}

fn apply(server: &Server, file: &Path) -> Result<()> {
    let mut command: Command = server.command(&["apply", "--wait", "--timeout", "90s", "-f"]);
    timed(command.arg(file)).map(|_| ())
}

fn row(what: &str, writes: &[String], target: usize) -> Row {
    Row {
        what: what.to_owned(),
        figure: format!("{} writing requests {}", writes.len(), writes.join(", "))
            .trim_end()
            .to_owned(),
        beside: String::new(),
        ratio: String::new(),
        target: format!("exactly {target}"),
        met: writes.len() == target,
    }
}
