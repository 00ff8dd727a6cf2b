//! `server`.

mod rotate_key;

use kubemin_server::RunError;
use kubemin_server::config::{Inputs, Resolution, as_data, as_lines, resolve};
use tokio::runtime::Runtime;

use crate::args::Server;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::screen::Screen;

/// Threads of the server: it waits far more than it computes.
const THREADS: usize = 2;

/// Runs the server, or prints its configuration.
pub fn run(args: Server, screen: &Screen) -> Result<Exit, Failure> {
    let resolution = resolution(&args)?;
    for warning in &resolution.warnings {
        screen.warn(warning);
    }
    if !resolution.faults.is_empty() {
        for fault in &resolution.faults {
            screen.fault(&fault.to_string());
        }
        return Ok(Exit::Wrong);
    }
    if args.print_config {
        return print(&resolution, screen);
    }
    match &args.rotate_key {
        Some(rotation) => rotate_key::run(rotation, &resolution.settings, screen),
        None => serve(resolution),
    }
}

fn resolution(args: &Server) -> Result<Resolution, Failure> {
    let file = match &args.config {
        None => None,
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .map_err(|error| Failure::wrong(format!("configuration {path}: {error}")))?;
            Some((path.clone(), text))
        }
    };
    Ok(resolve(&Inputs::of_process(args.flags.clone(), file)))
}

fn print(resolution: &Resolution, screen: &Screen) -> Result<Exit, Failure> {
    if screen.format.is_data() {
        screen.data(&as_data(&resolution.values))?;
    } else {
        screen.text(&as_lines(&resolution.values))?;
    }
    Ok(Exit::Done)
}

fn runtime() -> Result<Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_all()
        .build()
        .map_err(|error| Failure::wrong(format!("no runtime can be made: {error}")))
}

fn serve(resolution: Resolution) -> Result<Exit, Failure> {
    match runtime()?.block_on(kubemin_server::run(resolution.settings)) {
        Ok(()) => Ok(Exit::Done),
        Err(error @ RunError::Settings(_)) => Err(Failure::wrong(error)),
        Err(error) => Err(Failure::new(
            Exit::Unreachable,
            format!("the server stopped: {error}"),
        )),
    }
}
