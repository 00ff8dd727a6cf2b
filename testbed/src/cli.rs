//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::name::ClusterName;

#[derive(Debug, Parser)]
#[command(
    name = "testbed",
    about = "A real Kubernetes cluster on one bare Debian machine",
    version
)]
pub struct Cli {
    /// Tells clusters on this machine apart
    #[arg(
        long,
        global = true,
        default_value = "kubemin",
        env = "KUBEMIN_TESTBED_NAME"
    )]
    pub name: ClusterName,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start the cluster, or use the one that runs
    Up {
        /// How many nodes; those that are there stay (default: as many as there are, or 1)
        #[arg(long, value_parser = clap::value_parser!(u8).range(1..=3))]
        nodes: Option<u8>,
        /// Further parts, separated by commas
        #[arg(long, value_delimiter = ',')]
        with: Vec<String>,
    },
    /// Stop and remove everything of the cluster
    Down,
    /// Show every part; exit code 1 when something is wrong
    Status,
    /// Print shell exports for KUBECONFIG and PATH
    Env,
    /// Make a node fail or recover
    Node {
        #[arg(value_enum)]
        action: NodeAction,
        node: String,
    },
    /// Images of the cluster's nodes
    #[command(subcommand)]
    Image(ImageCommand),
    /// Print the log of a part
    Logs { part: String },
    /// Build programs and images without starting anything
    Build,
    /// Print the path of a built program (kubectl, helm, cue …)
    Bin { program: String },
    /// Create the ConfigMaps and Secrets that the manual's examples refer to
    Fixtures {
        #[arg(short, long)]
        namespace: String,
    },
    #[command(hide = true)]
    Registry {
        #[arg(long)]
        listen: String,
        #[arg(long)]
        images: PathBuf,
    },
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum NodeAction {
    /// Like a power cut
    Stop,
    Start,
    /// Cut its network; its pods run on
    Partition,
    Heal,
}

#[derive(Debug, Subcommand)]
pub enum ImageCommand {
    /// Load an OCI archive into every node and the registry
    Load { file: PathBuf },
    /// List the references that the cluster has
    List,
}
