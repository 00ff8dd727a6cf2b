//! `render FILE`.

use kubemin_compile::{Compilation, render_yaml};
use serde_json::Value;

use crate::args::{Format, Global, Render};
use crate::document::Document;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::findings;
use crate::profile;
use crate::screen::Screen;

/// Prints the objects of an application in apply order; nothing when the file has a fault.
pub fn run(args: &Render, global: &Global, screen: &Screen) -> Result<Exit, Failure> {
    let facts = profile::facts(args.profile.as_deref())?;
    let mut document = Document::open(&args.file, global)?;
    let compilation = document.compile(&facts);
    findings::tell(&document, screen);
    let Some(Compilation { compiled, .. }) = compilation else {
        return Ok(Exit::Wrong);
    };
    match screen.format {
        Format::Json => {
            let bodies: Vec<&Value> = compiled.objects.iter().map(|object| &object.body).collect();
            screen.data(&bodies)?;
        }
        Format::Name => {
            let names: String = compiled
                .objects
                .iter()
                .map(|object| format!("{}\n", object.key))
                .collect();
            screen.text(&names)?;
        }
        _ => screen.text(&render_yaml(&compiled))?,
    }
    Ok(Exit::Done)
}
