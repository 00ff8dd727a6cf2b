//! `task`, and `cancel` and `retry` (decision 50).

use kubemin_api_types::{Cancelled, Task, TaskJob, TaskList, TaskSummary};
use kubemin_workflow::TaskState;
use serde::Serialize;
use serde_json::{Value, json};

use crate::args::{self, Format, Wait};
use crate::client::Route;
use crate::clock;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::follow::follow;
use crate::paint::Tone;
use crate::progress;
use crate::session::Session;
use crate::table::table;
use crate::timeline;

/// Runs a command of `task`.
pub async fn run(session: Session, args: args::Task) -> Result<Exit, Failure> {
    match args {
        args::Task::List { app } => list(session, &app).await,
        args::Task::Show { id, timeline } => show(session, &id, timeline).await,
        args::Task::Watch { id, timeout } => {
            let id = session.task_id(&id).await?;
            finish(
                &session,
                &id,
                &Wait {
                    wait: true,
                    timeout,
                },
            )
            .await
        }
        args::Task::Cancel(args) => cancel(session, &args.id).await,
        args::Task::Retry(args) => retry(session, args).await,
    }
}

/// Follows a task when the user wants to, and prints it in the end when a program reads.
pub async fn finish(session: &Session, task_id: &str, wait: &Wait) -> Result<Exit, Failure> {
    let (task, exit) = follow(session, task_id, wait.timeout).await?;
    if session.screen.format.is_data() {
        session.screen.data(&task)?;
    }
    Ok(exit)
}

/// Ends a task. One that has ended already is a no.
pub async fn cancel(session: Session, id: &str) -> Result<Exit, Failure> {
    let id = session.task_id(id).await?;
    let answer: Cancelled = session
        .client
        .post(Route::task(&id, ["cancel"]), &json!({}))
        .await?;
    if session.screen.format.is_data() {
        session.screen.data(&answer)?;
    } else {
        let says = if answer.status == TaskState::Cancelled.as_str() {
            "cancelled".to_owned()
        } else {
            format!("is being cancelled (it is {})", answer.status)
        };
        session.screen.line(&format!("task {id} {says}"))?;
    }
    Ok(Exit::Done)
}

/// Tries a failed task again.
pub async fn retry(session: Session, args: args::Retry) -> Result<Exit, Failure> {
    let id = session.task_id(&args.id).await?;
    start(
        &session,
        Route::task(&id, ["retry"]),
        &json!({}),
        &args.wait,
        "retry",
    )
    .await
}

/// Asks for something that is done by a task, says which, and follows it when asked to.
pub async fn start(
    session: &Session,
    route: Route,
    request: &impl Serialize,
    wait: &Wait,
    what: &str,
) -> Result<Exit, Failure> {
    let answer: Value = session.client.post(route, request).await?;
    let task_id = answer["taskId"].as_str();
    if let (true, Some(task_id)) = (wait.wait, task_id) {
        return finish(session, task_id, wait).await;
    }
    let task_id = task_id.unwrap_or("–");
    match session.screen.format {
        Format::Json | Format::Yaml => session.screen.data(&answer)?,
        Format::Name => session.screen.line(task_id)?,
        _ => session.screen.line(&format!(
            "{what}: revision {}, task {task_id}",
            answer["revision"]
        ))?,
    }
    Ok(Exit::Done)
}

async fn list(session: Session, app: &str) -> Result<Exit, Failure> {
    let app = session.find(app).await?;
    let list: TaskList = session
        .client
        .get(Route::application(&app.id, ["tasks"]))
        .await?;
    let screen = &session.screen;
    match screen.format {
        Format::Json | Format::Yaml => screen.data(&list)?,
        Format::Name => screen.text(
            &list
                .tasks
                .iter()
                .map(|task| format!("{}\n", task.id))
                .collect::<String>(),
        )?,
        _ => {
            let headings = [
                "TASK", "ACTION", "REVISION", "STATE", "CREATED", "TOOK", "MESSAGE",
            ];
            screen.text(&table(headings, list.tasks.iter().map(row), screen.paint))?;
        }
    }
    Ok(Exit::Done)
}

fn row(task: &TaskSummary) -> [String; 7] {
    [
        task.id.clone(),
        task.action.clone(),
        task.revision.to_string(),
        task.state.clone(),
        clock::age(&task.created_at),
        took(task.started_at.as_deref(), task.finished_at.as_deref()),
        task.message.clone(),
    ]
}

async fn show(session: Session, id: &str, with_timeline: bool) -> Result<Exit, Failure> {
    let id = session.task_id(id).await?;
    let task: Task = session.client.get(Route::task(&id, [])).await?;
    let screen = &session.screen;
    match screen.format {
        Format::Json | Format::Yaml => screen.data(&task)?,
        Format::Name => screen.line(&task.state)?,
        _ if with_timeline => screen.text(&timeline::draw(&task, screen.paint))?,
        _ => screen.text(&as_text(&session, &task))?,
    }
    Ok(Exit::Done)
}

fn as_text(session: &Session, task: &Task) -> String {
    let paint = session.screen.paint;
    let mut text = format!(
        "task {} {} {} revision {}: {}, {}\n",
        task.id,
        task.action,
        task.application,
        task.revision,
        paint.state(&task.state),
        took(task.started_at.as_deref(), task.finished_at.as_deref())
    );
    if !task.message.is_empty() {
        text.push_str(&format!("{}\n", task.message));
    }
    for step in &task.steps {
        let head = paint.tone(Tone::Strong, &step.name);
        text.push_str(&format!(
            "\n{head} ({}) {}\n",
            step.mode,
            paint.state(&step.state)
        ));
        let headings = ["PRIORITY", "JOB", "COMPONENT", "STATE", "TOOK", "MESSAGE"];
        text.push_str(&table(headings, step.jobs.iter().map(job_row), paint));
    }
    text
}

fn job_row(job: &TaskJob) -> [String; 6] {
    [
        job.priority.to_string(),
        progress::name(job),
        job.component.clone(),
        job.state.clone(),
        took(job.started_at.as_deref(), job.finished_at.as_deref()),
        job.message.clone(),
    ]
}

fn took(start: Option<&str>, end: Option<&str>) -> String {
    clock::between(start, end).map_or_else(|| "–".to_owned(), clock::short)
}
