//! The words of a task that was refused before its first write, on the components that they concern (decision 41;
//! app-plane §4). What runs goes on as it was: only reason and message change, never the status.

use kubemin_api_types as api;
use kubemin_model::revive;
use kubemin_objects::{ClusterFacts, Object};
use kubemin_ports::{ApplicationRow, ComponentRow, TaskRow};
use kubemin_workflow::TaskState;
use kubemin_workflow::readiness::Status;

/// A refused task, and whom it concerns.
pub(crate) struct Rejected<'a> {
    task: &'a TaskRow,
    /// Names of components; `None` for all of them.
    components: Option<Vec<String>>,
}

/// The newest task of an application, when it was refused and its document is the current one.
pub(crate) fn rejected<'a>(
    row: &ApplicationRow,
    task: Option<&'a TaskRow>,
    facts: &ClusterFacts,
) -> Option<Rejected<'a>> {
    let task = task.filter(|task| {
        task.state == TaskState::Rejected
            && task.revision == row.revision
            && task.options.delete.is_none()
    })?;
    let named = named(&task.message, &objects(row, facts));
    Some(Rejected {
        task,
        components: (!named.is_empty()).then_some(named),
    })
}

/// What the document becomes; nothing when it cannot become anything, which is then the refusal itself.
fn objects(row: &ApplicationRow, facts: &ClusterFacts) -> Vec<Object> {
    revive(row.document.clone())
        .ok()
        .and_then(|app| kubemin_compile::compile(&app, facts).ok())
        .map(|compilation| compilation.compiled.objects)
        .unwrap_or_default()
}

/// Components of the objects that the sentence names: every refusal of an object calls it by kind and name.
fn named(message: &str, objects: &[Object]) -> Vec<String> {
    let named = objects
        .iter()
        .filter(|object| has_word(message, &object.key.to_string()));
    named.map(|object| object.component.clone()).collect()
}

/// Whether a name stands in a text, not as a part of a longer one.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let mut after = text[at + word.len()..].chars();
        let goes_on = match after.next() {
            Some('.') => after.next().is_some_and(char::is_alphanumeric),
            Some(next) => next.is_alphanumeric() || next == '-',
            None => false,
        };
        !before.is_some_and(char::is_alphanumeric) && !goes_on
    })
}

impl Rejected<'_> {
    /// Gives the rows of components their words. A component that failed by itself keeps its own cause.
    pub(crate) fn tell(&self, rows: &mut [ComponentRow]) {
        for row in rows.iter_mut() {
            let failed = row.status == Status::Failed && !row.reason.is_empty();
            if !failed && self.concerns(&row.name) {
                row.reason.clone_from(&self.task.reason);
                row.message.clone_from(&self.task.message);
            }
        }
    }

    /// The same in the answer of `why`.
    pub(crate) fn explain(&self, components: &mut [api::ExplainedComponent]) {
        for component in components {
            let failed = component.status == Status::Failed.as_str() && component.cause.is_some();
            if !failed && self.concerns(&component.name) {
                component.cause = Some(api::Cause {
                    reason: self.task.reason.clone(),
                    message: self.task.message.clone(),
                    ..api::Cause::default()
                });
            }
        }
    }

    fn concerns(&self, component: &str) -> bool {
        self.components
            .as_ref()
            .is_none_or(|names| names.iter().any(|name| name == component))
    }
}

#[cfg(test)]
mod tests {
    use kubemin_ports::task::TaskOptions;
    use serde_json::json;

    use super::*;

    fn application() -> ApplicationRow {
        let document = json!({"id": "shop", "name": "shop", "namespace": "shop", "components": [
            {"name": "web", "type": "webservice", "image": "web:1"},
            {"name": "web-2", "type": "config", "properties": {"conf": {"a": "b"}}},
            {"name": "db", "type": "webservice", "image": "db:1"}]});
        ApplicationRow {
            id: "shop".into(),
            name: "shop".into(),
            namespace: "shop".into(),
            revision: 3,
            document: serde_json::from_value(document).unwrap(),
            stopped: Vec::new(),
            inventory: Vec::new(),
            created_ms: 0,
            updated_ms: 0,
        }
    }

    fn task(message: &str) -> TaskRow {
        TaskRow {
            id: "task".into(),
            app_id: "shop".into(),
            revision: 3,
            state: TaskState::Rejected,
            reason: "NameTaken".into(),
            message: message.into(),
            cancel_requested: false,
            options: TaskOptions::default(),
            plan: None,
            jobs: Vec::new(),
            owner: String::new(),
            fence: 1,
            attempt: 1,
            created_ms: 0,
            started_ms: 0,
            finished_ms: 0,
        }
    }

    fn told(task: &TaskRow) -> Vec<String> {
        let row = |name: &str, status: Status, reason: &str| ComponentRow {
            name: name.into(),
            status,
            reason: reason.into(),
            ..ComponentRow::default()
        };
        let mut rows = [
            row("web", Status::Running, ""),
            row("web-2", Status::Unknown, ""),
            row("db", Status::Failed, "CrashLoop"),
        ];
        if let Some(rejected) = rejected(&application(), Some(task), &ClusterFacts::default()) {
            rejected.tell(&mut rows);
        }
        assert_eq!(rows[0].status, Status::Running, "what runs goes on");
        rows.into_iter().map(|row| row.reason).collect()
    }

    #[test]
    fn the_component_whose_object_is_named_tells_the_refusal() {
        let sentence =
            "Deployment/web already exists and belongs to somebody else. What to do: rename it";
        assert_eq!(told(&task(sentence)), ["NameTaken", "", "CrashLoop"]);
        let two = "ConfigMap/web-2 already exists. Deployment/web. What to do: nothing";
        assert_eq!(told(&task(two)), ["NameTaken", "NameTaken", "CrashLoop"]);
        let longer = "Deployment/web-2 and Deployment/web.old exist";
        let all = ["NameTaken", "NameTaken", "CrashLoop"];
        assert_eq!(told(&task(longer)), all, "no object of ours is named");
    }

    #[test]
    fn a_refusal_without_an_object_concerns_every_component_that_has_no_failure_of_its_own() {
        let sentence = "the namespace shop is not there. What to do: create the namespace";
        assert_eq!(
            told(&task(sentence)),
            ["NameTaken", "NameTaken", "CrashLoop"]
        );
    }

    #[test]
    fn other_tasks_and_earlier_documents_say_nothing_about_the_components() {
        let earlier = TaskRow {
            revision: 2,
            ..task("Deployment/web")
        };
        let failed = TaskRow {
            state: TaskState::Failed,
            ..task("Deployment/web")
        };
        for task in [earlier, failed] {
            assert_eq!(told(&task), ["", "", "CrashLoop"]);
        }
    }
}
