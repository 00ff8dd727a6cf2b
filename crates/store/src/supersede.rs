//! One active task per application (decision 32): what a new task replaces, cancels, or is the same as. Pure.

use kubemin_ports::NewTask;
use kubemin_ports::task::TaskOptions;
use kubemin_workflow::TaskState;

/// A task of the application that has not ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Active {
    /// Task id.
    pub id: String,
    /// Revision it deploys.
    pub revision: i64,
    /// State.
    pub state: TaskState,
    /// Somebody asked for its end.
    pub cancel_requested: bool,
    /// Options.
    pub options: TaskOptions,
    /// Executing process; empty when none.
    pub owner: String,
    /// First start, 0 when not yet.
    pub started_ms: i64,
}

/// What happens to a request for a task.
#[derive(Debug, Default, PartialEq)]
pub struct Admission {
    /// The active task that does what was asked for; no new one is made.
    pub same: Option<String>,
    /// Tasks that have not started and need not any more.
    pub superseded: Vec<String>,
    /// Tasks that are asked to end, with `force`.
    pub cancelled: Vec<String>,
}

/// Decides for a new task of `revision`.
pub fn admit(active: &[Active], revision: i64, task: &NewTask) -> Admission {
    let ids = |wanted: &dyn Fn(&Active) -> bool| -> Vec<String> {
        let found = active.iter().filter(|task| wanted(task));
        found.map(|task| task.id.clone()).collect()
    };
    if task.force {
        return Admission {
            cancelled: ids(&|_| true),
            ..Admission::default()
        };
    }
    // A task on its way to its end does not do what is asked for now.
    let same = |other: &&Active| {
        other.revision == revision && other.options == task.options && !other.cancel_requested
    };
    let deletes = task.options.delete.is_some();
    Admission {
        same: active.iter().find(same).map(|task| task.id.clone()),
        // What a deletion removes need not be deployed first.
        superseded: ids(&|other| {
            !other.has_started()
                && (other.revision < revision || (deletes && other.options.delete.is_none()))
        }),
        cancelled: Vec::new(),
    }
}

impl Active {
    /// Nobody works on it: it ends at once when asked to.
    pub fn is_idle(&self) -> bool {
        self.owner.is_empty()
    }

    fn has_started(&self) -> bool {
        match self.state {
            TaskState::Waiting | TaskState::Queued => self.started_ms > 0,
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use kubemin_ports::task::DeleteRequest;

    use super::*;

    fn task(id: &str, revision: i64, state: TaskState) -> Active {
        Active {
            id: id.into(),
            revision,
            state,
            cancel_requested: false,
            options: TaskOptions::default(),
            owner: String::new(),
            started_ms: 0,
        }
    }

    fn deletion() -> TaskOptions {
        TaskOptions {
            delete: Some(DeleteRequest::default()),
            ..TaskOptions::default()
        }
    }

    #[test]
    fn the_same_revision_with_the_same_options_is_the_same_task() {
        let active = [task("a", 2, TaskState::Running)];
        let admission = admit(&active, 2, &NewTask::default());
        assert_eq!(admission.same.as_deref(), Some("a"));
    }

    #[test]
    fn other_options_or_a_cancelled_task_are_not_the_same() {
        let adopt = NewTask {
            options: TaskOptions {
                adopt: true,
                ..TaskOptions::default()
            },
            ..NewTask::default()
        };
        let mut running = task("a", 2, TaskState::Running);
        assert_eq!(admit(std::slice::from_ref(&running), 2, &adopt).same, None);
        running.cancel_requested = true;
        assert_eq!(admit(&[running], 2, &NewTask::default()).same, None);
    }

    #[test]
    fn a_newer_revision_supersedes_only_what_has_not_started() {
        let mut recovered = task("recovered", 1, TaskState::Queued);
        recovered.started_ms = 5;
        let active = [
            task("waiting", 1, TaskState::Waiting),
            task("queued", 1, TaskState::Queued),
            recovered,
            task("running", 1, TaskState::Running),
            task("suspended", 1, TaskState::Suspended),
        ];
        let admission = admit(&active, 2, &NewTask::default());
        assert_eq!(admission.superseded, ["waiting", "queued"]);
        assert_eq!(admission.same, None);
    }

    #[test]
    fn a_deletion_supersedes_a_deployment_of_the_same_revision() {
        let mut other = task("deletion", 2, TaskState::Waiting);
        other.options = deletion();
        let active = [task("deploy", 2, TaskState::Waiting), other];
        let wanted = NewTask {
            options: deletion(),
            ..NewTask::default()
        };
        let admission = admit(&active, 2, &wanted);
        assert_eq!(admission.superseded, ["deploy"]);
        assert_eq!(admission.same.as_deref(), Some("deletion"));
    }

    #[test]
    fn force_cancels_whatever_is_active_and_makes_a_new_task() {
        let active = [task("a", 2, TaskState::Running)];
        let wanted = NewTask {
            force: true,
            ..NewTask::default()
        };
        let admission = admit(&active, 2, &wanted);
        assert_eq!(admission.cancelled, ["a"]);
        assert_eq!(admission.same, None);
    }
}
