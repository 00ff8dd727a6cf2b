//! Benchmarks of the program, each beside a peer or a floor in the same run.

mod audit;
mod database;
mod document;
mod http;
mod kubectl;
mod load;
mod machine;
mod measure;
mod namespace;
mod process;
mod row;
mod sample;
mod server;
mod witness;

use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::{Parser, ValueEnum};

/// Measures the release program; prints one row a figure.
#[derive(Debug, Parser)]
pub struct Settings {
    /// What to measure; everything when nothing is named
    what: Vec<What>,
    /// The program to measure
    #[arg(long, env = "KUBEMIN_BIN", default_value = "target/release/kubemin")]
    kubemin: PathBuf,
    /// The testbed's program, which knows where helm is and where the audit log lies
    #[arg(long, default_value = "target/debug/testbed")]
    testbed: PathBuf,
    /// Audit log of the API server
    #[arg(
        long,
        env = "KUBEMIN_AUDIT_LOG",
        default_value = "/var/lib/kubemin-testbed/kubemin/logs/audit.log"
    )]
    audit_log: PathBuf,
    /// Pairs of alternating runs where pods start
    #[arg(long, default_value_t = 15)]
    pairs: usize,
    /// Applications where many are needed
    #[arg(long, default_value_t = 1000)]
    applications: usize,
    /// Applications deployed at once, by us and by the peer
    #[arg(long, default_value_t = 10)]
    concurrency: usize,
    /// Deployments watched for the latency of status
    #[arg(long, default_value_t = 100)]
    watched: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// `kubemin render` beside `helm template`, whole processes
    Render,
    /// Applications compiled a second, in process
    Compile,
    /// First output of the command line
    CommandLine,
    /// Server start to first answer and to first deployment
    Start,
    /// Latency of create and status requests
    Requests,
    /// Resident memory, idle and with watched applications
    Memory,
    /// An unchanged application applied again: writing requests
    Unchanged,
    /// Ready event to row in the database to completed task
    Status,
    /// Many small applications beside a bare Kubernetes client
    Rate,
    /// `apply --wait` beside kubectl, objects without pods
    Api,
    /// `apply --wait` beside kubectl, with pods
    Deploy,
}

impl What {
    fn measure(self, settings: &Settings) -> Result<Vec<row::Row>> {
        match self {
            Self::Render => measure::render::rows(settings),
            Self::Compile => measure::compile::rows(),
            Self::CommandLine => measure::command_line::rows(settings),
            Self::Start => measure::start::rows(settings),
            Self::Requests => measure::requests::rows(settings),
            Self::Memory => measure::memory::rows(settings),
            Self::Unchanged => measure::unchanged::rows(settings),
            Self::Status => measure::status::rows(settings),
            Self::Rate => measure::rate::rows(settings),
            Self::Api => measure::deploy::api_rows(settings),
            Self::Deploy => measure::deploy::pod_rows(settings),
        }
    }
}

fn main() -> Result<()> {
    let settings = Settings::parse();
    // A second start finds the provider set already; that is no fault.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let chosen = if settings.what.is_empty() {
        What::value_variants()
    } else {
        settings.what.as_slice()
    };
    println!("{}\n\n{}", machine::describe()?, row::HEAD);
    let mut broken = Vec::new();
    for what in chosen {
        match what.measure(&settings) {
            Ok(rows) => rows.iter().for_each(|row| println!("{row}")),
            Err(error) => broken.push(format!("{what:?}: {error:#}")),
        }
    }
    println!("\n{}", machine::load()?);
    ensure!(broken.is_empty(), "not measured:\n{}", broken.join("\n"));
    Ok(())
}
