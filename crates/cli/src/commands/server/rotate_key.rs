//! `server rotate-key`.

use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use kubemin_server::config::Settings;
use kubemin_server::{NewKey, RotateError, Rotated, rotate_key};
use serde::Serialize;

use super::runtime;
use crate::args::RotateKey;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::screen::Screen;

/// Time between two lines of progress.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// The result for programs.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'a> {
    rotated: bool,
    revisions: usize,
    old_key: Option<&'a str>,
    new_key: &'a str,
    old_key_file: Option<&'a Path>,
    new_key_file: Option<&'a Path>,
}

/// Changes the key, and says what to do with both.
pub fn run(args: &RotateKey, settings: &Settings, screen: &Screen) -> Result<Exit, Failure> {
    let rotation = rotate_key(settings, args.new_key_file.as_deref(), progress(screen));
    let (rotated, place) = runtime()?.block_on(rotation).map_err(failure)?;
    if screen.format.is_data() {
        screen.data(&report(&rotated, &place))?;
        return Ok(Exit::Done);
    }
    for line in lines(&rotated, &place) {
        screen.line(&line)?;
    }
    Ok(Exit::Done)
}

fn failure(error: RotateError) -> Failure {
    match error {
        RotateError::Open(_) => Failure::new(Exit::Unreachable, error),
        RotateError::NoDatabase(_) | RotateError::NoPlace(_) => Failure::wrong(error),
    }
}

/// Tells how far it is, not more often than anybody reads.
fn progress(screen: &Screen) -> impl Fn(usize, usize) + Send + 'static {
    let screen = screen.clone();
    let told = Mutex::new(Instant::now());
    move |done, total| {
        let Ok(mut told) = told.lock() else { return };
        if told.elapsed() >= TELL_EVERY {
            *told = Instant::now();
            screen.note(&format!("sealed {done} of {total} revisions"));
        }
    }
}

fn report<'a>(rotated: &'a Rotated, place: &'a NewKey) -> Report<'a> {
    let new_key_file = place.file.as_deref();
    match rotated {
        Rotated::Now(rotation) => Report {
            rotated: true,
            revisions: rotation.revisions,
            old_key: Some(&rotation.old_key),
            new_key: &rotation.new_key,
            old_key_file: rotation.old_key_file.as_deref(),
            new_key_file,
        },
        Rotated::Already { key } => Report {
            rotated: false,
            revisions: 0,
            old_key: None,
            new_key: key,
            old_key_file: None,
            new_key_file,
        },
    }
}

fn lines(rotated: &Rotated, place: &NewKey) -> Vec<String> {
    let mut lines = Vec::new();
    if let (Some(file), true) = (&place.file, place.made) {
        lines.push(format!("made the new key in {}", file.display()));
    }
    match rotated {
        Rotated::Already { key } => lines.push(format!(
            "the database is sealed with key {key} already; nothing was changed"
        )),
        Rotated::Now(rotation) => {
            let noun = match rotation.revisions {
                1 => "revision",
                _ => "revisions",
            };
            lines.push(format!(
                "sealed the secret values of {} {noun} with key {} instead of {}",
                rotation.revisions, rotation.new_key, rotation.old_key
            ));
            lines.push(old_key(rotation.old_key_file.as_deref()));
        }
    }
    lines.push(match (&place.file, place.in_folder) {
        (Some(file), false) => format!(
            "start the server with --encryption-key-file {} from now on",
            file.display()
        ),
        _ => "the data folder holds the new key: the server finds it by itself".to_owned(),
    });
    lines
}

fn old_key(kept: Option<&Path>) -> String {
    let place = match kept {
        Some(file) => format!(" It is kept in {}.", file.display()),
        None => String::new(),
    };
    format!(
        "The old key opens only copies of the database that were made before. Destroy it together with the last of them.{place}"
    )
}
