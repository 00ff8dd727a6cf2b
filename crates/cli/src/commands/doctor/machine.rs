//! This machine: would `kubemin server` start here?

use std::path::Path;

use kubemin_server::config::{Inputs, Settings, StartFacts, resolve, start_faults};

use super::finding::Finding;

/// Looks at the configuration of a server and at its data folder.
pub(super) fn look() -> Vec<Finding> {
    let resolution = resolve(&Inputs::of_process(Vec::new(), None));
    let mut faults: Vec<String> = resolution.faults.iter().map(ToString::to_string).collect();
    if faults.is_empty() {
        faults = start_faults(&resolution.settings, StartFacts { replicas: 1 });
    }
    let configuration = if faults.is_empty() {
        Finding::ok("configuration", "the environment holds no contradiction")
    } else {
        Finding::problem(
            "configuration",
            faults.join("; "),
            "`kubemin server --print-config` shows where each value comes from",
        )
    };
    vec![configuration, data_folder(&resolution.settings)]
}

fn data_folder(settings: &Settings) -> Finding {
    let check = "data folder";
    let folder = &settings.server.data_dir;
    // a folder that is not there yet is made by the server, in the nearest one that is
    let Some(existing) = folder.ancestors().find(|folder| folder.exists()) else {
        return Finding::problem(
            check,
            format!("{} can't be made", folder.display()),
            "choose another with --data-dir",
        );
    };
    let remedy = format!(
        "give your user the folder, or choose another with --data-dir: {}",
        folder.display()
    );
    if !existing.is_dir() {
        return Finding::problem(
            check,
            format!("{} is no folder", existing.display()),
            remedy,
        );
    }
    if !may_write(existing) {
        return Finding::problem(
            check,
            format!("{} can't be written", existing.display()),
            remedy,
        );
    }
    if existing == folder {
        Finding::ok(check, folder.display().to_string())
    } else {
        Finding::ok(check, format!("{} will be made", folder.display()))
    }
}

/// Trying is the only way to know that holds for every file system.
fn may_write(folder: &Path) -> bool {
    let probe = folder.join(format!(".kubemin-doctor-{}", std::process::id()));
    let made = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&probe)
        .is_ok();
    made && std::fs::remove_file(&probe).is_ok()
}
