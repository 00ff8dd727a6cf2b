//! Writes the command line's reference into a folder: `cargo run -p kubemin --example reference -- FOLDER`.

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

const NAME: &str = "docs/reference/cli.md";

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(env::args().nth(1).ok_or("name the folder to write to")?);
    let path = folder.join(NAME);
    fs::create_dir_all(path.parent().unwrap_or(&folder))?;
    fs::write(&path, kubemin_cli::reference())?;
    println!("{NAME}");
    Ok(())
}
