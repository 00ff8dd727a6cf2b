//! `apply -f FILE…`.

use std::path::Path;

use kubemin_api_types::{FieldProblem, Stored, Task};
use kubemin_model::FieldError;
use serde::de::DeserializeOwned;

use crate::args::{Apply, Format};
use crate::client::{ClientError, Route};
use crate::commands::plan;
use crate::document::Document;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::findings;
use crate::follow::follow;
use crate::session::Session;

/// Checks every file, sends them all, and follows their tasks when asked to.
pub async fn run(session: Session, args: Apply) -> Result<Exit, Failure> {
    let mut documents = Vec::new();
    let mut valid = true;
    for file in files(&args.files)? {
        let document = Document::open(&file, &session.global)?;
        valid &= document.application().is_some();
        findings::tell(&document, &session.screen);
        documents.push(document);
    }
    if !valid {
        return Ok(Exit::Wrong);
    }
    if args.dry_run {
        return plan::preview(&session, &mut documents, &wanted(plan::route(), &args)).await;
    }
    let mut stored: Vec<Stored> = Vec::new();
    let route = wanted(Route::new(["applications"]), &args).with_flag("force", args.force);
    for document in &mut documents {
        match send(&session, document, route.clone()).await? {
            Some(answer) => stored.push(answer),
            None => return Ok(Exit::Wrong),
        }
    }
    if args.wait.wait {
        follow_all(&session, &stored, &args).await
    } else {
        tell(&session, &stored)?;
        Ok(Exit::Done)
    }
}

fn wanted(route: Route, args: &Apply) -> Route {
    route
        .with_flag("adopt", args.adopt)
        .with_flag("fresh", args.fresh)
}

/// Sends one document. `None` when the server found faults in it; they are printed at their place.
pub async fn send<T: DeserializeOwned>(
    session: &Session,
    document: &mut Document,
    route: Route,
) -> Result<Option<T>, Failure> {
    let Some(body) = document.body() else {
        return Ok(None);
    };
    match session.client.post(route, &body).await {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if refused_fields(&error) => {
            document.replace_findings(error.fields().iter().map(of_server));
            findings::tell(document, &session.screen);
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

fn refused_fields(error: &ClientError) -> bool {
    !error.fields().is_empty() && Failure::from(error.clone()).exit == Exit::Wrong
}

fn of_server(problem: &FieldProblem) -> FieldError {
    FieldError {
        path: problem.path.clone(),
        code: problem.code.clone(),
        message: problem.message.clone(),
        hint: problem.hint.clone(),
        ..FieldError::default()
    }
}

fn tell(session: &Session, stored: &[Stored]) -> Result<(), Failure> {
    let screen = &session.screen;
    if screen.format.is_data() {
        return match stored {
            [only] => screen.data(only),
            several => screen.data(&several),
        };
    }
    for answer in stored {
        match (screen.format, &answer.task_id) {
            (Format::Name, _) => screen.line(&answer.name)?,
            (_, Some(task)) => {
                let what = if answer.changed {
                    "stored"
                } else {
                    "unchanged"
                };
                screen.line(&format!(
                    "{}: {what} as revision {}, task {task}",
                    answer.name, answer.revision
                ))?;
            }
            (_, None) => screen.line(&format!(
                "{}: stored as revision {}",
                answer.name, answer.revision
            ))?,
        }
    }
    if let [
        Stored {
            task_id: Some(task),
            ..
        },
    ] = stored
        && screen.format != Format::Name
    {
        screen.note(&format!("follow it with: kubemin task watch {task}"));
    }
    Ok(())
}

async fn follow_all(session: &Session, stored: &[Stored], args: &Apply) -> Result<Exit, Failure> {
    let mut exit = Exit::Done;
    let mut tasks: Vec<Task> = Vec::new();
    for answer in stored {
        let Some(task_id) = &answer.task_id else {
            continue;
        };
        let says = format!(
            "{}: revision {}, task {task_id}",
            answer.name, answer.revision
        );
        session.screen.note(&says);
        let (task, result) = follow(session, task_id, args.wait.timeout).await?;
        exit = exit.or_worse(result);
        tasks.push(task);
    }
    if session.screen.format.is_data() {
        match tasks.as_slice() {
            [only] => session.screen.data(only)?,
            several => session.screen.data(&several)?,
        }
    }
    Ok(exit)
}

/// The files that are meant; a folder means the application files in it, in the order of their names.
fn files(given: &[String]) -> Result<Vec<String>, Failure> {
    let mut files = Vec::new();
    for path in given {
        if path == "-" || !Path::new(path).is_dir() {
            files.push(path.clone());
            continue;
        }
        let unreadable = |error: std::io::Error| Failure::wrong(format!("{path}: {error}"));
        let mut inside = Vec::new();
        for entry in std::fs::read_dir(path).map_err(unreadable)? {
            let file = entry.map_err(unreadable)?.path();
            let name = file.to_string_lossy().into_owned();
            if file.is_file() && kubemin_model::Format::of_path(&name).is_some() {
                inside.push(name);
            }
        }
        if inside.is_empty() {
            return Err(Failure::wrong(format!(
                "{path}: there is no .yaml or .json file in this folder"
            )));
        }
        inside.sort();
        files.append(&mut inside);
    }
    Ok(files)
}
