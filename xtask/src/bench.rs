//! `make bench`: the release program beside peers and floors.

use anyhow::Result;

use crate::cluster::Cluster;
use crate::program::{self, build_kubemin, command, root};

/// Builds, starts or reuses the testbed and runs the benchmarks; `arguments` go to the benchmark program.
pub fn run(arguments: &[String]) -> Result<()> {
    let kubemin = build_kubemin()?;
    program::run(command(
        "cargo",
        &["build", "--release", "--locked", "-p", "kubemin-bench"],
    ))?;
    let cluster = Cluster::testbed(3)?;
    let bench = root().join("target/release/kubemin-bench");
    let mut measure = command(&bench.to_string_lossy(), &[]);
    measure.arg("--kubemin").arg(kubemin).args(arguments);
    cluster.apply_to(&mut measure);
    program::run(measure)?;
    if cluster.started {
        crate::cluster::down()?;
    }
    Ok(())
}
