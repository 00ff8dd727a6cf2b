//! `doctor`.

use crate::args::Global;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::screen::Screen;

/// Checks the set-up and says how to mend it.
pub fn run(_global: &Global, _screen: &Screen) -> Result<Exit, Failure> {
    Ok(Exit::Done)
}
