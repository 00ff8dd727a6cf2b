//! `completion SHELL`.

use clap::CommandFactory;

use crate::args::{Cli, Completion};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::screen::Screen;

/// Prints the completion script of a shell.
pub fn run(args: &Completion, screen: &Screen) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "kubemin", &mut script);
    screen.text(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
