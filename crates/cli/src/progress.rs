//! What is new in a task since it was last looked at.

use std::collections::HashMap;

use kubemin_api_types::{Task, TaskJob};
use kubemin_workflow::{JobState, TaskState};

use crate::clock;

/// The states that were told already.
#[derive(Debug, Default)]
pub struct Progress {
    told: HashMap<String, (String, String)>,
}

/// Something to tell about a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// State of the job.
    pub state: String,
    /// What it is and how it is going.
    pub text: String,
}

impl Progress {
    /// Jobs that changed, in their order. Jobs that only wait their turn are no news.
    pub fn news(&mut self, task: &Task) -> Vec<News> {
        let jobs = task.steps.iter().flat_map(|step| &step.jobs);
        jobs.filter_map(|job| self.of_job(job)).collect()
    }

    fn of_job(&mut self, job: &TaskJob) -> Option<News> {
        let now = (job.state.clone(), job.message.clone());
        let waits = matches!(
            JobState::from_word(&job.state),
            Some(JobState::Waiting | JobState::Queued)
        );
        if waits || self.told.get(&job.id) == Some(&now) {
            return None;
        }
        self.told.insert(job.id.clone(), now);
        Some(News {
            state: job.state.clone(),
            text: describe(job),
        })
    }
}

/// `Deployment/web (4.2s): 1 of 2 pods are available`.
pub fn describe(job: &TaskJob) -> String {
    let mut text = name(job);
    if job.finished_at.is_some() {
        let took = clock::between(job.started_at.as_deref(), job.finished_at.as_deref());
        text.push_str(
            &took
                .map(|took| format!(" ({})", clock::short(took)))
                .unwrap_or_default(),
        );
        if job.state == JobState::Completed.as_str() && !job.changed {
            text.push_str(" unchanged");
        }
    }
    if !job.message.is_empty() && job.state != JobState::Completed.as_str() {
        text.push_str(&format!(": {}", job.message));
    }
    text
}

/// `Deployment/web`, `remove Deployment/web`.
pub fn name(job: &TaskJob) -> String {
    let removal = if job.action == "delete" {
        "remove "
    } else {
        ""
    };
    format!("{removal}{}/{}", job.kind, job.name)
}

/// Whether a task has ended.
pub fn has_ended(task: &Task) -> bool {
    TaskState::from_word(&task.state).is_some_and(TaskState::is_terminal)
}

#[cfg(test)]
mod tests {
    use kubemin_api_types::TaskStep;

    use super::*;

    fn task(jobs: &[(&str, &str, &str)]) -> Task {
        let job = |&(id, state, message): &(&str, &str, &str)| TaskJob {
            id: id.into(),
            kind: "Deployment".into(),
            name: id.into(),
            state: state.into(),
            message: message.into(),
            ..TaskJob::default()
        };
        Task {
            steps: vec![TaskStep {
                jobs: jobs.iter().map(job).collect(),
                ..TaskStep::default()
            }],
            ..Task::default()
        }
    }

    #[test]
    fn every_change_is_told_once_and_waiting_is_none() {
        let mut progress = Progress::default();
        let mut told = |task: &Task| -> Vec<String> {
            progress
                .news(task)
                .into_iter()
                .map(|news| format!("{} {}", news.state, news.text))
                .collect()
        };
        assert_eq!(
            told(&task(&[("a", "waiting", ""), ("b", "queued", "")])),
            Vec::<String>::new()
        );
        let running = task(&[
            ("a", "running", "0 of 2 pods are available"),
            ("b", "waiting", ""),
        ]);
        assert_eq!(
            told(&running),
            ["running Deployment/a: 0 of 2 pods are available"]
        );
        assert_eq!(told(&running), Vec::<String>::new());
        let further = task(&[
            ("a", "running", "1 of 2 pods are available"),
            ("b", "running", ""),
        ]);
        assert_eq!(
            told(&further),
            [
                "running Deployment/a: 1 of 2 pods are available",
                "running Deployment/b"
            ]
        );
        let ended = task(&[
            ("a", "failed", "the image does not exist"),
            ("b", "cancelled", ""),
        ]);
        assert_eq!(
            told(&ended),
            [
                "failed Deployment/a: the image does not exist",
                "cancelled Deployment/b"
            ]
        );
    }
}
