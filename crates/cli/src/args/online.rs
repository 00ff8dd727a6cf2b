//! Commands that ask a server.

use std::time::Duration;

use clap::{Args, Subcommand};

use super::target::Target;

/// Whether and how long to wait for a task.
#[derive(Debug, Clone, Args)]
pub struct Wait {
    /// Follow the task until it ends
    #[arg(short, long)]
    pub wait: bool,
    /// Stop waiting after this time; the task goes on
    #[arg(long, value_name = "TIME", default_value = "30m", value_parser = kubemin_model::duration::parse)]
    pub timeout: Duration,
}

/// Arguments of `apply`.
#[derive(Debug, Args)]
#[command(after_help = "\
Every file is checked before anything is sent. An application that exists is updated.

Exit codes with --wait: 0 completed, 1 failed, cancelled or refused, 4 the time-out ran out.

Examples:
  kubemin apply -f app.yaml --wait
  kubemin apply -f apps/ --wait --timeout 5m
  kubemin apply -f app.yaml --dry-run")]
pub struct Apply {
    /// Application files or folders of them; - is standard input
    #[arg(short, long = "file", required = true, num_args = 1.., value_name = "FILE")]
    pub files: Vec<String>,
    /// How to wait
    #[command(flatten)]
    pub wait: Wait,
    /// Show what would change, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Cancel a task of the application that is under way
    #[arg(long)]
    pub force: bool,
    /// Take over objects of the same names that exist already
    #[arg(long)]
    pub adopt: bool,
    /// Refuse to take up data that an earlier application of this name left
    #[arg(long)]
    pub fresh: bool,
}

/// Arguments of `diff`.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 the same, 1 different, 2 wrong use or input, 3 server not reached."
)]
pub struct Diff {
    /// Application file, JSON or YAML; - is standard input
    #[arg(value_name = "FILE")]
    pub file: String,
}

/// Arguments of `list`.
#[derive(Debug, Args)]
pub struct List {
    /// Only applications whose name or description holds this text
    #[arg(value_name = "TEXT")]
    pub query: Option<String>,
    /// Only applications in this phase
    #[arg(long, value_name = "PHASE")]
    pub phase: Option<String>,
    /// At most this many
    #[arg(long, value_name = "NUMBER", default_value_t = 500)]
    pub limit: usize,
}

/// Arguments of `status`.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 running, completed or stopped on purpose; 1 not, or there is no such application."
)]
pub struct Status {
    /// Application, by name or id
    #[arg(value_name = "APP")]
    pub app: String,
    /// Go on showing it whenever it changes
    #[arg(short, long)]
    pub watch: bool,
}

/// Arguments of `why`.
#[derive(Debug, Args)]
pub struct Why {
    /// Application, or one of its components
    #[arg(value_name = "APP[/COMPONENT]")]
    pub target: Target,
}

/// Arguments of `tree`.
#[derive(Debug, Args)]
pub struct Tree {
    /// Application, by name or id
    #[arg(value_name = "APP")]
    pub app: String,
}

/// Arguments of `logs`.
#[derive(Debug, Args)]
pub struct Logs {
    /// Application, or one of its components
    #[arg(value_name = "APP[/COMPONENT]")]
    pub target: Target,
    /// Go on with new lines
    #[arg(short, long)]
    pub follow: bool,
    /// Container
    #[arg(short, long, value_name = "NAME")]
    pub container: Option<String>,
    /// Of the run before the last crash
    #[arg(short, long)]
    pub previous: bool,
    /// Last lines of each container
    #[arg(long, value_name = "NUMBER")]
    pub tail: Option<u32>,
    /// Leave out which pod and container a line is from
    #[arg(long)]
    pub no_prefix: bool,
}

/// Arguments of `events`.
#[derive(Debug, Args)]
pub struct Events {
    /// Application, or one of its components
    #[arg(value_name = "APP[/COMPONENT]")]
    pub target: Target,
    /// Go on with new events
    #[arg(short, long)]
    pub follow: bool,
}

/// The commands of `task`.
#[derive(Debug, Subcommand)]
pub enum Task {
    /// List the tasks of an application
    List {
        /// Application, by name or id
        #[arg(value_name = "APP")]
        app: String,
    },
    /// Show a task
    Show {
        /// Task, or the application whose newest task is meant
        #[arg(value_name = "TASK")]
        id: String,
        /// Draw when each job waited and ran
        #[arg(long)]
        timeline: bool,
    },
    /// Follow a task until it ends
    Watch {
        /// Task, or the application whose newest task is meant
        #[arg(value_name = "TASK")]
        id: String,
        /// Stop watching after this time; the task goes on
        #[arg(long, value_name = "TIME", default_value = "30m", value_parser = kubemin_model::duration::parse)]
        timeout: Duration,
    },
    /// End a task
    Cancel(TaskOrApp),
    /// Try a failed task again, from the failed step
    Retry(Retry),
}

/// A task, by its id or by its application.
#[derive(Debug, Args)]
pub struct TaskOrApp {
    /// Task, or the application whose newest task is meant
    #[arg(value_name = "TASK")]
    pub id: String,
}

/// Arguments of `retry`.
#[derive(Debug, Args)]
pub struct Retry {
    /// Task, or the application whose newest task is meant
    #[arg(value_name = "TASK")]
    pub id: String,
    /// How to wait
    #[command(flatten)]
    pub wait: Wait,
}

/// Arguments of `history`.
#[derive(Debug, Args)]
pub struct History {
    /// Application, by name or id
    #[arg(value_name = "APP")]
    pub app: String,
    /// Print the document of this revision; secret values are masked
    #[arg(long, value_name = "NUMBER")]
    pub revision: Option<i64>,
}

/// Arguments of `rollback`.
#[derive(Debug, Args)]
pub struct Rollback {
    /// Application, by name or id
    #[arg(value_name = "APP")]
    pub app: String,
    /// Revision; the newest earlier one that was deployed completely when not given
    #[arg(long, value_name = "REVISION")]
    pub to: Option<i64>,
    /// How to wait
    #[command(flatten)]
    pub wait: Wait,
}

/// Arguments of `scale`.
#[derive(Debug, Args)]
pub struct Scale {
    /// Application, or one of its components
    #[arg(value_name = "APP[/COMPONENT]")]
    pub target: Target,
    /// Number of pods
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(i32).range(0..))]
    pub replicas: i32,
    /// How to wait
    #[command(flatten)]
    pub wait: Wait,
}

/// Arguments of `restart`, `stop` and `start`.
#[derive(Debug, Args)]
pub struct Act {
    /// Application, or one of its components
    #[arg(value_name = "APP[/COMPONENT]")]
    pub target: Target,
    /// How to wait
    #[command(flatten)]
    pub wait: Wait,
}

/// Arguments of `delete`.
#[derive(Debug, Args)]
#[command(after_help = "\
Claims hold the data of an application. They are kept, and an application of the same name takes them up again.

Examples:
  kubemin delete shop --plan
  kubemin delete shop --yes
  kubemin delete shop --purge-data --yes")]
pub struct Delete {
    /// Application, by name or id
    #[arg(value_name = "APP")]
    pub app: String,
    /// Show what would go and what stays, and change nothing
    #[arg(long)]
    pub plan: bool,
    /// Delete the data too
    #[arg(long)]
    pub purge_data: bool,
    /// Do not ask
    #[arg(short, long)]
    pub yes: bool,
    /// Stop waiting after this time; the deletion goes on
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = kubemin_model::duration::parse)]
    pub timeout: Duration,
}

/// Arguments of `export`.
#[derive(Debug, Args)]
#[command(after_help = "Secret values are masked; the document says how to fill them in.")]
pub struct Export {
    /// Application, by name or id
    #[arg(value_name = "APP")]
    pub app: String,
}

/// Arguments of `import`.
#[derive(Debug, Args)]
pub struct Import {
    /// Application file, JSON or YAML; - is standard input
    #[arg(short, long, value_name = "FILE")]
    pub file: String,
}
