//! The repository's commands behind `make`.

mod bench;
mod cluster;
mod demo;
mod generate;
mod http;
mod lint;
mod program;
mod sbom;
mod step;
mod test;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "Commands of the KubeMin repository; `make help` lists the usual ones")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build, start a cluster and a server, deploy the manual's example application and show it.
    Demo,
    /// Remove everything that `demo` started.
    DemoDown,
    /// Run every level of tests on a real cluster.
    Test {
        /// The long forms too.
        #[arg(long)]
        full: bool,
    },
    /// Start the testbed cluster and print how to use it.
    Cluster {
        /// Number of nodes.
        #[arg(long, default_value_t = 1, env = "NODES")]
        nodes: u8,
    },
    /// Stop the testbed cluster.
    ClusterDown,
    /// Measure the release program beside peers and floors.
    Bench {
        /// Arguments of the benchmark program: what to measure, `--pairs 5` …
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Formatting, clippy and licences.
    Lint,
    /// Write OpenAPI, JSON Schema, bill of materials and references.
    Generate,
    /// Fail when a generated file is not up to date.
    CheckGenerated,
}

fn main() -> Result<()> {
    match Arguments::parse().command {
        Command::Demo => demo::up(),
        Command::DemoDown => demo::down(),
        Command::Test { full } => test::run(full),
        Command::Cluster { nodes } => cluster::up(nodes),
        Command::ClusterDown => cluster::down(),
        Command::Bench { arguments } => bench::run(&arguments),
        Command::Lint => lint::lint(),
        Command::Generate => generate::generate(),
        Command::CheckGenerated => generate::check(),
    }
}
