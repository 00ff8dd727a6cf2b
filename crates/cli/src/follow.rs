//! Following a task until it ends: its events, and the task itself again whenever they break off.

use std::time::Duration;

use kubemin_api_types::{Task, TaskJob};
use kubemin_workflow::{JobState, TaskState};
use tokio::time::{Instant, sleep, timeout_at};

use crate::client::{ClientError, Route};
use crate::clock;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress::{Progress, describe, has_ended, name};
use crate::session::Session;

/// A server that is being restarted is waited for this long.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two looks when events break off.
const PAUSE: Duration = Duration::from_millis(300);
/// Width of a state in front of a job.
const STATE_WIDTH: usize = 10;

/// Prints job lines as they change, and the end; gives the task and what the command exits with.
pub async fn follow(
    session: &Session,
    task_id: &str,
    limit: Duration,
) -> Result<(Task, Exit), Failure> {
    let mut follower = Follower {
        session,
        task_id,
        progress: Progress::default(),
        name: None,
        last: None,
    };
    let deadline = Instant::now() + limit;
    match timeout_at(deadline, follower.until_ended()).await {
        Ok(ended) => {
            let task = ended?;
            let exit = tell_end(session, &task);
            Ok((task, exit))
        }
        Err(_) => Err(follower.out_of_time(limit)),
    }
}

struct Follower<'a> {
    session: &'a Session,
    task_id: &'a str,
    progress: Progress,
    /// Name of the application; when it is deleted, its tasks forget it.
    name: Option<String>,
    last: Option<Task>,
}

impl Follower<'_> {
    async fn until_ended(&mut self) -> Result<Task, Failure> {
        let mut unreachable_since: Option<Instant> = None;
        loop {
            match self.look().await {
                Ok(Some(task)) => return Ok(task),
                Ok(None) => unreachable_since = None,
                Err(error @ ClientError::Unreachable { .. }) => {
                    let since = *unreachable_since.get_or_insert_with(Instant::now);
                    if since.elapsed() > PATIENCE {
                        return Err(error.into());
                    }
                }
                Err(error) => return Err(error.into()),
            }
            sleep(PAUSE).await;
        }
    }

    /// Follows the events of one connection; then the task itself says whether it has ended.
    async fn look(&mut self) -> Result<Option<Task>, ClientError> {
        let client = &self.session.client;
        if let Ok(mut events) = client.events(Route::task(self.task_id, ["stream"])).await {
            while let Some(event) = events.next().await {
                if let Ok(task) = serde_json::from_str::<Task>(&event)
                    && self.take(task)
                {
                    return Ok(self.last.take());
                }
            }
        }
        let task = client.get(Route::task(self.task_id, [])).await?;
        Ok(if self.take(task) {
            self.last.take()
        } else {
            None
        })
    }

    /// Tells what is new; whether the task has ended.
    fn take(&mut self, mut task: Task) -> bool {
        let screen = &self.session.screen;
        task.application = self.name.get_or_insert(task.application).clone();
        if !screen.format.is_data() && !screen.quiet {
            for news in self.progress.news(&task) {
                let state = screen.paint.state(&news.state);
                let blanks = " ".repeat(STATE_WIDTH.saturating_sub(news.state.len()));
                // nobody reads on when this fails; the task is followed to its end nevertheless
                let _ = screen.line(&format!("{state}{blanks} {}", news.text));
            }
        }
        let ended = has_ended(&task);
        self.last = Some(task);
        ended
    }

    fn out_of_time(&self, limit: Duration) -> Failure {
        let running: Vec<String> = self
            .last
            .iter()
            .flat_map(|task| &task.steps)
            .flat_map(|step| &step.jobs)
            .filter(|job| job.state == JobState::Running.as_str())
            .map(describe)
            .collect();
        let state = self
            .last
            .as_ref()
            .map_or("unknown", |task| task.state.as_str());
        let waits = if running.is_empty() {
            String::new()
        } else {
            format!(", waits for {}", running.join("; "))
        };
        Failure::new(
            Exit::TimedOut,
            format!(
                "task {} did not end within {}: it is {state}{waits}",
                self.task_id,
                clock::short(limit)
            ),
        )
        .hint(format!("it goes on; kubemin task watch {}", self.task_id))
    }
}

/// The last word on a task.
fn tell_end(session: &Session, task: &Task) -> Exit {
    let screen = &session.screen;
    let took =
        clock::between(Some(&task.created_at), task.finished_at.as_deref()).unwrap_or_default();
    let what = match task.action.as_str() {
        "delete" => "deletion".to_owned(),
        "restart" => "restart".to_owned(),
        _ => format!("revision {}", task.revision),
    };
    let state = screen.paint.state(&task.state);
    let head = format!(
        "{}: {what} {state} after {}",
        task.application,
        clock::short(took)
    );
    if TaskState::from_word(&task.state) == Some(TaskState::Completed) {
        if !screen.format.is_data() && !screen.quiet {
            let _ = screen.line(&head);
        }
        return Exit::Done;
    }
    let causes = causes(task);
    let cause = if causes.is_empty() {
        String::new()
    } else {
        format!(": {}", causes.join("; "))
    };
    screen.fault(&format!("{head}{cause}"));
    Exit::No
}

/// The task's own message, or those of its jobs.
fn causes(task: &Task) -> Vec<String> {
    if !task.message.is_empty() {
        return vec![task.message.clone()];
    }
    let failed = |job: &&TaskJob| {
        matches!(
            JobState::from_word(&job.state),
            Some(JobState::Failed | JobState::Timeout)
        )
    };
    task.steps
        .iter()
        .flat_map(|step| &step.jobs)
        .filter(failed)
        .map(|job| format!("{}: {}", name(job), job.message))
        .collect()
}
