//! The words of the command line.

mod help;
mod offline;
mod online;
mod server;
mod target;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use offline::{Completion, Plan, Render, Validate, Version};
pub use online::{
    Act, Apply, Delete, Diff, Events, Export, History, Import, List, Logs, Retry, Rollback, Scale,
    Status, Task, TaskOrApp, Tree, Wait, Why,
};
pub use server::{RotateKey, Server};

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
#[derive(Debug, Clone, Default, Args)]
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
    #[arg(short, long, global = true, value_name = "NAME")]
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

impl Global {
    /// The namespace that was given; a document that names another one is refused only for the flag.
    pub fn namespace(&self) -> Option<String> {
        self.namespace.clone().or_else(|| {
            let variable = std::env::var("KUBEMIN_NAMESPACE").ok()?;
            (!variable.is_empty()).then_some(variable)
        })
    }
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
    /// What a server is asked.
    #[command(flatten)]
    Ask(Ask),
    /// Run the server
    Server(Box<Server>),
    /// Check the set-up and say how to mend it
    Doctor,
    /// Print a completion script for a shell
    Completion(Completion),
    /// Print the version
    Version(Version),
}

/// The commands that ask a server.
#[derive(Debug, Subcommand)]
pub enum Ask {
    /// Create or update applications, and deploy them
    Apply(Apply),
    /// Compare a file with the cluster
    Diff(Diff),
    /// Show, watch and end tasks
    #[command(subcommand)]
    Task(Task),
    /// End a task
    Cancel(TaskOrApp),
    /// Try a failed task again, from the failed step
    Retry(Retry),
    /// List applications
    List(List),
    /// Show how an application is
    Status(Status),
    /// Say why an application is as it is, and what to do
    Why(Why),
    /// Show components, objects and pods
    Tree(Tree),
    /// Print the logs of a component
    Logs(Logs),
    /// Show what happened
    Events(Events),
    /// Change the number of pods
    Scale(Scale),
    /// Restart the pods
    Restart(Act),
    /// Stop: no pods, nothing is lost
    Stop(Act),
    /// Start what was stopped, with as many pods as before
    Start(Act),
    /// Show the revisions of an application
    ///
    /// The server keeps the newest ones (--revision-history-limit, 100) and those of the last two completed deployments.
    History(History),
    /// Go back to an earlier revision
    Rollback(Rollback),
    /// Delete an application; its data is kept unless you say so
    Delete(Delete),
    /// Print the document of an application
    Export(Export),
    /// Store a document without deploying it
    Import(Import),
}
