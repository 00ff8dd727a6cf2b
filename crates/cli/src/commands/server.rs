//! `server`.

use kubemin_server::config::{
    Inputs, Resolution, StartFacts, as_data, as_lines, resolve, start_faults,
};

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
    let mut faults: Vec<String> = resolution.faults.iter().map(ToString::to_string).collect();
    if !args.print_config && faults.is_empty() {
        // the server asks the cluster how many replicas there are
        faults = start_faults(&resolution.settings, StartFacts { replicas: 1 });
    }
    if !faults.is_empty() {
        for fault in &faults {
            screen.fault(fault);
        }
        return Ok(Exit::Wrong);
    }
    if args.print_config {
        return print(&resolution, screen);
    }
    serve(resolution)
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

fn serve(resolution: Resolution) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_all()
        .build()
        .map_err(|error| Failure::wrong(format!("no runtime can be made: {error}")))?;
    let served = runtime.block_on(kubemin_server::run(resolution.settings));
    served
        .map_err(|error| Failure::new(Exit::Unreachable, format!("the server stopped: {error}")))?;
    Ok(Exit::Done)
}
