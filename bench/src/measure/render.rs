//! `kubemin render` of the manual's complete example beside `helm template` of a chart with the same objects.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::Settings;
use crate::process::timed;
use crate::row::Row;
use crate::sample::{Sample, ratios};

const EXAMPLE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../examples/manual/all-traits.json"
);
const CHART: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/chart");
const PAIRS: usize = 50;

/// Whole processes, alternating.
pub fn rows(settings: &Settings) -> Result<Vec<Row>> {
    let helm = helm(settings)?;
    let render = || {
        let mut command = Command::new(&settings.kubemin);
        command.args(["render", EXAMPLE]);
        command
    };
    let template = || {
        let mut command = Command::new(&helm);
        command.args(["template", "all-traits", CHART]);
        command
    };
    let (ours, theirs) = (timed(&mut render())?.0, timed(&mut template())?.0);
    ensure!(
        objects(&ours)? == objects(&theirs)?,
        "render and the chart give different objects"
    );
    let (mut fast, mut slow) = (Vec::new(), Vec::new());
    for _ in 0..PAIRS {
        fast.push(timed(&mut render())?.1);
        slow.push(timed(&mut template())?.1);
    }
    let ratio = ratios(&slow, &fast)?;
    Ok(vec![Row {
        what: format!("`kubemin render` of all-traits, whole process, {PAIRS} pairs"),
        figure: Sample::milliseconds(&fast)?.with_unit("ms"),
        beside: format!(
            "`helm template` {}",
            Sample::milliseconds(&slow)?.with_unit("ms")
        ),
        ratio: format!("{ratio} × faster"),
        target: "≥ 5× faster".to_owned(),
        met: ratio.median() >= 5.0,
    }])
}

/// helm, built by the testbed where it is missing.
fn helm(settings: &Settings) -> Result<PathBuf> {
    let (path, _) = timed(Command::new(&settings.testbed).args(["bin", "helm"]))?;
    Ok(PathBuf::from(
        String::from_utf8(path)?
            .lines()
            .last()
            .unwrap_or_default()
            .trim(),
    ))
}

/// Objects of a stream of YAML documents, by kind and name.
fn objects(yaml: &[u8]) -> Result<Vec<Value>> {
    let text = std::str::from_utf8(yaml)?;
    let mut objects: Vec<Value> = serde_saphyr::from_multiple(text)?;
    objects.retain(|object| !object.is_null());
    let name = |object: &Value| format!("{} {}", object["kind"], object["metadata"]["name"]);
    objects.sort_by_key(name);
    ensure!(!objects.is_empty(), "no objects");
    Ok(objects)
}
