//! A real Kubernetes cluster of one to three nodes on one bare Debian machine, for development,
//! tests and demonstrations.

mod addons;
mod certificates;
mod cgroup;
mod cleanup;
mod cli;
mod cluster;
mod command;
mod control;
mod digest;
mod error;
mod fixtures;
mod health;
mod host;
mod image;
mod image_commands;
mod kubeconfig;
mod kubectl;
mod layout;
mod mounts;
mod name;
mod network;
mod node;
mod packages;
mod plan;
mod power;
mod process;
mod programs;
mod registry;
mod status;
mod up;
mod wait;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command, ImageCommand, NodeAction};
use crate::error::{Context, Error, Result};
use crate::kubectl::Kubectl;
use crate::layout::Layout;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("testbed: {:#}", anyhow::Error::from(error));
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<ExitCode> {
    let layout = Layout::new(cli.name);
    match cli.command {
        Command::Up { nodes, with } => {
            refuse_missing_parts(&with)?;
            up::up(&layout, nodes)?;
            println!("export KUBECONFIG={}", layout.kubeconfig().display());
        }
        Command::Down => {
            let _lock = locked(&layout)?;
            cleanup::remove(&layout)?;
        }
        Command::Status => {
            return Ok(if status::print(&layout)? {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            });
        }
        Command::Env => {
            println!("export KUBECONFIG={}", layout.kubeconfig().display());
            println!("export PATH={}:$PATH", programs::bin_folder()?.display());
        }
        Command::Node { action, node } => change_node(&layout, action, &node)?,
        Command::Image(ImageCommand::Load { file }) => {
            image_commands::load(&layout, &cluster::existing(&layout)?, &file)?
        }
        Command::Image(ImageCommand::List) => image_commands::list(&layout)?,
        Command::Logs { part } => print_log(&layout, &part)?,
        Command::Build => {
            packages::ensure()?;
            programs::ensure_essential()?;
            image::ensure_bundles()?;
        }
        Command::Bin { program } => {
            let found = programs::find(&program)?;
            let built = programs::ensure(found)?;
            let path = if found.commands.contains(&program.as_str()) {
                programs::bin_folder()?.join(program)
            } else {
                built
            };
            println!("{}", path.display());
        }
        Command::Fixtures { namespace } => fixtures::apply(&Kubectl::new(&layout)?, &namespace)?,
        Command::Registry { listen, images } => registry::serve(&listen, &images)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn change_node(layout: &Layout, action: NodeAction, name: &str) -> Result<()> {
    let _lock = locked(layout)?;
    let cluster = cluster::existing(layout)?;
    match action {
        NodeAction::Stop => power::stop(layout, &cluster, name),
        NodeAction::Start => power::start(layout, &cluster, name),
        NodeAction::Partition => power::partition(layout, &cluster, name),
        NodeAction::Heal => power::heal(layout, &cluster, name),
    }
}

fn refuse_missing_parts(with: &[String]) -> Result<()> {
    match with.first() {
        None => Ok(()),
        Some(part) => Err(Error::Refused(format!(
            "`--with {part}` is not available yet; leave it out"
        ))),
    }
}

fn print_log(layout: &Layout, part: &str) -> Result<()> {
    let path = process::log_path(layout, part);
    let known = || {
        process::records(layout)
            .into_iter()
            .map(|record| record.part)
            .collect::<Vec<_>>()
            .join(", ")
    };
    let mut file = std::fs::File::open(&path)
        .context(|| format!("no log of {part:?} is there; there are {}", known()))?;
    std::io::copy(&mut file, &mut std::io::stdout())
        .context(|| format!("reading {} failed", path.display()))?;
    Ok(())
}

/// One call at a time changes a cluster.
fn locked(layout: &Layout) -> Result<impl Drop + use<>> {
    std::fs::create_dir_all(layout::STATE_ROOT)
        .context(|| format!("making {} failed", layout::STATE_ROOT))?;
    programs::lock(&layout.lock())
}
