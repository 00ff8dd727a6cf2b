//! Writes the generated reference into a folder: `cargo run -p kubemin-server --example reference -- FOLDER`.

mod traits;

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(env::args().nth(1).ok_or("name the folder to write to")?);
    let files = [
        (
            "docs/reference/openapi.json",
            pretty(&kubemin_server::openapi())?,
        ),
        (
            "docs/reference/configuration.md",
            kubemin_server::config::reference(),
        ),
        ("docs/traits.md", traits::page()?),
        (
            "schemas/application.json",
            pretty(&kubemin_model::json_schema())?,
        ),
    ];
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap_or(&folder))?;
        fs::write(&path, text)?;
        println!("{name}");
    }
    Ok(())
}

fn pretty(value: &serde_json::Value) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(value).map(|text| text + "\n")
}
