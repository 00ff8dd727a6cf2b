//! The words of the command line.

mod help;
mod offline;
mod server;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use offline::{Completion, Plan, Render, Validate};
pub use server::Server;

/// Applications on Kubernetes, from one document.
#[derive(Debug, Parser)]
#[command(
    name = "kubemin",
    version,
    about,
    help_template = help::TEMPLATE,
    disable_help_subcommand = true,
    disable_help_flag = true,
    arg_required_else_help = true
)]
pub struct Cli {
    /// What every command understands.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Flags of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Address of the server, else $KUBEMIN_SERVER, the context, or http://127.0.0.1:8080
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "KUBEMIN_SERVER",
        hide_env = true
    )]
    pub server: Option<String>,
    /// Token for the server, else $KUBEMIN_TOKEN
    #[arg(
        long,
        global = true,
        value_name = "TOKEN",
        env = "KUBEMIN_TOKEN",
        hide_env = true
    )]
    pub token: Option<String>,
    /// Context of ~/.config/kubemin/config.yaml, else $KUBEMIN_CONTEXT
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        env = "KUBEMIN_CONTEXT",
        hide_env = true
    )]
    pub context: Option<String>,
    /// Namespace of the application, else $KUBEMIN_NAMESPACE
    #[arg(
        short,
        long,
        global = true,
        value_name = "NAME",
        env = "KUBEMIN_NAMESPACE",
        hide_env = true
    )]
    pub namespace: Option<String>,
    /// Form of the result: table, wide, json, yaml or name
    #[arg(
        short,
        long,
        global = true,
        value_name = "FORM",
        hide_possible_values = true
    )]
    pub output: Option<Format>,
    /// No messages but faults
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say what is asked of the server
    #[arg(short, long, global = true)]
    pub verbose: bool,
    /// No colours
    #[arg(long, global = true)]
    pub no_color: bool,
    /// Print help
    #[arg(short, long, global = true, action = clap::ArgAction::HelpShort)]
    pub help: Option<bool>,
}

/// Form of a result.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Table,
    /// For people, with more columns.
    Wide,
    /// For programs.
    Json,
    /// For programs, as YAML.
    Yaml,
    /// Names only, one a line.
    Name,
}

impl Format {
    /// Whether the result is for programs.
    pub fn is_data(self) -> bool {
        matches!(self, Self::Json | Self::Yaml)
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check application files, every fault at once
    Validate(Validate),
    /// Print the Kubernetes objects of an application
    Render(Render),
    /// Show the jobs that a deployment runs, in their order
    Plan(Plan),
    /// Run the server
    Server(Box<Server>),
    /// Print a completion script for a shell
    Completion(Completion),
    /// Print the version
    Version,
}
